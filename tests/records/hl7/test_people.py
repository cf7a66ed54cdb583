"""Who a message knows by field, the same for prose and for facts."""

from __future__ import annotations

from assistant.readers.hl7 import read_hl7
from assistant.records.hl7 import chart as hl7

from .support import message

ADMISSION = message(
    "ADT^A01",
    "EVN|A01|20250101|||9^Clerk^Cora",
    "PID|1||7301^^^B^MR~999-11-2222^^^US^SS||Maidenhood^Jenna^^^^^M~Penrose^Jenna^^^Mrs^^L||19700101|F|||5 Elm St^Flat 2^Lostwithiel^CO"
    "^22704"
    "||01555 111222^PRN^PH~^NET^Internet^jenna.p@mail.example~^PRN^PH^^44^1555^333444",
    "NK1|1|Hope^Sunny|SPO|6 Oak St^^Bodmin^^PL31|555-9" + "|" * 11 + "19710203",
    "PV1|1|I|W^1||||778^Lind^Karl^^^Dr.",
    "OBR|1|O1||X^Panel" + "|" * 28 + "5&Pathol&Petra",
    "MRG|6999^^^B^MR",
)  # fmt: skip


def test_prose_and_facts_know_the_same_people() -> None:
    (document,) = read_hl7(ADMISSION.encode(), "a.hl7")
    (case,) = hl7.read(ADMISSION.encode(), "a.hl7")
    chart = hl7.chart_of("7301", case.messages)
    assert {k: set(v) for k, v in document.fields.items()} == {
        k: {v for v in values if len(v) > 1} for k, values in chart.person.identifiers.items()
    }
    known = chart.person.identifiers
    people = {"Mrs Jenna Penrose", "Jenna Maidenhood", "Sunny Hope", "Dr. Karl Lind", "Petra Pathol", "Cora Clerk"}
    assert people <= set(known["PERSON"])
    assert {"Lostwithiel", "Bodmin"} == set(known["LOCATION"]) and {"22704", "PL31"} == set(known["ZIP_CODE"])
    assert known["EMAIL_ADDRESS"] == ("jenna.p@mail.example",)
    assert {"01555 111222", "333444", "555-9"} <= set(known["PHONE_NUMBER"])
    assert {"7301", "6999"} == set(known["MRN"]) and known["US_SSN"] == ("999-11-2222",)
    assert {"1970-01-01", "1971-02-03"} <= set(known["DATE_OF_BIRTH"])


def test_a_person_is_called_by_the_legal_name() -> None:
    (case,) = hl7.read(ADMISSION.encode(), "a.hl7")
    assert hl7.chart_of("7301", case.messages).person.name == "Jenna Penrose"
    assert "Patient: Mrs Jenna Penrose" in read_hl7(ADMISSION.encode(), "a.hl7")[0].text
