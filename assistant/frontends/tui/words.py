"""Verdicts and states in words: what colour says is always said in letters too."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from assistant.frontends.tui.history import ShownAnswer, ShownVerdict

STATUS: Final[Mapping[str, tuple[str, str]]] = {
    "answered": ("ANSWERED", "every sentence is supported by its source"),
    "extracted": ("QUOTED", "the sources' own words"),
    "abstained": ("NOT KNOWN", "the documents do not hold it"),
    "blocked": ("REFUSED", "the policy does not allow it"),
}
VERIFIED: Final = "VERIFIED"
REPLY: Final = "REPLY"
# What an abstention says where it has something to show, or decided nothing.
_LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    "closest": ("NOT SURE", "the closest passages are shown; please judge"),
    "retry": ("NOT CHECKED", "there was no time for a check; please ask again"),
}
ACTIONS: Final[Mapping[str, str]] = {
    "pass": "PASSED",
    "flag": "NOTED",
    "redact": "HIDDEN",
    "neutralize": "REWORDED",
    "drop": "LEFT OUT",
    "extract": "NOT SHOWN",
    "abstain": "NOT KNOWN",
    "block": "REFUSED",
}
STAGES: Final[Mapping[str, str]] = {
    "query": "question",
    "context": "passages",
    "answer": "answer",
    "ingest": "document",
    "training": "training",
}
MODEL_STATES: Final[Mapping[str, str]] = {"verified": "installed", "changed": "CHANGED", "missing": "not installed"}


def verdict(answer: ShownAnswer) -> tuple[str, str]:
    """An answer's status in a word, and what it means; answers that were kept earlier have no level."""
    status = str(answer.status)
    if answer.verified is not None:
        return VERIFIED, f"{answer.verified.author} vouches for it until {answer.verified.until}"
    if answer.intent:
        return REPLY, "a standard reply of ours, not from the documents"
    return _LEVELS.get(str(answer.level), STATUS.get(status, (status.upper(), "")))


@dataclass(frozen=True, slots=True)
class Badge:
    """Equal verdicts of one check, counted: `word` says what was done, `reason` why."""

    check: str
    stage: str
    word: str
    reason: str
    times: int
    ms: float

    @property
    def acted(self) -> bool:
        """Whether the check did anything but let pass."""
        return self.word != ACTIONS["pass"]


def badges(verdicts: Sequence[ShownVerdict]) -> list[Badge]:
    """The verdicts, equal ones together, in the order in which they first came."""
    counted: Counter[tuple[str, str, str, str]] = Counter()
    spent: defaultdict[tuple[str, str, str, str], float] = defaultdict(float)
    for verdict in verdicts:
        key = (verdict.check, str(verdict.stage), str(verdict.action), verdict.reason)
        counted[key] += 1
        spent[key] += verdict.ms
    return [
        Badge(check, STAGES.get(stage, stage), ACTIONS.get(action, action.upper()), reason, times, spent[key])
        for key, times in counted.items()
        for check, stage, action, reason in [key]
    ]


def summary(verdicts: Sequence[ShownVerdict]) -> str:
    """One line: how many checks passed, and which acted."""
    found = badges(verdicts)
    acted: Counter[tuple[str, str]] = Counter()
    for badge in found:
        if badge.acted:
            acted[badge.check, badge.word] += badge.times
    passed = len({badge.check for badge in found} - {check for check, _ in acted})
    told = "; ".join(f"{check} {word}" + (f" x{times}" if times > 1 else "") for (check, word), times in acted.items())
    return f"Checks: {passed} passed" + (f"; {told}" if told else "")


def short(text: str, limit: int) -> str:
    """One line of at most `limit` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: max(1, limit - 1)] + "…"


def bar(done: int, total: int, width: int = 24) -> str:
    """A progress bar of plain characters with its share in figures."""
    share = min(1.0, done / total) if total else 0.0
    filled = round(share * width)
    return f"[{'#' * filled}{'.' * (width - filled)}] {share:>4.0%}"
