"""Characters that a font does not name."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.readers.pdf.characters import character, reads_as_text


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (0x1C, "fi"),
        (0x1E, "ffi"),
        (0x0B, "ff"),
        (0x15, "–"),
        (0x7F, "-"),
        (0x88, "•"),
        (0x41, "A"),
        (0x03, ""),
        (0xD800, ""),
    ],
)
def test_letters_that_fonts_of_tex_keep_where_control_characters_are(
    code: int, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pypdfium2.raw.FPDFText_GetUnicode", lambda *_: code)
    for hyphen, said in ((0, shown), (1, "-")):
        monkeypatch.setattr("pypdfium2.raw.FPDFText_IsHyphen", lambda *_, told=hyphen: told)
        assert character(object(), 0) == said


SENTENCES = "Send the lamps back within 14 days, and keep the receipt. The desk opens at nine (not on Sundays)."


def taken(text: str) -> Counter[str]:
    return Counter(text.replace(" ", ""))


def test_running_text_is_told_from_text_under_a_wrong_encoding() -> None:
    assert reads_as_text(taken(SENTENCES) + Counter({"ffi": 2, "•": 1}))
    shifted = "".join(chr(ord(char) + 1) if char.isalpha() else char for char in SENTENCES)
    assert not reads_as_text(taken(shifted))
    assert not reads_as_text(taken("".join(chr(ord(char) - 29) for char in SENTENCES if ord(char) > 60)))
    # Signs of formulas lie where a dash and quotation marks do; figures alone say nothing of the font.
    assert not reads_as_text(taken(SENTENCES) + Counter({"–": 1}))
    assert not reads_as_text(taken("12345 67,89"))
    assert not reads_as_text(Counter())
