from __future__ import annotations

import pytest

from assistant.reading.support import combined, support
from assistant.types import Evidence, Passage, Quote
from tests.reading.bags import Bags


def evidence(*sentences: str, title: str = "Leaflet") -> list[Evidence]:
    text = " ".join(sentences)
    quotes = tuple(Quote(s, text.index(s), text.index(s) + len(s), 0.5) for s in sentences)
    return [Evidence(1, Passage(1, "d", title, text, 0, len(text)), quotes)]


SOURCE = evidence("Adults take 500 mg of Amoxil every eight hours.", "It is not given to children.")


def judged(sentence: str, given: list[Evidence] = SOURCE, question: str = "How much Amoxil do adults take?"):
    return support(sentence, question, given, None, Bags())


def test_what_the_source_says_word_for_word_is_supported_and_its_mark_is_no_word() -> None:
    found = judged("Adults take 500 mg of Amoxil every eight hours. [1]")
    assert found.score > 0.9 and found.coverage == 1.0 and not found.objection


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Adults take 250 mg of Amoxil every eight hours.", "a quantity differs"),
        ("Adults take 500 mg of Amoxil every twelve hours.", "a quantity differs"),
        ("Adults take 500 mg of Zithromax every eight hours.", "a name is not there"),
        ("Adults do not take 500 mg of Amoxil every eight hours.", "one denies what the other says"),
        ("It is given to children.", "one denies what the other says"),
    ],
)
def test_a_hard_disagreement_is_no_support_at_all(sentence: str, reason: str) -> None:
    found = judged(sentence)
    assert (found.score, found.reason, found.objection) == (0.0, reason, True)


def test_the_same_quantity_in_another_unit_is_the_same() -> None:
    assert not judged("Adults take 0.5 g of Amoxil every eight hours.").objection


def test_what_the_question_named_may_be_repeated() -> None:
    assert not judged(
        "Adults take 500 mg of Amoxil, not 250 mg.", question="Is it 250 mg of Amoxil?"
    ).reason.startswith("a quantity")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("The drug increases blood pressure.", "The drug decreases blood pressure."),
        ("Take the tablet before meals.", "Take the tablet after meals."),
        ("The maximum stay is a week.", "The minimum stay is a week."),
    ],
)
def test_the_opposite_direction_is_an_objection(source: str, sentence: str) -> None:
    assert judged(sentence, evidence(source), "?").reason == "the direction differs"
    assert judged(source, evidence(source), "?").score > 0.9


def test_a_word_that_is_not_there_costs_most_of_the_support() -> None:
    whole, added = judged("Adults take 500 mg."), judged("Adults take 500 mg with plenty of grapefruit juice.")
    assert whole.score > 0.9 > 0.2 > added.score
    assert added.reason and not added.objection


def test_what_says_nothing_or_has_no_source_has_no_support() -> None:
    assert judged("It is so.").score == 0.0
    assert judged("Adults take 500 mg.", []).score == 0.0


def test_the_soft_score_falls_with_coverage_and_with_a_missing_word() -> None:
    assert combined(1.0, 0.5, False) > combined(0.5, 0.5, False) > combined(0.5, 0.5, True)
    assert 0.0 < combined(0.0, 0.0, True) < 0.05
