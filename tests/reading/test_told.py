from __future__ import annotations

import pytest

from assistant.reading.told import without_told
from assistant.types import Turn

FEES = "The waste fee is 148.00 a year. A household of one person pays 96.00.\n\nThe warranty is 36 months, on the battery 12 months."
FEE = Turn("How much is the waste fee?", "The waste fee is 148.00 a year. [1]")


def test_what_was_just_told_is_blanked_and_offsets_stay() -> None:
    left = without_told("How much is the waste fee if I live alone?", FEE, FEES)
    assert len(left) == len(FEES)
    assert "148.00" not in left and left[left.index("A household") :] == FEES[FEES.index("A household") :]


@pytest.mark.parametrize(
    ("question", "before"),
    [
        # The same sentence may tell both.
        ("How long is the warranty on the battery?", Turn("How long is it?", "The warranty is 36 months, on the battery 12 months. [1]")),
        # The same question again has the same answer; nothing was told before, or nothing was asked.
        ("how much is the waste fee", FEE),
        ("so what do I owe the town for my bins?", FEE),
        ("How much is the waste fee if I live alone?", Turn("How much is the waste fee?", "")),
        ("How much is the waste fee if I live alone?", None),
    ],
)  # fmt: skip
def test_nothing_else_is(question: str, before: Turn | None) -> None:
    assert without_told(question, before, FEES) == FEES


def test_a_word_may_be_exchanged() -> None:
    hours = "Shops close at 20:00 from Monday to Saturday. On Sundays they close at 17:00."
    before = Turn("What time do your shops close on Saturday?", "Shops close at 20:00 from Monday to Saturday. [1]")
    assert "20:00" not in without_told("What time do your shops close on Christmas Eve?", before, hours)
    assert without_told("When do your shops close on Saturday?", before, hours) == hours
