"""Facts of messages, what is denied, and what was not read."""

from __future__ import annotations

import hl7
import hl7apy.parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ReaderError
from assistant.readers.hl7 import read_hl7
from assistant.records.hl7 import chart
from assistant.records.hl7.message import messages
from assistant.records.model import Chart, facts, silent

from .support import escaped, message, obx, pid

SECTIONS = ("problems", "medications", "allergies", "results")


def read(*segments: str) -> Chart:
    (case,) = chart.read(message("ADT^A01", pid("1"), *segments).encode(), "a.hl7")
    return chart.chart_of("1", case.messages)


def test_a_record_with_parts_that_nobody_read_is_not_silent() -> None:
    found = read("ZPR|1|Gout", "AL1|1||P^Penicillin")
    assert [(u.what, u.section) for u in found.unread] == [("ZPR", "")] and silent(found, SECTIONS) == ()


@pytest.mark.parametrize(
    "segment", ["NK1|1|Hope^Sunny", "IN1|1|P|9|House", "GT1|1||Hope^Sunny", "PV1|1|I", "ORC|RE|1", "NTE|1||x"]
)
def test_segments_about_people_and_money_leave_silence_as_it_is(segment: str) -> None:
    assert read(segment).unread == () and silent(read(segment), SECTIONS) == SECTIONS


def test_denials_are_no_facts_and_no_silence() -> None:
    found = read(
        "DG1|1||160245001^No current problems^SCT", "RXE||0^No known medications^L", "AL1|1||N^No known allergies^L"
    )
    assert not found.problems and not found.medications and found.allergies[0].negated
    assert {d.section for d in found.denials} == {"problems", "medications"}
    assert silent(found, SECTIONS) == ("results",)


def test_a_denial_that_is_deleted_denies_nothing() -> None:
    found = read("PRB|DE|2025|160245001^No current problems^SCT|1")
    assert not found.denials and [e.reason for e in found.excluded] == ["deleted"]


def test_a_problem_list_is_read_with_its_status() -> None:
    found = read(
        "PRB|AD|20250607|M10.9^Gout^I10|90|||20180501|||||||ACTIVE^Active", "PRB|AD|2025|J45^Asthma^I10|91|||2010||20200101",
        "PRB|AD|2025|I21^Infarction^I10|92||||||||||REFUTED", "PRB|AD|2025|E11^Diabetes^I10|93|||||||||provisional|inactive",
    )  # fmt: skip
    assert [(p.term.text, p.status, p.onset, p.verification) for p in found.problems] == [
        ("Gout", "active", "2018-05-01", ""), ("Asthma", "resolved", "2010", ""), ("Diabetes", "inactive", "", "provisional"),
    ]  # fmt: skip
    assert [e.reason for e in found.excluded] == ["refuted"]


FIELD = st.text("abcXYZ 0159.,\\|^&~-", max_size=12)


@settings(deadline=None)
@given(st.lists(st.lists(FIELD, min_size=1, max_size=6), min_size=1, max_size=6))
def test_libraries_find_the_same_components(rows: list[list[str]]) -> None:
    """Fields of random components, escaped: ours and two other readers agree on every component of every segment."""
    segments = ["ZXX|" + "|".join(f"{escaped(cell)}^{escaped(cell[::-1])}" for cell in row) for row in rows]
    raw = message("ORU^R01", pid("1"), *segments)
    mine = [s for s in messages(raw.encode(), "a.hl7")[0].segments if s.name == "ZXX"]
    theirs = hl7.parse(raw)
    for row, ours, other in zip(rows, mine, theirs.segments("ZXX"), strict=True):
        for at, cell in enumerate(row, 1):
            assert ours.part(at) == cell.strip() and ours.part(at, 2) == cell[::-1].strip()
            if cell and cell[::-1]:
                assert ours.part(at) == theirs.unescape(str(other[at][0][0])).strip()


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.sampled_from("NM ST".split()), st.integers(0, 999)), min_size=1, max_size=5))
def test_a_second_library_counts_the_same_results(values: list[tuple[str, int]]) -> None:
    raw = message(
        "ORU^R01^ORU_R01", pid("1"), "OBR|1|O1", *(obx(f"T{n}^Test", str(v), kind=k) for n, (k, v) in enumerate(values))
    )
    parsed = hl7apy.parser.parse_message(raw, validation_level=2, find_groups=False)
    theirs = [segment.obx_5.to_er7() for segment in parsed.children if segment.name == "OBX"]
    (case,) = chart.read(raw.encode(), "a.hl7")
    assert [r.value for r in chart.chart_of("1", case.messages).results] == theirs


NAMES = "PID OBR OBX DG1 AL1 IAM PRB RXE RXO RXD RXG RXA RXR TQ1 ORC PV1 PR1 TXA NTE NK1 MRG ZZZ EVN".split()
JUNK = st.text('aZ09|^~&\\."-<> XEbr', max_size=60)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), JUNK), max_size=12),
    st.sampled_from(["ORU^R01", "MDM^T02", "ADT^A01", "RDE^O11", ""]),
)
def test_no_message_breaks_the_reading(segments: list[tuple[str, str]], kind: str) -> None:
    """Whatever stands in the fields: both ways of reading come to an end, and cite only segments that are there."""
    data = message(kind, pid("1"), *(f"{name}|{junk}" for name, junk in segments)).encode()
    there = {m.locator(s) for m in messages(data, "a.hl7") for s in m.segments}
    for case in chart.read(data, "a.hl7"):
        found = chart.chart_of(case.patient_id, case.messages)
        for section in (*SECTIONS, "notes", "encounters", "procedures", "immunizations", "excluded", "unread"):
            assert {fact.resource for fact in getattr(found, section)} <= there
    try:
        documents = read_hl7(data, "a.hl7")
        assert {s.locator for document in documents for s in document.sections} <= there
    except ReaderError:
        # Nothing that a person could read: then there is no fact either.
        assert not any(facts(chart.chart_of(c.patient_id, c.messages)) for c in chart.read(data, "a.hl7"))


def test_an_appointment_and_a_test_that_was_only_ordered_are_said_to_be_unread() -> None:
    """A chart has no section for them; its sections are as silent as before."""
    found = read(
        "SCH|1|2|||||FOLLOW^Follow-up", "AIS|1||ECHO^Echocardiogram", "ORC|NW|1", "OBR|1|1||MRI^MRI brain",
        "ORC|RE|2", "OBR|2|2||K^Electrolytes", "NTE|1||by courier", "OBX|1|NM|K^Potassium||4.1|mmol/L",
    )  # fmt: skip
    assert [(u.what, u.section) for u in found.unread] == [("SCH", "elsewhere"), ("OBR", "elsewhere")]
    assert [r.term.text for r in found.results] == ["Potassium"]
    assert "problems" in silent(found, SECTIONS)
