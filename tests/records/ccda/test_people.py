"""Who a document knows by field, the same for prose and for facts, and its parts by their labels in both."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.readers.ccda import read_xml
from assistant.records.ccda.chart import charts_of

from .support import document, medicine, problem, section
from .test_chart import labelled

HEADER = """<author><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1234567893"/><telecom value="tel:+1-555-0199"/>
<assignedPerson><name><prefix>Dr.</prefix><given>Karl</given><family>Lindqvist</family></name></assignedPerson>
<representedOrganization><name>West Clinic</name><addr><city>Hull</city></addr></representedOrganization></assignedAuthor></author>
<participant typeCode="IND"><associatedEntity classCode="NOK"><addr><streetAddressLine>6 Oak St</streetAddressLine><city>Bodmin</city>
<postalCode>PL31</postalCode></addr><telecom value="mailto:sunny@mail.example"/><associatedPerson><name><given>Sunny</given>
<family>Hope</family></name></associatedPerson></associatedEntity></participant>"""


def test_prose_and_facts_know_the_same_people() -> None:
    data = document(section("11450-4", problem("Gout"), text="Gout."), header=HEADER)
    (read,), (chart,) = read_xml(data, "a.xml"), charts_of(data, "a.xml")
    known = chart.person.identifiers
    assert {k: set(v) for k, v in read.fields.items()} == {k: set(v) for k, v in known.items()}
    assert {"Wilma Strand", "Sunny Hope", "Karl Lindqvist", "Dr. Karl Lindqvist"} <= set(known["PERSON"])
    assert known["LOCATION"] == ("Bodmin",) and known["ZIP_CODE"] == ("PL31",) and known["NPI"] == ("1234567893",)
    assert known["EMAIL_ADDRESS"] == ("sunny@mail.example",) and known["PHONE_NUMBER"] == ("+1-555-0199",)
    assert read.metadata["patient_id"] == chart.patient_id == "C1"


def test_the_name_in_use_goes_before_others() -> None:
    names = (
        '<name use="P"><given>Star</given></name><name><given>Wilma</given><family qualifier="BR">Born</family></name>'
    )
    data = document().replace(b'<patient><name use="L">', b"<patient>" + names.encode() + b'<name use="L">')
    (chart,) = charts_of(data, "a.xml")
    assert chart.person.name == "Wilma Strand" and {"Star", "Wilma Born"} <= set(chart.person.identifiers["PERSON"])
    assert "Patient: Wilma Strand" in read_xml(data, "a.xml")[0].text


def test_numbers_of_the_state_name_no_file() -> None:
    ssn = b'<id root="2.16.840.1.113883.4.1" extension="999-11-2222"/>'
    data = document().replace(b'<id root="2.16.840.1.113883.19.5"', ssn + b'<id root="2.16.840.1.113883.19.5"')
    assert charts_of(data, "a.xml")[0].patient_id == "C1" == read_xml(data, "a.xml")[0].metadata["patient_id"]


NAMES = ["Gout", "Asthma", "Migraine", "Anaemia", "Eczema"]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "section", "entry"])), min_size=1, max_size=4),
    st.booleans(),
)
def test_what_is_held_back_is_held_back_in_both(parts: list[tuple[str, str]], whole: bool) -> None:
    """Random sections, some labelled as a whole or by an entry: reader and chart put each under the same labels."""
    sections = []
    for n, (name, mark) in enumerate(parts):
        entry = problem(f"{name}{n}", number=f"p{n}")
        entry = labelled(entry, "V") if mark == "entry" else entry
        sections.append(
            section(
                "11450-4", entry, title=f"List {n}", text=f"Told: {name}{n}.", mark="R" if mark == "section" else ""
            )
        )
    data = document(*sections, confidentiality="V" if whole else "N")
    charts = {chart.labels: {p.term.text for p in chart.problems} for chart in charts_of(data, "a.xml")}
    documents = {d.labels: d for d in read_xml(data, "a.xml")}
    for n, (name, mark) in enumerate(parts):
        labels = frozenset({"restricted"}) if mark or whole else frozenset()
        assert [f"{name}{n}" in found for key, found in charts.items()] == [key == labels for key in charts]
        assert all((f"Told: {name}{n}." in d.text) == (key == labels) for key, d in documents.items())
    records = [d.metadata["record"] for d in documents.values()]
    assert len(set(records)) == len(records)


def test_a_section_that_lists_a_labelled_entry_is_told_under_the_label() -> None:
    data = document(
        section(
            "10160-0",
            medicine("Aspirin"),
            labelled(medicine("Naltrexone", number="m2"), "ETH"),
            text="Aspirin, naltrexone.",
        )
    )
    plain, marked = read_xml(data, "a.xml")
    assert "naltrexone" not in plain.text and marked.labels == {"restricted"}
    seen = {chart.labels: [m.term.text for m in chart.medications] for chart in charts_of(data, "a.xml")}
    assert seen == {frozenset(): ["Aspirin"], frozenset({"restricted"}): ["Naltrexone"]}
