"""The order of actions: which of several decides."""

from __future__ import annotations

from typing import Final

from assistant.types import Action

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
