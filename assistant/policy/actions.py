"""The order of actions: which of several decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from assistant.types import Action, Verdict

SEVERITY: Final = (
    Action.PASS,
    Action.FLAG,
    Action.REDACT,
    Action.NEUTRALIZE,
    Action.DROP,
    Action.EXTRACT,
    Action.ABSTAIN,
    Action.BLOCK,
)
# After any of these the text itself is not used.
STOPPING: Final = frozenset({Action.DROP, Action.EXTRACT, Action.ABSTAIN, Action.BLOCK})


def worst(one: Action, other: Action) -> Action:
    """The more severe of two actions."""
    return max(one, other, key=SEVERITY.index)


def late(said: Iterable[Verdict]) -> Verdict | None:
    """The verdict of a check that had no time, unless another blocks."""
    said = list(said)
    if any(verdict.action is Action.BLOCK for verdict in said):
        return None
    return next((verdict for verdict in said if verdict.late), None)
