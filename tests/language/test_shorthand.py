from __future__ import annotations

import pytest

from assistant.language.shorthand import written_out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("do u ship to norway", "do you ship to norway"),
        ("what r ur opening times pls", "what are your opening times please"),
        ("can u help, i dont know wen to stop", "can you help, i don't know when to stop"),
        ("im back in 2 wks", "I am back in 2 weeks"),
    ],
)
def test_telephone_shorthand_is_written_out(typed: str, meant: str) -> None:
    assert written_out(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Give 10 u insulin",
        "Is it given as 4 u or 6 u?",
        "What is the R wave?",
        "vitamin U",
        "5 U/L",
        "Till number 4",
        "Who is Dr R. Im?",
        "C-diff after wk-2",
        "What is a B4-cell?",
        "How is a patient treated?",
    ],
)
def test_units_names_and_plain_words_stay(text: str) -> None:
    assert written_out(text) == text
