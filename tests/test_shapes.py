"""The answer object's shapes: read from attributes, spelled once, writable whatever a text holds."""

from __future__ import annotations

import json
from dataclasses import dataclass

from assistant import shapes
from assistant.outcomes import Action, Level, Stage, Status
from assistant.types import Citation, Near, PolicyRef, Verdict, Vouched

POLICY = PolicyRef("p", "1", "ab")
CITED = Citation(1, "d1", "Returns", "page 2", "within 30 days", 10, 24, 0.912345)
VOUCHED = Vouched("v1", "Rosa Lind", "2027-01-31")


@dataclass
class Told:
    """What an answer has, without the gate's seal."""

    question: str = "How long?"
    answer: str = "Within 30 days."
    status: Status = Status.EXTRACTED
    level: Level = Level.CLOSEST
    intent: str = ""
    action: str = ""
    verified: Vouched | None = VOUCHED
    reason: str = ""
    spelling: dict[str, str] | None = None
    followed: bool = False
    citations: tuple[Citation, ...] = (CITED,)
    related: tuple[Citation, ...] = (CITED,)
    closest: tuple[Near, ...] = (Near(CITED, "Return it within 30 days."),)
    verdicts: tuple[Verdict, ...] = (Verdict("ground", Stage.ANSWER, Action.PASS, "supported", 1.2345, score=0.5),)
    policy: PolicyRef = POLICY
    model: str = "m"
    timings_ms: dict[str, float] | None = None
    audit_id: str = "a1"

    def __post_init__(self) -> None:
        self.timings_ms = {"total": 12.3456}
        self.spelling = {"cancle": "cancel"}


def test_an_answer_is_plain_json_in_the_order_of_the_contract() -> None:
    made = shapes.shown(shapes.Answer, Told())
    assert (
        list(made)
        == (
            "question answer status level intent action verified reason spelling followed citations related closest verdicts policy model "
            "timings_ms audit_id"
        ).split()
    )
    assert json.loads(json.dumps(made)) == made
    assert made["status"] == "extracted"
    assert made["citations"] == [
        {"n": 1, "document_id": "d1", "title": "Returns", "locator": "page 2", "quote": "within 30 days",
         "start": 10, "end": 24, "heading": "", "score": 0.9123}
    ]  # fmt: skip
    assert made["verdicts"] == [
        {"check": "ground", "stage": "answer", "action": "pass", "reason": "supported", "ms": 1.23}
    ]
    assert made["timings_ms"] == {"total": 12.3}


def test_a_near_passage_takes_its_place_from_its_citation() -> None:
    made = shapes.shown(shapes.Near, Told().closest[0])
    assert made == {
        "document_id": "d1", "title": "Returns", "locator": "page 2", "text": "Return it within 30 days.",
        "quote": "within 30 days",
    }  # fmt: skip


def test_visitors_get_nothing_to_tune_by() -> None:
    made = json.dumps(shapes.shown(shapes.PublicAnswer, Told()))
    for inside in ("verdicts", "policy", "model", "timings_ms", "score"):
        assert inside not in made


def test_visitors_learn_until_when_somebody_vouches_and_not_who() -> None:
    assert shapes.shown(shapes.Answer, Told())["verified"] == {"until": "2027-01-31", "id": "v1", "author": "Rosa Lind"}
    assert shapes.shown(shapes.PublicAnswer, Told())["verified"] == {"until": "2027-01-31"}
    assert shapes.shown(shapes.PublicAnswer, Told(verified=None))["verified"] is None


def test_half_a_character_does_not_stop_an_answer() -> None:
    made = shapes.shown(shapes.Answer, Told(question="a\udc80b"))
    assert made["question"] == "a?b"
