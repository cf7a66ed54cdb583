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


def test_questions_are_put_as_on_a_telephone() -> None:
    asked = "Can you tell me, please, what is the dose for people without fever?"
    forms = {wording.texted(asked, random.Random(seed)) for seed in range(40)}
    assert any("can u" in form.lower() for form in forms)
    assert any("w/o" in form for form in forms)
    assert all("dose" in form and "fever" in form for form in forms)


def test_a_situation_may_stand_in_the_same_breath() -> None:
    asked = "When does the shop open?"
    forms = {wording.joined(asked, random.Random(seed)) for seed in range(40)}
    assert all("when does the shop open" in form.lower() for form in forms)
    assert len(forms) > 20
