"""Rule-made questions from parsed sentences."""

from __future__ import annotations

from pathlib import Path

from assistant.tune.reader_make import make

TEXT = (
    "Marie Curie discovered polonium in Paris in 1898. The hospital employs forty nurses. "
    "The ward admitted patients with asthma."
)


def test_questions_point_at_their_answers(models: Path) -> None:
    made = make([("t", TEXT)] * 6, models / "en_core_web_sm", 1)
    answers = {(e.question, e.context[e.start : e.end]) for e in made if e.answerable}
    assert any(q.startswith("When did Marie Curie discover") and "1898" in a for q, a in answers)
    assert any(q.startswith("Who discovered polonium") and a == "Marie Curie" for q, a in answers)
    assert any(q.startswith("What did Marie Curie discover") and a == "polonium" for q, a in answers)
    assert any(q.startswith("How many nurses does") and a == "forty" for q, a in answers)


def test_near_misses_are_unanswerable_and_runs_repeat(models: Path) -> None:
    made = make([("t", TEXT)] * 4, models / "en_core_web_sm", 1)
    missing = [e for e in made if e.kind == "made-no-time"]
    assert missing
    assert all(not e.answerable and e.question.startswith("When") for e in missing)
    assert made == make([("t", TEXT)] * 4, models / "en_core_web_sm", 1)
