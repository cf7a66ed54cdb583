"""Streams: thresholds at their bounds, persistence, baselines, silence, bounded memory, lines that say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from assistant.charts.rules import Rules, load_rules
from assistant.errors import ReaderError
from assistant.monitor.alerts import Alert, Monitor
from assistant.monitor.vitals import VitalsReader
from assistant.packs.pack import load_pack

START = datetime(2026, 1, 1, 8, tzinfo=UTC)
HEAD = "person,time,sign,value,unit"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(load_pack("healthcare"))


def alerts(rules: Rules, lines: Iterable[str], **more: int) -> tuple[list[Alert], Monitor, VitalsReader]:
    reader, monitor = VitalsReader(rules.thresholds), Monitor(rules, **more)
    return [a for s in reader.read([HEAD, *lines]) for a in monitor.observe(s)], monitor, reader


def line(value: float, hours: float = 0, sign: str = "heart rate", unit: str = "/min", person: str = "p") -> str:
    return f"{person},{(START + timedelta(hours=hours)).isoformat()},{sign},{value},{unit}"


@pytest.mark.parametrize(
    ("sign", "unit", "inside", "outside"),
    [
        ("heart rate", "/min", 130, 131), ("hr", "bpm", 40, 39), ("sbp", "mmHg", 91, 90), ("8480-6", "mm[Hg]", 220, 221),
        ("rr", "", 24, 25), ("spo2", "%", 92, 91), ("temperature", "Cel", 39.0, 39.1), ("glucose", "mmol/L", 4.0, 3.9),
    ],
)  # fmt: skip
def test_each_bound_is_the_documents(rules: Rules, sign: str, unit: str, inside: float, outside: float) -> None:
    assert not [a for a in alerts(rules, [line(inside, 0, sign, unit)])[0] if a.level == "alert"]
    (found,) = (a for a in alerts(rules, [line(outside, 0, sign, unit)])[0] if a.level == "alert")
    assert found.source.quote == found.text and found.as_flag()["resourceType"] == "Flag"
    assert found.response == ("nurse on call", "15 minutes")


def test_an_alert_is_raised_once_until_it_ends(rules: Rules) -> None:
    found, _, _ = alerts(rules, [line(v, h) for h, v in enumerate((140, 141, 80, 150))])
    assert [a.value for a in found if a.level == "alert"] == ["140", "150"]


def test_persistent_is_three_in_a_row(rules: Rules) -> None:
    assert not alerts(rules, [line(v, h) for h, v in enumerate((112, 113, 80, 112, 112))])[0]
    assert [a.level for a in alerts(rules, [line(112, h) for h in range(3)])[0]] == ["persistent"]


def test_a_trend_needs_a_baseline_and_two_days(rules: Rules) -> None:
    usual = [line(70 + day % 3, 24 * day) for day in range(10)]
    odd = [line(90, 24 * day) for day in (10, 11, 12)]
    found, _, _ = alerts(rules, [*usual, *odd])
    assert [a.level for a in found] == ["trend"] and found[0].baseline["median"] == "71"
    assert not alerts(rules, [*usual, odd[0], line(71, 24 * 11), line(71, 24 * 12)])[0]
    assert not alerts(rules, [*usual[:5], *odd])[0]


def test_silence_raises_a_call_once(rules: Rules) -> None:
    found, _, _ = alerts(rules, [line(70), *(line(70, h, person="q") for h in (1, 49, 60))])
    assert [(a.level, a.person) for a in found] == [("call", "p")]


def test_weight_gain_within_three_days(rules: Rules) -> None:
    def weights(*pairs: tuple[float, float]) -> list[str]:
        return [a.level for a in alerts(rules, [line(v, h, "weight", "kg") for h, v in pairs])[0]]

    assert weights((0, 80), (48, 82.1)) == ["alert"]
    assert weights((0, 80), (48, 82)) == [] and weights((0, 80), (40, 80.5), (80, 82.2)) == []


def test_memory_is_bounded(rules: Rules) -> None:
    _, monitor, _ = alerts(rules, [line(70, n / 100, person=f"p{n}") for n in range(50)], most_people=10)
    assert monitor.forgotten == 40


def test_what_cannot_be_used_is_counted(rules: Rules) -> None:
    lines = [
        line(99, 0, "temperature", "F"),
        line(1, 0, "mood"),
        "x",
        line(70).replace("70", "nan"),
        line(70, 24 * 4000),
    ]
    found, _, reader = alerts(rules, lines)
    assert found == [] and reader.tally.samples == 0 and sum(reader.tally.left_out.values()) == 5
    for head in ("a,b", '"' + "x" * 200_000):
        with pytest.raises(ReaderError):
            list(VitalsReader(rules.thresholds).read([head, "1,2"]))


def test_observations_and_wide_tables(rules: Rules) -> None:
    reader = VitalsReader(rules.thresholds)
    observation = (
        '{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},'
        '"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-01-01T08:00:00Z","valueQuantity":{"value":141,"unit":"/min"}}'
    )
    (sample,) = reader.read([observation])
    assert (sample.person, str(sample.value)) == ("p", "141")
    wide = list(VitalsReader(rules.thresholds).read(["patient_id,time,heart_rate,spo2", "p,2026-01-01T08:00:00,70,97"]))
    assert {s.threshold.row.sign for s in wide} == {"heart rate", "oxygen saturation"}


def test_a_bundle_over_many_lines_and_a_list_are_read_whole(rules: Rules) -> None:
    observations = [
        {"resource": {"resourceType": "Observation", "id": f"o{hour}", "status": "final", "subject": {"reference": "Patient/p"},
                      "code": {"coding": [{"code": "8867-4"}]}, "effectiveDateTime": f"2026-01-01T{hour:02d}:00:00Z",
                      "valueQuantity": {"value": 100 + hour, "unit": "/min"}}}
        for hour in (9, 8)
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": observations}
    found = list(VitalsReader(rules.thresholds).read_whole(json.dumps(bundle, indent=1)))
    assert [str(s.value) for s in found] == ["108", "109"]
    assert len(list(VitalsReader(rules.thresholds).read([json.dumps(bundle)]))) == 2
    plain = [{"person": "p", "time": "2026-01-01T08:00:00Z", "sign": "hr", "value": 70, "unit": "bpm"}, 3]
    reader = VitalsReader(rules.thresholds)
    assert len(list(reader.read_whole(json.dumps(plain, indent=1)))) == 1 and reader.tally.left_out == {
        "not a JSON object": 1
    }
    for text in ("{", "3", '{"resourceType": "Bundle", "entry": 7}', '[[[{"a":1}]]]'):
        assert list(VitalsReader(rules.thresholds).read_whole(text)) == []
