from __future__ import annotations

import random

from assistant.tune import reader_words as wording


def test_rewording_keeps_content_words() -> None:
    asked = "What is the dose of adrenaline for an adult?"
    forms = {wording.reworded(asked, random.Random(seed), 1.0) for seed in range(60)}
    assert len(forms) > 30
    fragments = {wording.fragment(asked, random.Random(seed)) for seed in range(20)}
    assert all("adrenaline" in f and "adult" in f and "dose" in f for f in fragments)
    assert any(not f.lower().startswith("what") for f in fragments)
    assert wording.reworded(asked, random.Random(1), 0.0) == asked
