from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import SealError
from assistant.policy.checks import CHECKS
from assistant.policy.gate import Gate
from assistant.policy.query import AdmittedQuery, subject_of, typed, unfit
from assistant.protocols import Outcome, Subject
from assistant.types import Action, Finding, Stage, Turn
from tests.policy.support import READER, Parts, passage, policy, spec

LABELS = frozenset({"public"})


def hides(*names: tuple[str, str, str]) -> Any:
    """A check that puts stand-ins for what it is told to find: entity, original, stand-in."""

    def check(params: Any, subject: Subject, tools: Any) -> Outcome:
        text, findings = subject.text, []
        for entity, original, stand_in in names:
            at = subject.text.find(original)
            if at >= 0:
                findings.append(Finding(entity, at, at + len(original), 1.0, stand_in))
                text = text.replace(original, stand_in)
        return Outcome(not findings, "names", text=text, findings=tuple(findings))

    return check


def admitted(tmp_path: Any, monkeypatch: Any, question: str, *names: tuple[str, str, str]) -> AdmittedQuery:
    monkeypatch.setitem(CHECKS, "hide", spec(hides(*names)))
    checks = "- {id: h, stage: query, use: hide, on_fail: redact}"
    found = Gate(policy(tmp_path, checks), Parts(), None).admit(question, READER)
    assert isinstance(found, AdmittedQuery) and not found.blocked
    return found


def test_only_the_gate_builds_one() -> None:
    with pytest.raises(SealError):
        AdmittedQuery("q", "q", READER, ())


def test_it_is_read_as_typed_and_a_model_sees_stand_ins(tmp_path: Any, monkeypatch: Any) -> None:
    query = admitted(
        tmp_path, monkeypatch, "Is part 4711 for Grace safe?", ("SERIAL", "4711", "[S]"), ("PERSON", "Grace", "[P]")
    )
    assert "4711" in query.asked
    assert "4711" not in query.prompted and "Grace" not in query.prompted and "[S]" in query.prompted
    assert query.identifiers == ("4711", "Grace")


def test_a_clause_that_only_says_who_somebody_is_is_not_searched_for(tmp_path: Any, monkeypatch: Any) -> None:
    question = "My name is Grace Whitcombe. How long does delivery take?"
    query = admitted(tmp_path, monkeypatch, question, ("PERSON", "Grace Whitcombe", "[P]"))
    assert "Grace" not in query.asked and "delivery" in query.asked
    assert query.typed == question


def test_what_a_question_follows_is_the_half_before_it_or_the_turn_before(tmp_path: Any) -> None:
    gate = Gate(policy(tmp_path, "[]"), Parts(), None)
    first = gate.admit("How long is the warranty?", READER, history=(Turn("What is a kettle?", "A pot."),))
    assert isinstance(first, AdmittedQuery) and first.before == "What is a kettle?"
    half = gate.half("How long is the warranty?", "Does that include limescale?", READER)
    assert half.before == "How long is the warranty?" and half.asked == "Does that include limescale?"
    alone = gate.admit("How long is the warranty?", READER)
    assert isinstance(alone, AdmittedQuery) and alone.before == ""


def test_shorthand_and_composed_characters_are_read_in_full(tmp_path: Any, monkeypatch: Any) -> None:
    query = admitted(tmp_path, monkeypatch, "  can u pls tell me if the cafe\u0301 is open? ")
    assert "can you please" in query.asked and "caf\u00e9" in query.asked
    assert typed(" cafe\u0301 ") == "caf\u00e9"


def test_a_neutral_reading_takes_the_place_of_the_question_and_not_of_what_was_admitted(
    tmp_path: Any, monkeypatch: Any
) -> None:
    from dataclasses import replace

    query = admitted(tmp_path, monkeypatch, "What may a pregnant woman eat?")
    neutral = replace(query, reading="What may a person eat?", writing="What may a person eat?")
    assert "woman" not in neutral.asked + neutral.prompted
    assert neutral.text == query.text and neutral.typed == query.typed


@pytest.mark.parametrize(
    ("text", "labels", "reason"),
    [("", LABELS, "empty"), ("x" * 11, LABELS, "longer than 10"), ("How much?", frozenset(), "no role of yours")],
)
def test_what_cannot_be_asked_is_blocked_with_its_reason(text: str, labels: frozenset[str], reason: str) -> None:
    verdict = unfit(text, labels, 10)
    assert verdict is not None and verdict.action is Action.BLOCK and reason in verdict.reason
    assert unfit("x" * 10, LABELS, 10) is None


def test_a_check_sees_the_persons_who_are_asked_about_and_not_those_who_ask(tmp_path: Any, monkeypatch: Any) -> None:
    asked = admitted(tmp_path, monkeypatch, "When was Grace Whitcombe admitted?", ("PERSON", "Grace Whitcombe", "[P]"))
    item = passage("A text.", labels=frozenset({"clinical"}))
    subject = subject_of(asked, Stage.CONTEXT, item.text, passage=item, labels=item.labels)
    assert subject.persons == ("[P]",) and subject.passage is item and subject.labels == {"clinical"}
    assert subject.admitted == "When was [P] admitted?" and subject.typed == "When was Grace Whitcombe admitted?"
    asking = admitted(
        tmp_path,
        monkeypatch,
        "My name is Grace Whitcombe. When is lunch served on Sundays?",
        ("PERSON", "Grace Whitcombe", "Ann Lee"),
    )
    assert subject_of(asking, Stage.CONTEXT, "x").persons == ()
