"""Plain text and Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode
from assistant.formats.limits import MARKDOWN_LIMIT
from assistant.readers.compose import Composer, Outline, clean, stem, tidy
from assistant.readers.tables import written
from assistant.types import Document, Section

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# A heading in plain text stands alone on its line, in capitals ("ASSESSMENT AND PLAN:"), or is underlined.
_CAPITALS: Final = re.compile(r"(?m)^[ \t]*([A-Z][A-Z0-9 /&,()'-]{2,58}[A-Z)]):?[ \t]*$")
_UNDERLINED: Final = re.compile(r"(?m)^[ \t]*(\S[^\n]{1,98})\n[ \t]*(?:={3,}|-{3,}|~{3,})[ \t]*$")
_NESTING: Final = 60
# The parser looks for the end of a link at each bracket, 30 to 60 microseconds: a text where one character in twenty is a
# bracket is no Markdown, and would take minutes.
_MANY_BRACKETS: Final = 50_000
_SOURCE_LINE: Final = re.compile(r"Source: [^\n]{1,400}")
_FRONT: Final = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_FRONT_LINE: Final = re.compile(r"(?m)^([A-Za-z][\w-]{0,40}):[ \t]+(\S.*)$")


def read_text(data: bytes, source: str) -> list[Document]:
    """Plain text: kept as it stands, cut into sections at headings in capitals or underlined; located by line."""
    text, hidden = clean(decode(data, source))
    text = text.rstrip()
    if not text.strip():
        raise ReaderError("the file holds no readable text", path=source, remedy="leave this file out")
    metadata = {"hidden": str(hidden)} if hidden else {}
    return [
        Document(
            title=_title(text, source),
            text=text,
            source=source,
            media_type="text/plain",
            sections=_sections(text),
            metadata=metadata,
        )
    ]


def _title(text: str, source: str) -> str:
    """The first line where it stands alone like a title, else the file's name."""
    first, _, rest = text.lstrip().partition("\n")
    line = tidy(first)
    alone = not rest or rest.startswith("\n") or re.match(r"[ \t]*[=~-]{3,}[ \t]*(?:\n|$)", rest) is not None
    plain = 3 <= len(line) <= 100 and line[-1] not in ".:;," and ":" not in line and rest.strip() != ""
    return line if alone and plain and any(c.isalpha() for c in line) else stem(source)


def _sections(text: str) -> tuple[Section, ...]:
    marks = [(m.start(), m.end(), tidy(m.group(1))) for m in _UNDERLINED.finditer(text)]
    taken = {start for start, _, _ in marks}
    marks += [(m.start(), m.end(), tidy(m.group(1))) for m in _CAPITALS.finditer(text) if m.start() not in taken]
    marks.sort()
    found: list[Section] = []
    line, counted = 1, 0
    place, heading = 0, ""
    for start, end, title in [*marks, (len(text), len(text), "")]:
        if start < place:
            continue
        if text[place:start].strip():
            lead = place + len(text[place:start]) - len(text[place:start].lstrip())
            stop = place + len(text[place:start].rstrip())
            line += text.count("\n", counted, lead)
            counted = lead
            found.append(Section(lead, stop, heading, f"line {line}"))
        place, heading = end, title
    return tuple(found) or (Section(0, len(text), "", "line 1"),)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable(["table", "strikethrough"])


def read_markdown(data: bytes, source: str) -> list[Document]:
    """Markdown (CommonMark with tables): marks of emphasis, links and comments go, headings become sections.

    A text without such marks comes out as it went in. A "Source:" line under the title goes to metadata.
    """
    if len(data) > MARKDOWN_LIMIT:
        raise ReaderError(
            f"the Markdown file is larger than {MARKDOWN_LIMIT // 1024**2} MiB", path=source, remedy="split the file"
        )
    text = decode(data, source)
    metadata: dict[str, str] = {}
    if front := _FRONT.match(text):
        metadata = {k.lower(): v.strip(" \"'") for k, v in _FRONT_LINE.findall(front.group(1))}
        metadata.pop("hidden", None)
        text = text[front.end() :]
    brackets = text.count("[")
    if brackets > _MANY_BRACKETS and brackets * 20 > len(text):
        return [replace(document, media_type="text/markdown") for document in read_text(data, source)]
    tokens = _parser().parse(text)
    if any(token.level >= _NESTING - 1 for token in tokens):
        # Beyond its nesting the parser drops text without a word; no document nests so deep, so it is read as it stands.
        return [replace(document, media_type="text/markdown") for document in read_text(data, source)]
    writer = _MarkdownWriter(Composer(source), metadata)
    writer.write(tokens)
    title = writer.title or metadata.get("title", "") or stem(source)
    return [writer.composer.build(title=title, media_type="text/markdown", metadata=metadata)]


