"""The pack's rules for charts and streams: how a record shows what the pack's documents speak of.

The numbers are read from the documents, so that each mark, gap and alert can cite the words it rests on.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import PackError
from assistant.formats.yamlfile import read_text, read_yaml, validate
from assistant.packs.pack import Pack
from assistant.records.model import Limits, Source, Term

Words = tuple[Annotated[str, Field(min_length=2)], ...]
Codes = tuple[Annotated[str, Field(min_length=1)], ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Named(_Strict):
    """How a record may name something: a code, or words that stand in its name."""

    codes: Codes = ()
    words: Words = ()
    not_words: Words = ()
    any_status: bool = False

    def fits(self, term: Term) -> bool:
        """Whether the term is named so. ICD codes also fit by their category (E11 for E11.9)."""
        if any(spoken(word, term.text) for word in self.not_words):
            return False
        given = {code.code for code in term.codes}
        given |= {code.split(".")[0] for code in given if re.fullmatch(r"[A-Z]\d\d.*", code)}
        return bool(given & set(self.codes)) or any(spoken(word, term.text) for word in self.words)


def spoken(word: str, text: str) -> bool:
    """Whether the (lower-case) word or phrase stands in the text as such, not as a part of another word."""
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text.lower()) is not None


class Need(Named):
    """What has to stand in the record, and in which section of the chart."""

    section: Literal["results", "procedures", "immunizations", "medications", "encounters"] = Field(alias="in")


class LeastResult(_Strict):
    """A result that the record must show at or above a number for the rule to apply."""

    words: Words
    at_least: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]


class Older(_Strict):
    """A shorter interval from an age on."""

    age: int
    months: int


class GapRule(_Strict):
    """One rule of care; `id` is its record in the document, which holds its words and its interval."""

    id: str
    min_age: int | None = None
    problem: Named | None = None
    medication: Named | None = None
    result: LeastResult | None = None
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]
    unless_allergy: Words = ()
    older: Older | None = None


class _Gaps(_Strict):
    document: str
    rules: tuple[GapRule, ...]


class RangeRow(_Strict):
    """One row of the range table, and the results that it applies to."""

    test: str
    group: str
    sex: Literal["male", "female", ""] = ""
    codes: Annotated[Codes, Field(min_length=1)]
    units: Annotated[tuple[str, ...], Field(min_length=1)]


class _Ranges(_Strict):
    document: str
    min_age: int
    rows: tuple[RangeRow, ...]


Bound = Literal["beyond", "at_bound"]


class SignRow(_Strict):
    """One vital sign of the threshold document: its names in streams, its units with the factor to the document's unit."""

    sign: str
    codes: Codes
    names: Words
    units: Mapping[str, Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]]
    low: Bound
    high: Bound
    gain_days: int | None = None


class Baseline(_Strict):
    """The numbers of the document's sentences on personal baselines; `minimum_days` is read from the document itself."""

    days: int
    deviations: int
    days_in_a_row: int
    silent_hours: int
    persistent_in_a_row: int
    minimum_days: int = 0


class _Thresholds(_Strict):
    document: str
    baseline: Baseline
    signs: tuple[SignRow, ...]


class _RulesFile(_Strict):
    schema_: Literal[1] = Field(alias="schema")
    gaps: _Gaps
    ranges: _Ranges
    thresholds: _Thresholds


@dataclass(frozen=True, slots=True)
class CareRule:
    """A rule with what its document says: interval in months (0 for once), its words, where they stand."""

    rule: GapRule
    title: str
    months: int
    source: Source


@dataclass(frozen=True, slots=True)
class Range:
    """A range of the table with its row."""

    row: RangeRow
    limits: Limits
    source: Source


