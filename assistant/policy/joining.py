"""The answers to the halves of a double question as one: each half answered, or said to be unanswered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assistant.types import Answer, Citation, Level, Near, Status

if TYPE_CHECKING:
    from assistant.policy.model import Policy

UNANSWERED: Final = "Not answered:"
_RELEASED: Final = frozenset({Status.ANSWERED, Status.EXTRACTED})
_MARK: Final = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Joined:
    """What the answer to the whole question says."""

    text: str
    status: Status
    citations: tuple[Citation, ...] = ()
    closest: tuple[Near, ...] = ()
    level: Level = Level.NONE
    reason: str = ""


def joined(answers: Sequence[Answer], policy: Policy) -> Joined:
    """One run of citation numbers over all halves; passages are near where a half has no answer. None of them is blocked."""
    released = [answer for answer in answers if answer.status in _RELEASED]
    closest = _near([answer for answer in answers if answer not in released], policy.answer.related)
    if not released:
        level, text = (Level.CLOSEST, policy.closest) if closest else (Level.NOTHING, policy.abstention)
        return Joined(text, Status.ABSTAINED, (), closest, level, answers[0].reason)
    said: list[str] = []
    citations: list[Citation] = []
    # One sentence may answer both halves: it is said once.
    heard: set[str] = set()
    for answer in answers:
        if answer.status not in _RELEASED:
            said.append(f"{UNANSWERED} {answer.question}")
            continue
        if _MARK.sub("", answer.answer) in heard:
            continue
        heard.add(_MARK.sub("", answer.answer))
        above = max((citation.n for citation in citations), default=0)
        said.append(_raised(answer.answer, above))
        citations += [replace(citation, n=citation.n + above) for citation in answer.citations]
    extracted = all(answer.status is Status.EXTRACTED for answer in released)
    status = Status.EXTRACTED if extracted else Status.ANSWERED
    return Joined("\n".join(said), status, tuple(citations), closest)


def _raised(text: str, above: int) -> str:
    return _MARK.sub(lambda mark: f"[{int(mark[1]) + above}]", text)


def _near(answers: Sequence[Answer], limit: int) -> tuple[Near, ...]:
    """The closest passages of each in turn, each passage once, at most `limit`."""
    columns = [answer.closest for answer in answers]
    found: dict[tuple[str, str], Near] = {}
    for row in range(max(map(len, columns), default=0)):
        for column in columns:
            if row < len(column):
                found.setdefault((column[row].citation.document_id, column[row].text), column[row])
    return tuple(found.values())[:limit]
