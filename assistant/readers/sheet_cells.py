"""Cells of a workbook as they are shown: number formats, dates, percentages, shared strings (ECMA-376, part 1, 18.8)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.formats.inline import Run, Script, joined
from assistant.formats.xml import local
from assistant.readers.archive import Archive
from assistant.readers.sheet_formats import shown

if TYPE_CHECKING:
    from lxml.etree import _Element

# 18.8.30: the formats that are known by number and never written out.
_BUILT_IN: Final = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 37: "#,##0;(#,##0)", 38: "#,##0;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)",
    # Those of money (5 to 8, 41 to 44) depend on the country, so that programs write them out; where one does not, no sign is made up.
    **dict.fromkeys((5, 6, 41, 42), "#,##0"), **dict.fromkeys((7, 8, 43, 44), "#,##0.00"), 48: "##0.0E+0", 49: "@",
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47), "hh:mm:ss"), 22: "yyyy-mm-dd hh:mm",
}  # fmt: skip
_SCRIPTS: Final = {"superscript": Script.RAISED, "subscript": Script.LOWERED}
_COLUMN: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Styles:
    """The number format of each cell style; `days` is added to dates of workbooks that count from 1904."""

    formats: tuple[str, ...]
    days: int = 0
    strong: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    """Styles whose text is struck through."""

    def show(self, raw: str, style: int) -> str:
        """A stored number as its cell shows it. Dates are written the ISO way, whatever their order on screen."""
        try:
            value = float(raw)
        except ValueError:
            return raw
        if not math.isfinite(value):
            return raw
        code = self.formats[style] if 0 <= style < len(self.formats) else "General"
        return shown(value, code, days=self.days)

    def is_strong(self, style: int) -> bool:
        """Whether a cell of this style is set off as headings are: bold, or on a colour."""
        return style in self.strong


def _having(mark: str, fonts: Iterable[_Element]) -> set[int]:
    """The numbers of the fonts that have a mark."""
    return {number for number, font in enumerate(fonts) if _has(font, mark)}


def _codes(root: _Element) -> dict[int, str]:
    """The format codes by their numbers: those that every workbook has, and its own."""
    own = (element for element in root.iter() if local(element) == "numFmt")
    return dict(_BUILT_IN) | {_int(e.get("numFmtId")): (e.get("formatCode") or "")[:500] for e in own}


def read_styles(archive: Archive, name: str, *, from_1904: bool) -> Styles:
    """The formats of a workbook's cell styles."""
    first_day = 1462 if from_1904 else 0
    if name not in archive:
        return Styles((), first_day, frozenset(), frozenset())
    root = archive.xml(name)
    codes = _codes(root)
    tables = {local(table): list(table) for table in root}
    fonts, cells = tables.get("fonts", []), tables.get("cellXfs", [])
    bold = _having("b", fonts)
    crossed = _having("strike", fonts)
    # Fills 0 and 1 are "none" and a pattern that every workbook holds (18.8.21).
    looks = [(_int(xf.get("fontId")), _int(xf.get("fillId")) > 1) for xf in cells]
    return Styles(
        tuple(codes.get(_int(xf.get("numFmtId")), "General") for xf in cells),
        first_day,
        frozenset(number for number, (font, filled) in enumerate(looks) if font in bold or filled),
        frozenset(number for number, (font, _) in enumerate(looks) if font in crossed),
    )


def _has(font: _Element, name: str) -> bool:
    return any(local(e) == name and e.get("val") not in ("0", "false") for e in font)


def _int(value: str | None) -> int:
    return int(value) if value and value.isdigit() and len(value) < 10 else 0


class CellText(NamedTuple):
    """The words of a string item, and whether some of it is struck through and left out."""

    text: str
    struck: bool = False


def shared_strings(archive: Archive, name: str) -> list[CellText]:
    """The strings that cells point to, without the reading aids of East Asian scripts."""
    if name not in archive:
        return []
    return [text_of(item) for item in archive.xml(name) if local(item) == "si"]


def text_of(item: _Element) -> CellText:
    """The text of a string item: its runs as they look, phonetic and struck ones left out."""
    runs: list[Run] = []
    struck = False
    for part in item:
        if local(part) == "t":
            runs.append(Run(part.text or ""))
        elif local(part) == "r":
            looks = next((e for e in part if local(e) == "rPr"), None)
            text = "".join(e.text or "" for e in part if local(e) == "t")
            if looks is not None and _has(looks, "strike"):
                struck = struck or bool(text.strip())
                continue
            runs.append(Run(text, _script(looks)))
    return CellText(joined(runs), struck)


def _script(looks: _Element | None) -> Script:
    """Whether a run is raised or lowered."""
    aligned = next((e.get("val") for e in looks if local(e) == "vertAlign"), None) if looks is not None else None
    return _SCRIPTS.get(aligned or "", Script.PLAIN)


def place(reference: str) -> tuple[int, int] | None:
    """Row and column, both from 1, of a reference such as "B12"; None where it is none."""
    match = _COLUMN.fullmatch(reference.replace("$", ""))
    if match is None:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)), column
