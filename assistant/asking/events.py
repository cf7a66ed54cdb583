"""What a front end is told while an answer is made."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types import Answer, Citation


@dataclass(frozen=True, slots=True)
class Released:
    """A sentence that passed its checks and may be shown."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All sentences shown so far are taken back: a check on the whole answer failed, or the sources are quoted instead."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The sealed answer; what it holds is what counts."""

    answer: Answer


Event = Released | Withdrawn | Finished
