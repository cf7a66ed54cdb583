from __future__ import annotations

import random

from assistant.tune import reader_swap as swap
from assistant.tune.reader_data import Row

WARD = (
    "The clinic opened in 1962 with forty beds. Doctor Amara Osei led the cardiology ward for ten years. "
    "Doctor Lena Brandt led the eye ward from 1971. "
) + "The garden behind the main house has old oak trees and a pond with fish. " * 12


def row(question: str, answer: str, passage: str = WARD, group: str = "clinic") -> Row:
    start = passage.index(answer) if answer else -1
    end = start + len(answer) if answer else -1
    return Row("answer", question, passage, start, end, int(bool(answer)), 1.0, "s", group, "Clinic")


def test_swapped_question_differs_in_one_place() -> None:
    asked = row("Who led the cardiology ward before 1971?", "Amara Osei")
    seen = set()
    for seed in range(40):
        changed = swap.corrupt(asked, "Miss Jane Doe came late.", random.Random(seed))
        assert changed is not None
        assert changed.question != asked.question
        assert (changed.label, changed.start) == (0, -1)
        seen.add(changed.question)
    assert len(seen) > 2
