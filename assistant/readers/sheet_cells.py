"""Cells of a workbook as they are shown: number formats, dates, percentages, shared strings (ECMA-376, part 1, 18.8)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from assistant.formats.xml import local
from assistant.readers.archive import Archive

if TYPE_CHECKING:
    from lxml.etree import _Element

# 18.8.30: the formats that are known by number and never written out.
_BUILT_IN: Final = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 37: "#,##0",
    38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 48: "0.0E+0", 49: "@",
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47), "hh:mm:ss"), 22: "yyyy-mm-dd hh:mm",
}  # fmt: skip
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_NUMBER: Final = re.compile(r"[#0?,]*(?:\.[#0?]+)?")
_COLUMN: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)
_LAST_DAY: Final = 2_958_466.0
"""The day after 9999-12-31, where the calendar of spreadsheets ends."""


@dataclass(frozen=True, slots=True)
class Styles:
    """The number format of each cell style; `days` is added to dates of workbooks that count from 1904."""

    formats: tuple[str, ...]
    days: int = 0

    def show(self, raw: str, style: int) -> str:
        """A stored number as its cell shows it. Dates are written the ISO way, whatever their order on screen."""
        try:
            value = float(raw)
        except ValueError:
            return raw
        if not math.isfinite(value):
            return raw
        code = self.formats[style] if 0 <= style < len(self.formats) else "General"
        plain = _LITERAL.sub("", code.split(";")[0])
        if is_date(plain):
            return _date(value + (self.days if value >= 1 else 0), plain) or general(value)
        return _number(value, plain)


def is_date(code: str) -> bool:
    """Whether a format without its literals is one of dates or times."""
    return bool(re.search(r"[ymdhs]", code, re.I)) and "e+" not in code.lower() and code.lower() != "general"


def general(value: float) -> str:
    """A number without format: at most 15 significant digits, as spreadsheets keep them."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"


def _number(value: float, code: str) -> str:
    match = next((m for m in _NUMBER.finditer(code) if m.group(0)), None)
    if match is None or "e" in code.lower() or "/" in code or "@" in code or "general" in code.lower():
        return general(value)
    body = match.group(0)
    percent = "%" in code
    value = value * 100 if percent else value
    whole, _, fraction = body.partition(".")
    least = fraction.count("0")
    text = f"{value:{',' if ',' in whole else ''}.{len(fraction)}f}" if abs(value) < 1e18 else general(value)
    if len(fraction) > least and "." in text:
        head, _, tail = text.partition(".")
        text = head + (f".{kept}" if (kept := tail[:least] + tail[least:].rstrip("0")) else "")
    zeros = whole.count("0")
    if zeros > 1 and "," not in whole and value >= 0:
        # A format of zeros alone keeps leading ones: record numbers and ZIP codes.
        head, dot, tail = text.partition(".")
        text = head.zfill(min(zeros, 30)) + dot + tail
    return f"{text}%" if percent else text


def _date(value: float, code: str) -> str:
    if not 0 <= value < _LAST_DAY:
        return ""
    lowered = code.lower()
    dated = "y" in lowered or "d" in lowered or ("m" in lowered and "h" not in lowered and "s" not in lowered)
    timed = "h" in lowered or "s" in lowered
    # Half a second is added before cutting: a fraction of a day is not exact.
    at = _EPOCH + timedelta(seconds=round(value * 86400))
    clock = at.strftime("%H:%M:%S") if at.second else at.strftime("%H:%M")
    if "[" in lowered or (timed and not dated and value >= 1):
        minutes, seconds = divmod(round(value * 86400), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    if timed and not dated:
        return clock
    day = f"{at.year:04d}-{at.month:02d}-{at.day:02d}"
    return f"{day} {clock}" if timed and (at.hour or at.minute or at.second) else day


def read_styles(archive: Archive, name: str, *, from_1904: bool) -> Styles:
    """The formats of a workbook's cell styles."""
    codes: dict[int, str] = dict(_BUILT_IN)
    formats: list[str] = []
    if name in archive:
        root = archive.xml(name)
        for element in root.iter():
            if local(element) == "numFmt":
                codes[_int(element.get("numFmtId"))] = (element.get("formatCode") or "")[:500]
        for table in root:
            if local(table) == "cellXfs":
                formats = [codes.get(_int(xf.get("numFmtId")), "General") for xf in table]
    return Styles(tuple(formats), 1462 if from_1904 else 0)


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
