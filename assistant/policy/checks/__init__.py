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
from assistant.policy.checks.spec import CheckSpec, Grain, Says
from assistant.types import Stage

_PART: Final = frozenset({Grain.PART})
_WHOLE: Final = frozenset({Grain.WHOLE})
_BOTH: Final = frozenset({Grain.PART, Grain.WHOLE})

CHECKS: Final[dict[str, CheckSpec]] = {
    "access": CheckSpec(
        access.Params,
        access.check,
        {Stage.QUERY: _PART, Stage.CONTEXT: _PART, Stage.ANSWER: _BOTH},
        Says("role and labels are checked once more", "if they do not allow it"),
        optional=True,
    ),
    "answerable": CheckSpec(
        answerable.Params,
        answerable.check,
        {Stage.CONTEXT: _WHOLE},
        Says("it is judged whether the documents hold the answer at all", "if they seem not to"),
        needs=("pack", "embedder"),
        ready=answerable.ready,
    ),
    "fairness": CheckSpec(
        fairness.Params,
        fairness.check,
        {Stage.ANSWER: _BOTH},
        Says("protected attributes that nobody brought up, stereotypes and slurs are looked for", "if one is found"),
        mends=True,
        needs=("pack",),
    ),
    "grounding": CheckSpec(
        grounding.Params,
        grounding.check,
        {Stage.ANSWER: _PART},
        Says("the sentence is compared with the source it cites", "if the source does not support it"),
        support=True,
        needs=("pack", "embedder"),
    ),
    "injection": CheckSpec(
        injection.Params,
        injection.check,
        {Stage.INGEST: _PART, Stage.QUERY: _PART, Stage.CONTEXT: _PART, Stage.ANSWER: _PART, Stage.TRAINING: _PART},
        Says("instructions to the assistant are looked for", "if one is found"),
        mends=True,
    ),
    "numbers": CheckSpec(
        numbers.Params,
        numbers.check,
        {Stage.ANSWER: _PART},
        Says("every quantity is looked up in the cited source", "if one is not there"),
        support=True,
    ),
    "persons": CheckSpec(
        persons.Params,
        persons.check,
        {Stage.CONTEXT: _PART},
        Says(
            "where the question asks about somebody by name, other people's names are looked for",
            "if somebody else is named",
        ),
        needs=("redactor",),
    ),
    "redaction": CheckSpec(
        redaction.Params,
        redaction.check,
        {Stage.INGEST: _PART, Stage.QUERY: _PART, Stage.CONTEXT: _PART, Stage.ANSWER: _BOTH, Stage.TRAINING: _PART},
        Says("identifiers of people are looked for", "if some are found"),
        mends=True,
        needs=("redactor", "pack"),
    ),
    "scope": CheckSpec(
        scope.Params,
        scope.check,
        {Stage.QUERY: _PART},
        Says("it is judged whether the question is one for these documents", "if it is clearly not"),
        optional=True,
        needs=("pack", "embedder"),
        ready=scope.ready,
    ),
    "secrets": CheckSpec(
        secrets.Params,
        secrets.check,
        {Stage.TRAINING: _PART},
        Says("passwords, codes and keys are looked for", "if a sentence gives one away"),
        mends=True,
    ),
    "toxicity": CheckSpec(
        toxicity.Params,
        toxicity.check,
        {Stage.INGEST: _PART, Stage.QUERY: _PART, Stage.ANSWER: _BOTH, Stage.TRAINING: _PART},
        Says("abusive language is looked for", "if some is found"),
    ),
}
