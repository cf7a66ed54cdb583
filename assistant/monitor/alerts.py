"""Alerts from streams of vital signs, by the thresholds of the pack's document and each person's own baseline. No model.

The baseline is robust: median and median absolute deviation (Hampel 1974) of daily medians, so that one odd day moves neither.
Memory is bounded: per person and sign a few weeks of daily medians and one day's values (thinned by reservoir sampling,
Vitter 1985), and so many people at most; who was silent longest is forgotten first.
"""

from __future__ import annotations

import random
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Final, Literal

from assistant.charts.rows import source_row
from assistant.charts.rules import Baseline, Rules, Threshold
from assistant.monitor.vitals import Sample
from assistant.records.model import Source

Level = Literal["alert", "persistent", "trend", "call"]
_VALUES_A_DAY: Final = 512


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should look at. `text` and `source` are the document's; `response` is (who, how soon)."""

    person: str
    level: Level
    sign: str
    time: datetime
    value: str
    unit: str
    text: str
    source: Source
    response: tuple[str, str] | None = None
    baseline: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        row: dict[str, object] = {
            "person": self.person,
            "level": self.level,
            "sign": self.sign,
            "time": self.time.isoformat(),
            "value": float(self.value) if self.value else None,
            "unit": self.unit,
            "text": self.text,
            "source": source_row(self.source),
        }
        if self.response is not None:
            row["response"] = {"who": self.response[0], "within": self.response[1]}
        return row | ({"baseline": dict(self.baseline)} if self.baseline else {})

    def as_flag(self) -> dict[str, object]:
        """A FHIR R4 Flag."""
        said = f"{self.sign} {self.value} {self.unit}".strip() if self.value else self.sign
        return {
            "resourceType": "Flag",
            "status": "active",
            "category": [
                {
                    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/flag-category", "code": "clinical"}],
                    "text": self.level,
                }
            ],
            "code": {"text": f"{said}: {self.text} ({self.source.document}, {self.source.place})"},
            "subject": {"reference": f"Patient/{self.person}"},
            "period": {"start": self.time.isoformat()},
        }


@dataclass(slots=True)
class _Track:
    """What is remembered of one sign of one person."""

    last: datetime
    outside: int = 0
    raised: set[Level] = field(default_factory=set)
    day: date | None = None
    values: list[Decimal] = field(default_factory=list)
    seen_today: int = 0
    medians: deque[tuple[date, Decimal]] = field(default_factory=deque)
    deviating: list[date] = field(default_factory=list)
    recent: deque[tuple[datetime, Decimal]] = field(default_factory=deque)


