from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ReaderError
from assistant.readers import READERS, read_file
from assistant.readers.ccda import read_xml
from readers.samples import CCDA


def test_header_fields() -> None:
    (document,) = read_xml(CCDA, "a.xml")
    fields = document.fields
    assert fields["MRN"] == ("MRN-4711",)
    assert fields["US_SSN"] == ("999-11-2222",)
    assert {"Dr. Adaeze Okafor", "Adaeze Okafor", "Okafor, Adaeze", "Karl Lindqvist"} <= set(fields["PERSON"])
    assert set(fields["DATE_OF_BIRTH"]) == {"1964-02-29", "19640229"}
    assert fields["STREET_ADDRESS"] == ("12 Elm St",)
    assert fields["ZIP_CODE"] == ("LS1 4AB",)
    assert fields["PHONE_NUMBER"] == ("+1-555-0101",)
    assert fields["EMAIL_ADDRESS"] == ("ada@example.org",)
    assert "Okafor" not in document.title
    assert document.metadata["patient_id"] == "MRN-4711"


def test_sections_with_headings_tables_and_lists() -> None:
    (document,) = read_xml(CCDA, "a.xml")
    shown = {s.locator: document.text[s.start : s.end] for s in document.sections}
    assert shown["section Medications"] == (
        "Taken at home.\nDrug: Metformin; Dose: 500 mg; Since: 2020\nDrug: Metformin; Dose: 1 g; Since: 2023\n\n"
        "- Taken with food\n- Not with alcohol"
    )
    assert shown["section Plan"] == "Call the ward. Come back in May."
    assert shown["section Plan > Diet"] == "Less salt."
    assert "Date of birth: 1964-02-29" in shown["recordTarget"]


def test_other_xml_is_refused_in_words() -> None:
    with pytest.raises(ReaderError, match="not a clinical document"):
        READERS[".xml"](b"<note>hello</note>", "a.xml")
    with pytest.raises(ReaderError, match="FHIR in XML"):
        READERS[".xml"](b'<Patient xmlns="http://hl7.org/fhir"/>', "a.xml")
    with pytest.raises(ReaderError, match="malformed"):
        READERS[".xml"](CCDA[:700], "a.xml")


@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY a "b"><!ENTITY c "&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://x/">',
    ],
)
def test_entities_are_refused(entity: str) -> None:
    data = CCDA.replace(b'<?xml version="1.0"?>', f"<!DOCTYPE ClinicalDocument [{entity}]>".encode(), 1)
    with pytest.raises(ReaderError, match=r"entities|malformed"):
        READERS[".xml"](data.replace(b"Less salt.", b"&a;"), "a.xml")


def test_deep_sections_are_read() -> None:
    deep = b"<component><section><title>T</title><text>Low.</text>" * 60 + b"</section></component>" * 60
    data = CCDA.replace(b"<component><section><title>Medications", deep + b"<component><section><title>Medications", 1)
    assert READERS[".xml"](data, "a.xml")[0].text.count("Low.") == 60


def test_all_evaluation_documents_are_read(evaluation_data: Path) -> None:
    files = sorted((evaluation_data / "ccda").rglob("*.xml"))
    assert files
    for path in files:
        (document,) = read_file(path)
        assert len(document.sections) > 4
        assert document.fields["PERSON"]


def told(narrative: str) -> str:
    """The text of one section with this narrative."""
    start, end = CCDA.index(b"<text>"), CCDA.index(b"</text>")
    data = CCDA[:start] + b"<text>" + narrative.encode() + CCDA[end:]
    (document,) = read_xml(data, "a.xml")
    first = next(s for s in document.sections if s.locator not in ("recordTarget", "section Plan"))
    return document.text[first.start : first.end]


@pytest.mark.parametrize(
    ("narrative", "text"),
    [
        ("Give 5 mg <content revised='delete'>twice</content><content revised='insert'>once</content> a day.", "Give 5 mg once a day."),
        ("Give <content styleCode='xStrike'>9 mg</content> 5 mg.", "Give 5 mg."),
        ("Count 4 x 10<sup>9</sup>/L, H<sub>2</sub>O.", "Count 4 x 10^9/L, H2O."),
        ("<paragraph>Wait 14<sup>2</sup> days.</paragraph>", "Wait 14 days (note 2)."),
        ("Give 40 mg<footnote>with food</footnote> daily.", "Give 40 mg (note: with food) daily."),
        ("<paragraph revised='delete'>Old.</paragraph><paragraph>New.</paragraph>", "New."),
        ("<content styleCode='Bold'>5 mg</content> a day.", "5 mg a day."),
        (
            "<table><thead><tr><th>Drug</th><th>Dose</th></tr></thead><tbody><tr>"
            "<td><content revised='delete'>Iron</content></td><td>5 mg</td></tr>"
            "<tr><td>Zinc</td><td>10<sup>3</sup> U</td></tr></tbody></table>",
            "Drug: Zinc; Dose: 10^3 U",
        ),
    ],
)  # fmt: skip
def test_struck_and_raised_text_of_a_narrative(narrative: str, text: str) -> None:
    assert told(narrative) == text


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ('<list listType="ordered"><item>Wash</item><item>Dry</item></list>', "1. Wash\n2. Dry"),
        ('<list listType="ordered" styleCode="LittleRoman"><item>Wash</item><item>Dry</item></list>', "i. Wash\nii. Dry"),
        # An item that is struck out keeps its number: "see step 3" stays true.
        ('<list listType="ordered"><item>A</item><item styleCode="xStrikethrough"><content styleCode="Strikethrough">B</content></item>'
         "<item>C</item></list>", "1. A\n3. C"),
        ('<list listType="unordered"><item>Wash</item></list>', "- Wash"),
        ("<list><item>Wash</item><item>Dry</item></list>", "- Wash\n- Dry"),
    ],
)  # fmt: skip
def test_an_ordered_list_keeps_its_numbers(listed: str, text: str) -> None:
    assert told(listed) == text
