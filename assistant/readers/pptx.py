"""PPTX: one section a slide, headed by its title; tables as rows, numbered lists with their numbers, speaker's notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.inline import Run, Script, joined
from assistant.formats.xml import local
from assistant.readers.archive import Archive
from assistant.readers.compose import Composer, squeeze, stem, tidy
from assistant.readers.editions import edition_of
from assistant.readers.formula import formula
from assistant.readers.numbering import spelled
from assistant.readers.office_tables import slide_table
from assistant.readers.ooxml import number_of, properties, relations, title_of
from assistant.readers.symbols import shown_in
from assistant.readers.tables import spread_lines
from assistant.types import Document, LossKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_SLIDE: Final = re.compile(r"ppt/slides/slide(\d+)\.xml")
# Numbers of slides and dates are of the page, not of the talk; the footer is read once for the whole.
_OF_THE_PAGE: Final = ("sldNum", "dt", "ftr", "hdr", "sldImg")
_FORMS: Final = (
    ("arabic", "decimal"), ("alphaLc", "lowerLetter"), ("alphaUc", "upperLetter"), ("romanLc", "lowerRoman"), ("romanUc", "upperRoman"),
)  # fmt: skip


def read_pptx(data: bytes, source: str) -> list[Document]:
    """Slides: one section a slide, headed by its title, tables as rows, speaker's notes after the text.

    Struck text is left out and told among the losses, as pictures and charts are; hidden slides are counted.
    """
    archive = Archive(data, source, "PPTX")
    slides = _slides(archive)
    if not slides:
        raise ReaderError("the file holds no slides", path=source, remedy="save it again as PPTX")
    composer = Composer(source)
    footers: dict[str, None] = {}
    for number, name in enumerate(slides, 1):
        root = archive.xml(name)
        if root.get("show") == "0":
            composer.hidden += 1
            continue
        slide = _Slide(composer, f"slide {number}")
        slide.read(root)
        if slide.title:
            composer.note(f"## {slide.title}")
        composer.open(slide.title, f"slide {number}")
        for block in slide.blocks or ([slide.title] if slide.title else []):
            composer.add(block)
        for kind, part in relations(archive, name).values():
            if kind == "notesSlide":
                notes = _Slide(composer, f"slide {number}, notes", notes=True)
                notes.read(archive.xml(part))
                for block in notes.blocks:
                    composer.add(block)
        footers.update(dict.fromkeys(slide.footers))
    for text in footers:
        composer.open("Footer", "footer")
        composer.add(text)
    title = title_of(archive) or stem(source)
    edition = edition_of([title, *composer.first], around=[*footers], properties=properties(archive))
    return [composer.build(title=title, media_type=_KIND, metadata=edition)]


def _slides(archive: Archive) -> list[str]:
    """The slides in the order in which they are shown."""
    numbered = sorted(
        ((int(m.group(1)), name) for name in archive.names if (m := _SLIDE.fullmatch(name))), key=lambda pair: pair[0]
    )
    names = [name for _, name in numbered]
    main = "ppt/presentation.xml"
    if main not in archive:
        return names
    targets = relations(archive, main)
    order = []
    for entry in archive.xml(main).iter():
        if local(entry) == "sldId":
            key = next((v for k, v in entry.attrib.items() if str(k).endswith("}id")), "")
            order.append(targets.get(str(key), ("", ""))[1])
    return [name for name in order if name in archive] or names


class _Slide:
    """What stands on one slide or page of notes."""

    def __init__(self, composer: Composer, place: str, *, notes: bool = False) -> None:
        self.title = ""
        self.blocks: list[str] = []
        self.footers: list[str] = []
        self._composer, self._place, self._notes = composer, place, notes

    def read(self, root: _Element) -> None:
        """Take all shapes in order."""
        for shape in _walk(root):
            kind = local(shape)
            if kind == "tbl":
                self.blocks.extend(spread_lines(slide_table(shape, self._words)))
            elif kind == "sp":
                self._shape(shape)
            elif kind == "pic":
                described = next((e.get("descr") or "" for e in shape.iter() if local(e) == "cNvPr"), "").strip()
                if described:
                    self.blocks.append(described)
                else:
                    self._composer.lose(LossKind.IMAGE, self._place, "a picture, not read")
            elif kind in ("chart", "relIds", "oleObj"):
                self._composer.lose(LossKind.UNREAD, self._place, "a chart, diagram or embedded object, not read")

    def _shape(self, shape: _Element) -> None:
        place = next((e.get("type") or "body" for e in shape.iter() if local(e) == "ph"), "")
        if place == "ftr" and (text := tidy(self._words(shape))):
            self.footers.append(text)
        if place in _OF_THE_PAGE or (self._notes and place == ""):
            return
        text = self._words(shape)
        if place in ("title", "ctrTitle") and not self.title:
            self.title = tidy(text)
        elif text:
            self.blocks.append(text)

    def _words(self, shape: _Element) -> str:
        lines: list[str] = []
        counts: dict[int, int] = {}
        for paragraph in _walk(shape):
            if local(paragraph) == "p":
                text = squeeze(joined(self._runs(paragraph)))
                if text:
                    lines.append(_numbered(paragraph, text, counts))
        return squeeze("\n".join(lines))

    def _runs(self, paragraph: _Element) -> Iterator[Run]:
        for part in paragraph:
            kind = local(part)
            if kind == "br":
                yield Run("\n")
            elif kind in ("r", "fld") and part.get("type") != "slidenum":
                yield from self._unless_struck(part)
            elif kind in ("m", "AlternateContent"):
                maths = (math for math in _walk(part) if local(math) in ("oMath", "oMathPara"))
                if (math := next(maths, None)) is not None:
                    yield Run(f" {formula(math)} ")

    def _unless_struck(self, part: _Element) -> Iterator[Run]:
        looks = next((e for e in part if local(e) == "rPr"), None)
        text = "".join(e.text or "" for e in part if local(e) == "t")
        if looks is None or (looks.get("strike") or "noStrike") == "noStrike":
            yield _run(text, looks)
        elif text.strip():
            self._composer.lose(LossKind.STRUCK, self._place, "struck through, left out")


def _run(text: str, looks: _Element | None) -> Run:
    if looks is None:
        return Run(text)
    font = next((e.get("typeface") or "" for e in looks if local(e) in ("sym", "latin")), "")
    raised = (looks.get("baseline") or "0").strip()
    script = Script.PLAIN if raised in ("0", "0%") else Script.LOWERED if raised.startswith("-") else Script.RAISED
    return Run(shown_in(font, text), script)


def _walk(root: _Element) -> Iterator[_Element]:
    """All elements in order, without the second renderings for old programs."""
    stack = [root]
    while stack:
        element = stack.pop()
        yield element
        stack.extend(child for child in reversed(element) if local(child) != "Fallback")


def _numbered(paragraph: _Element, text: str, counts: dict[int, int]) -> str:
    """A paragraph with the number that its list gives it; `counts` goes on from paragraph to paragraph of a shape."""
    properties = next((e for e in paragraph if local(e) == "pPr"), None)
    level = number_of(properties.get("lvl") or "0") if properties is not None else 0
    marks = {local(e): e for e in properties} if properties is not None else {}
    scheme = marks.get("buAutoNum")
    for deeper in [at for at in counts if at > level]:
        del counts[deeper]
    indent = "  " * min(level, 8)
    if scheme is None:
        counts.pop(level, None)
        return f"{indent}- {text}" if "buChar" in marks else text
    start = number_of(scheme.get("startAt") or "1", 1)
    counts[level] = counts.get(level, start - 1) + 1
    return f"{indent}{_numeral(counts[level], scheme.get('type') or 'arabicPeriod')} {text}"


def _numeral(count: int, scheme: str) -> str:
    """A number as a list's scheme prints it (ECMA-376, ST_TextAutonumberScheme): "arabicPeriod", "alphaLcParenBoth"."""
    number = spelled(count, next((form for name, form in _FORMS if scheme.startswith(name)), "decimal"))
    if scheme.endswith("ParenBoth"):
        return f"({number})"
    return f"{number})" if scheme.endswith("ParenR") else f"{number}."
