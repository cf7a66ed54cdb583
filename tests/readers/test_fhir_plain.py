"""Resources without words of their own: nothing that turns them into their contrary is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.readers.fhir_plain import fields, questionnaire
from assistant.records.fhir.bundle import Names


def told(kind: str, **inside: Any) -> list[str]:
    text = fields({"resourceType": kind, "id": "x", **inside}, Names(()))
    return text.split("\n")[1:] if text else []


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        (
            {
                "provision": {
                    "type": "deny",
                    "action": [{"text": "access"}],
                    "provision": [{"type": "permit", "code": [{"text": "CPR"}]}],
                }
            },
            ["provision: type deny; action access; provision type permit; code CPR"],
        ),
        (
            {"entry": [{"item": {"text": "A"}, "deleted": True}, {"item": {"text": "B"}}]},
            ["entry: item A; deleted yes", "entry: item B"],
        ),
        (
            {"nutrient": [{"modifier": {"text": "Sodium"}, "amount": {"value": "2.0", "unit": "g"}}]},
            ["nutrient: modifier Sodium; amount 2.0 g"],
        ),
        (
            {"criterion": {"code": {"text": "earliest"}, "value": "2026-02-01"}},
            ["criterion: code earliest; value 2026-02-01"],
        ),
        (
            {"rate": {"numerator": {"value": "5", "unit": "mL"}, "denominator": {"value": "1", "unit": "h"}}},
            ["rate: 5 mL per 1 h"],
        ),
        (
            {"cost": {"value": "12.50", "currency": "EUR"}, "when": "2026-02-01T10:00:00Z"},
            ["cost: 12.50 EUR", "when: 2026-02-01"],
        ),
        ({"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}, ["timing: twice a day"]),
        (
            {"content": {"contentType": "application/pdf", "data": "JVBERi0="}},
            ["content: a file of type application/pdf, not read"],
        ),
        # Who it is about and where he lives is said elsewhere; a reference that leads nowhere says nothing.
        (
            {
                "subject": {"reference": "Patient/p"},
                "identifier": [{"value": "9"}],
                "telecom": [{"value": "1"}],
                "owner": {"reference": "Z/1"},
            },
            [],
        ),
    ],
)
def test_fields_in_words(inside: dict[str, Any], lines: list[str]) -> None:
    assert told("Basic", **inside) == lines


def test_deep_and_long_resources_end() -> None:
    deep: dict[str, Any] = {"a": "x"}
    for _ in range(200):
        deep = {"part": [deep]}
    assert len(told("Basic", **deep)) <= 1
    assert len(told("Basic", part=[{"a": str(n)} for n in range(5_000)])) == 200


def test_questions_with_their_answers() -> None:
    items = [
        {"linkId": "1", "text": "Do you smoke?", "answer": [{"valueBoolean": False}]},
        {"linkId": "2", "text": "Alcohol", "answer": [{"valueQuantity": {"value": "14", "unit": "units/week"}}]},
        {
            "linkId": "3",
            "text": "Falls",
            "item": [{"linkId": "3.1", "text": "How many", "answer": [{"valueInteger": 2}]}],
        },
        {
            "linkId": "4",
            "text": "Pain",
            "answer": [
                {
                    "valueCoding": {"display": "Yes"},
                    "item": [{"linkId": "4.1", "text": "Where", "answer": [{"valueString": "knee"}]}],
                }
            ],
        },
        {"linkId": "5", "text": "Allergies"},
    ]
    resource = {
        "resourceType": "QuestionnaireResponse",
        "status": "in-progress",
        "authored": "2026-01-02",
        "item": items,
    }
    assert questionnaire(resource, Names(())).split("\n") == [
        "Questionnaire: answers, status in-progress, on 2026-01-02.",
        "Do you smoke? no",
        "Alcohol: 14 units/week",
        "Falls > How many: 2",
        "Pain: Yes",
        "Pain Yes > Where: knee",
        "Allergies: no answer",
    ]


def test_each_line_of_what_does_not_hold_says_so() -> None:
    """A line may be quoted alone: what is a draft, or has ended, is not a wish in force."""
    wish = {"provision": {"type": "permit", "code": [{"text": "CPR"}]}}
    assert told("Consent", status="active", **wish) == ["status: active", "provision: type permit; code CPR"]
    ended = told("Consent", status="inactive", **wish)
    assert "status: inactive" in ended and "provision (status inactive): type permit; code CPR" in ended
