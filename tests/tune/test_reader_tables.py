from __future__ import annotations

import random

from assistant.tune import reader_tables as tables


def test_made_rows_have_their_answer_where_they_say() -> None:
    rows = tables.made(600, random.Random(3))
    assert {r.source for r in rows} == {"made-table", "made-range", "made-twin"}
    for made in rows:
        if made.label:
            assert made.passage[made.start : made.end].strip()
        else:
            assert made.start == -1
    answered = [r for r in rows if r.label]
    assert 0.25 < len(answered) / len(rows) < 0.6


def test_a_value_that_the_ranges_do_not_hold_has_no_answer() -> None:
    for seed in range(40):
        inside, outside, *_ = tables.ranges(random.Random(seed))
        assert inside.label == 1
        assert outside.label == 0
        assert inside.passage == outside.passage
