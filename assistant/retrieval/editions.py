"""Editions at search: a document that is withdrawn, expired or replaced does not speak beside one in force.

What a document says of its edition is read by the readers and kept with it. An older edition is given only to a question that
asks for it (by a year, or as the old or previous one), and its title then shows what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from assistant.language.words import fold
from assistant.types import Passage

Edition = Mapping[str, str]

_ENDED: Final = frozenset("withdrawn superseded expired archived draft".split())
_YEAR: Final = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,/-]*\d)")
_DAY: Final = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_FORMER: Final = re.compile(
    r"\b(?:old|older|previous|previously|former|formerly|earlier|outdated|superseded|withdrawn|expired)\s+(?:\w+\s+){0,3}?"
    r"(?:version|edition|issue|policy|policies|rules?|guidelines?|guidance|terms|document|leaflet|protocol|tariff|prices?|list|one)s?\b"
    r"|\bused to be\b|\b(?:previously|formerly)\b",
    re.I,
)
_VERSION: Final = re.compile(r"\b(?:version|edition|revision|issue|v\.?)\s*(\d+(?:\.\d+)*)\b", re.I)
# What tells the editions of one document apart in its title.
_OWN: Final = re.compile(
    r"\(.*?\)|\b(?:version|edition|revision|issue|rev|v)\.?\s*\d+(?:\.\d+)*\b|\bv\d+(?:\.\d+)*\b|\b(?:19|20)\d\d(?:\s*[-/–]\s*\d{2,4})?\b"
    r"|\b(?:withdrawn|superseded|expired|draft|old|new|current|final)\b",
    re.I,
)
NEAR: Final = 0.8
"""A passage in force that scores this share of another is taken to be about the same: both were found for one question."""


@dataclass(frozen=True, slots=True)
class EditionQuery:
    """Which edition a question asks for: the one in force, that of a time, a version, or a former one."""

    begin: str = ""
    end: str = ""
    version: str = ""
    former: bool = False

    @classmethod
    def of(cls, question: str) -> EditionQuery:
        """Read a question."""
        version = _VERSION.search(question)
        day, year = _DAY.search(question), _YEAR.search(question)
        begin = end = ""
        if day:
            begin = end = day.group()
        elif year:
            begin, end = f"{year.group()}-01-01", f"{year.group()}-12-31"
        return cls(begin, end, version.group(1) if version else "", _FORMER.search(question) is not None)


def in_force(passages: Sequence[Passage], editions: Mapping[str, Edition], question: str, today: date) -> list[Passage]:
    """The passages that may speak, in order, those of other editions than the one that is asked for left out beside it.

    Where no other passage is near, such a passage stays, marked as not sure: it may be shown, but is no answer. The title of
    each passage shows its edition.
    """
    if not any(editions.get(p.document_id) for p in passages):
        return list(passages)
    asked = EditionQuery.of(question)
    wanted = {p.document_id: _is_wanted(p, passages, editions, asked, today.isoformat()) for p in passages}
    kept: list[Passage] = []
    for passage in passages:
        edition = editions.get(passage.document_id, {})
        shown = replace(passage, title=titled(passage.title, edition))
        if wanted[passage.document_id]:
            kept.append(shown)
        elif not any(wanted[other.document_id] and _is_beside(passage, other, editions) for other in passages):
            kept.append(replace(shown, sure=False))
    return kept


def titled(title: str, edition: Edition) -> str:
    """A title that shows the edition: "Returns (version 3, withdrawn, 2023-01-01 to 2023-12-31)"."""
    begin, end = edition.get("edition.valid_from", ""), edition.get("edition.valid_until", "")
    version, status = edition.get("edition.version", ""), edition.get("edition.status", "")
    parts = [f"version {version}"] if version and version not in title else []
    parts += [status] if status in _ENDED else []
    parts += (
        [f"{begin} to {end}" if begin and end else f"from {begin}" if begin else f"until {end}"] if begin or end else []
    )
    return f"{title} ({', '.join(parts)})" if parts else title


def _is_wanted(
    passage: Passage, all_found: Sequence[Passage], editions: Mapping[str, Edition], asked: EditionQuery, today: str
) -> bool:
    edition = editions.get(passage.document_id, {})
    family = [p for p in all_found if p.document_id == passage.document_id or _is_series(p, passage)]
    if asked.version and any(editions.get(p.document_id, {}).get("edition.version") == asked.version for p in family):
        return edition.get("edition.version") == asked.version
    held = _holds(edition, asked.begin, asked.end) if asked.begin else None
    if held is not None and any(_holds(editions.get(p.document_id, {}), asked.begin, asked.end) for p in family):
        return held
    ended = _has_ended(passage, all_found, editions, today)
    if asked.former and any(_has_ended(p, all_found, editions, today) for p in family):
        return ended
    return not ended


def _holds(edition: Edition, begin: str, end: str) -> bool | None:
    """Whether an edition was in force at some day of a time; None where it does not say when it was."""
    first, last = edition.get("edition.valid_from", ""), edition.get("edition.valid_until", "")
    if not first and not last:
        return None
    return (not first or first <= end) and (not last or last >= begin)


def _has_ended(passage: Passage, all_found: Sequence[Passage], editions: Mapping[str, Edition], today: str) -> bool:
    """Whether an edition is not in force today: by its own words, by its dates, or by those of one that replaces it."""
    edition = editions.get(passage.document_id, {})
    if edition.get("edition.status") in _ENDED or _holds(edition, today, today) is False:
        return True
    others = {p.document_id: p for p in all_found if p.document_id != passage.document_id}
    return any(_replaces(other, editions.get(key, {}), passage, edition, today) for key, other in others.items())


def _replaces(newer: Passage, its: Edition, older: Passage, edition: Edition, today: str) -> bool:
    """Whether one document of a series says that it replaces another, or has a higher version."""
    if not _is_series(newer, older) or its.get("edition.status") in _ENDED:
        return False
    if _holds(its, today, today) is False:
        return False
    said = its.get("edition.replaces", "")
    marks = {
        edition.get("edition.version", ""),
        *_YEAR.findall(older.title),
        edition.get("edition.valid_from", "")[:4],
    } - {""}
    if said and (
        re.search(r"\b(?:all|any|every|earlier|previous|prior)\b", said) or marks & set(re.findall(r"[\d.]+", said))
    ):
        return True
    return _newer(its.get("edition.version", ""), edition.get("edition.version", ""))


def _newer(one: str, other: str) -> bool:
    parts = [[int(n) for n in re.findall(r"\d+", version)] for version in (one, other)]
    return bool(parts[0] and parts[1]) and parts[0] > parts[1]


def _is_beside(passage: Passage, other: Passage, editions: Mapping[str, Edition]) -> bool:
    if other.document_id == passage.document_id:
        return False
    return (
        _is_series(passage, other) and bool(editions.get(other.document_id))
    ) or other.score >= NEAR * passage.score > 0


def _is_series(one: Passage, other: Passage) -> bool:
    return bool(series := _series(one.title)) and series == _series(other.title)


def _series(title: str) -> str:
    """A title without what tells editions apart; two documents with one such title are editions of one document."""
    return " ".join(re.findall(r"\w+", fold(_OWN.sub(" ", title))))
