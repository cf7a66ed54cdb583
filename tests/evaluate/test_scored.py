from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant.evaluate.scored import Item, Scored, metrics
from assistant.types import Citation, Stage, Status, Verdict


@dataclass
class Said:
    """What is read of an answer; only the gate builds real ones."""

    status: Status
    answer: str = ""
    citations: tuple[Citation, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)


def scored(
    *,
    answerable: bool = True,
    released: bool = True,
    right: bool = True,
    found: bool = True,
    document: str = "",
    **more: Any,
) -> Scored:
    item = Item("1", "q?", (), ("a",), answerable, document)
    said = Said(Status.EXTRACTED if released else Status.ABSTAINED, **more)
    return Scored(item, said, 1.0, right, found)  # type: ignore[arg-type]


def cited(quote: str) -> Citation:
    return Citation(1, "d", "T", "", quote, 0, len(quote), 0.5)


def test_each_rate_counts_its_own_questions() -> None:
    rates = metrics([
        scored(), scored(right=False), scored(released=False, right=False),
        scored(answerable=False, released=False, right=False), scored(answerable=False, right=False),
    ])  # fmt: skip
    assert rates["precision_of_released"] == pytest.approx(1 / 3, abs=1e-4)
    assert rates["coverage_of_right"] == pytest.approx(1 / 3, abs=1e-4)
    assert rates["answered_of_answerable"] == pytest.approx(2 / 3, abs=1e-4)
    assert rates["refused_of_unanswerable"] == pytest.approx(1 / 2)


def test_every_rate_has_its_interval_around_it() -> None:
    rates = metrics([scored()] * 9 + [scored(right=False)])
    low, high = rates["precision_of_released_ci95"]  # type: ignore[misc]
    assert 0 <= low <= rates["precision_of_released"] <= high <= 1  # type: ignore[operator]


def test_where_nothing_counts_a_rate_is_nought_and_no_error() -> None:
    rates = metrics([scored(answerable=False, released=False)])
    assert rates["precision_of_released"] == 0.0 and rates["coverage_of_right"] == 0.0


def test_the_right_document_is_a_rate_only_in_the_open_setting_and_of_what_was_answered() -> None:
    assert "right_document_of_answered" not in metrics([scored()])
    open_setting = [
        scored(document="a.md"),
        scored(document="a.md", found=False),
        scored(document="a.md", released=False),
    ]
    assert metrics(open_setting)["right_document_of_answered"] == pytest.approx(0.5)


def test_sentences_are_held_to_their_quotes_and_the_lead_is_the_assistant_s_own() -> None:
    yes = scored(answer="Yes: Delivery takes three days. [1]", citations=(cited("Delivery takes three days."),))
    wrong = scored(answer="Delivery takes nine days. [1]", citations=(cited("Delivery takes three days."),))
    assert yes.supported == [True] and wrong.supported == [False]
    assert scored(released=False, answer="I do not know.").supported == []


def test_how_sure_it_was_is_read_from_the_checks_before_writing() -> None:
    verdicts = (
        Verdict("a", Stage.CONTEXT, "pass", "", 1.0, score=0.4), Verdict("b", Stage.CONTEXT, "pass", "", 1.0, score=0.7),  # type: ignore[arg-type]
        Verdict("c", Stage.ANSWER, "pass", "", 1.0, score=0.9),  # type: ignore[arg-type]
    )  # fmt: skip
    assert scored(verdicts=verdicts).sure == 0.7 and scored().sure == 0.0


def test_statuses_are_counted_and_times_are_medians_by_stage() -> None:
    rates = metrics([scored(timings_ms={"search": n}) for n in (1.0, 9.0, 2.0)])
    assert rates["statuses"]["extracted"] == 3 and rates["statuses"]["blocked"] == 0  # type: ignore[index]
    assert rates["ms"] == {"search_median": 2.0}
