"""Styles of a DOCX: which are headings, which hide, strike or raise their text (ISO/IEC 29500-1, 17.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assistant.formats.inline import Script
from assistant.formats.xml import local
from assistant.readers.archive import Archive
from assistant.readers.ooxml import attribute, is_on

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEVEL: Final = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik)\s*([1-9])", re.I)


@dataclass(frozen=True, slots=True)
class Looks:
    """What of a run's looks changes what it says. None: nothing is said, the looks around it hold."""

    hidden: bool | None = None
    struck: bool | None = None
    script: Script | None = None
    font: str = ""
    white: bool | None = None
    shaded: bool | None = None
    """Whether anything but the white of the page is behind the letters."""

    @property
    def unseen(self) -> bool:
        """Hidden, or white on white."""
        return bool(self.hidden) or (bool(self.white) and not self.shaded)

    def over(self, below: Looks) -> Looks:
        """These looks where they say something, else those below."""
        return Looks(
            below.hidden if self.hidden is None else self.hidden,
            below.struck if self.struck is None else self.struck,
            below.script if self.script is None else self.script,
            self.font or below.font,
            below.white if self.white is None else self.white,
            below.shaded if self.shaded is None else self.shaded,
        )


PLAIN: Final = Looks()
_SCRIPTS: Final = {"superscript": Script.RAISED, "subscript": Script.LOWERED, "baseline": Script.PLAIN}


@dataclass(frozen=True, slots=True)
class Style:
    """One style with all that it takes over: the level of its headings (0 the document's title), its looks, its list."""

    level: int | None = None
    looks: Looks = PLAIN
    list_id: str = ""
    list_level: int = 0
    based_on: str = ""
    is_list: bool = False


def read_styles(archive: Archive, name: str) -> dict[str, Style]:
    """Style id to style, each with what it takes over from those that it is based on."""
    if name not in archive:
        return {}
    own = {attribute(style, "styleId"): _own(style) for style in archive.xml(name) if local(style) == "style"}
    return {key: _whole(own, key) for key in own}


def looks_of(properties: Iterable[_Element]) -> Looks:
    """The looks that the properties of a run give."""
    looks = PLAIN
    for entry in properties:
        kind = local(entry)
        if kind in ("vanish", "webHidden"):
            looks = replace(looks, hidden=is_on(entry))
        elif kind in ("strike", "dstrike"):
            looks = replace(looks, struck=is_on(entry) or bool(looks.struck))
        elif kind == "vertAlign":
            looks = replace(looks, script=_SCRIPTS.get(attribute(entry, "val")))
        elif kind == "position" and looks.script in (None, Script.PLAIN):
            # Raised or lowered by hand: the size of the letters is theirs, the height says what they are.
            looks = replace(looks, script=_moved(attribute(entry, "val")))
        elif kind == "color":
            looks = replace(looks, white=attribute(entry, "val").upper() == _WHITE)
        elif kind in ("shd", "highlight"):
            looks = replace(looks, shaded=is_shaded(entry))
        elif kind == "rFonts":
            looks = replace(looks, font=attribute(entry, "ascii") or attribute(entry, "hAnsi"))
    return looks


def is_shaded(entry: _Element) -> bool:
    """Whether a shading or a highlight puts another colour than white behind the letters; a pattern always does."""
    fill, value = attribute(entry, "fill").upper(), attribute(entry, "val").lower()
    if local(entry) == "highlight":
        return value not in ("", "none", "white")
    return value not in ("", "clear", "nil") or fill not in ("", "AUTO", _WHITE) or bool(attribute(entry, "themeFill"))


_WHITE: Final = "FFFFFF"
_LEAST_MOVE: Final = 4
"""Half points: two points, a fifth of the letters of a text of ten; less is a matter of looks."""


def _moved(half_points: str) -> Script | None:
    if not re.fullmatch(r"-?\d{1,4}", half_points) or abs(int(half_points)) < _LEAST_MOVE:
        return None
    return Script.RAISED if int(half_points) > 0 else Script.LOWERED


def _own(style: _Element) -> Style:
    found = Style()
    for child in style:
        kind, value = local(child), attribute(child, "val")
        if kind == "name":
            if match := _LEVEL.match(value):
                found = replace(found, level=int(match.group(1)))
            elif value.lower() == "title":
                found = replace(found, level=0)
            found = replace(found, is_list=value.lower().startswith("list"))
        elif kind == "basedOn":
            found = replace(found, based_on=value)
        elif kind == "rPr":
            found = replace(found, looks=looks_of(child))
        elif kind == "pPr":
            found = _paragraph(found, child)
    return found


def _paragraph(style: Style, properties: _Element) -> Style:
    for entry in properties.iter():
        kind, value = local(entry), attribute(entry, "val")
        if kind == "outlineLvl" and value.isdigit() and int(value) < 9 and style.level is None:
            style = replace(style, level=int(value) + 1)
        elif kind == "numId":
            style = replace(style, list_id=value)
        elif kind == "ilvl" and value.isdigit():
            style = replace(style, list_level=int(value))
        elif kind == "shd":
            style = replace(style, looks=replace(style.looks, shaded=is_shaded(entry)))
    return style


def _whole(own: dict[str, Style], key: str) -> Style:
    found, above, steps = own[key], own[key].based_on, 0
    while above in own and steps < 20:
        base = own[above]
        found = replace(
            found,
            level=base.level if found.level is None else found.level,
            looks=found.looks.over(base.looks),
            list_id=found.list_id or base.list_id,
            list_level=found.list_level or base.list_level,
            is_list=found.is_list or base.is_list,
        )
        above, steps = base.based_on, steps + 1
    return found
