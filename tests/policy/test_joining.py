"""Two halves of a question as one answer: numbers run on, what has no answer is said, near passages take turns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.policy.joining import joined
from assistant.policy.model import Policy
from assistant.types import GATE_SEAL, Answer, Citation, Level, Near, PolicyRef, Status
from tests.policy.support import policy as made


def citation(n: int, document: str = "d") -> Citation:
    return Citation(n, document, "T", "", "quote", 0, 5, 0.5)


def answer(question: str, text: str, status: Status, **more: Any) -> Answer:
    base: dict[str, Any] = {
        "citations": (),
        "verdicts": (),
        "policy": PolicyRef("p", "1", ""),
        "model": "",
        "audit_id": "",
    }
    return Answer(question, text, status, **{**base, "timings_ms": {}, "seal": GATE_SEAL, **more})


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return made(tmp_path)


def test_citation_numbers_run_on_over_the_halves(policy: Policy) -> None:
    first = answer("A?", "One [1]. Two [2].", Status.EXTRACTED, citations=(citation(1), citation(2)))
    second = answer("B?", "Three [1].", Status.EXTRACTED, citations=(citation(1, "e"),))
    whole = joined([first, second], policy)
    assert whole.text == "One [1]. Two [2].\nThree [3]."
    assert [(c.n, c.document_id) for c in whole.citations] == [(1, "d"), (2, "d"), (3, "e")]
    assert whole.status is Status.EXTRACTED


def test_the_models_words_in_one_half_are_the_models_answer(policy: Policy) -> None:
    halves = [answer("A?", "One.", Status.EXTRACTED), answer("B?", "Two.", Status.ANSWERED)]
    assert joined(halves, policy).status is Status.ANSWERED


def test_a_half_without_an_answer_is_named_and_what_is_near_to_it_shown(policy: Policy) -> None:
    near = Near(citation(1, "n"), "Near text.")
    halves = [
        answer("A?", "Not known.", Status.ABSTAINED, closest=(near,), reason="nothing"),
        answer("B?", "Two [1].", Status.EXTRACTED, citations=(citation(1),)),
    ]
    whole = joined(halves, policy)
    assert whole.text == "Not answered: A?\nTwo [1]."
    assert whole.closest == (near,)
    assert whole.level is Level.NONE


def test_no_half_answered_is_an_abstention_of_the_level_that_fits(policy: Policy) -> None:
    bare = answer("A?", "Not known.", Status.ABSTAINED, reason="nothing there")
    whole = joined([bare, bare], policy)
    assert (whole.text, whole.level, whole.reason) == (policy.abstention, Level.NOTHING, "nothing there")
    near = answer("B?", "", Status.ABSTAINED, closest=(Near(citation(1), "x"),))
    assert joined([bare, near], policy).level is Level.CLOSEST
    assert joined([bare, near], policy).text == policy.closest


def test_near_passages_take_turns_come_once_and_keep_to_the_limit(policy: Policy) -> None:
    def column(*texts: str) -> Answer:
        return answer("?", "", Status.ABSTAINED, closest=tuple(Near(citation(1), text) for text in texts))

    whole = joined([column("a1", "same", "a3"), column("b1", "same", "b3")], policy)
    assert policy.answer.related == 3
    assert [near.text for near in whole.closest] == ["a1", "b1", "same"]


def test_a_sentence_that_answers_both_halves_is_said_once(policy: Policy) -> None:
    halves = [answer(f"{n}?", "Give it for 5 days [1].", Status.EXTRACTED, citations=(citation(1),)) for n in "AB"]
    whole = joined(halves, policy)
    assert whole.text == "Give it for 5 days [1]."
    assert [c.n for c in whole.citations] == [1]
