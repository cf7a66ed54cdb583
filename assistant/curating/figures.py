"""What was asked and what came of it, by week and by reason: counted from the audit record, which holds no text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from assistant.vault.audit import AuditRecord

HANDOVER: Final = "handover"
_COLUMNS: Final = (
    "week",
    "asked",
    "answered",
    "closest",
    "nothing",
    "retry",
    "refused",
    "handed_over",
    "liked",
    "disliked",
)


@dataclass(slots=True)
class Week:
    """One ISO week ("2026-W48"). `asked` leaves small talk out; `answered` counts quoted and verified answers too."""

    week: str
    asked: int = 0
    answered: int = 0
    closest: int = 0
    nothing: int = 0
    retry: int = 0
    refused: int = 0
    handed_over: int = 0
    liked: int = 0
    disliked: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """The checks that held answers back, each with how many."""

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {**{name: getattr(self, name) for name in _COLUMNS}, "reasons": dict(self.reasons.most_common())}


def weeks(records: Iterable[AuditRecord]) -> list[Week]:
    """The weeks in which something was asked, oldest first."""
    found: dict[str, Week] = {}
    for entry in records:
        if entry.kind not in ("answer", "feedback", HANDOVER):
            continue
        name = _week(entry.at)
        _count(found.setdefault(name, Week(name)), entry.kind, dict(entry.record))
    return [found[name] for name in sorted(found)]


def total(found: Iterable[Week]) -> Week:
    """All weeks together."""
    whole = Week("all")
    for one in found:
        for name in _COLUMNS[1:]:
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.reasons += one.reasons
    return whole


def as_csv(found: Iterable[Week]) -> str:
    """A line a week, for a spreadsheet; reasons as "check: n" in the last column."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, "reasons"])
    for one in found:
        reasons = "; ".join(f"{check}: {count}" for check, count in one.reasons.most_common())
        writer.writerow([*(getattr(one, name) for name in _COLUMNS), reasons])
    return out.getvalue()


def _count(week: Week, kind: str, record: Mapping[str, Any]) -> None:
    if kind == "feedback":
        liked = record.get("vote") == "up"
        week.liked, week.disliked = week.liked + liked, week.disliked + (not liked)
        return
    if kind == HANDOVER:
        week.handed_over += 1
        return
    if record.get("intent"):
        # Small talk is no question; a request for a person is a hand-over offered.
        week.handed_over += record.get("action") == HANDOVER
        return
    week.asked += 1
    status, level = record.get("status"), record.get("level", "")
    if status in ("answered", "extracted"):
        week.answered += 1
        return
    field_name = "refused" if status == "blocked" else level if level in ("closest", "retry") else "nothing"
    setattr(week, field_name, getattr(week, field_name) + 1)
    held = [v["check"] for v in record.get("verdicts", ()) if v.get("action") in ("abstain", "block")]
    week.reasons[held[-1] if held else "no sentence"] += 1


def _week(at: str) -> str:
    year, week, _ = date.fromisoformat(at[:10]).isocalendar()
    return f"{year}-W{week:02}"
