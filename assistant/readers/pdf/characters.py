"""Which character a glyph is where its font does not say it: hyphens of line ends, and the encodings of TeX's bitmap fonts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Fonts of TeX without names for their glyphs (Type 3) give the places of its encodings, Cork's (T1) and, from 0B to 0F, the old
# one's: letters that run together, dashes and quotation marks lie where others have control characters. 88 is TS1's bullet.
_TEX: Final = {
    0x0B: "ff", 0x0C: "fi", 0x0E: "ffi", 0x0F: "ffl", 0x10: "“", 0x11: "”", 0x12: "„", 0x13: "«", 0x14: "»", 0x15: "–", 0x16: "—",
    0x19: "ı", 0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl", 0x88: "•",
}  # fmt: skip
# What else stands in running text; signs of formulas lie in the same places in TeX's other fonts.
_PLAIN: Final = frozenset("0123456789.,;:()-/%+=!?'[]•") | {"ff", "fi", "fl", "ffi", "ffl"}
_FREQUENT: Final = frozenset("etaonisrd")
"""Letters of which texts of European languages consist by half to three quarters; a text under a wrong encoding does not."""


def character(raw: object, i: int) -> str:
    """The character of a glyph of a text page; "" for one that is none."""
    import pypdfium2.raw as c

    # PDFium marks the hyphen at the end of a line as one that may go; that is not its to say.
    if c.FPDFText_IsHyphen(raw, i) == 1:
        return "-"
    code = c.FPDFText_GetUnicode(raw, i)
    if code in (0xFFFE, 0xFFFF, 0x02, 0x7F):
        return "-"
    if code in _TEX:
        return _TEX[code]
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def reads_as_text(taken: Mapping[str, int]) -> bool:
    """Whether what was taken for characters without a font's word for it is running text for sure: letters in their usual
    shares, hardly anything else but figures and stops, and no sign that another font of TeX means something else by."""
    total = sum(taken.values())
    letters = {char.lower(): 0 for char in taken if char.isalpha() and len(char) == 1 and char.isascii()}
    for char, count in taken.items():
        if char.lower() in letters:
            letters[char.lower()] += count
        elif char not in _PLAIN:
            return False
    known = sum(letters.values())
    usual = sum(count for char, count in letters.items() if char in _FREQUENT)
    return known > 0.7 * total and 0.5 * known < usual < 0.8 * known
