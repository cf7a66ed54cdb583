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
    assert shown["AL1/MSG0001-1"] == "Allergy: Penicillin\nSeverity: SV\nReaction: Rash, Hives"
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
