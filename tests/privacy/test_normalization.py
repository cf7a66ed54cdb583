from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.privacy.encoded_payloads import payloads
from assistant.privacy.normalization import normalized


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("An\u200bna Ro\u200dssi", "Anna Rossi"),
        ("\u202eAnna Rossi\u202c", "Anna Rossi"),
        ("Rаmirez", "Ramirez"),  # Cyrillic a
        ("Ａnna ２１９", "Anna 219"),
        ("anna%40example.org", "anna@example.org"),
        ("anna&#64;example.org", "anna@example.org"),
        ("anna\\u0040example.org", "anna@example.org"),
        ("?name=Anna+Rossi&x=1", "?name=Anna Rossi&x=1"),
        ("Jos%C3%A9", "José"),
        ("219‑09‑9999", "219-09-9999"),
    ],
)
def test_disguises_are_undone(written: str, meant: str) -> None:
    assert normalized(written).text == meant


@pytest.mark.parametrize(
    "text", ["José María Álvarez", "Иван Петров", "山田 太郎", "β-blocker 90%, 5 µg + 2", "a\nb\tc", ""]
)
def test_real_text_stays(text: str) -> None:
    assert normalized(text).text == text


@given(st.text(alphabet=st.sampled_from("ab А%4 0+&#;\u200bé９?=\\u0\n"), max_size=60))
def test_offsets_lead_back(text: str) -> None:
    view = normalized(text)
    places = [view.back(i, i + 1) for i in range(len(view.text))]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
    # What stood as it is still stands where it stood.
    assert all(text[start:end] == c for c, (start, end) in zip(view.text, places, strict=True) if c in "ab\n")


def test_payloads_are_decoded() -> None:
    encoded = base64.b64encode(b"Anna Maria Rossi").decode()
    twice = base64.b64encode(encoded.encode()).decode()
    hexed = b"Anna Maria Rossi".hex()
    found = payloads(f"x {encoded} y {twice} z {hexed}")
    assert [p.text for p in found] == ["Anna Maria Rossi"] * 3


def test_words_and_numbers_are_no_payloads() -> None:
    assert payloads("Gastroesophageal Hypothyroidism 123456789012 ABCDEFGHIJKLMNOP") == []
