from __future__ import annotations

import pytest

from assistant.errors import ReaderError
from assistant.readers import READERS
from assistant.readers.hl7 import read_hl7
from assistant.records.hl7.message import Delimiters, messages, unescape
from assistant.records.hl7.timestamps import moment
from readers.samples import HL7


def test_segments_are_sections_in_words() -> None:
    (document,) = read_hl7(HL7, "a.hl7")
    shown = {s.locator: document.text[s.start : s.end] for s in document.sections}
    assert shown["OBX/MSG0001-1"] == "Glucose: 182 mg/dL (reference 70-110, high, final, 2024-03-05)"
    assert shown["OBX/MSG0001-2"] == "Comment (final):\nSample & control agree\nRepeat | confirm\nNo haemolysis."
    assert shown["AL1/MSG0001-1"] == "Allergy: Penicillin\nSeverity: severe\nReaction: Rash, Hives"
    assert shown["ZXX/MSG0001-1"] == "ZXX: own | data"
    assert "Patient: Dr. Adaeze M Okafor" in shown["PID/MSG0001-1"]
    assert {s.heading for s in document.sections if s.locator.startswith("OBX")} == {"Glucose panel", "Comment"}


def test_identifiers_are_known_by_field() -> None:
    fields = read_hl7(HL7, "a.hl7")[0].fields
    assert fields["MRN"] == ("4711",)
    assert set(fields["US_SSN"]) == {"999-11-2222", "987-65-4321"}
    assert {"Adaeze Okafor", "Okafor, Adaeze", "Karl Lindqvist"} <= set(fields["PERSON"])
    assert set(fields["STREET_ADDRESS"]) == {"12 Elm St", "Apt 4"}
    assert fields["ZIP_CODE"] == ("LS1 4AB",)
    assert fields["EMAIL_ADDRESS"] == ("ada@example.org",)
    assert fields["ACCOUNT_NUMBER"] == ("ACC77",)
    assert set(fields["DATE_OF_BIRTH"]) == {"19640229", "1964-02-29"}


def test_messages_of_one_patient_are_one_document_and_frames_go() -> None:
    other = HL7.replace(b"MSG0001", b"MSG0002").replace(b"4711", b"4712")
    framed = b"\x0b" + HL7 + b"\x1c\r\x0b" + HL7.replace(b"MSG0001", b"MSG0003") + b"\x1c\r\x0b" + other + b"\x1c\r"
    first, second = read_hl7(b"FHS|^~\\&|x\rBHS|^~\\&|x\r" + framed + b"BTS|3\rFTS|1\r", "a.hl7")
    assert first.metadata["messages"] == "2"
    assert first.metadata["patient_id"] == "4711"
    assert second.metadata["record"] == "4712"
    assert "ORU" in first.text


def test_delimiters_are_those_of_the_message() -> None:
    own = HL7.replace(b"^", b"$").replace(b"|", b"!")
    assert messages(own, "a.hl7")[0].first("PID").part(5, 2) == "Adaeze"  # type: ignore[union-attr]
    assert read_hl7(own, "a.hl7")[0].fields["MRN"] == ("4711",)


def test_escapes() -> None:
    marks = Delimiters()
    assert unescape(r"5 \S\ 3 \X41\\E\ \H\x\N\ \.sp2\end \bad", marks) == "5 ^ 3 A\\ x \n\nend \\bad"
    assert moment("20240305143015.123+0100") == "2024-03-05 14:30"
    assert moment("202403") == "2024-03"
    assert moment("20240305000000") == "2024-03-05"
    assert moment("soon") == "soon"


def test_a_document_message_is_read_as_text() -> None:
    lines = [
        r"MSH|^~\&|A|B|C|D|20240305||MDM^T02|M9|P|2.5", "PID|1||77^^^X^MR", "TXA|1|DS^Discharge summary||20240304|9^Lind^Ida",
        "OBX|1|TX|DS^Discharge summary||Went home well.", "OBX|2|ED|PDF^Scan||^application^pdf^Base64^JVBER",
    ]  # fmt: skip
    (document,) = read_hl7("\n".join(lines).encode(), "a.hl7")
    assert "Went home well." in document.text
    assert "attached file of type pdf, not read" in document.text
    assert "JVBER" not in document.text
    assert "Ida Lind" in document.fields["PERSON"]


@pytest.mark.parametrize("data", [b"PID|1", b"MSH|", b"MSH|^~\\&|\r", b"hello", b"\x00" * 99, b"MSHaaaaaaaaaaaa"])
def test_what_is_no_message_is_a_problem(data: bytes) -> None:
    with pytest.raises(ReaderError):
        READERS[".hl7"](data, "a.hl7")


