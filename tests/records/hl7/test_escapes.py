"""Escape sequences: what is one is undone, what is none is text, and nothing between two backslashes vanishes."""

from __future__ import annotations

import re

import hl7
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.records.hl7.message import Delimiters, messages, unescape

from .support import escaped, message, obx, pid

MARKS = Delimiters()


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (r"lying 150\85, standing 120\70", r"lying 150\85, standing 120\70"),
        (r"\\server\path and C:\new\text", r"\\server\path and C:\new\text"),
        (r"a\b\.br\c", "a\\b\nc"),
        (r"one\X000d\\X000a\two", "one\ntwo"),
        (r"one\X0D0A\two\X0D\three", "one\ntwo\nthree"),
        (r"caf\XE9\ au lait", "café au lait"),
        (r"caf\XC3\\XA9\ au lait", "café au lait"),
        (r"\H\Bold\N\ text\.sp2\end", "Bold text\n\nend"),
        (r"left\.in+4\indented\.ti-4\out\.fi\ ", "left indented out "),
        (r"\Z09\ of the house", r"\Z09\ of the house"),
        (r"5\S\9 \E\R\E\ 50\T\60 1\F\2 a\R\b", r"5^9 \R\ 50&60 1|2 a~b"),
        (r"\C2842\plain\M2442\ text", "plain text"),
        ("\\.sp" + "9" * 30 + "\\x", "\\.sp" + "9" * 30 + "\\x"),
        ("trailing \\", "trailing \\"),
    ],
)
def test_what_is_sent_and_what_is_meant(sent: str, meant: str) -> None:
    assert unescape(sent, MARKS) == meant


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=60))
def test_text_comes_back_as_it_was_written(text: str) -> None:
    assert unescape(escaped(text), MARKS) == text


@settings(deadline=None)
@given(st.text("abH8NX0.br\\ ", max_size=40))
def test_text_that_holds_no_sequence_is_text(text: str) -> None:
    if not re.search(r"\\(?:[FSTREHNP]|X(?:[0-9A-Fa-f]{2})+|\.(?:br|fi|nf|ce))\\", text):
        assert unescape(text, MARKS) == text


@settings(deadline=None)
@given(st.text("abc 150\\|^&~", min_size=1, max_size=40))
def test_a_library_reads_the_same(text: str) -> None:
    raw = message("ORU^R01", pid("1"), obx("A^B", escaped(text.strip() or "x")))
    ours = next(s for s in messages(raw.encode(), "a.hl7")[0].segments if s.name == "OBX").text(5)
    theirs = hl7.parse(raw)
    assert ours.strip() == theirs.unescape(str(theirs.segments("OBX")[0][5])).strip()


def test_own_delimiters_have_their_own_escape() -> None:
    assert unescape(r"5/S/9 at C:\x", Delimiters(escape="/")) == r"5^9 at C:\x"
