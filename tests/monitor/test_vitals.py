"""Lines of a stream to samples: what is usable, what is not and why, and that nothing of it is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from assistant.charts.rules import load_rules
from assistant.errors import ReaderError
from assistant.monitor.vitals import MAX_LINE, Sample, VitalsReader
from assistant.packs.pack import load_pack

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEAD = "person,time,sign,value,unit"


@pytest.fixture
def reader() -> VitalsReader:
    return VitalsReader(load_rules(load_pack("healthcare")).thresholds, now=NOW)


def read(reader: VitalsReader, *lines: str) -> list[Sample]:
    return list(reader.read(lines))


def observation(
    value: object, unit: str = "/min", when: str = "2026-03-02T10:00:00Z", **more: object
) -> dict[str, object]:
    return {
        "resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/p1"}, "effectiveDateTime": when,
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "valueQuantity": {"value": value, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"}, **more,
    }  # fmt: skip


def test_a_row_a_value_and_a_column_a_sign_say_the_same(reader: VitalsReader) -> None:
    (tall,) = read(reader, HEAD, "p1,2026-03-02T10:00:00,heart rate,80,/min")
    assert (tall.person, tall.value, tall.time.tzinfo) == ("p1", Decimal(80), UTC)
    (wide,) = read(reader, "\ufeffTimestamp,Patient,HR,unit", "2026-03-02T10:00:00Z,p1,80,bpm")
    assert wide == tall


def test_a_unit_that_the_thresholds_do_not_name_is_not_guessed(reader: VitalsReader) -> None:
    (mmol,) = read(reader, HEAD, "p1,2026-03-02T10:00:00Z,blood_glucose,5.50,mmol/L")
    assert (mmol.threshold.row.sign, mmol.value) == ("glucose", Decimal("5.50"))
    assert read(reader, HEAD, "p1,2026-03-02T10:00:00Z,glucose,90,mg/dL") == []
    assert reader.tally.left_out == {"unit not known for this sign": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("p1,2026-03-02T10:00:00Z,shoe size,42,", "no threshold for this sign"),
        (",2026-03-02T10:00:00Z,heart rate,80,/min", "no person"),
        ("p1,yesterday,heart rate,80,/min", "no time"),
        ("p1,2026-03-09T10:00:00Z,heart rate,80,/min", "time in the future"),
        ("p1,2026-03-02T10:00:00Z,heart rate,80,furlongs", "unit not known for this sign"),
        ("p1,2026-03-02T10:00:00Z,heart rate,high,/min", "not a number"),
        ("p1,2026-03-02T10:00:00Z,heart rate,NaN,/min", "not a number"),
        ("p1,2026-03-02T10:00:00Z,heart rate,Infinity,/min", "not a number"),
        ("x" * (MAX_LINE + 1), "line too long"),
        ('"' + "x" * 140_000, "not a row"),
        ("", "no value"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_not_usable_is_counted_by_its_reason_and_the_next_line_is_read(
    reader: VitalsReader, row: str, reason: str
) -> None:
    (left,) = read(reader, HEAD, row, "p2,2026-03-02T10:00:00Z,heart rate,70,/min")
    assert left.person == "p2"
    assert reader.tally.left_out == {reason: 1} and (reader.tally.lines, reader.tally.samples) == (2, 1)


def test_a_clock_that_is_a_little_ahead_is_believed(reader: VitalsReader) -> None:
    ahead = (NOW + timedelta(hours=23)).isoformat()
    assert len(read(reader, HEAD, f"p1,{ahead},heart rate,80,/min")) == 1


def test_a_stream_without_a_header_is_refused_and_an_empty_one_is_empty(reader: VitalsReader) -> None:
    with pytest.raises(ReaderError, match="no person or time column"):
        read(reader, "p1,2026-03-02,heart rate,80")
    assert read(reader) == [] and read(reader, "", "  ") == []


def test_a_wide_row_without_any_value_is_counted(reader: VitalsReader) -> None:
    assert read(reader, "person,time,hr,unit", "p1,2026-03-02T10:00:00Z,,bpm") == []
    assert reader.tally.left_out == {"no value": 1}


def test_plain_objects_and_observations_a_line(reader: VitalsReader) -> None:
    plain = {"Person": "p1", "time": "2026-03-02T09:00:00Z", "sign": "heart rate", "value": 80, "unit": "/min"}
    found = read(reader, json.dumps(plain), "", json.dumps(observation(81.5)), json.dumps([observation(82)]))
    assert [(s.person, s.value) for s in found] == [("p1", Decimal(80)), ("p1", Decimal("81.5")), ("p1", Decimal(82))]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"person": ', "not a JSON object"),
        ('["text", 7]', "not a JSON object"),
        ('{"resourceType": "Patient", "id": "p1"}', "not an Observation"),
        (json.dumps(observation(80, status="entered-in-error")), "no value, or marked as an error"),
        (json.dumps(observation(80, valueQuantity={"value": 80, "comparator": "<", "unit": "/min"})), "not a plain number"),
    ],
    ids=range(5),
)  # fmt: skip
def test_json_that_says_nothing_usable_is_counted(reader: VitalsReader, line: str, reason: str) -> None:
    assert read(reader, json.dumps(observation(80)), line)[1:] == []
    assert reason in reader.tally.left_out


def test_a_bundle_is_read_whole_in_the_order_of_time(reader: VitalsReader) -> None:
    entries = [observation(90, when="2026-03-02T11:00:00Z"), observation(80, when="2026-03-02T10:00:00Z")]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": entry} for entry in entries]}
    found = list(reader.read_whole(json.dumps(bundle, indent=2)))
    assert [s.value for s in found] == [Decimal(80), Decimal(90)]