class _MarkdownWriter:
    """Walks the flat token list once; nesting is counted, never recursed into."""

    def __init__(self, composer: Composer, metadata: dict[str, str]) -> None:
        self.composer = composer
        self.title = ""
        self._metadata = metadata
        self._outline = Outline()
        self._lists: list[int | None] = []
        self._bullet = ""
        self._tight = self._fresh = False
        self._row: list[str] = []
        self._table: list[list[str]] = []
        self._mode = ""
        self._level = 0

    def write(self, tokens: list[Token]) -> None:
        """Add all tokens."""
        for token in tokens:
            handler = _HANDLERS.get(token.type)
            if handler:
                handler(self, token)

    def open_heading(self, token: Token) -> None:
        self._mode, self._level = "heading", int(token.tag[1:])

    def open_list(self, token: Token) -> None:
        start = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None
        self._lists.append(start)
        self._fresh = len(self._lists) == 1

    def close_list(self, _: Token) -> None:
        self._lists.pop()

    def open_item(self, token: Token) -> None:
        number = self._lists[-1] if self._lists else None
        mark = token.markup or "-"
        self._bullet = "  " * (len(self._lists) - 1) + (
            f"{token.info or number}{mark} " if number is not None else f"{mark} "
        )

    def open_paragraph(self, token: Token) -> None:
        self._mode, self._tight = "paragraph", token.hidden

    def open_cell(self, _: Token) -> None:
        self._mode = "cell"

    def open_row(self, _: Token) -> None:
        self._row = []

    def close_row(self, _: Token) -> None:
        self._table.append(self._row)

    def close_table(self, _: Token) -> None:
        for line in written(self._table, declared=1):
            self.composer.add(line)
        self._table = []

    def code(self, token: Token) -> None:
        self.composer.add(token.content)

    def html(self, token: Token) -> None:
        from assistant.readers.html import fragment

        text, hidden = fragment(token.content)
        self.composer.hidden += hidden
        self.composer.add(text)

    def inline(self, token: Token) -> None:
        text, hidden = _flat(token)
        self.composer.hidden += hidden
        if self._mode == "heading":
            self._heading(tidy(text))
        elif self._mode == "cell":
            self._row.append(text)
        else:
            self._paragraph(text)
        self._mode = ""

    def _heading(self, title: str) -> None:
        if not title:
            return
        self.composer.note(f"{'#' * self._level} {title}")
        if self._level == 1 and not self.title:
            self.title = title
            path = self._outline.enter(1, "")
        else:
            path = self._outline.enter(self._level, title)
        self.composer.open(path, path)

    def _paragraph(self, text: str) -> None:
        bullet, self._bullet = self._bullet, ""
        if self.composer.empty and not bullet and _SOURCE_LINE.fullmatch(text):
            self._metadata["source"] = text.removeprefix("Source: ")
            self.composer.note(text)
            return
        close = bool(bullet) and self._tight and not self._fresh
        self._fresh = self._fresh and not bullet
        self.composer.add(bullet + text, "\n" if close else "\n\n")


_HANDLERS: Final = {
    "heading_open": _MarkdownWriter.open_heading,
    "bullet_list_open": _MarkdownWriter.open_list,
    "ordered_list_open": _MarkdownWriter.open_list,
    "bullet_list_close": _MarkdownWriter.close_list,
    "ordered_list_close": _MarkdownWriter.close_list,
    "list_item_open": _MarkdownWriter.open_item,
    "paragraph_open": _MarkdownWriter.open_paragraph,
    "th_open": _MarkdownWriter.open_cell,
    "td_open": _MarkdownWriter.open_cell,
    "tr_open": _MarkdownWriter.open_row,
    "tr_close": _MarkdownWriter.close_row,
    "table_close": _MarkdownWriter.close_table,
    "fence": _MarkdownWriter.code,
    "code_block": _MarkdownWriter.code,
    "html_block": _MarkdownWriter.html,
    "inline": _MarkdownWriter.inline,
}


def _flat(token: Token) -> tuple[str, int]:
    """The words of an inline token, and how many hidden stretches (comments) it held."""
    pieces: list[str] = []
    hidden = 0
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif child.type == "image":
            pieces.append(_flat(child)[0])
        elif child.type == "html_inline":
            hidden += child.content.startswith("<!--")
            pieces.append("\n" if child.content.lower().startswith("<br") else "")
    return "".join(pieces), hidden
