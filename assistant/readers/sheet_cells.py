"""Cells of a workbook as they are shown: number formats, dates, percentages, shared strings (ECMA-376, part 1, 18.8)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.readers.archive import Archive, local
from assistant.readers.sheet_formats import shown

if TYPE_CHECKING:
    from lxml.etree import _Element

# 18.8.30: the formats that are known by number and never written out.
_BUILT_IN: Final = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 37: "#,##0",
    38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 48: "0.0E+0", 49: "@",
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47), "hh:mm:ss"), 22: "yyyy-mm-dd hh:mm",
}  # fmt: skip
_COLUMN: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Styles:
    """The number format of each cell style; `days` is added to dates of workbooks that count from 1904."""

    formats: tuple[str, ...]
    days: int = 0
    strong: frozenset[int] = frozenset()

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


def read_styles(archive: Archive, name: str, *, from_1904: bool) -> Styles:
    """The formats of a workbook's cell styles."""
    codes: dict[int, str] = dict(_BUILT_IN)
    formats: list[str] = []
    strong: set[int] = set()
    bold: set[int] = set()
    if name in archive:
        root = archive.xml(name)
        for element in root.iter():
            if local(element) == "numFmt":
                codes[_int(element.get("numFmtId"))] = (element.get("formatCode") or "")[:500]
        for table in root:
            if local(table) == "fonts":
                bold = {number for number, font in enumerate(table) if _is_bold(font)}
            elif local(table) == "cellXfs":
                formats = [codes.get(_int(xf.get("numFmtId")), "General") for xf in table]
                # Fills 0 and 1 are "none" and a pattern that every workbook holds (18.8.21).
                strong = {
                    number
                    for number, xf in enumerate(table)
                    if _int(xf.get("fontId")) in bold or _int(xf.get("fillId")) > 1
                }
    return Styles(tuple(formats), 1462 if from_1904 else 0, frozenset(strong))


def _is_bold(font: _Element) -> bool:
    return any(local(e) == "b" and e.get("val") not in ("0", "false") for e in font)


def _int(value: str | None) -> int:
    return int(value) if value and value.isdigit() and len(value) < 10 else 0


def shared_strings(archive: Archive, name: str) -> list[str]:
    """The strings that cells point to, without the reading aids of East Asian scripts."""
    if name not in archive:
        return []
    return [text_of(item) for item in archive.xml(name) if local(item) == "si"]


def text_of(item: _Element) -> str:
    """The text of a string item: all its runs, phonetic ones left out."""
    pieces = []
    for part in item.iter():
        if local(part) == "t" and not ((above := part.getparent()) is not None and local(above) == "rPh"):
            pieces.append(part.text or "")
    return "".join(pieces)


def place(reference: str) -> tuple[int, int] | None:
    """Row and column, both from 1, of a reference such as "B12"; None where it is none."""
    match = _COLUMN.fullmatch(reference.replace("$", ""))
    if match is None:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)), column
