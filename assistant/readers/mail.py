"""EML: header lines as fields, the text, and attachments read by their own readers; nothing remote is fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.header import Header, decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import PurePath
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode, newlines
from assistant.formats.limits import BINARY_LIMIT, TEXT_LIMIT
from assistant.protocols import Reader
from assistant.readers.compose import Composer, clean, stem, tidy
from assistant.readers.html import page_text, text_of
from assistant.readers.identifiers import Known
from assistant.types import Document

MAX_ATTACHMENTS: Final = 100
MAX_PARTS: Final = 1_000
MAX_NESTING: Final = 3
"""Mails inside mails inside mails; what lies deeper is named and not read."""
_MAX_HEADER: Final = 20_000
_SHOWN: Final = ("From", "To", "Cc", "Date", "Subject")
_PEOPLE: Final = ("From", "To", "Cc", "Bcc", "Reply-To", "Sender", "Resent-To", "Resent-From")
# A part without a name gets the ending of its type.
_ENDINGS: Final = {
    "application/pdf": ".pdf", "text/html": ".html", "text/csv": ".csv", "text/plain": ".txt", "message/rfc822": ".eml",
    "application/json": ".json", "text/markdown": ".md",
}  # fmt: skip


@dataclass(slots=True)
class _Budget:
    """What all mails of one file may still take, attachments of attachments included."""

    readers: Mapping[str, Reader]
    limits: Mapping[str, int]
    bytes: int = BINARY_LIMIT
    attachments: int = MAX_ATTACHMENTS
    parts: int = MAX_PARTS


def mail_reader(readers: Mapping[str, Reader], limits: Mapping[str, int]) -> Reader:
    """A reader of mails whose attachments are read by `readers`, up to the bytes of `limits`, both by their ending.

    It gives the mail and its attachments, a document each. An attachment that cannot be read is named in the mail's text, with
    the reason. Raises ReaderError where the file is no mail or has more parts than a mail has.
    """

    def read_eml(data: bytes, source: str) -> list[Document]:
        return _read(data, source, _Budget(readers, limits), 1, "")

    return read_eml


def _read(data: bytes, source: str, budget: _Budget, depth: int, inside: str) -> list[Document]:
    mail = BytesParser(policy=compat32).parsebytes(data)
    if not any(mail.get(name) for name in ("From", "To", "Date", "Subject", "Received", "Message-ID")):
        raise ReaderError(
            "the file is not a mail: it has no header lines", path=source, remedy="export it again as EML"
        )
    composer, known = Composer(source), Known()
    _note_people(mail, known)
    composer.open("Mail", "headers")
    lines = [f"{name}: {value}" for name in _SHOWN if (value := header(mail, name))]
    composer.add("\n".join(lines))
    bodies, attached = _parts(mail, budget, source)
    composer.open("Mail", "body")
    for part in bodies:
        composer.add(_shown(part, composer))
    documents: list[Document] = []
    for number, part in enumerate(attached, 1):
        name = _name(part, number)
        try:
            documents += _attachment(part, name, source, budget, depth, inside)
        except ReaderError as error:
            composer.note(f"[Attachment {name} was not read: {error.message}.]")
    metadata = {"record": f"{inside}mail", "attachments": str(len(attached)) if attached else "", "date": _date(mail)}
    document = composer.build(
        title=header(mail, "Subject") or stem(source),
        media_type="message/rfc822",
        metadata=metadata,
        fields=known.fields,
    )
    # Whoever wrote or got the mail is often named in what is attached.
    return [document, *(replace(d, fields=_joined(d.fields, document.fields)) for d in documents)]


def _joined(one: object, other: object) -> dict[str, tuple[str, ...]]:
    from assistant.readers.compose import known

    found: dict[str, list[str]] = {}
    for fields in (one, other):
        if isinstance(fields, dict):
            for entity, values in fields.items():
                found.setdefault(entity, []).extend(values)
    return known(found)


def header(mail: Message, name: str) -> str:
    """A header line in words: encoded words decoded, folded lines joined, at most 20,000 characters of it read."""
    return "; ".join(_decoded(value) for value in (mail.get_all(name) or [])[:50])


def _decoded(value: str | Header) -> str:
    pieces = []
    raw = value if isinstance(value, Header) else str(value)[:_MAX_HEADER]
    try:
        for piece, charset in decode_header(raw):
            pieces.append(_text(piece, charset) if isinstance(piece, bytes) else piece)
    except ValueError:
        # A broken encoded word: the line as it stands is better than none.
        return tidy(clean(str(value)[:_MAX_HEADER])[0])
    return tidy(clean("".join(pieces)[:_MAX_HEADER])[0])


# What mail programs mean by these names: Western text with the signs of Windows (WHATWG Encoding Standard, 4.2).
_WESTERN: Final = frozenset(
    "us-ascii ascii iso-8859-1 iso8859-1 latin1 latin-1 windows-1252 cp1252 unknown-8bit".split()
)


def _text(data: bytes, charset: str | None) -> str:
    """Bytes in their charset; where none is named, or the named one does not fit, in the one that does."""
    name = (charset or "").strip("\"' ").lower()
    try:
        return data.decode("utf-8" if name in _WESTERN else name or "utf-8")
    except (LookupError, ValueError):
        if name in _WESTERN:
            return data.decode("cp1252", "replace")
    try:
        return decode(data, "")
    except ReaderError:
        return data.decode("cp1252", "replace")


def _note_people(mail: Message, known: Known) -> None:
    for name in _PEOPLE:
        lines = [_decoded(value) for value in (mail.get_all(name) or [])[:50]]
        for person, address in getaddresses(lines):
            if "@" in address:
                known.note("EMAIL_ADDRESS", address)
            if person and "@" not in person:
                known.note("PERSON", person)
                family, comma, given = person.partition(", ")
                if comma and given:
                    known.note("PERSON", f"{given} {family}")


def _date(mail: Message) -> str:
    try:
        return parsedate_to_datetime(header(mail, "Date")).isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""


def _parts(mail: Message, budget: _Budget, source: str) -> tuple[list[Message], list[Message]]:
    """The parts to show and the attachments; of alternatives the one that says what the mail says."""
    bodies: list[Message] = []
    attached: list[Message] = []
    stack = [mail]
    while stack:
        part = stack.pop()
        budget.parts -= 1
        if budget.parts < 0:
            raise ReaderError(f"the mail has more than {MAX_PARTS:,} parts", path=source, remedy="split the file")
        kind = part.get_content_type()
        below = [p for p in part.get_payload() if isinstance(p, Message)] if part.is_multipart() else []
        if kind == "message/rfc822" or (part is not mail and _is_attached(part)):
            attached.append(part)
        elif kind == "multipart/alternative":
            stack.extend(reversed(_chosen(below)))
        elif below:
            stack.extend(reversed(below))
        elif kind.startswith("text/"):
            bodies.append(part)
        else:
            attached.append(part)
    return bodies, attached


_RICH: Final = re.compile(r"<(?:table|del|strike|s|sup|sub)\b|line-through", re.I)
_SAID: Final = 0.7
"""Share of the words of the HTML that plain text must hold to say the same: programs that make it drop links and menus."""
_FEW: Final = 3
"""Words of the HTML alone that make no stub yet: a greeting, a name."""


def _chosen(alternatives: list[Message]) -> list[Message]:
    """The plain text where it says what the HTML says, else the HTML: some programs put a stub in its place.

    Tables, raised and struck words get lost in plain text, so HTML that has any is taken.
    """
    plain = next((p for p in alternatives if p.get_content_type() == "text/plain" and _body(p).strip()), None)
    rich, page = next(((p, page) for p in alternatives if (page := _page_in(p)) is not None), (None, None))
    if plain is None or rich is None or page is None:
        return [plain] if plain is not None else alternatives
    markup = _body(page)
    told = set(_words(text_of(markup, Composer(""))))
    unsaid = told - set(_words(_body(plain)))
    is_stub = len(unsaid) > max(_FEW, (1 - _SAID) * len(told))
    if not told or (not is_stub and not _RICH.search(markup)):
        return [plain]
    return [rich]


def _page_in(part: Message) -> Message | None:
    """The HTML of an alternative, which may stand beside its pictures."""
    if part.get_content_type() == "text/html":
        return part
    if part.get_content_type() == "multipart/related" and part.is_multipart():
        return next(
            (p for p in part.get_payload() if isinstance(p, Message) and p.get_content_type() == "text/html"), None
        )
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _shown(part: Message, composer: Composer) -> str:
    return text_of(_body(part), composer, quotes=True) if part.get_content_type() == "text/html" else _body(part)


def _is_attached(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition") or "").lower().lstrip()
    return disposition.startswith("attachment") or (bool(part.get_filename()) and not part.is_multipart())


def _body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset()
    if charset is None and part.get_content_type() == "text/html":
        try:
            # Without a word in the header the page's own declaration counts.
            return page_text(payload, "")
        except ReaderError:
            pass
    text = newlines(_text(payload, charset))
    is_flowed = part.get_content_type() == "text/plain" and _parameter(part, "format") == "flowed"
    return _unflowed(text, glued=_parameter(part, "delsp") == "yes") if is_flowed else text


def _parameter(part: Message, name: str) -> str:
    return str(part.get_param(name) or "").strip("\"' ").lower()


def _unflowed(text: str, *, glued: bool) -> str:
    """Paragraphs of format=flowed (RFC 3676, 4): a line that ends in a space goes on in the next of the same depth of quotes.

    `glued` (delsp=yes) says that this space was put in by the program that broke the line, as in the middle of a word.
    """
    lines: list[str] = []
    flows, depth = False, 0
    for line in text.split("\n"):
        body = line.lstrip(">")
        quotes, body = len(line) - len(body), body.removeprefix(" ")
        is_signature = body == "-- "
        if flows and quotes == depth and not is_signature:
            lines[-1] = (lines[-1][:-1] if glued else lines[-1]) + body
        else:
            lines.append(f"{'>' * quotes} {body}" if quotes else body)
        flows, depth = body.endswith(" ") and not is_signature, quotes
    return "\n".join(lines)


def _name(part: Message, number: int) -> str:
    """A name for an attachment: its own without folders, else one made of its type."""
    given = tidy(clean(_decoded(str(part.get_filename() or "")))[0])
    name = PurePath(re.sub(r"[\\/:\x00]+", "/", given)).name[:120]
    return name or f"part {number}{_ENDINGS.get(part.get_content_type(), '')}"


def _content(part: Message, *, is_mail: bool) -> bytes:
    """The bytes of an attachment; those of an attached mail as they would be sent."""
    payload = part.get_payload()
    if is_mail and isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0].as_bytes()
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _attachment(part: Message, name: str, source: str, budget: _Budget, depth: int, inside: str) -> list[Document]:
    budget.attachments -= 1
    if budget.attachments < 0:
        raise ReaderError(f"the mail holds more than {MAX_ATTACHMENTS} attachments", path=source)
    is_mail = part.get_content_type() == "message/rfc822"
    data = _content(part, is_mail=is_mail)
    ending = ".eml" if is_mail else PurePath(name).suffix.lower() or _ENDINGS.get(part.get_content_type(), "")
    if not data:
        raise ReaderError("it is empty", path=source)
    budget.bytes -= len(data)
    if budget.bytes < 0 or len(data) > budget.limits.get(ending, TEXT_LIMIT):
        raise ReaderError("it is too large", path=source)
    if ending not in budget.readers:
        raise ReaderError("there is no reader for its kind", path=source)
    if ending == ".eml" and depth >= MAX_NESTING:
        raise ReaderError("it is a mail inside mails", path=source)
    mark = f"{inside}{name} > "
    found = _read(data, source, budget, depth + 1, mark) if ending == ".eml" else budget.readers[ending](data, source)
    return [replace(d, title=_title(d.title, name, source), metadata=_marked(d, name, mark)) for d in found]


def _title(title: str, name: str, source: str) -> str:
    # A reader that found no title takes the file's name, which here is the mail's.
    return stem(name) if title == stem(source) else title


def _marked(document: Document, name: str, mark: str) -> dict[str, str]:
    record = document.metadata.get("record", "")
    record = record if record.startswith(mark) else f"{mark}{record}"
    return {**document.metadata, "attachment": document.metadata.get("attachment") or name, "record": record}
