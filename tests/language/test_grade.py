"""The reading grade: easy below hard, a known text near its published grade."""

from __future__ import annotations

from assistant.language.grade import grade, syllables

# The opening of Lincoln's Gettysburg address, of which Flesch-Kincaid implementations give grades of 10 to 14.
LINCOLN = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, "
    "and dedicated to the proposition that all men are created equal."
)


def test_easy_text_has_a_low_grade_and_hard_text_a_high_one() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert 10 <= grade(LINCOLN) <= 15
    assert grade("Anticoagulation necessitates individualized periprocedural discontinuation.") > 20


def test_numbers_are_not_counted_and_nothing_has_no_grade() -> None:
    assert grade("160 5.8 2026-10-03") == 0.0 and grade("") == 0.0
    assert grade("The dose is 160.") == grade("The dose is 9.")


def test_syllables() -> None:
    words = {
        "heart": 1,
        "table": 2,
        "lowered": 2,
        "needed": 2,
        "kidney": 2,
        "pressure": 2,
        "medicine": 3,
        "potassium": 4,
    }
    wrong = {word: syllables(word) for word, count in words.items() if abs(syllables(word) - count) > 0}
    assert len(wrong) <= 1, wrong
