"""What of a record a page does not say: every active problem, medicine and allergy and every abnormal result is named or listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from assistant.charts.marks import OUTSIDE
from assistant.records.model import ACTIVE_ALLERGY, ACTIVE_MEDICATION, ACTIVE_PROBLEM

# What the record does not settle counts as active: a page that leaves it out must say so.
_STATED: Final = frozenset({"unknown", "recorded", "noted", ""})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a reader must not miss: its kind, its text as recorded, the resource that says it."""

    kind: str
    text: str
    resource: str


def essential(summary: Mapping[str, Any]) -> list[Item]:
    """Active problems, medicines and allergies, and the abnormal results that are the latest of their test."""
    found = [
        *_named(summary["problems"], "problem", ACTIVE_PROBLEM),
        *_named(summary["medications"], "medicine", ACTIVE_MEDICATION),
        *_named(summary["allergies"], "allergy", ACTIVE_ALLERGY),
    ]
    return [*found, *(Item("abnormal result", row["text"], row["resource"]) for row in abnormal(summary))]


def abnormal(summary: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The latest result of each test and unit, where it is out of its range; a result without a date counts as latest."""
    latest: dict[tuple[str, str], str] = {}
    for row in summary["results"]:
        key = (row["text"].casefold(), row["unit"])
        latest[key] = max(latest.get(key, ""), row["date"])
    for row in summary["results"]:
        newest = row["date"] in ("", latest[row["text"].casefold(), row["unit"]])
        if newest and row["flag"] in OUTSIDE:
            yield row


def omitted(summary: Mapping[str, Any], said: Iterable[str]) -> list[Item]:
    """The essential things that none of the texts names, each of which a page must list as left out."""
    page = _flat(unescape(" \n ".join(said)))
    return [item for item in essential(summary) if _flat(item.text) not in page]


def _named(rows: Iterable[Mapping[str, Any]], kind: str, active: frozenset[str]) -> Iterator[Item]:
    for row in rows:
        if row.get("status", "") in active | _STATED and not row.get("negated") and row.get("text"):
            yield Item(kind, row["text"], row["resource"])


def _flat(text: str) -> str:
    # Between blanks, so that "gout" is not found in a longer word.
    words = re.sub(r"\W+", " ", text.casefold()).strip()
    return f" {words} "