def told(*segments: str, kind: str = "ORU^R01") -> dict[str, str]:
    """The sections of one message."""
    data = "\r".join(
        [rf"MSH|^~\&|A|B|C|D|20260101||{kind}|M1|P|2.5", "PID|1||7^^^H^MR||Berg^Ola||19600101|M", *segments]
    )
    (document,) = read_hl7(data.encode(), "a.hl7")
    return {s.locator: document.text[s.start : s.end] for s in document.sections if not s.locator.startswith("PID")}


def test_a_remark_says_what_it_is_about() -> None:
    shown = told(
        "OBR|1|O1||P^Panel",
        "NTE|1||Fasting.",
        "OBX|1|NM|K^Potassium||5.1||||||F",
        "NTE|1||Haemolysed.",
        "OBX|2|NM|N^Sodium||140||||||W",
    )
    assert shown["NTE/M1-1"] == "Remark on Panel: Fasting."
    assert shown["NTE/M1-2"] == "Remark on Potassium: Haemolysed."
    assert told("NTE|1||Prefers liquids.")["NTE/M1-1"] == "Prefers liquids."


def test_results_without_a_value_are_named() -> None:
    shown = told(
        'OBX|1|NM|C^CRP||""||||||F',
        "OBX|2|NM|F^Ferritin||||||||I",
        "OBX|3|NM|H^Heading||||||||F",
        "OBX|4|NM|K^Potassium||4||||||F",
    )
    assert list(shown.values()) == ["CRP: no value", "Ferritin: no result yet", "Potassium: 4 (final)"]


def test_orders_say_how_they_stand() -> None:
    orders = (
        "ORC|DC|O1",
        "RXO|M^Metformin|850||mg",
        "NTE|1||with food",
        "ORC|NW|O2",
        "RXO|A^Aspirin|75||mg",
        "ORC|DE|O3",
        "RXO|I^Iron|5||mg",
        "NTE|1||Iron 5",
    )
    shown = told(*orders, kind="OMP^O09")
    assert shown["RXO/M1-1"] == "Medication: Metformin\nStatus: stopped\nDose: 850 mg"
    assert shown["NTE/M1-1"] == "Remark on Metformin: with food"
    assert shown["RXO/M1-2"] == "Medication: Aspirin\nDose: 75 mg"
    assert shown["RXO/M1-3"] == "Medication: entered in error by the sender; it does not stand"
    assert "NTE/M1-2" not in shown
    tests = told(
        "ORC|CA|T1", "OBR|1|T1||MRI^MRI of the head", "ORC|NW|T2", "OBR|2|T2||CT^CT of the chest", kind="ORM^O01"
    )
    assert list(tests.values()) == ["Order: MRI of the head\nStatus: cancelled", "Order: CT of the chest"]
    assert told("OBR|1|T1||MRI^MRI of the head")["OBR/M1-1"] == "Report: MRI of the head"


def test_an_appointment_belongs_to_its_patient_and_says_how_it_stands() -> None:
    def appointed(event: str) -> str:
        parts = ["AIS|1||E^Echocardiogram|202602031400", "AIL|1||Room 4", "AIP|1||7^Rossi^Ina"]
        sch = "SCH|A1|||||W^Patient ill|FU^Follow-up|CLINIC|30|min|^^^202602031400^202602031430"
        pid = "PID|1||7^^^H^MR||Berg^Ola||19600101|M"
        data = "\r".join([rf"MSH|^~\&|A|B|C|D|20260101||SIU^{event}|M1|P|2.5", sch, pid, "RGS|1", *parts]).encode()
        (document,) = read_hl7(data, "a.hl7")
        assert document.metadata["patient_id"] == "7"
        (text,) = (document.text[s.start : s.end] for s in document.sections if not s.locator.startswith("PID"))
        return text

    rest = "When: 2026-02-03 14:00\nUntil: 2026-02-03 14:30\n{}Service: Echocardiogram\nPlace: Room 4\nBy: Ina Rossi"
    assert appointed("S12") == "Appointment: Follow-up\n" + rest.format("")
    cancelled = "Appointment: Follow-up\nStatus: cancelled\n" + rest.format("Why it was changed: Patient ill\n")
    assert appointed("S15") == cancelled


def test_allergies_and_diagnoses_say_how_sure_they_are() -> None:
    more = "|" * 11
    shown = told(
        f"IAM|1||P^Peanut|MO|Rash|A{more}U",
        f"IAM|2||C^Codeine|MI|Rash|A{more}E",
        "AL1|3||L^Latex|U",
        "DG1|1||I10^Gout^I10||2020|W",
        kind="ADT^A31",
    )
    assert list(shown.values()) == [
        "Allergy: Peanut\nStatus: unconfirmed\nSeverity: moderate\nReaction: Rash",
        "Allergy: entered in error by the sender; it does not stand",
        "Allergy: Latex",
        "Diagnosis: Gout\nType: working\nCode: I10\nDate: 2020",
    ]
