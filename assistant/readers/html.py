"""HTML: what a person would see, in order, with headings as sections and tables as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode
from assistant.formats.inline import Run, Script, joined
from assistant.readers.compose import Composer, Outline, squeeze, stem, tidy
from assistant.readers.css import Styles
from assistant.readers.editions import edition_of
from assistant.readers.formula import mathml
from assistant.readers.html_lists import PageList, Terms
from assistant.readers.html_looks import (
    font_of,
    is_block,
    is_hidden,
    is_struck,
    keeps_place,
    read_sheet,
    script_of,
    stands_apart,
)
from assistant.readers.html_tables import PageTable
from assistant.readers.symbols import shown_in
from assistant.readers.tables import head_count, spread_lines
from assistant.types import Document, LossKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_DROPPED: Final = frozenset(
    "script style template noscript head svg iframe object embed canvas audio video datalist rt rp".split()
)
_CHROME: Final = frozenset("nav footer".split())
_LINKED: Final = 0.5
"""Of the characters beside a page's text: with more of them in links it leads elsewhere and tells nothing."""
_TYPED: Final = frozenset("text number date time datetime-local month week".split())
_HEADING: Final = re.compile(r"h([1-6])")
_XML_START: Final = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(data: bytes, source: str) -> list[Document]:
    """A web page: scripts, styles, comments, hidden and struck text go (hidden text is counted in metadata "hidden")."""
    composer = Composer(source)
    walker = Walker(composer)
    root = parse(page_text(data, source), source)
    walker.walk(root)
    title = walker.title or stem(source)
    edition = edition_of([title, *composer.first], around=walker.feet, properties=meta_tags(root))
    return [composer.build(title=title, media_type="text/html", metadata=edition)]


def meta_tags(root: _Element) -> dict[str, str]:
    """What the head of a page says about it: `<meta name="version" content="3">`."""
    return {(m.get("name") or "").lower(): m.get("content") or "" for m in root.iter("meta") if m.get("name")}


def fragment(markup: str) -> tuple[str, int]:
    """The visible text of a piece of HTML, and how many hidden stretches it held."""
    piece = Composer("")
    return text_of(markup, piece), piece.hidden


def text_of(markup: str, into: Composer, *, quotes: bool = False) -> str:
    """The visible text of a piece of HTML; what is left out of it is told to the composer that the text is for.

    `quotes`: each paragraph of a block quote begins with ">", as in plain mail: it is what somebody wrote before.
    """
    piece = Composer("")
    try:
        walker = Walker(piece)
        root = parse(markup, "")
        if quotes:
            _mark_quotes(root)
        walker.walk(root)
        text = piece.build(title="fragment", media_type="text/html").text
    except ReaderError:
        text = ""
    into.join(piece)
    return text


def parse(markup: str, source: str) -> _Element:
    """The element tree of a page; nothing is fetched, no entity beyond HTML's own is resolved."""
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, recover=True, remove_pis=True, encoding="utf-8")
    # Bytes in, because a text with its own charset declaration would be decoded a second time.
    plain = _XML_START.sub("", markup.replace("\x00", "")).encode("utf-8", "replace")
    try:
        root = etree.fromstring(plain, parser) if plain.strip() else None
    except etree.LxmlError:
        root = None
    if root is None:
        raise ReaderError("the file holds no readable HTML", path=source, remedy="leave this file out")
    return root


def page_text(data: bytes, source: str) -> str:
    """The text of a page in the charset that it declares, else in the one that fits best."""
    declared = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{3,20})", data[:4096], re.I)
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, source)


def _mark_quotes(root: _Element) -> None:
    for quote in root.iter("blockquote"):
        if not any(True for _ in quote.iterancestors("blockquote")):
            for block in quote.iter("blockquote", "p", "div", "li", "td", "pre"):
                if (block.text or "").strip():
                    block.text = f"> {(block.text or '').lstrip()}"


def _leads_elsewhere(element: _Element) -> bool:
    """Whether what stands beside the text of a page is a list of links; a note or a warning is none."""
    whole = len("".join(element.itertext()).split())
    return sum(len("".join(link.itertext()).split()) for link in element.iter("a")) > _LINKED * whole