class Monitor:
    """Samples in, alerts out. `most_people` bounds the memory."""

    def __init__(self, rules: Rules, *, most_people: int = 10_000, seed: int = 7) -> None:
        if rules.baseline is None:
            raise ValueError("the pack has no thresholds")
        self._rules, self._baseline = rules, rules.baseline
        self._most = most_people
        self._rng = random.Random(seed)  # noqa: S311 - thins values, hides nothing
        self._people: OrderedDict[str, dict[str, _Track]] = OrderedDict()
        # Those who were called for already.
        self._quiet: OrderedDict[str, dict[str, _Track]] = OrderedDict()
        self._now: datetime | None = None
        self.forgotten = 0
        self.late = 0

    def observe(self, sample: Sample) -> Iterator[Alert]:
        """What a sample gives rise to, for its person and for those who have been silent too long by now."""
        tracks = self._tracks(sample)
        name = sample.threshold.row.sign
        track = tracks.get(name)
        if track is None:
            track = tracks[name] = _Track(sample.time)
        if sample.time < track.last:
            # Late values still alert; order matters for all else.
            self.late += 1
            if sample.threshold.row.gain_days is None and _beyond(sample.threshold, sample.value):
                yield self._alert(sample, "alert")
            return
        track.last = sample.time
        days = sample.threshold.row.gain_days
        if days is not None:
            yield from self._gain(sample, track, days)
        else:
            yield from self._level(sample, track, "alert", _beyond(sample.threshold, sample.value))
            track.outside = track.outside + 1 if _persistent(sample.threshold, sample.value) else 0
            yield from self._level(sample, track, "persistent", track.outside >= self._baseline.persistent_in_a_row)
            yield from self._trend(sample, track)
        yield from self._calls(sample)

    def _tracks(self, sample: Sample) -> dict[str, _Track]:
        """The person's tracks, put last in the order in which people were heard of."""
        tracks = self._people.pop(sample.person, None)
        if tracks is None:
            tracks = self._quiet.pop(sample.person, None)
        if tracks is None:
            tracks = {}
            if len(self._people) + len(self._quiet) >= self._most:
                (self._quiet or self._people).popitem(last=False)
                self.forgotten += 1
        self._people[sample.person] = tracks
        return tracks

    def _level(self, sample: Sample, track: _Track, level: Level, holds: bool) -> Iterator[Alert]:
        """An alert when a state is entered, not at every value while it lasts."""
        if holds and level not in track.raised:
            track.raised.add(level)
            yield self._alert(sample, level)
        elif not holds:
            track.raised.discard(level)

    def _alert(self, sample: Sample, level: Level, **baseline: str) -> Alert:
        source = self._rules.words["trend_alert"] if level == "trend" else sample.threshold.source
        if level == "persistent":
            source = self._rules.words["notes"]
        return Alert(
            sample.person,
            level,
            sample.threshold.row.sign,
            sample.time,
            str(sample.value),
            sample.threshold.unit,
            source.quote,
            source,
            self._rules.responses.get(level),
            baseline,
        )

    def _gain(self, sample: Sample, track: _Track, days: int) -> Iterator[Alert]:
        """A rise by more than the bound against the least value of the last days."""
        most = sample.threshold.alert_high
        while track.recent and sample.time - track.recent[0][0] > timedelta(days=days):
            track.recent.popleft()
        least = min((value for _, value in track.recent), default=sample.value)
        track.recent.append((sample.time, sample.value))
        if len(track.recent) > _VALUES_A_DAY:
            track.recent.popleft()
        yield from self._level(sample, track, "alert", most is not None and sample.value - least > most)

    def _trend(self, sample: Sample, track: _Track) -> Iterator[Alert]:
        today = sample.time.date()
        if track.day is not None and today != track.day:
            yield from self._day_over(sample, track, track.day)
            track.values, track.seen_today = [], 0
        track.day = today
        track.seen_today += 1
        if len(track.values) < _VALUES_A_DAY:
            track.values.append(sample.value)
        elif (at := self._rng.randrange(track.seen_today)) < _VALUES_A_DAY:
            track.values[at] = sample.value

    def _day_over(self, sample: Sample, track: _Track, over: date) -> Iterator[Alert]:
        """Judge the day that has ended against the days before it, then count it among them."""
        rules, value = self._baseline, median(track.values)
        oldest = over - timedelta(days=rules.days)
        while track.medians and track.medians[0][0] < oldest:
            track.medians.popleft()
        spread = _spread(track.medians, rules)
        deviates = spread is not None and spread[1] > 0 and abs(value - spread[0]) > rules.deviations * spread[1]
        in_a_row = track.deviating and track.deviating[-1] == over - timedelta(days=1)
        track.deviating = ([*track.deviating, over] if in_a_row else [over]) if deviates else []
        track.deviating = track.deviating[-rules.days_in_a_row :]
        holds = len(track.deviating) >= rules.days_in_a_row
        if holds and "trend" not in track.raised and spread is not None:
            track.raised.add("trend")
            ended = Sample(sample.person, sample.time, sample.threshold, value)
            yield self._alert(ended, "trend", median=str(spread[0]), deviation=str(spread[1]), day=over.isoformat())
        elif not holds:
            track.raised.discard("trend")
        track.medians.append((over, value))

    def _calls(self, sample: Sample) -> Iterator[Alert]:
        """People of whom nothing came for too long by the clock of the stream: a call, not an alert."""
        self._now = max(self._now or sample.time, sample.time)
        limit = self._now - timedelta(hours=self._baseline.silent_hours)
        source = self._rules.words["missing_data"]
        while self._people:
            person, tracks = next(iter(self._people.items()))
            last = max((track.last for track in tracks.values()), default=self._now)
            if last >= limit:
                return
            self._quiet[person] = self._people.pop(person)
            yield Alert(person, "call", "no measurement", last, "", "", source.quote, source)


def _spread(medians: deque[tuple[date, Decimal]], rules: Baseline) -> tuple[Decimal, Decimal] | None:
    """Median and median absolute deviation of the days, None where they are too few."""
    values = [value for _, value in medians]
    if len(values) < rules.minimum_days:
        return None
    middle = median(values)
    return middle, median(abs(value - middle) for value in values)


def _beyond(threshold: Threshold, value: Decimal) -> bool:
    low, high, row = threshold.alert_low, threshold.alert_high, threshold.row
    if low is not None and (value <= low if row.low == "at_bound" else value < low):
        return True
    return high is not None and (value >= high if row.high == "at_bound" else value > high)


def _persistent(threshold: Threshold, value: Decimal) -> bool:
    low, high = threshold.persistent_low, threshold.persistent_high
    return (low is not None and value < low) or (high is not None and value > high)
