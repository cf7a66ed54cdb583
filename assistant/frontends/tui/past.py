"""A kept answer, read back from its plain form, in the shape in which answers are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """What was released then. It is not an `Answer`: only the gate builds those."""

    question: str
    answer: str
    status: str
    reason: str
    citations: tuple[object, ...]
    related: tuple[object, ...]
    level: str
    verdicts: tuple[object, ...]
    policy: object
    model: str
    timings_ms: Mapping[str, float]
    audit_id: str


def past_answer(plain: Mapping[str, Any]) -> PastAnswer:
    """The answer of its JSON."""
    return PastAnswer(
        question=str(plain.get("question", "")),
        answer=str(plain.get("answer", "")),
        status=str(plain.get("status", "")),
        reason=str(plain.get("reason", "")),
        citations=_items(plain, "citations"),
        related=_items(plain, "related"),
        level=str(plain.get("level", "")),
        verdicts=_items(plain, "verdicts"),
        policy=SimpleNamespace(**plain.get("policy", {"id": "", "version": "", "sha256": ""})),
        model=str(plain.get("model", "")),
        timings_ms=dict(plain.get("timings_ms", {})),
        audit_id=str(plain.get("audit_id", "")),
    )


def _items(plain: Mapping[str, Any], key: str) -> tuple[object, ...]:
    return tuple(SimpleNamespace(**item) for item in plain.get(key, ()))
