"""How a result has moved: the latest against the one before it, of the same test in the same unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assistant.records.model import Result

Direction = Literal["rising", "falling", "steady"]


@dataclass(frozen=True, slots=True)
class Series:
    """The results of one test, oldest first; the last is the latest. `before` and `direction` where it can be compared."""

    results: tuple[Result, ...]
    before: Result | None = None
    direction: Direction | None = None

    @property
    def latest(self) -> Result:
        """The latest result."""
        return self.results[-1]


def series(results: Iterable[Result]) -> list[Series]:
    """Results by test and unit, each in the order of time; results without a date come before the others."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        code = next((f"{c.system}|{c.code}" for c in result.term.codes if c.code), "")
        groups.setdefault((code or result.term.text.lower(), result.unit), []).append(result)
    found = []
    for group in groups.values():
        ordered = tuple(sorted(group, key=lambda r: r.date))
        found.append(Series(ordered, *_movement(ordered)))
    return found


def _movement(ordered: tuple[Result, ...]) -> tuple[Result | None, Direction | None]:
    latest = ordered[-1]
    earlier = [r for r in ordered[:-1] if r.number and not r.comparator and r.date and r.date < latest.date]
    if not earlier or not latest.number or latest.comparator:
        return None, None
    before, now = Decimal(earlier[-1].number), Decimal(latest.number)
    return earlier[-1], "rising" if now > before else "falling" if now < before else "steady"
