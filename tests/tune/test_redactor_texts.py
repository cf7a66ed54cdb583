"""The texts that the tagger is trained on: marks at their places, no mark where nothing is hidden, wide variety."""

from __future__ import annotations

import itertools
import random

from assistant.privacy.tagger import LABELS
from assistant.tune.redactor_texts import Writer


def test_marks_stand_where_they_say_and_do_not_overlap() -> None:
    writer = Writer(random.Random(3), ["The kidneys filter blood."])
    texts = [writer.text() for _ in range(300)]
    labels = set()
    for marked in texts:
        spans = sorted(marked.spans, key=lambda s: s[1])
        assert all(0 <= start < end <= len(marked.text) for _, start, end in spans)
        assert all(a[2] <= b[1] for a, b in itertools.pairwise(spans))
        assert not any(marked.text[s].isspace() or marked.text[e - 1].isspace() for _, s, e in spans)
        labels |= {label for label, _, _ in spans}
    assert labels == set(LABELS)
    assert any(not marked.spans for marked in texts), "some texts hold nothing"
    assert any(marked.text.islower() for marked in texts)
    assert not any(mark in marked.text for marked in texts for mark in "{}")


def test_the_same_seed_writes_the_same() -> None:
    one, two = (Writer(random.Random(5), ["Drink water."]) for _ in range(2))
    assert [one.text() for _ in range(20)] == [two.text() for _ in range(20)]
