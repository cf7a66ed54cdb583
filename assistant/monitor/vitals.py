"""Streams of vital signs, line by line: CSV (a row a value, or a column a sign), NDJSON of plain objects or FHIR Observations."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from assistant.charts.rules import Threshold
from assistant.errors import ReaderError
from assistant.records.fhir import chart as fhir
from assistant.records.fhir.bundle import Entry, Names, Share, entries_of
from assistant.records.fhir.values import Resource, string

_PERSON: Final = ("person", "patient", "patient_id", "person_id", "subject", "user", "device")
_TIME: Final = ("time", "timestamp", "datetime", "date", "effective", "start")
_SIGN: Final = ("sign", "vital", "measure", "type", "code", "name", "metric")
MAX_LINE: Final = 1 << 20
MAX_FILE: Final = 48 << 20
# A clock that runs ahead would make everybody else look silent.
_AHEAD: Final = timedelta(days=1)
_NO_NAMES: Final = Names(())


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement of one person, in the unit of the threshold document."""

    person: str
    time: datetime
    threshold: Threshold
    value: Decimal


@dataclass(slots=True)
class Tally:
    """What came: lines read, samples understood, and by reason how many were not."""

    lines: int = 0
    samples: int = 0
    left_out: dict[str, int] = field(default_factory=dict)

    def omit(self, reason: str) -> None:
        """Count a line or value that says nothing usable."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1


class VitalsReader:
    """Lines to samples. Nothing of a line that cannot be used is kept; it is counted by reason."""

    def __init__(self, thresholds: Iterable[Threshold], now: datetime | None = None) -> None:
        self._by_name: dict[str, Threshold] = {}
        for threshold in thresholds:
            for name in (threshold.row.sign, *threshold.row.names, *threshold.row.codes):
                self._by_name[name.lower()] = threshold
        self._latest = (now or datetime.now(UTC)) + _AHEAD
        self.tally = Tally()
        self._most = MAX_LINE

    def read_whole(self, text: str) -> Iterator[Sample]:
        """The samples of a file that is one JSON value over many lines: a Bundle, a list, an Observation."""
        self._most = MAX_FILE
        yield from self._json(text)

    def read(self, lines: Iterable[str]) -> Iterator[Sample]:
        """The samples of a stream. Raises ReaderError where its first line is neither a header nor JSON."""
        waiting = iter(lines)
        first = next((line for line in waiting if line.strip()), "")
        if not first:
            return
        if first.lstrip("﻿ ").startswith(("{", "[")):
            yield from self._json(first)
            for line in waiting:
                yield from self._json(line)
            return
        try:
            header = [name.strip().lower() for name in next(csv.reader([first.lstrip("﻿")]))]
        except csv.Error:
            header = []
        person, time = (next((n for n in names if n in header), "") for names in (_PERSON, _TIME))
        if not person or not time:
            raise ReaderError(
                "the first line names no person or time column", remedy="begin with: person,time,sign,value,unit"
            )
        for line in waiting:
            yield from self._row(header, line, person, time)

    def _row(self, header: list[str], line: str, person: str, time: str) -> Iterator[Sample]:
        self.tally.lines += 1
        if len(line) > MAX_LINE:
            self.tally.omit("line too long")
            return
        try:
            cells = dict(zip(header, next(csv.reader([line])), strict=False))
        except (csv.Error, StopIteration):
            self.tally.omit("not a row")
            return
        if "value" in cells:
            sign = next((cells[n] for n in _SIGN if cells.get(n)), "")
            yield from self._sample(
                cells.get(person, ""), cells.get(time, ""), (sign,), cells["value"], cells.get("unit", "")
            )
            return
        given = [name for name in header if name in self._by_name and cells.get(name, "").strip()]
        if not given:
            self.tally.omit("no value")
        for name in given:
            yield from self._sample(
                cells.get(person, ""), cells.get(time, ""), (name,), cells[name], cells.get("unit", "")
            )

    def _json(self, line: str) -> Iterator[Sample]:
        if not line.strip():
            return
        self.tally.lines += 1
        try:
            value = json.loads(line, parse_float=str, parse_int=str) if len(line) <= self._most else None
        except (ValueError, RecursionError):
            value = None
        for one in value if isinstance(value, list) else [value]:
            yield from self._value(one)

    def _value(self, value: object) -> Iterator[Sample]:
        if not isinstance(value, dict):
            self.tally.omit("not a JSON object")
        elif value.get("resourceType") == "Bundle":
            yield from self._many(value)
        elif "resourceType" in value:
            yield from self._observation(value)
        else:
            found = {str(k).lower(): v for k, v in value.items() if isinstance(v, str | int)}
            person, time, sign = (
                str(next((found[n] for n in names if n in found), "")) for names in (_PERSON, _TIME, _SIGN)
            )
            yield from self._sample(person, time, (sign,), str(found.get("value", "")), str(found.get("unit", "")))

    def _many(self, bundle: dict[str, object]) -> Iterator[Sample]:
        """The Observations of a Bundle, in the order of their time."""
        found = entries_of([bundle])
        names = Names(found)
        for resource in sorted((e.resource for e in found), key=lambda r: string(r, "effectiveDateTime")):
            yield from self._observation(resource, names)

    def _observation(self, value: Resource, known: Names | None = None) -> Iterator[Sample]:
        if value["resourceType"] != "Observation":
            self.tally.omit("not an Observation")
            return
        chart = fhir.chart_of("", [Share("", {}, (Entry(value),))])
        person = (known or _NO_NAMES).patient_of(value) or ""
        if not chart.results:
            self.tally.omit("no value, or marked as an error")
        for result in chart.results:
            if result.comparator or not result.number:
                self.tally.omit("not a plain number")
                continue
            names = (*(code.code for code in result.term.codes), result.term.text)
            yield from self._sample(person, result.date, names, result.number, result.unit)

    def _sample(self, person: str, time: str, names: Iterable[str], value: str, unit: str) -> Iterator[Sample]:
        threshold = next((t for name in names if (t := self._by_name.get(name.strip().lower())) is not None), None)
        when = _moment(time.strip())
        if threshold is None:
            self.tally.omit("no threshold for this sign")
        elif not person.strip():
            self.tally.omit("no person")
        elif when is None:
            self.tally.omit("no time")
        elif when > self._latest:
            self.tally.omit("time in the future")
        elif unit.strip() not in threshold.row.units:
            self.tally.omit("unit not known for this sign")
        else:
            try:
                amount = Decimal(value.strip()) * Decimal(threshold.row.units[unit.strip()])
            except InvalidOperation:
                self.tally.omit("not a number")
                return
            if not amount.is_finite():
                self.tally.omit("not a number")
                return
            self.tally.samples += 1
            yield Sample(person.strip(), when, threshold, amount)


def _moment(text: str) -> datetime | None:
    """An ISO 8601 instant; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
