"""What the registry knows of a check: its parameters, its function, where it may stand and what a policy may do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel

from assistant.policy.tools import Check, Tools
from assistant.types import Stage


class Grain(StrEnum):
    """What one call of a check looks at: one text (question, passage, sentence, document) or all of them together."""

    PART = "part"
    WHOLE = "whole"


class Says(NamedTuple):
    """What `policy explain` says of a check: what it does ("abusive language is looked for"), and what its failing means
    ("if some is found")."""

    looks: str
    fails: str


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One registered check.

    `grains` says for each stage where the check may stand what it looks at. `mends`: it can return a changed text, so a
    policy may say `redact` or `neutralize`. `support`: it compares the model's words with the sources, so words that are
    quoted from the sources need not pass it. `optional`: a policy may do without it, else `policy lint` objects. `needs` are the
    tools it uses, and `ready` makes whatever it computes once; both are done before its time limit counts.
    """

    params: type[BaseModel]
    check: Check[Any]
    grains: dict[Stage, frozenset[Grain]]
    says: Says
    mends: bool = False
    support: bool = False
    optional: bool = False
    needs: tuple[str, ...] = ()
    ready: Callable[[Tools], object] | None = None

    def runs(self, stage: Stage, grain: Grain) -> bool:
        """Whether the check looks at subjects of this grain at this stage."""
        return grain in self.grains.get(stage, frozenset())
