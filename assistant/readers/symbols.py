"""Characters of symbol fonts as the characters that they look like: a µ or ≥ that is set in Symbol is stored as another letter.

Symbol: Adobe's encoding (the table "symbol.txt" of the Unicode Consortium). Of the Wingdings family what stands in running text:
ticks, crosses, boxes, arrows, bullets, numbers in circles.
"""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "[?]"
"""Stands where a symbol is not known: better seen than missing."""

_SYMBOL: Final = {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x60: "‾", 0x7E: "∼",
    **dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
    **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλµνοπθρστυϖωξψζ", strict=True)),
    **dict(zip(range(0xA0, 0xB0), "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓", strict=True)),
    **dict(zip(range(0xB0, 0xC0), "°±″≥×∝∂•÷≠≡≈…|—↵", strict=True)),
    **dict(zip(range(0xC0, 0xD0), "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉", strict=True)),
    **dict(zip(range(0xD0, 0xE0), "∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓", strict=True)),
    **dict(zip(range(0xE0, 0xF0), "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪", strict=True)),
    **dict(zip(range(0xF1, 0xFF), "⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭", strict=True)),
}  # fmt: skip
_WINGDINGS: Final = {
    0x21: "✏", 0x22: "✂", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x36: "⌛", 0x46: "☞", 0x45: "☜", 0x47: "☝", 0x48: "☟",
    0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x4E: "☠", 0x54: "❄", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "☐", 0x70: "❐", 0x71: "❑",
    0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: "☒", 0x9E: "·", 0x9F: "•", 0xA0: "▪", 0xA1: "○",
    0xA2: "○", 0xA3: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xB6: "✰", 0xC3: "↙", 0xC4: "↘", 0xD8: "➢", 0xDF: "←",
    0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE3: "↖", 0xE4: "↗", 0xE5: "↙", 0xE6: "↘", 0xE7: "←", 0xE8: "→", 0xE9: "↑", 0xEA: "↓",
    0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xF3: "⬄", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    **dict(zip(range(0x80, 0x8B), "⓪①②③④⑤⑥⑦⑧⑨⑩", strict=True)), **dict(zip(range(0x8B, 0x96), "⓿❶❷❸❹❺❻❼❽❾❿", strict=True)),
}  # fmt: skip
_WINGDINGS_2: Final = {
    0x2A: "☐", 0x30: "☐", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x55: "☒", 0x56: "⊗", 0x57: "⊘",
    0x96: "●", 0x97: "●", 0x98: "●", 0xA2: "■", 0xA3: "☐",
}  # fmt: skip
_WINGDINGS_3: Final = {
    0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓", 0x6A: "↖", 0x6B: "↗", 0x6C: "↙", 0x6D: "↘", 0x70: "▲", 0x71: "▼", 0x72: "△",
    0x73: "▽", 0x74: "◀", 0x75: "▶", 0x76: "◁", 0x77: "▷", 0xD0: "←", 0xD1: "→",
}  # fmt: skip
_WEBDINGS: Final = {
    0x61: "✓",
    0x72: "✗",
    0x63: "☐",
    0x67: "■",
    0x6E: "●",
    0x33: "◀",
    0x34: "▶",
    0x35: "▲",
    0x36: "▼",
    0xD6: "★",
}
_FONTS: Final = {
    "symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "wingdings 3": _WINGDINGS_3, "webdings": _WEBDINGS,
}  # fmt: skip
_PRIVATE: Final = range(0xF020, 0xF100)


def is_symbol_font(font: str) -> bool:
    """Whether letters of this font are not what they are stored as."""
    return _key(font) in _FONTS


def symbol(font: str, code: int) -> str:
    """The character that a code of a symbol font looks like, `UNKNOWN` where it is not known."""
    code -= 0xF000 if code in _PRIVATE else 0
    if found := _FONTS.get(_key(font), {}).get(code):
        return found
    # Digits, brackets and signs stand in Symbol where they always do.
    if _key(font) == "symbol" and 0x20 <= code < 0x7F:
        return chr(code)
    if code == 0x20:
        return " "
    # A font of letters: Word writes signs of ordinary fonts as symbols too.
    return chr(code) if not is_symbol_font(font) and 0xA0 <= code < 0xD800 else UNKNOWN


def shown_in(font: str, text: str) -> str:
    """Text that is set in a font, as it looks; characters of the private area of no known font are taken for Symbol's."""
    if is_symbol_font(font):
        return "".join(symbol(font, ord(c)) if ord(c) < 0x100 or ord(c) in _PRIVATE else c for c in text)
    if any(ord(c) in _PRIVATE for c in text):
        return "".join(symbol("symbol", ord(c)) if ord(c) in _PRIVATE else c for c in text)
    return text


def _key(font: str) -> str:
    return " ".join(font.strip("\"' ").lower().split())
