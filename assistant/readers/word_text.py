"""The words of a part of a DOCX as they are printed: what is struck, deleted or hidden is left out, and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from assistant.formats.inline import Run, Script, joined
from assistant.formats.xml import local
from assistant.readers.compose import Composer, squeeze
from assistant.readers.formula import formula
from assistant.readers.numbering import spelled
from assistant.readers.ooxml import attribute, is_on, is_placeholder, number_of
from assistant.readers.symbols import UNKNOWN, shown_in, symbol
from assistant.readers.word_styles import PLAIN, Looks, Style, is_shaded, looks_of
from assistant.types import LossKind

if TYPE_CHECKING:
    from lxml.etree import _Element

# Properties, the second rendering of a drawing for old programs, reading aids above a line, marks of the note parts.
_DROPPED: Final = frozenset(
    "delText Fallback annotationRef sdtPr sdtEndPr pPr rPr tblPr tblGrid trPr tcPr rt footnoteRef endnoteRef".split()
)
# Results of these fields say where a page stands and when it was printed.
_NO_TEXT_FIELDS: Final = frozenset("PAGE NUMPAGES SECTIONPAGES PAGEREF DATE TIME PRINTDATE SAVEDATE FILENAME".split())


@dataclass(slots=True)
class _Field:
    name: str = ""

    @property
    def is_silent(self) -> bool:
        return self.name.upper() in _NO_TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Note:
    """A foot- or endnote that is referred to: the mark that is printed for it, and where its text lies."""

    mark: str
    kind: str
    id: str


@dataclass(slots=True)
class _Line:
    """What one call collects."""

    runs: list[Run] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    described: bool = False

    @property
    def is_silent(self) -> bool:
        return any(f.is_silent for f in self.fields)


class WordText:
    """Gives the words of elements; `place` says where they stand, for the report of what was left out."""

    def __init__(self, composer: Composer, styles: Mapping[str, Style]) -> None:
        self.place = ""
        self.ground = PLAIN
        """The looks of the page that the text stands on."""
        self.comments = 0
        self.notes: list[Note] = []
        """Notes that were referred to since the list was last emptied."""
        self._composer, self._styles = composer, styles
        self._counts = {"footnote": 0, "endnote": 0}

    def text(self, element: _Element) -> str:
        """The visible text below an element, without recursion; of a table within a cell the cells and rows kept apart."""
        line = _Line()
        in_cell = local(element) == "tc"
        stack: list[tuple[_Element, Looks] | Run] = [(element, self.ground)]
        while stack:
            item = stack.pop()
            if isinstance(item, Run):
                line.runs.append(item)
                continue
            below = self._enter(item[0], item[1], line)
            if in_cell and below is not None and item[0] is not element and (border := _border(item[0])):
                line.runs.append(Run(border))
            if below is not None:
                if local(item[0]) == "p":
                    stack.append(Run("\n"))
                stack.extend((child, below) for child in reversed(item[0]))
        return squeeze(joined(line.runs))

    def _enter(self, element: _Element, looks: Looks, line: _Line) -> Looks | None:
        """Take what an element says itself; the looks for what is below it, None where that is passed over."""
        kind = local(element)
        if kind in _DROPPED or (kind == "sdt" and is_placeholder(element)):
            return None
        if kind in ("del", "moveFrom"):
            if any(local(e) in ("t", "delText") and (e.text or "").strip() for e in element.iter()):
                self._composer.lose(LossKind.STRUCK, self.place, "deleted by a tracked change, left out")
            return None
        if kind == "r":
            return self._run(element, looks)
        if kind == "p":
            return self._paragraph(element, looks)
        if kind in _COLOURED:
            return replace(looks, shaded=True)
        if kind in ("instrText", "fldChar", "fldSimple"):
            return self._field(element, kind, looks, line)
        if not line.is_silent:
            return self._leaf(element, kind, looks, line)
        return None

    def _paragraph(self, element: _Element, looks: Looks) -> Looks:
        style = self._styles.get(_style_of(element, "pPr", "pStyle"))
        shades = [entry for part in element if local(part) == "pPr" for entry in part if local(entry) == "shd"]
        looks = looks.over(style.looks) if style else looks
        return replace(looks, shaded=is_shaded(shades[0])) if shades and not looks.shaded else looks

    def _run(self, run: _Element, looks: Looks) -> Looks | None:
        style = self._styles.get(_style_of(run, "rPr", "rStyle"))
        own = looks_of(entry for part in run if local(part) == "rPr" for entry in part)
        looks = own.over(style.looks if style else PLAIN).over(looks)
        if not (looks.unseen or looks.struck) or any(local(e) in ("fldChar", "instrText") for e in run):
            return looks
        if any(map(_is_seen, run.iter())):
            if looks.unseen:
                self._composer.hidden += 1
            else:
                self._composer.lose(LossKind.STRUCK, self.place, "struck through, left out")
        return None

    def _field(self, element: _Element, kind: str, looks: Looks, line: _Line) -> Looks | None:
        if kind == "fldSimple":
            name = attribute(element, "instr").split()[:1]
            return None if name and name[0].upper() in _NO_TEXT_FIELDS else looks
        step = attribute(element, "fldCharType")
        line.runs += [Run(said) for said in _filled_in(element)]
        if kind == "instrText":
            if line.fields and not line.fields[-1].name:
                line.fields[-1].name = next(iter((element.text or "").split()), "")
        elif step == "begin":
            line.fields.append(_Field())
        elif step == "end" and line.fields:
            line.fields.pop()
        return None

    def _leaf(self, element: _Element, kind: str, looks: Looks, line: _Line) -> Looks | None:
        script = looks.script or Script.PLAIN
        if kind == "t":
            line.runs.append(Run(shown_in(looks.font, element.text or ""), script))
        elif kind == "sym":
            line.runs.append(Run(self._symbol(element), script))
        elif kind in _SIGNS:
            line.runs.append(Run(_SIGNS[kind]))
        elif kind in ("oMath", "oMathPara"):
            line.runs.append(Run(_beside(formula(element), line)))
            return None
        elif kind in ("footnoteReference", "endnoteReference"):
            line.runs.append(Run(self._note(element, kind.removesuffix("Reference")), Script.MARK))
        elif kind == "commentReference":
            self.comments += 1
        else:
            self._drawing(element, kind, line)
        return looks

    def _symbol(self, element: _Element) -> str:
        code = attribute(element, "char")
        font = attribute(element, "font")
        try:
            shown = symbol(font, int(code, 16))
        except ValueError:
            shown = UNKNOWN
        if shown == UNKNOWN:
            self._composer.lose(LossKind.UNREAD, self.place, "a symbol that is not known")
        return shown

    def _note(self, element: _Element, kind: str) -> str:
        key = attribute(element, "id")
        if is_on(element) and attribute(element, "customMarkFollows") in ("1", "true", "on"):
            self.notes.append(Note("", kind, key))
            return ""
        self._counts[kind] += 1
        mark = spelled(self._counts[kind], "lowerRoman" if kind == "endnote" else "decimal")
        self.notes.append(Note(mark, kind, key))
        return mark

    def _drawing(self, element: _Element, kind: str, line: _Line) -> None:
        if kind == "docPr":
            described = attribute(element, "descr").strip()
            line.described = bool(described)
            if described:
                line.runs.append(Run(f" {described} "))
        elif kind == "textpath":
            line.runs.append(Run(f" {attribute(element, 'string')} "))
        elif kind in ("pic", "imagedata"):
            if not line.described:
                self._composer.lose(LossKind.IMAGE, self.place, "a picture, not read")
        elif kind in ("chart", "relIds", "OLEObject"):
            self._composer.lose(LossKind.UNREAD, self.place, "a chart, diagram or embedded object, not read")


# Cells, boxes and pages take their colours from styles and themes that are not read: white letters there are taken to be seen.
_COLOURED: Final = frozenset({"tbl", "tc", "txbxContent", "textbox"})
_SIGNS: Final = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


_BORDERS: Final = {"tr": " / ", "tc": " | "}


def _border(element: _Element) -> str:
    """What stands before a row or cell of a table within a cell: nothing before the first."""
    kind = local(element)
    return (
        _BORDERS[kind]
        if kind in _BORDERS and any(local(e) == kind for e in element.itersiblings(preceding=True))
        else ""
    )


def _filled_in(field: _Element) -> Iterator[str]:
    """What a field of an old form holds: a tick, or the option chosen."""
    for data in field:
        for part in data if local(data) == "ffData" else ():
            inside = {local(entry): entry for entry in part}
            if local(part) == "checkBox":
                state = inside.get("checked", inside.get("default"))
                yield "☑" if state is not None and is_on(state) else "☐"
            elif local(part) == "ddList":
                options = [attribute(entry, "val") for entry in part if local(entry) == "listEntry"]
                chosen = number_of(attribute(inside["result"], "val")) if "result" in inside else 0
                yield options[chosen] if chosen < len(options) else ""


def _is_seen(element: _Element) -> bool:
    """Whether an element of a run puts something on the page."""
    return local(element) == "sym" or (local(element) == "t" and bool((element.text or "").strip()))


def _beside(text: str, line: _Line) -> str:
    """A formula apart from a number before it: "1" and "1/2" are not "11/2"."""
    before = line.runs[-1].text[-1:] if line.runs else ""
    return f" {text}" if before.isalnum() and text[:1].isdigit() else text


def _style_of(element: _Element, properties: str, name: str) -> str:
    for part in element:
        if local(part) == properties:
            return next((attribute(e, "val") for e in part if local(e) == name), "")
    return ""
