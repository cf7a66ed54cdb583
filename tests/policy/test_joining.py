"""Answers to the halves of a double question as one."""

from __future__ import annotations

from pathlib import Path

from assistant.policy.joining import UNANSWERED, joined
from assistant.types import GATE_SEAL, Answer, Citation, Level, Near, PolicyRef, Status
from tests.policy.support import policy

QUOTE = "Give 40 to 50 mg once daily for at least 5 days."


def cited(n: int, quote: str = QUOTE) -> Citation:
    return Citation(
        n=n, document_id=f"d{n}", title="Asthma", locator="", quote=quote, start=0, end=len(quote), score=0.9
    )


def answer(
    text: str, status: Status, *, citations: tuple[Citation, ...] = (), closest: tuple[Near, ...] = ()
) -> Answer:
    level = Level.CLOSEST if closest else Level.NONE if citations else Level.NOTHING
    return Answer(
        f"asked {text[:4]}",
        text,
        status,
        citations,
        (),
        PolicyRef("p", "1", ""),
        "none",
        {},
        "",
        "why",
        level,
        closest,
        seal=GATE_SEAL,
    )


def test_both_halves_are_said_with_one_run_of_numbers(tmp_path: Path) -> None:
    one = answer("First. [1]", Status.EXTRACTED, citations=(cited(1),))
    two = answer("Second. [1]", Status.EXTRACTED, citations=(cited(1, "Second."),))
    found = joined([one, two], policy(tmp_path))
    assert found.text == "First. [1]\nSecond. [2]"
    assert [c.n for c in found.citations] == [1, 2]
    assert found.status is Status.EXTRACTED


def test_a_half_without_an_answer_is_named(tmp_path: Path) -> None:
    one = answer("First. [1]", Status.EXTRACTED, citations=(cited(1),))
    two = answer("Not known.", Status.ABSTAINED, closest=(Near(cited(3), "a passage"),))
    found = joined([one, two], policy(tmp_path))
    assert found.text == f"First. [1]\n{UNANSWERED} asked Not "
    assert len(found.closest) == 1


def test_a_sentence_that_answers_both_halves_is_said_once(tmp_path: Path) -> None:
    halves = [answer(f"{QUOTE} [{n}]", Status.EXTRACTED, citations=(cited(n),)) for n in (1, 2)]
    found = joined(halves, policy(tmp_path))
    assert found.text == f"{QUOTE} [1]"
    assert [c.n for c in found.citations] == [1]


def test_none_is_released_where_no_half_is(tmp_path: Path) -> None:
    found = joined([answer("Not known.", Status.ABSTAINED)] * 2, policy(tmp_path))
    assert (found.status, found.level, found.citations) == (Status.ABSTAINED, Level.NOTHING, ())