class Walker:
    """One pass over the tree without recursion: pages nest as deep as an attacker likes."""

    def __init__(self, composer: Composer) -> None:
        self.title = ""
        self.feet: list[str] = []
        """What stands at the foot of the page, which is not read."""
        self._composer = composer
        self._outline = Outline()
        self._buffer: list[Run] = []
        self._looks = Styles()
        self._scripts: list[tuple[_Element, Script]] = []
        self._fonts: list[tuple[_Element, str]] = []
        self._boxes: list[_Element] = []
        self._lists: list[PageList] = []
        self._terms = Terms()
        self._table = PageTable()
        self._item = ""
        self._blocks = 0

    def walk(self, root: _Element, linked: Iterable[str] = ()) -> None:
        """Add the whole page to the composer; `linked`: the text of style sheets that it refers to."""
        from lxml import etree

        self._looks = read_sheet(root, linked)
        head_title = root.find(".//title")
        skipped: _Element | None = None
        for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._put(element.tail)
            elif event == "comment":
                self._comment(element)
            elif event == "end":
                self._end(element)
            elif self._skips(element, style := self._looks.style_of(element)):
                skipped = element
            else:
                self._start(element, style)
        self._flush()
        page = tidy(head_title.text or "") if head_title is not None else ""
        # A page's title often carries the site's name after the heading, which says it better.
        if page and not (self.title and self.title in page):
            self.title = page

    def _comment(self, element: _Element) -> None:
        words = len((element.text or "").split())
        self._composer.hidden += words > 3 and not (element.text or "").lstrip().startswith("[if")
        self._put(element.tail)

    def _skips(self, element: _Element, style: str) -> bool:
        tag = str(element.tag).lower()
        if tag in ("input", "select"):
            self._put(filled_in(element))
            return True
        if tag == "math":
            self._put(mathml(element))
            return True
        if tag in _DROPPED or tag in _CHROME or (tag == "aside" and _leads_elsewhere(element)):
            if tag == "footer":
                self.feet += [line for text in element.itertext() if (line := tidy(text))][:20]
            return True
        return self._is_unseen(element, tag, style)

    def _is_unseen(self, element: _Element, tag: str, style: str) -> bool:
        """Whether an element is hidden or struck through; a cell that still takes up its place leaves it empty."""
        hidden = is_hidden(element, style)
        if not hidden and not is_struck(element, style):
            return False
        if "".join(element.itertext()).strip():
            if hidden:
                self._composer.hidden += 1
            else:
                self._composer.lose(LossKind.STRUCK, self._place, "struck through, left out")
                self._table.struck = True
        if tag in ("td", "th") and self._table.depth == 1 and keeps_place(element, style):
            self._table.start(tag)
            self._table.add(element, "", is_head=tag == "th", struck=not hidden)
        return True

    @property
    def _place(self) -> str:
        return f"block {self._blocks + 1}"

    def _start(self, element: _Element, style: str) -> None:
        tag = str(element.tag).lower()
        if tag == "a" and "noteref" in f"{element.get('role')} {element.get('epub:type')} {element.get('class')}":
            self._scripts.append((element, Script.MARK))
        elif script := script_of(element, style):
            self._scripts.append((element, _script(element, script)))
        if font := font_of(element, style):
            self._fonts.append((element, font))
        if tag == "table":
            self._flush()
            if self._table.depth:
                self._buffer.append(Run(" "))
            self._table.open()
        elif self._table.depth:
            self._start_in_table(tag)
        elif is_block(tag):
            self._flush()
            self._start_block(tag, element, style)
        if stands_apart(tag, style):
            self._boxes.append(element)
            self._break_line()
        if tag == "br":
            self._break_line()
        elif tag == "img":
            self._image(element)
        self._put(self._looks.beside(element, "before"))
        self._put(element.text, pre=tag == "pre")

    def _break_line(self) -> None:
        self._buffer.append(Run("\n"))

    def _start_block(self, tag: str, element: _Element, style: str) -> None:
        """The beginning of a list, an item or a description."""
        if tag in ("ol", "ul"):
            self._lists.append(PageList.of(element, style))
        elif tag == "li":
            depth = min(len(self._lists) - 1, 8)
            self._item = "  " * max(0, depth) + (self._lists[-1].label(element) if self._lists else "-") + " "
        elif tag == "dd":
            self._terms.describe()

    def _image(self, element: _Element) -> None:
        if element.get("alt"):
            self._buffer.append(Run(f" {element.get('alt')} "))
        elif element.get("alt") is None:
            # An empty text says that the picture is an ornament.
            self._composer.lose(LossKind.IMAGE, self._place, "a picture without a text, not read")

    def _end(self, element: _Element) -> None:
        tag = str(element.tag).lower()
        self._put(self._looks.beside(element, "after"))
        if tag == "table" and self._table.depth:
            if rows := self._table.close():
                self._buffer = []
                self._blocks += 1
                for line in spread_lines(rows, declared=self._table.declared or head_count(rows)):
                    self._composer.add(line)
            elif self._table.depth:
                self._buffer.append(Run(" "))
        elif self._table.depth:
            self._in_table(tag, element)
        else:
            self._end_block(tag)
        if self._boxes and self._boxes[-1] is element:
            self._boxes.pop()
            self._break_line()
        for stack in (self._scripts, self._fonts):
            if stack and stack[-1][0] is element:
                stack.pop()
        self._put(element.tail)

    def _end_block(self, tag: str) -> None:
        """The end of an element outside tables."""
        if match := _HEADING.fullmatch(tag):
            self._heading(int(match.group(1)))
        elif tag == "dt":
            if text := tidy(joined(self._buffer)):
                self._terms.term(text)
            self._buffer = []
        elif is_block(tag):
            self._flush()
            if tag in ("ol", "ul") and self._lists:
                self._lists.pop()
            elif tag == "dl" and (alone := self._terms.left()):
                self._composer.add(alone)

    def _start_in_table(self, tag: str) -> None:
        if self._table.depth == 1 and tag in ("td", "th"):
            self._buffer = []
        elif tag in ("td", "th", "tr") and (mark := self._table.border(tag)):
            self._buffer.append(Run(mark))
        elif is_block(tag):
            # A block begins a line of its own: "1" before a paragraph "5 mg" is not "15 mg".
            self._buffer.append(Run(" "))
        self._table.start(tag)

    def _in_table(self, tag: str, element: _Element) -> None:
        """The end of an element inside a table."""
        if self._table.depth == 1 and tag in ("td", "th", "caption"):
            text, self._buffer = squeeze(joined(self._buffer)), []
            if tag == "caption":
                self._composer.add(text)
            else:
                self._table.add(element, tidy(text), is_head=tag == "th")
            return
        self._table.end(tag)
        if is_block(tag):
            self._buffer.append(Run(" "))

    def _put(self, text: str | None, *, pre: bool = False) -> None:
        if text:
            text = text if pre else re.sub(r"\s+", " ", text)
            self._table.saw(text)
            shown = shown_in(self._fonts[-1][1] if self._fonts else "", text)
            self._buffer.append(Run(shown, self._scripts[-1][1] if self._scripts else Script.PLAIN))

    def _flush(self) -> None:
        if self._table.depth:
            return
        text = squeeze(joined(self._buffer))
        self._buffer = []
        if text:
            self._blocks += 1
            self._composer.add(self._item + self._terms.lead() + text, "\n" if self._item else "\n\n")
            self._item = ""

    def _heading(self, level: int) -> None:
        title = tidy(joined(self._buffer))
        self._buffer = []
        if not title:
            return
        self._composer.note(f"{'#' * level} {title}")
        if level == 1 and not self.title:
            self.title = title
            path = self._outline.enter(1, "")
        else:
            path = self._outline.enter(level, title)
        self._composer.open(path, path)


def filled_in(field: _Element) -> str:
    """What a form's field holds: a tick, the text typed in, the options chosen."""
    kind = (field.get("type") or "text").lower()
    if str(field.tag).lower() == "select":
        chosen = [tidy("".join(o.itertext())) for o in field.iter("option") if o.get("selected") is not None]
        return f" {', '.join(chosen)} " if chosen else ""
    if kind in ("checkbox", "radio"):
        return "☑ " if field.get("checked") is not None else "☐ "
    return f" {field.get('value')} " if kind in _TYPED and field.get("value") else ""


def _script(element: _Element, script: str) -> Script:
    """Raised, lowered, or for sure the mark of a note: a raised link into the page itself."""
    if script == "sub":
        return Script.LOWERED
    parent = element.getparent()
    links = [*element.iter("a"), *([parent] if parent is not None and str(parent.tag).lower() == "a" else [])]
    return Script.MARK if any((link.get("href") or "").startswith("#") for link in links) else Script.RAISED
