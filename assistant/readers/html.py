"""HTML: what a person would see, in order, with headings as sections and tables as rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode
from assistant.readers.compose import Composer, Outline, squeeze, stem, tidy
from assistant.readers.grids import Cell
from assistant.readers.tables import head_count, spread_lines
from assistant.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element

_DROPPED: Final = frozenset(
    "script style template noscript head svg math iframe object embed canvas audio video select datalist".split()
)
_CHROME: Final = frozenset("nav footer aside".split())
_BLOCKS: Final = frozenset(
    "address article blockquote body caption center dd details dialog div dl dt fieldset figcaption figure form header hr "
    "html legend li main ol p pre section summary table tbody tfoot thead tr td th ul".split()
)
_HEADING: Final = re.compile(r"h([1-6])")
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:\.\d+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{3,}"
    r"|(?<![-\w])color\s*:\s*(?:transparent|rgba\([^)]*,\s*0\s*\))",
    re.I,
)
_COLOUR: Final = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.I)
_BACKGROUND: Final = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.I)
_RULE: Final = re.compile(r"([^{}]{1,2000})\{([^{}]{0,20000})\}")
_SIMPLE: Final = re.compile(r"^(?:\w+)?([.#])([\w-]+)$")
_XML_START: Final = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(data: bytes, source: str) -> list[Document]:
    """A web page: scripts, styles, comments and hidden text go (hidden text is counted in metadata "hidden")."""
    composer = Composer(source)
    walker = Walker(composer)
    root = parse(page_text(data, source), source)
    walker.walk(root)
    return [composer.build(title=walker.title or stem(source), media_type="text/html")]


def fragment(markup: str) -> tuple[str, int]:
    """The visible text of a piece of HTML, and how many hidden stretches it held."""
    composer = Composer("")
    try:
        walker = Walker(composer)
        walker.walk(parse(markup, ""))
        document = composer.build(title="fragment", media_type="text/html")
    except ReaderError:
        return "", composer.hidden
    return document.text, composer.hidden


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


class Walker:
    """One pass over the tree without recursion: pages nest as deep as an attacker likes."""

    def __init__(self, composer: Composer) -> None:
        self.title = ""
        self._composer = composer
        self._outline = Outline()
        self._buffer: list[str] = []
        self._hiding: frozenset[str] = frozenset()
        self._cells: list[list[Cell]] | None = None
        self._declared = 0
        self._depth = 0
        self._item = ""

    def walk(self, root: _Element) -> None:
        """Add the whole page to the composer."""
        from lxml import etree

        self._hiding = _hiding_names(root)
        head_title = root.find(".//title")
        skipped: _Element | None = None
        for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
            if event == "comment":
                if skipped is None:
                    self._comment(element)
            elif event == "start":
                if skipped is None and self._skips(element):
                    skipped = element
                elif skipped is None:
                    self._start(element)
            elif skipped is None:
                self._end(element)
            elif element is skipped:
                skipped = None
                self._put(element.tail)
        self._flush()
        page = tidy(head_title.text or "") if head_title is not None else ""
        # A page's title often carries the site's name after the heading, which says it better.
        if page and not (self.title and self.title in page):
            self.title = page

    def _comment(self, element: _Element) -> None:
        words = len((element.text or "").split())
        self._composer.hidden += words > 3 and not (element.text or "").lstrip().startswith("[if")
        self._put(element.tail)

    def _skips(self, element: _Element) -> bool:
        tag = str(element.tag).lower()
        if tag in _DROPPED or tag in _CHROME or (tag == "input"):
            return True
        if self._is_hidden(element):
            self._composer.hidden += bool("".join(element.itertext()).strip())
            return True
        return False

    def _is_hidden(self, element: _Element) -> bool:
        if element.get("hidden") is not None:
            return True
        style = element.get("style") or ""
        if style and (_HIDING.search(style) or _same_colour(style)):
            return True
        if not self._hiding:
            return False
        names = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        return not names.isdisjoint(self._hiding)

    def _start(self, element: _Element) -> None:
        tag = str(element.tag).lower()
        if tag == "table":
            self._flush()
            self._depth += 1
            if self._depth == 1:
                self._cells, self._declared = [], 0
        elif self._cells is not None:
            if tag == "tr" and self._depth == 1:
                self._cells.append([])
            elif tag in ("td", "th") and self._depth == 1:
                self._buffer = []
        elif tag in _BLOCKS or _HEADING.fullmatch(tag):
            self._flush()
            if tag == "li":
                self._item = "- "
        if tag == "br":
            self._buffer.append("\n")
        elif tag == "img" and element.get("alt"):
            self._buffer.append(f" {element.get('alt')} ")
        self._put(element.text, pre=tag == "pre")

    def _end(self, element: _Element) -> None:
        tag = str(element.tag).lower()
        if tag == "table":
            self._depth -= 1
            if self._depth == 0 and self._cells is not None:
                table, self._cells, self._buffer = self._cells, None, []
                for line in spread_lines(table, declared=self._declared or head_count(table)):
                    self._composer.add(line)
        elif self._cells is not None:
            self._in_table(tag, element)
        elif match := _HEADING.fullmatch(tag):
            self._heading(int(match.group(1)))
        elif tag in _BLOCKS:
            self._flush()
        self._put(element.tail)

    def _in_table(self, tag: str, element: _Element) -> None:
        """The end of an element inside a table."""
        if self._depth == 1 and self._cells is not None:
            if tag in ("td", "th") and self._cells:
                text, self._buffer = tidy("".join(self._buffer)), []
                down, across = _count(element.get("rowspan"), 65_534), _count(element.get("colspan"), 1_000)
                self._cells[-1].append(Cell(text, down, across, head=tag == "th"))
                return
            if tag == "thead":
                self._declared = len(self._cells)
            elif tag == "caption":
                text, self._buffer = squeeze("".join(self._buffer)), []
                self._composer.add(text)
                return
        if tag in _BLOCKS:
            self._buffer.append(" ")

    def _put(self, text: str | None, *, pre: bool = False) -> None:
        if text:
            self._buffer.append(text if pre else re.sub(r"\s+", " ", text))

    def _flush(self) -> None:
        if self._cells is not None:
            return
        text = squeeze("".join(self._buffer))
        self._buffer = []
        if text:
            self._composer.add(self._item + text, "\n" if self._item else "\n\n")
            self._item = ""

    def _heading(self, level: int) -> None:
        title = tidy("".join(self._buffer))
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


def _count(span: str | None, most: int) -> int:
    """Rows or columns that a cell covers; a row span of 0 reaches to the end of the table."""
    if span is None or not span.strip().isdigit() or len(span) > 8:
        return 1
    return min(int(span), most) or most


def _same_colour(style: str) -> bool:
    colour, background = _COLOUR.search(style), _BACKGROUND.search(style)
    return bool(colour and background and colour.group(1).strip().lower() == background.group(1).strip().lower())


def _hiding_names(root: _Element) -> frozenset[str]:
    """Classes and ids that the page's own style sheets hide, by simple selectors."""
    names: set[str] = set()
    for style in root.iter("style"):
        for selectors, body in _RULE.findall((style.text or "")[:1_000_000]):
            if _HIDING.search(body):
                for selector in selectors.split(","):
                    if match := _SIMPLE.match(selector.strip()):
                        names.add(match.group(1) + match.group(2))
    return frozenset(names)
