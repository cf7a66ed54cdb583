"""The prose of a FHIR file and its charts agree: on people, identifiers, what is void, what is labelled, and on every dose."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from assistant.readers.compose import known as cleaned
from assistant.readers.records import read_json
from assistant.records import sources
from assistant.records.model import Chart, facts
from assistant.types import Document
from tests.charts.support import bundle, condition, untidy


def charts(path: Path, visible: Any = None) -> dict[str, Chart]:
    parts = sources.scan(str(path), "fhir")
    return {part.patient_id: sources.load(part.patient_id, [part], visible=visible) for part in parts}


def documents(path: Path) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for document in read_json(path.read_bytes(), path.name):
        found.setdefault(document.metadata.get("patient_id", ""), []).append(document)
    return found


def sections(document: Document) -> dict[str, str]:
    return {s.locator: document.text[s.start : s.end] for s in document.sections}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return sorted(untidy(tmp_path_factory.mktemp("agreement"), 25, seed=4).glob("*.json"))


def test_they_agree_on_people_and_what_identifies_them(files: list[Path]) -> None:
    assert len(files) >= 20
    for path in files:
        prose, facts_of = documents(path), charts(path)
        assert set(prose) - {""} == set(facts_of)
        for patient, chart in facts_of.items():
            (document,) = prose[patient]
            assert document.fields == cleaned(chart.person.identifiers)
            assert f"Name: {chart.person.name}".rstrip(".") in document.text or not chart.person.name


def test_they_agree_on_what_states_nothing(files: list[Path]) -> None:
    left_out = forbidden = 0
    for path in files:
        for patient, chart in charts(path).items():
            (document,) = documents(path)[patient]
            named = {
                key for line in re.findall(r"Left out \([\w -]+\): (.*)\.", document.text) for key in line.split(", ")
            }
            void = {e.resource for e in chart.excluded if e.reason != "do-not-perform"}
            assert void <= named
            assert not void & set(sections(document))
            left_out += len(void)
            for entry in (e for e in chart.excluded if e.reason == "do-not-perform"):
                forbidden += 1
                assert sections(document)[entry.resource].startswith("Not to be ")
    assert left_out > 10
    assert forbidden


def test_every_fact_and_every_dose_stands_in_the_prose(files: list[Path]) -> None:
    doses = 0
    for path in files:
        for patient, chart in charts(path).items():
            said = sections(documents(path)[patient][0])
            stated = list(facts(chart))
            assert stated
            for fact in stated:
                assert fact.term.text in said[fact.resource]
            for medicine in chart.medications:
                assert medicine.dose.rstrip(".") in said[medicine.resource]
                doses += bool(medicine.dose)
    assert doses > 50


def test_what_the_prose_labels_the_chart_holds_back(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(
        bundle(
            condition("a", "Gout"),
            condition("b", "Trauma", meta={"security": [{"code": "PSY"}]}),
            condition("c", "HIV disease", meta={"security": [{"code": "HIV"}]}),
            {"resourceType": "DocumentReference", "id": "d", "status": "current", "type": {"text": "Visit"},
             "subject": {"reference": "Patient/p1"}, "securityLabel": [{"coding": [{"code": "V"}]}]},
        )
    )  # fmt: skip
    labelled = {key: d.labels for d in documents(path)["p1"] for key in sections(d) if key != "Patient/p1"}
    assert labelled == {
        "Condition/a": frozenset(), "Condition/b": {"psychotherapy"}, "Condition/c": {"restricted"},
        "DocumentReference/d": {"restricted"},
    }  # fmt: skip
    chart = charts(path, lambda label: label == "clinical")["p1"]
    assert [fact.resource for fact in facts(chart)] == ["Condition/a"]
    assert chart.withheld == {"psychotherapy": 1, "restricted": 2}
    assert chart.hidden == {"problems", "notes"}
