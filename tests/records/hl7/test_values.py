"""Values by their types: what each says, and that no marks of components and no files are taken for values."""

from __future__ import annotations

import base64

import pytest

from assistant.readers.hl7 import read_hl7
from assistant.records.hl7 import chart as hl7
from assistant.records.hl7.message import messages
from assistant.records.hl7.values import Value, limits_of, value_of
from assistant.records.model import Limits

from .support import message, obx, pid, segment

FILE = base64.b64encode(b"%PDF-1.4 a file of some length that nobody reads " * 4).decode()


def value(kind: str, sent: str) -> Value:
    (found,) = messages(message("ORU^R01", pid("1"), obx("A^Test", sent, kind=kind)).encode(), "a.hl7")
    return value_of(found.segments[-1])


@pytest.mark.parametrize(
    ("kind", "sent", "text"),
    [
        ("NM", "6.80", "6.80"), ("NM", "-2.5", "-2.5"), ("ST", "3 x 10^9/L", "3 x 10^9/L"), ("TX", "a & b ~ c", "a & b \n c"),
        ("SN", "<^5", "<5"), ("SN", ">=^10", ">=10"), ("SN", "^3^-^5", "3 - 5"), ("SN", "^1^:^128", "1:128"), ("SN", "^2^+", "2+"),
        ("CE", "A^A positive^L", "A positive"), ("CWE", "^^^B^B negative^L", "B negative"), ("CWE", "K~L^Long", "K, Long"),
        ("CWE", "^^^^^^^^free words", "free words"), ("DT", "20250311", "2025-03-11"), ("TM", "1430", "14:30"),
        ("TS", "202503111430", "2025-03-11 14:30"), ("XPN", "Hope^Sunny^A^^Ms", "Ms Sunny A Hope"),
        ("XCN", "778^Lind^Karl^^^Dr", "Dr Karl Lind"), ("XAD", "5 Elm St^^Leeds^^LS1", "5 Elm St, Leeds, LS1"),
        ("XTN", "555-0101^PRN^PH", "555-0101"), ("CX", "4711^^^H^MR", "4711"), ("CQ", "5^mg&milligram", "5 mg"),
        ("NR", "3^5", "3 to 5"), ("DR", "20250301^20250305", "2025-03-01 to 2025-03-05"), ("ZZ", "one^two&three", "one two"),
        ("", "plain", "plain"), ("ST", '""', ""),
    ],
)  # fmt: skip
def test_values_in_words(kind: str, sent: str, text: str) -> None:
    assert value(kind, sent).text == text


@pytest.mark.parametrize(
    ("kind", "sent", "number", "comparator"),
    [("NM", "6.80", "6.80", ""), ("NM", "<0.6", "0.6", "<"), ("ST", ">= 60", "60", ">="), ("SN", "<^5", "5", "<"),
     ("SN", "^3^-^5", "", ""), ("SN", "^1^:^128", "", ""), ("ST", "12", "", ""), ("ST", "<none>", "", "")],
)  # fmt: skip
def test_numbers_and_bounds(kind: str, sent: str, number: str, comparator: str) -> None:
    assert (value(kind, sent).number, value(kind, sent).comparator) == (number, comparator)


@pytest.mark.parametrize(
    ("kind", "sent", "file"),
    [("ED", f"^application^pdf^Base64^{FILE}", "pdf"), ("ED", f"A^text^^Base64^{FILE}", "text"),
     ("RP", "https://p.example/1^^image^JPEG", "JPEG"),
     ("TX", FILE, "unknown"), ("ST", FILE, "unknown"), ("ZZ", f"^a^{FILE}", "unknown")],
)  # fmt: skip
def test_files_are_named_and_never_shown(kind: str, sent: str, file: str) -> None:
    assert value(kind, sent) == Value("", file=file)
    data = message("ORU^R01", pid("1"), "OBR|1|O", obx("F^Scan", sent, kind=kind)).encode()
    (case,) = hl7.read(data, "a.hl7")
    chart, text = hl7.chart_of("1", case.messages), read_hl7(data, "a.hl7")[0].text
    assert not chart.results and chart.notes[0].term.text == f"Scan: an attached file of type {file}, not read"
    for shown in (str(chart), text):
        assert FILE[:20] not in shown and "Base64" not in shown and "p.example" not in shown


@pytest.mark.parametrize(
    "words", ["A" * 40, "normal " * 40, "GATTACA" * 20 + "A", "Nothing abnormal was seen. " * 10, "1" * 160]
)
def test_long_texts_are_no_files(words: str) -> None:
    # A sequence of bases alone cannot be told from Base64 by its letters; one in capitals only is taken for text.
    assert value("TX", words).text == words.strip()


@pytest.mark.parametrize(
    ("sent", "limits"),
    [("3.5-5.1", Limits("3.5", "5.1")), ("3.5 - 5.1", Limits("3.5", "5.1")), ("<5.0", Limits("", "5.0")), (">=60", Limits("60", "")),
     ("-5-3", Limits("-5", "3")), ("-5--3", Limits("-5", "-3")), ("negative", Limits(text="negative")), ("", Limits())],
)  # fmt: skip
def test_reference_ranges(sent: str, limits: Limits) -> None:
    assert limits_of(sent) == limits


def test_persons_as_values_are_known_by_field() -> None:
    data = message("ORU^R01", pid("1"), obx("P^Informant", "9^Penhaligon^Ruth", kind="XCN")).encode()
    assert "Ruth Penhaligon" in read_hl7(data, "a.hl7")[0].fields["PERSON"]
    (case,) = hl7.read(data, "a.hl7")
    assert "Ruth Penhaligon" in hl7.chart_of("1", case.messages).person.identifiers["PERSON"]


def test_several_measurements_of_one_result_keep_their_unit() -> None:
    line = segment("OBX", {2: "NM", 3: "1^Glucose", 5: "5.1~6.4", 6: "mmol/L", 11: "F"})
    text = read_hl7(message("ORU^R01", pid("1"), line).encode(), "a.hl7")[0].text
    assert "Glucose: 5.1, 6.4 mmol/L (final)" in text


def test_what_the_sender_wrote_beside_a_code_is_kept() -> None:
    def said(value: str) -> str:
        line = segment("OBX", {2: "CWE", 3: "1^Smoking", 5: value, 11: "F"})
        return read_hl7(message("ORU^R01", pid("1"), line).encode(), "a.hl7")[0].text

    assert "Smoking: Ex-smoker (Stopped 2019) (final)" in said("1^Ex-smoker^SCT^^^^^^Stopped 2019")
    assert "Smoking: Ex-smoker (final)" in said("1^Ex-smoker^SCT^^^^^^ex-smoker")


def test_no_vaccine_administered_is_no_vaccine() -> None:
    given = segment("RXA", {3: "20250105", 5: "998^No vaccine administered^CVX", 6: "999"})
    (case,) = hl7.read(message("VXU^V04", pid("1"), given).encode(), "a.hl7")
    assert [i.status for i in hl7.chart_of("1", case.messages).immunizations] == ["not-done"]
