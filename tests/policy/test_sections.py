"""What each section of a policy takes and refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from assistant.policy.checks import CHECKS
from assistant.policy.sections import (
    ALLOWED_ACTIONS,
    MENDING,
    AccessRule,
    AnswerLimits,
    CheckRule,
    History,
    Ingest,
    Limits,
    Records,
    meant,
)
from assistant.types import Action, Stage

SECTIONS = (AnswerLimits, History, Ingest, Limits, Records)


def rule(**fields: Any) -> CheckRule:
    return CheckRule.model_validate({"id": "a", "stage": "answer", "use": "grounding", "on_fail": "drop", **fields})


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_may_be_empty_refuses_unknown_keys_and_does_not_change(section: type[BaseModel]) -> None:
    made = section()
    with pytest.raises(ValidationError, match="extra_forbidden"):
        section.model_validate({"unknown": "secret text"})
    name = next(iter(section.model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(made, name, getattr(made, name))


def test_an_error_does_not_repeat_the_value() -> None:
    with pytest.raises(ValidationError) as caught:
        AnswerLimits.model_validate({"max_words": "secret text"})
    assert "secret text" not in str(caught.value)


@pytest.mark.parametrize(
    ("section", "value"),
    [
        (AnswerLimits, {"max_sentences": 0}),
        (AnswerLimits, {"related": 21}),
        (History, {"turns": 51}),
        (Ingest, {"default_labels": []}),
        (Records, {"dates": "month"}),
        (Limits, {"check_ms": 0}),
        (AccessRule, {"effect": "permit", "labels": []}),
        (AccessRule, {"effect": "allow", "labels": ["public"]}),
        (AccessRule, {"effect": "permit", "labels": ["Not A Name"]}),
    ],
)
def test_values_out_of_bounds_are_refused(section: type[BaseModel], value: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        section.model_validate(value)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"use": "groundig"}, "there is no check 'groundig', did you mean 'grounding'"),
        ({"use": "scope"}, "cannot run at stage 'answer'"),
        ({"stage": "context", "use": "redaction", "on_fail": "extract"}, "'extract' means nothing at stage 'context'"),
        ({"on_fail": "redact"}, "finds and cannot mend"),
        ({"stage": "query", "use": "injection", "on_fail": "block", "labels": ["public"]}, "a question carries no"),
        ({"with": {"min_support": 7}}, "the parameters of check 'grounding' are wrong"),
        ({"timeout_ms": 0}, "greater than or equal to 1"),
    ],
)
def test_a_rule_that_could_never_work_is_refused_with_the_reason(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        rule(**fields)


def test_a_rule_has_the_parameters_of_its_check() -> None:
    made = rule(**{"with": {"min_support": 0.75}})
    assert isinstance(made.params, CHECKS["grounding"].params)
    assert made.params.min_support == 0.75  # type: ignore[attr-defined]


def test_every_stage_can_stop_a_text_and_only_a_question_is_neutralized_before_it_is_searched() -> None:
    assert set(ALLOWED_ACTIONS) == set(Stage)
    assert all(Action.BLOCK in actions and Action.PASS not in actions for actions in ALLOWED_ACTIONS.values())
    assert {stage for stage, found in ALLOWED_ACTIONS.items() if Action.NEUTRALIZE in found} == {
        Stage.QUERY,
        Stage.ANSWER,
    }
    assert {Action.REDACT, Action.NEUTRALIZE} == MENDING


def test_a_misspelt_word_is_told_from_one_that_resembles_nothing() -> None:
    assert meant("redactoin", CHECKS) == ", did you mean 'redaction'?"
    assert meant("xyzzy", CHECKS) == ""
    assert meant("a", ()) == ""
