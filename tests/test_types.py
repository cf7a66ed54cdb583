from __future__ import annotations

import dataclasses

import pytest

from assistant.errors import SealError
from assistant.types import (
    GATE_SEAL,
    Answer,
    Citation,
    Evidence,
    Finding,
    Level,
    Near,
    Passage,
    PolicyRef,
    Principal,
    Query,
    Quote,
    Status,
)

WHO = Principal("ann", frozenset({"nurse"}))
REF = PolicyRef("base", "1", "0" * 64)


def answer(**more: object) -> Answer:
    given = {"question": "q?", "answer": "a", "status": Status.ANSWERED, "citations": (), "verdicts": (), "policy": REF,
             "model": "", "timings_ms": {}, "audit_id": "a1", "seal": GATE_SEAL}  # fmt: skip
    return Answer(**(given | more))  # type: ignore[arg-type]


def test_what_the_gate_did_not_see_cannot_be_passed_off_as_its_own() -> None:
    for seal in (None, object(), True, "GATE_SEAL"):
        with pytest.raises(SealError):
            answer(seal=seal)
        with pytest.raises(SealError):
            Query("q?", "q?", WHO, (), seal=seal)
    admitted = Query("q?", "q?", WHO, (), seal=GATE_SEAL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        admitted.text = "another"  # type: ignore[misc]
    assert dataclasses.replace(admitted, text="other").text == "other", "who holds one may narrow it"
    assert "seal" not in repr(admitted) and "seal" not in repr(answer())


def test_a_question_is_searched_without_the_clause_that_holds_an_identifier() -> None:
    text = "My patient Nora Field, MRN 4711: what is the target blood pressure in diabetes?"
    found = (Finding("PERSON", 11, 21, 1.0, "Nora Field"), Finding("MRN", 27, 31, 1.0, "4711"))
    query = Query("q", text, WHO, (), found, seal=GATE_SEAL)
    assert "Nora" not in query.asked and "4711" not in query.prompted and "target blood pressure" in query.asked
    assert Query("q", text, WHO, (), seal=GATE_SEAL).asked == text


def test_related_quotes_are_those_of_the_closest_passages() -> None:
    cited = Citation(1, "d1", "T", "", "quote", 0, 5, 0.4)
    found = answer(status=Status.ABSTAINED, level=Level.CLOSEST, closest=(Near(cited, "the quote here"),))
    assert found.related == (cited,) and found.citations == ()
    assert answer().related == ()


def test_evidence_says_its_quotes_in_one_line() -> None:
    passage = Passage(1, "d", "T", "One. Two. Three.", 0, 16)
    assert Evidence(1, passage, (Quote("One.", 0, 4), Quote("Three.", 10, 16))).text == "One. Three."
    assert Evidence(1, passage, ()).text == ""


def test_the_plain_form_has_every_field_that_the_shape_promises() -> None:
    from assistant import shapes

    assert list(answer().as_json()) == list(shapes.Answer.model_fields)
