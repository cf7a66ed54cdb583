from __future__ import annotations

from dataclasses import fields as fields_of
from dataclasses import replace

import pytest

from assistant.charts import rows
from assistant.charts.fields import GIVES
from assistant.records.model import (
    Allergy,
    Code,
    Encounter,
    Gap,
    Immunization,
    Limits,
    Medication,
    Note,
    Person,
    Problem,
    Procedure,
    Result,
    Source,
    Term,
    Unread,
)

TERM = Term("Type 2 diabetes", (Code("http://snomed.info/sct", "44054006"), Code("urn:local", "")))
FULL = {
    "problems": rows.problem_row(Problem("Condition/1", TERM, "active", "2019-04-01T10:00:00Z", "2020", "confirmed", "mild")),
    "medications": rows.medication_row(
        Medication("MedicationRequest/1", TERM, "active", dose="500 mg", start="2020", end="2021", kind="ordered",
                   intent="order", reason="pain")
    ),
    "allergies": rows.allergy_row(
        Allergy("AllergyIntolerance/1", TERM, "active", reaction="hives", criticality="high", recorded="2018",
                verification="confirmed", negated=True)
    ),
    "encounters": rows.encounter_row(Encounter("Encounter/1", TERM, "finished", "2020", "2021", "inpatient", "chest pain")),
    "procedures": rows.dated_row(Procedure("Procedure/1", TERM, "completed", "2020-02-03")),
    "immunizations": rows.dated_row(Immunization("Immunization/1", TERM, "completed", "2020-02-03")),
    "notes": rows.note_row(Note("DocumentReference/1", TERM, "current", "2020-02-03", "text")),
}  # fmt: skip


def glucose(value: str, date: str = "2020") -> Result:
    return Result("O/1", Term("Glucose"), value, value, unit="mmol/L", date=date, status="final")


@pytest.mark.parametrize("section", sorted(FULL))
def test_a_full_fact_gives_all_that_a_field_may_ask_of_its_section(section: str) -> None:
    row = FULL[section]
    promised = GIVES[section] - {"status", "codes"}
    assert promised <= set(row)
    assert set(row) <= GIVES[section] | {"text", "resource", "status", "codes"}


def test_codes_are_written_with_their_system_and_empty_ones_are_left_out() -> None:
    assert FULL["problems"]["codes"] == ["http://snomed.info/sct|44054006"]


def test_what_the_record_does_not_say_is_left_out_and_what_the_contract_promises_stays() -> None:
    row = rows.problem_row(Problem("Condition/1", Term("Asthma"), "unknown"))
    assert row == {"text": "Asthma", "status": "unknown", "onset": "", "resource": "Condition/1"}
    assert "negated" not in rows.allergy_row(Allergy("A/1", Term("Latex"), "active"))


def test_times_are_cut_to_the_day_but_for_a_result_which_says_both() -> None:
    assert FULL["problems"]["onset"] == "2019-04-01"
    found = glucose("5.4", date="2020-01-02T08:30:00Z")
    (row,) = rows.result_rows([found])
    assert (row["date"], row["time"]) == ("2020-01-02", "2020-01-02T08:30:00Z")
    (row,) = rows.result_rows([replace(found, date="2020-01-02")])
    assert "time" not in row and "status" not in row


@pytest.mark.parametrize(
    ("number", "comparator", "value", "shown"),
    [("7", "", "7", 7), ("7.0", "", "7.0", 7.0), ("1e3", "", "1e3", 1000.0), ("5", "<", "< 5", "< 5"), ("", "", "positive", "positive")],
)  # fmt: skip
def test_a_number_is_a_number_unless_it_is_compared(number: str, comparator: str, value: str, shown: object) -> None:
    found = Result("O/1", Term("Test"), value, number, comparator, date="2020", status="final")
    (row,) = rows.result_rows([found])
    assert row["value"] == shown and type(row["value"]) is type(shown)


def test_a_range_names_its_unit_only_where_it_is_another() -> None:
    base = glucose("5")
    (same,) = rows.result_rows([replace(base, limits=Limits("3.5", "5.1", unit="mmol/L"))])
    assert same["range"] == {"low": "3.5", "high": "5.1"}
    (other,) = rows.result_rows([replace(base, limits=Limits("63", "92", unit="mg/dL"))])
    assert other["range"] == {"low": "63", "high": "92", "unit": "mg/dL"}
    (none,) = rows.result_rows([replace(base, limits=Limits(unit="mg/dL"))])
    assert "range" not in none, "a unit without a bound is no range"
    (words,) = rows.result_rows([replace(base, limits=Limits(text="negative"))])
    assert words["range"] == {"text": "negative"}


def test_results_stand_latest_first_and_the_latest_tells_the_trend() -> None:
    early = glucose("5", date="2019-01-01")
    late = replace(early, resource="O/2", value="6", number="6", date="2020-01-01")
    other = replace(early, resource="O/3", term=Term("Sodium"), date="2019-06-01", unit="mmol/L")
    found = rows.result_rows([early, other, late])
    assert [row["resource"] for row in found] == ["O/2", "O/3", "O/1"]
    assert found[0]["trend"] == {"direction": "rising", "from": 5, "date": "2019-01-01", "resource": "O/1"}
    assert all("trend" not in row for row in found[1:])


@pytest.mark.parametrize(
    ("last", "said"), [("2020-05-06T00:00:00Z", "last on 2020-05-06"), ("", "none in this record")]
)
def test_a_gap_says_when_it_was_last_done_and_where_its_rule_stands(last: str, said: str) -> None:
    source = Source("screening.yaml", "row 3", "Every two years.")
    row = rows.gap_row(Gap("O/1", "hba1c", "HbA1c", last, ("O/1", "C/1"), source))
    assert row["text"] == f"HbA1c: {said}" and row["last"] == last[:10]
    assert row["source"] == {"document": "screening.yaml", "place": "row 3", "quote": "Every two years."}
    assert row["resources"] == ["O/1", "C/1"]


def test_the_person_and_the_unread_hold_what_is_known_and_nothing_else() -> None:
    assert rows.person_row(Person()) == {}
    assert rows.person_row(Person("Patient/1", "Ann", "female", "1950", "yes")) == {
        "name": "Ann", "sex": "female", "born": "1950", "died": "yes", "resource": "Patient/1",
    }  # fmt: skip
    assert rows.unread_row(Unread("ZPI segment")) == {"text": "ZPI segment"}


def test_the_range_row_knows_every_part_of_a_range() -> None:
    assert {f.name for f in fields_of(Limits)} == set(rows.RangeRow.__annotations__)
