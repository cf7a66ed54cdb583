"""C-CDA entries to facts: what stands, what is denied, what was resolved, what nobody read."""

from __future__ import annotations

import pytest

from assistant.records import sources
from assistant.records.ccda.chart import charts_of
from assistant.records.model import Chart, silent

from .support import T, coded, document, medicine, problem, result, section, status_of

SECTIONS = ("problems", "medications", "allergies", "results")


def read(*sections: str) -> Chart:
    (found,) = charts_of(document(*sections), "a.xml")
    return found


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        (problem("Gout", status=status_of("55561003")), "active"),
        (problem("Gout", status=status_of("413322009")), "resolved"),
        (problem("Gout", status=status_of("73425007")), "inactive"),
        (problem("Gout", status=status_of("73425007", "No Longer Active")), "inactive"),
        (problem("Gout", status=status_of("9", "In Remission")), "remission"),
        (problem("Gout", status=status_of("277022003", template="1.2.3")), "remission"),
        (problem("Gout", concern="completed"), "resolved"),
        (problem("Gout", concern="suspended"), "inactive"),
        (problem("Gout", high="20200101"), "resolved"),
        (problem("Gout"), "active"),
    ],
)
def test_the_status_of_a_problem(entry: str, status: str) -> None:
    assert [p.status for p in read(section("11450-4", entry)).problems] == [status]


def test_past_illness_without_a_status_is_history() -> None:
    found = read(
        section("11348-0", problem("Diabetes mellitus"), problem("Gout", status=status_of("55561003"), number="p2"))
    )
    assert [p.status for p in found.problems] == ["history", "active"]


@pytest.mark.parametrize(
    "entry",
    [
        problem("Pneumonia", negated="observation"), problem("Pneumonia", negated="act"),
        problem("Pneumonia", concern="nullified"),
        problem("Pneumonia", more="<subject><relatedSubject/></subject>"),
    ],
)  # fmt: skip
def test_what_is_denied_wrong_or_about_others_is_no_problem(entry: str) -> None:
    found = read(section("11450-4", entry))
    assert not found.problems and [e.section for e in found.excluded] == ["problems"] and not found.denials


@pytest.mark.parametrize(
    "entry",
    [
        problem("No current problems or disability", code="160245001", status=status_of("55561003")),
        problem("No impairment", code="66557003", status=status_of("55561003")),
        problem("Problem", code="55607006", negated="observation"),
        problem("Disease", code="64572001", negated="act"),
    ],
)
def test_a_denial_of_all_is_a_statement_and_no_problem(entry: str) -> None:
    found = read(section("11450-4", entry))
    assert (
        not found.problems
        and [d.section for d in found.denials] == ["problems"]
        and "problems" not in silent(found, SECTIONS)
    )


@pytest.mark.parametrize(
    "name", ["No light perception", "No fixed abode", "Noonan syndrome", "Chronic disease of kidney"]
)
def test_problems_that_begin_like_denials_stay(name: str) -> None:
    assert [p.term.text for p in read(section("11450-4", problem(name))).problems] == [name]


@pytest.mark.parametrize("code", ["10160-0", "10183-2", "75311-1", "42346-7", "29549-3"])
def test_medicines_of_every_usual_section(code: str) -> None:
    inner = f'<entryRelationship typeCode="SUBJ">{medicine("Apixaban")}</entryRelationship>'
    wrapped = f'<act moodCode="EVN"><statusCode code="active"/>{inner}</act>'
    for entry in (medicine("Apixaban"), wrapped):
        (found,) = read(section(code, entry)).medications
        assert (found.term.text, found.kind) == ("Apixaban", "given" if code == "29549-3" else "taken")


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        (medicine("A", status="completed", after=status_of("55561003", template="2.16.840.1.113883.10.20.1.47")), "active"),
        (medicine("A", status="completed"), "completed"), (medicine("A", status="aborted"), "stopped"),
        (medicine("A", status="suspended"), "on-hold"), (medicine("A", after=status_of("421139008")), "on-hold"),
        (medicine("A", after=status_of("73425007")), "stopped"),
    ],
)  # fmt: skip
def test_the_status_of_a_medicine(entry: str, status: str) -> None:
    assert [m.status for m in read(section("10160-0", entry)).medications] == [status]


def test_no_medicines_and_not_this_medicine_are_two_things() -> None:
    found = read(section("10160-0", medicine("Drug or medicament", negated=True)))
    assert [d.term.text for d in found.denials] == ["no known medications"] and not found.medications
    found = read(section("10160-0", medicine("Warfarin", negated=True)))
    assert not found.denials and [e.reason for e in found.excluded] == ["negated"]


def allergy(inside: str, value: str, negated: bool = False) -> str:
    denial = ' negationInd="true"' if negated else ""
    return (
        f'<act moodCode="EVN"><statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation moodCode="EVN"{denial}>'
        f'<templateId root="{T}7"/><id root="9" extension="a1"/>{value}{inside}</observation></entryRelationship></act>'
    )


