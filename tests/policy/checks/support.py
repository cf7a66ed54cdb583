"""Texts that the checks are tried on, and the shortest way to try one."""

from __future__ import annotations

from typing import Any, Final

from assistant.policy.checks import grounding
from assistant.protocols import Subject
from assistant.types import Stage
from tests.policy.support import READER, Parts, evidence

DOSES: Final = (
    "Give 500 mg to 1 g every 4 to 6 hours. The maximum is 4 g in 24 hours. Children over 12 years take half. "
    "At least two tablets remain. Fever of 38.5 °C is treated."
)
METFORMIN: Final = (
    "Metformin is started at 500 mg once daily with the evening meal. It must not be given when the eGFR is below 30 mL/min. "
    "Metformin reduces the risk of heart attack in adults with obesity. Stop it before surgery and restart it 48 hours after."
)
OTHER: Final = "Visiting hours are from 14:00 to 20:00. Children under 12 come with an adult."


def answer(text: str, source: str = DOSES, question: str = "How much?", **more: Any) -> Subject:
    """An answer that cites one text."""
    return Subject(Stage.ANSWER, text, READER, question, (evidence(source),), **more)


def ground(tools: Parts, text: str, question: str = "How is metformin given?", *sources: str) -> Any:
    """What the grounding check says of a text over these sources."""
    items = tuple(evidence(source, n) for n, source in enumerate(sources or (METFORMIN,), 1))
    return grounding.check(grounding.Params(), Subject(Stage.ANSWER, text, READER, question, items), tools)
