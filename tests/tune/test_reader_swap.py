from __future__ import annotations

import random

from assistant.tune import reader_swap as swap
from tests.tune.reader_rows import row


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