def substance(name: str) -> str:
    return f"<participant><participantRole><playingEntity>{coded('code', '8', name)}</playingEntity></participantRole></participant>"


def test_allergies_and_their_denials() -> None:
    kind = coded("value", "416098002", "Drug allergy")
    for entry, text, negated in (
        (allergy(substance("Penicillin"), kind), "Penicillin", False),
        (allergy("", kind, negated=True), "No known allergy (Drug allergy)", True),
        (allergy("", coded("value", "716186003", "No known allergy")), "No known allergy", True),
    ):
        (found,) = read(section("48765-2", entry)).allergies
        assert (found.term.text, found.negated) == (text, negated)


@pytest.mark.parametrize(
    ("status", "shown"), [("completed", ["final"]), ("active", ["preliminary"]), ("aborted", []), ("nullified", [])]
)
def test_the_status_of_a_result(status: str, shown: list[str]) -> None:
    entry = result("Zinc", '<value xsi:type="PQ" value="12" unit="umol/L"/>', status=status)
    found = read(section("30954-2", entry))
    assert [r.status for r in found.results] == shown and len(found.excluded) == 1 - len(shown)


def test_results_keep_signs_and_flags() -> None:
    value = '<value xsi:type="IVL_PQ"><high value="0.04" unit="ng/mL" inclusive="false"/></value>'
    (found,) = read(section("30954-2", result("Troponin", value, more='<interpretationCode code="N"/>'))).results
    assert (found.value, found.number, found.comparator, found.unit, found.flag) == (
        "<0.04",
        "0.04",
        "<",
        "ng/mL",
        "normal",
    )


def test_sections_within_sections_and_sections_by_template_are_read() -> None:
    inner = f"<component>{section('11450-4', problem('Gout'))}</component>"
    assert read(section("x", inside=inner)).problems[0].term.text == "Gout"
    bare = section("11450-4", problem("Gout")).replace(
        '<code code="11450-4"/>', '<templateId root="2.16.840.1.113883.10.20.22.2.5.1"/>'
    )
    assert read(bare).problems[0].term.text == "Gout"


def test_a_section_that_only_tells_is_not_silence() -> None:
    found = read(section("10160-0", title="Medicines", text="Aspirin 81 mg daily."))
    assert [(u.what, u.section) for u in found.unread] == [("Medicines", "medications")]
    found = read(section("10160-0", text="No known medications."))
    assert [d.section for d in found.denials] == ["medications"] and not found.unread
    found = read(section("9999-9", "<observation/>", title="Own things"))
    assert [(u.what, u.section) for u in found.unread] == [("Own things", "")]
    assert read(section("10157-6", "<observation/>", title="Family")).unread == ()
    assert read(section("10164-2", title="Story", text="Fell.")).unread == ()


def labelled(entry: str, code: str) -> str:
    """An entry with a security observation within."""
    value = coded("value", code, system="2.16.840.1.113883.5.25")
    mark = f'<observation><code code="SECCLASSOBS"/>{value}</observation>'
    inside = (
        f'<entryRelationship typeCode="COMP"><organizer><component>{mark}</component></organizer></entryRelationship>'
    )
    return entry.replace("</act>", f"{inside}</act>").replace(
        "</substanceAdministration>", f"{inside}</substanceAdministration>"
    )


def test_parts_under_a_label_are_held_back_and_not_called_silence(tmp_path) -> None:
    data = document(
        section("11450-4", problem("Gout"), labelled(problem("Opioid dependence", number="p2"), "R")),
        section("10160-0", medicine("Naltrexone"), mark="R"),
        section("48765-2", mark="N"),
    )
    path = tmp_path / "a.xml"
    path.write_bytes(data)
    (part,) = sources.scan(str(path), "ccda")
    whole = sources.load("C1", [part])
    assert {p.term.text for p in whole.problems} == {"Gout", "Opioid dependence"} and whole.medications
    seen = sources.load("C1", [part], visible=lambda label: label != "restricted")
    assert [p.term.text for p in seen.problems] == ["Gout"] and not seen.medications
    assert seen.withheld == {"restricted": 1} and "medications" not in silent(seen, SECTIONS)


def test_a_label_of_an_outer_section_holds_for_those_in_it() -> None:
    inner = f"<component>{section('11450-4', problem('Gout'))}</component>"
    plain, marked = charts_of(document(section("x", inside=inner, mark="V")), "a.xml")
    assert not plain.problems and marked.problems and marked.labels == {"restricted"}


def test_a_body_that_is_a_file_is_said_to_be_unread() -> None:
    data = document().replace(
        b"<structuredBody></structuredBody>",
        b'<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0</text></nonXMLBody>',
    )
    (found,) = charts_of(data, "a.xml")
    assert silent(found, SECTIONS) == () and "pdf" in found.unread[0].what