@dataclass(frozen=True, slots=True)
class Threshold:
    """Alert and persistent bounds of one sign in the document's unit, with its words."""

    row: SignRow
    unit: str
    alert_low: Decimal | None
    alert_high: Decimal | None
    persistent_low: Decimal | None
    persistent_high: Decimal | None
    source: Source


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a pack; `range_age` is the least age of the ranges. `words`: the threshold document's sentences on
    baselines, by name. `responses`: level of an alert -> who answers it, and how soon.
    """

    care: tuple[CareRule, ...] = ()
    ranges: tuple[Range, ...] = ()
    range_age: int = 0
    thresholds: tuple[Threshold, ...] = ()
    baseline: Baseline | None = None
    words: Mapping[str, Source] = field(default_factory=dict)
    responses: Mapping[str, tuple[str, str]] = field(default_factory=dict)


NO_RULES: Final = Rules()


def load_rules(pack: Pack) -> Rules:
    """The pack's rules, none where it has no rules file. Raises PackError with file and line."""
    if pack.rules is None:
        return NO_RULES
    file = read_yaml(pack.rules, PackError)
    found = validate(file, _RulesFile, PackError)
    document = json.loads(_text(pack.root, found.thresholds.document), parse_float=str, parse_int=str)
    words = _words(found.thresholds.document, document)
    return Rules(
        _care(pack.root, found.gaps),
        _ranges(pack.root, found.ranges),
        found.ranges.min_age,
        _signs(document, found.thresholds),
        _baseline(found.thresholds, words),
        words,
        {str(r["level"]): (str(r["who"]), str(r["within"])) for r in document.get("response", ())},
    )


def _text(root: Path, name: str) -> str:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise PackError(f"document '{name}' is not in the pack", path=root, remedy="correct the name in the rules")
    return read_text(path, PackError)


def _missing(document: str, what: str) -> PackError:
    return PackError(
        f"'{document}' holds no '{what}'", remedy="correct the rules or the document: each names the other"
    )


def _care(root: Path, gaps: _Gaps) -> tuple[CareRule, ...]:
    records = {r["id"]: r for r in map(json.loads, filter(str.strip, _text(root, gaps.document).splitlines()))}
    found = []
    for rule in gaps.rules:
        record = records.get(rule.id)
        if record is None:
            raise _missing(gaps.document, rule.id)
        source = Source(gaps.document, rule.id, str(record["rule"]))
        found.append(CareRule(rule, str(record["title"]), int(record["interval_months"] or 0), source))
    return tuple(found)


def _ranges(root: Path, ranges: _Ranges) -> tuple[Range, ...]:
    lines = _text(root, ranges.document).splitlines()
    table = {(r["test"], r["group"]): (n, r) for n, r in enumerate(csv.DictReader(lines), 2)}
    found = []
    for row in ranges.rows:
        if (row.test, row.group) not in table:
            raise _missing(ranges.document, f"{row.test}, {row.group}")
        number, cells = table[(row.test, row.group)]
        limits = Limits(cells["low"], cells["high"])
        source = Source(ranges.document, f"line {number}", lines[number - 1])
        found.append(Range(row, limits, source))
    return tuple(found)


def _signs(document: Mapping[str, Any], thresholds: _Thresholds) -> tuple[Threshold, ...]:
    by_sign: dict[str, Any] = {entry["sign"]: entry for entry in document["thresholds"]}
    found = []
    for row in thresholds.signs:
        entry = by_sign.get(row.sign)
        if entry is None:
            raise _missing(thresholds.document, row.sign)
        source = Source(thresholds.document, row.sign, str(entry["text"]))
        found.append(
            Threshold(
                row,
                str(entry["unit"]),
                _decimal(entry["alert_low"]),
                _decimal(entry["alert_high"]),
                _decimal(entry["persistent_low"]),
                _decimal(entry["persistent_high"]),
                source,
            )
        )
    return tuple(found)


def _words(name: str, document: Mapping[str, Any]) -> dict[str, Source]:
    words = {key: Source(name, f"baseline.{key}", str(text)) for key, text in document["baseline"].items()}
    words["notes"] = Source(name, "notes", str(document["notes"]))
    return words


def _baseline(thresholds: _Thresholds, words: Mapping[str, Source]) -> Baseline:
    """The numbers, each found in the sentence that it is said to come from."""
    given = thresholds.baseline
    spelled = {3: "three"}
    for number, key in (
        (given.days, "method"),
        (given.deviations, "trend_alert"),
        (given.days_in_a_row, "trend_alert"),
        (given.silent_hours, "missing_data"),
        (given.persistent_in_a_row, "notes"),
    ):
        said = words[key].quote if key in words else ""
        if not re.search(rf"\b(?:{number}|{spelled.get(number, number)})\b", said):
            raise _missing(thresholds.document, f"{number} under {key}")
    return given.model_copy(update={"minimum_days": int(words["minimum_days"].quote)})


def _decimal(value: object) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        raise PackError("a threshold is not a number", remedy="correct the document") from None
