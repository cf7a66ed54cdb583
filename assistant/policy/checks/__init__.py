"""The registry of checks: a dict literal, so that a check that is not here is a check that no policy can name."""

from __future__ import annotations

from typing import Final

from assistant.policy.checks import (
    access,
    answerable,
    fairness,
    grounding,
    injection,
    numbers,
    persons,
    redaction,
    scope,
    secrets,
    toxicity,
)
from assistant.policy.checks.spec import CheckSpec, Grain
from assistant.types import Stage

_PART: Final = frozenset({Grain.PART})
_WHOLE: Final = frozenset({Grain.WHOLE})
_BOTH: Final = frozenset({Grain.PART, Grain.WHOLE})

CHECKS: Final[dict[str, CheckSpec]] = {
    "access": CheckSpec(access.Params, access.check, {Stage.QUERY: _PART, Stage.CONTEXT: _PART, Stage.ANSWER: _BOTH}),
    "answerable": CheckSpec(
        answerable.Params, answerable.check, {Stage.CONTEXT: _WHOLE}, needs=("pack", "embedder"), ready=answerable.ready
    ),
    "fairness": CheckSpec(fairness.Params, fairness.check, {Stage.ANSWER: _BOTH}, mends=True, needs=("pack",)),
    "grounding": CheckSpec(
        grounding.Params, grounding.check, {Stage.ANSWER: _PART}, support=True, needs=("pack", "embedder")
    ),
    "injection": CheckSpec(
        injection.Params,
        injection.check,
        {Stage.INGEST: _PART, Stage.QUERY: _PART, Stage.CONTEXT: _PART, Stage.ANSWER: _PART, Stage.TRAINING: _PART},
        mends=True,
    ),
    "numbers": CheckSpec(numbers.Params, numbers.check, {Stage.ANSWER: _PART}, support=True),
    "persons": CheckSpec(persons.Params, persons.check, {Stage.CONTEXT: _PART}, needs=("redactor",)),
    "redaction": CheckSpec(
        redaction.Params,
        redaction.check,
        {Stage.INGEST: _PART, Stage.QUERY: _PART, Stage.CONTEXT: _PART, Stage.ANSWER: _BOTH, Stage.TRAINING: _PART},
        mends=True,
        needs=("redactor",),
    ),
    "scope": CheckSpec(scope.Params, scope.check, {Stage.QUERY: _PART}, needs=("pack", "embedder"), ready=scope.ready),
    "secrets": CheckSpec(secrets.Params, secrets.check, {Stage.TRAINING: _PART}, mends=True),
    "toxicity": CheckSpec(
        toxicity.Params,
        toxicity.check,
        {Stage.INGEST: _PART, Stage.QUERY: _PART, Stage.ANSWER: _BOTH, Stage.TRAINING: _PART},
    ),
}
