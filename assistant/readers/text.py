"""Plain text and Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode
from assistant.formats.inline import Run, Script, joined
from assistant.formats.limits import MARKDOWN_LIMIT
from assistant.readers.compose import FIRST_BLOCKS, Composer, Outline, clean, stem, tidy
from assistant.readers.editions import edition_of
from assistant.readers.tables import written
from assistant.readers.tex import FORMULA, keep_formulas
from assistant.types import Document, LossKind, Section

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
    title = _title(text, source)
    edition = edition_of([title, *text[:3000].lstrip().split("\n", FIRST_BLOCKS)[:FIRST_BLOCKS]])
    metadata = {**edition, **({"hidden": str(hidden)} if hidden else {})}
    return [
        Document(
            title=title,
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

    return keep_formulas(MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable(["table", "strikethrough"]))


def read_markdown(data: bytes, source: str) -> list[Document]:
    """Markdown (CommonMark with tables): marks of emphasis, links and comments go, headings become sections.

    A text without such marks comes out as it went in. A "Source:" line under the title goes to metadata.
    """
    if len(data) > MARKDOWN_LIMIT:
        raise ReaderError(
            f"the Markdown file is larger than {MARKDOWN_LIMIT // 1024**2} MiB", path=source, remedy="split the file"
        )
    text = decode(data, source)
    metadata, text = _parted(text)
    brackets = text.count("[")
    if brackets > _MANY_BRACKETS and brackets * 20 > len(text):
        return [replace(document, media_type="text/markdown") for document in read_text(data, source)]
    tokens = _parser().parse(_NOTES_BELOW.sub(r"\n\1", text))
    if any(token.level >= _NESTING - 1 for token in tokens):
        # Beyond its nesting the parser drops text without a word; no document nests so deep, so it is read as it stands.
        return [replace(document, media_type="text/markdown") for document in read_text(data, source)]
    writer = _MarkdownWriter(Composer(source), metadata)
    writer.write(tokens)
    _tell_formulas(tokens, writer.composer)
    title = writer.title or metadata.get("title", "") or stem(source)
    edition = edition_of([title, *writer.composer.first], properties=metadata)
    return [writer.composer.build(title=title, media_type="text/markdown", metadata={**metadata, **edition})]


def _parted(text: str) -> tuple[dict[str, str], str]:
    """The front matter of a text, without names that readers give themselves, and what follows it."""
    front = _FRONT.match(text)
    if front is None:
        return {}, text
    found = {k.lower(): v.strip(" \"'") for k, v in _FRONT_LINE.findall(front.group(1))}
    kept = {k: v for k, v in found.items() if k != "hidden" and not k.startswith("edition.")}
    return kept, text[front.end() :]


def _tell_formulas(tokens: list[Token], composer: Composer) -> None:
    formulas = sum(child.type == FORMULA for token in tokens for child in token.children or ())
    if formulas:
        composer.lose(LossKind.UNREAD, "", f"{formulas} formulas in TeX, shown as they are written")


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
        self._level = self._count = 0

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
        from assistant.readers.html import text_of

        self.composer.add(text_of(token.content, self.composer))

    def inline(self, token: Token) -> None:
        inline = _Inline(self.composer, f"block {self._count + 1}")
        inline.take(token)
        text = inline.text
        if self._mode == "heading":
            self._heading(tidy(text))
        elif self._mode == "cell":
            self._row.append(tidy(text))
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
        self._count += 1
        if not text.strip():
            return
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


_TAG: Final = re.compile(r"<(/?)([a-z]+\d?)\b", re.I)
_NOTE: Final = re.compile(r"(?P<own>^)?\[\^(?P<mark>[\w-]{1,20})\](?(own):)")
# A definition of a note ends the one before it, which CommonMark would read on.
_NOTES_BELOW: Final = re.compile(r"(?m)(?<=\S\n)(^\[\^[\w-]{1,20}\]:)")
_CARETS: Final = re.compile(r"(?<=[^\s^])\^([-+−–]?[^\s^~]{1,6})\^(?!\^)|(?<=[^\W\d_])~(\d{1,3})~(?!~)")
_SCRIPTS: Final = {"sup": Script.RAISED, "sub": Script.LOWERED}
_VALUE: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
_UNSEEN: Final = re.compile(r"\shidden(?=[\s=/>])", re.I)
_STYLE: Final = re.compile(r"\sstyle\s*=\s*([\"'])(.*?)\1", re.I | re.S)
_STRUCK: Final = ("s", "del", "strike")


class _Inline:
    """The words of an inline token: raised and struck text as HTML has it inside Markdown, marks of notes, no comments."""

    def __init__(self, composer: Composer, place: str) -> None:
        self._composer, self._place = composer, place
        self._runs: list[Run] = []
        self._script = Script.PLAIN
        self._struck = 0
        self._has_struck = False
        self._boxes: list[tuple[str, bool]] = []
        self._hidden = 0

    @property
    def text(self) -> str:
        """What was taken."""
        text = joined(self._runs).strip(" ")
        # What was struck leaves a blank on each side.
        return re.sub(r"(?<=\S) {2,}(?=\S)", " ", text) if self._has_struck else text

    def take(self, token: Token) -> None:
        """Take the children of a token in order."""
        for child in token.children or ():
            if child.type in ("text", "code_inline", "text_special", FORMULA):
                self._words(child.content, plain=child.type != "text")
            elif child.type in ("softbreak", "hardbreak"):
                self._runs.append(Run("\n"))
            elif child.type == "image":
                self.take(child)
            elif child.type in ("s_open", "s_close"):
                self._strike(1 if child.type == "s_open" else -1)
            elif child.type == "html_inline":
                self._markup(child.content)

    def _words(self, text: str, *, plain: bool) -> None:
        if self._struck or self._hidden:
            return
        at = 0
        for match in () if plain else _NOTE.finditer(text):
            own = match.group("own") is not None and not self._runs
            self._runs.append(Run(text[at : match.start()], self._script))
            mark = match.group("mark")
            self._runs.append(Run(f"Note {mark}:") if own else Run(mark, Script.MARK))
            at = match.end()
        self._raised(text[at:], plain=plain)

    def _raised(self, text: str, *, plain: bool) -> None:
        """Text in which carets may raise ("10^9^") and tildes lower ("H~2~O") some letters, as Pandoc and others have it."""
        at = 0
        for match in () if plain else _CARETS.finditer(text):
            self._runs.append(Run(text[at : match.start()], self._script))
            raised, lowered = match.groups()
            self._runs.append(Run(raised, Script.RAISED) if raised else Run(lowered, Script.LOWERED))
            at = match.end()
        self._runs.append(Run(text[at:], self._script))

    def _strike(self, step: int) -> None:
        self._has_struck = True
        if step > 0 and not self._struck:
            self._composer.lose(LossKind.STRUCK, self._place, "struck through, left out")
        self._struck = max(0, self._struck + step)

    def _markup(self, tag: str) -> None:
        self._composer.hidden += tag.startswith("<!--")
        match = _TAG.match(tag)
        if match is None:
            return
        closes, name = bool(match.group(1)), match.group(2).lower()
        if name == "br":
            self._runs.append(Run("\n"))
        elif name in _SCRIPTS:
            self._script = Script.PLAIN if closes else _SCRIPTS[name]
        elif name in _STRUCK:
            self._strike(-1 if closes else 1)
        elif self._breaks(name, tag, closes):
            self._runs.append(Run("\n"))

    def _breaks(self, name: str, tag: str, closes: bool) -> bool:
        """Whether a line ends here: at a block by its name, or by the style of its first tag. What a style hides is left out to its end."""
        from assistant.readers.html_looks import hides, is_block, stands_apart

        if closes:
            if not self._boxes or self._boxes[-1][0] != name:
                return is_block(name)
            _, hidden = self._boxes.pop()
            self._hidden -= hidden
            return not hidden or is_block(name)
        found = _STYLE.search(tag)
        style = found.group(2) if found else ""
        hidden = hides(style) or _UNSEEN.search(_VALUE.sub("", tag)) is not None
        apart = stands_apart(name, style)
        # A tag that has no end hides nothing behind it.
        if (hidden or apart) and name not in _VOID and not tag.endswith("/>"):
            self._boxes.append((name, hidden))
            self._hidden += hidden
            self._composer.hidden += hidden
        return apart or is_block(name)
