from __future__ import annotations

import pytest

from assistant.readers.symbols import UNKNOWN, shown_in, symbol


@pytest.mark.parametrize(
    ("font", "code", "sign"),
    [
        ("Symbol", 0xF0B3, "≥"),
        ("Symbol", 0xB3, "≥"),
        ("Symbol", 0xF06D, "µ"),
        ("symbol", 0xF0A3, "≤"),
        ("Symbol", 0xF0B1, "±"),
        ("Symbol", 0xF0B0, "°"),
        ("Symbol", 0xF0AE, "→"),
        ("Symbol", 0xF035, "5"),
        ("Wingdings", 0xF0FC, "✓"),
        ("Wingdings", 0xF0FB, "✗"),
        ("Wingdings", 0xF0E0, "→"),
        ("Wingdings 2", 0xF052, "☑"),
        ("Webdings", 0xF061, "✓"),
        ("Calibri", 0x2265, "≥"),
    ],
)
def test_symbols_are_what_they_look_like(font: str, code: int, sign: str) -> None:
    assert symbol(font, code) == sign


def test_an_unknown_symbol_is_seen() -> None:
    assert symbol("Wingdings", 0xF000) == UNKNOWN
    assert symbol("House Font", 0xF041) == UNKNOWN


def test_text_set_in_a_symbol_font() -> None:
    assert shown_in("Symbol", "m") == "µ"
    assert shown_in("'Symbol'", "\uf0b3 5") == "≥ 5"
    assert shown_in("Arial", "m\uf0b3") == "m≥"
    assert shown_in("Arial", "mg") == "mg"
