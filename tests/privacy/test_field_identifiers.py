"""What a reader knows by field is hidden by field, however little it looks like an identifier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.privacy.field_identifiers import field_spans
from assistant.readers.registry import read_file

CSV = "Patient name,MRN,Phone,Ward,Note\nZorblax Quill,QX-19,ext 7 desk,4,Quill slept well after paracetamol\nMay,77,x7,5,Seen in May\n"


def hidden(text: str, fields: dict[str, list[str]]) -> str:
    shown = list(text)
    for span in field_spans(text, fields):
        shown[span.start : span.end] = "#" * (span.end - span.start)
    return "".join(shown)


def test_long_values_go_everywhere_and_short_ones_only_in_their_field() -> None:
    fields = {"PERSON": ["Zorblax Quill", "Quill", "May"], "MRN": ["QX-19", "77"]}
    assert hidden("Name: Zorblax Quill\nQuill took 77 mg in May\nMRN: 77\nName: May", fields) == (
        "Name: #############\n##### took 77 mg in May\nMRN: ##\nName: ###"
    )


def test_a_name_in_a_clinical_phrase_is_left() -> None:
    fields = {"PERSON": ["Parkinson"]}
    assert hidden("Parkinson disease; Parkinson slept.", fields) == "Parkinson disease; ######### slept."


@pytest.mark.parametrize("left", ["1", "PERSON"])
def test_only_wanted_entities(left: str) -> None:
    assert field_spans("Quill", {"PERSON": ["Quill"]}, frozenset({left})) == (
        [] if left == "1" else field_spans("Quill", {"PERSON": ["Quill"]})
    )


def test_a_table_is_redacted_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "ward.csv"
    path.write_text(CSV)
    (document,) = read_file(path)
    shown = hidden(document.text, {e: list(v) for e, v in document.fields.items()})
    for gone in ("Zorblax", "Quill", "QX-19", "ext 7 desk"):
        assert gone not in shown
    assert "paracetamol" in shown and "Seen in May" in shown and "Ward: 4" in shown
    raw = hidden(CSV, {e: list(v) for e, v in document.fields.items()})
    assert raw.splitlines()[2] == "###,##,##,5,Seen in May"


def test_a_fhir_patient_is_redacted_by_its_elements(tmp_path: Path) -> None:
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": "Xqztl", "given": ["Vwpl"]}],
        "birthDate": "1961-04-12",
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "ZZ77Q"}],
        "address": [{"line": ["7 Oddity"], "city": "Nowhereton", "postalCode": "QQ1"}],
    }
    path = tmp_path / "p.json"
    path.write_text(json.dumps(patient))
    (document,) = read_file(path)
    shown = hidden(document.text, {e: list(v) for e, v in document.fields.items()})
    for gone in ("Xqztl", "Vwpl", "1961-04-12", "ZZ77Q", "7 Oddity", "Nowhereton"):
        assert gone not in shown, shown


def test_every_town_of_a_column_goes_and_the_word_stays(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "Name,City,Note\nJohn Abernathy,Reading,Reading glasses lost\nWei Zhang,Nice,Nice man\nAda Obi,Dayton,\n"
    )
    (document,) = read_file(path)
    shown = hidden(path.read_text(), {e: list(v) for e, v in document.fields.items()})
    assert [line.split(",")[1] for line in shown.split("\n")[1:4]] == ["#######", "####", "######"]
    assert "Reading glasses lost" in shown and "Nice man" in shown


def test_a_town_of_a_shop_stays(tmp_path: Path) -> None:
    path = tmp_path / "shops.csv"
    path.write_text("Branch,City,Opens\n12,Reading,09:00\n13,Dayton,10:00\n")
    (document,) = read_file(path)
    assert "LOCATION" not in document.fields
