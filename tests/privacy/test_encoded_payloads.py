"""Identifiers inside encoded payloads."""

from __future__ import annotations

import base64

import pytest

from assistant.privacy.encoded_payloads import payloads

SECRET = "Patient Ada Lovelace, MRN 4711"


@pytest.mark.parametrize(
    "run",
    [
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
        SECRET.encode().hex(),
        base64.b64encode(base64.b64encode(SECRET.encode())).decode(),
    ],
)
def test_an_encoded_run_is_read_where_it_stands(run: str) -> None:
    text = f"attachment: {run} end"
    (found,) = payloads(text)
    assert text[found.start : found.end] == run
    assert found.text == SECRET


@pytest.mark.parametrize(
    "text",
    [
        "hydroxychloroquine sulfate",
        "Staphylococcus",
        "4111111111111111",
        "deadbeefdeadbeef",
        "QWxsIHdvcmRz is eight letters",
    ],
)
def test_words_numbers_and_bytes_that_say_nothing_are_left(text: str) -> None:
    assert [p for p in payloads(text) if "MRN" in p.text] == []
    assert all(p.text.isprintable() for p in payloads(text))
