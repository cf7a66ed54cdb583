from __future__ import annotations

import pytest

from assistant.errors import PackError
from assistant.packs.pack import PatternSpec, RecognizerSpec, load_pack
from assistant.privacy import patterns
from assistant.privacy.checksums import CHECKSUMS, dea, iban, luhn, nhs, npi
from assistant.privacy.patterns import PatternFinder, RedactionTimeout, base_recognizers
from assistant.privacy.spans import resolve


@pytest.fixture(scope="module")
def finder() -> PatternFinder:
    return PatternFinder((*base_recognizers(), *load_pack("healthcare").recognizers))


# One example of each kind, written for this test.
EXAMPLES = [
    ("EMAIL_ADDRESS", "Write to ", "j.o'neil+ward@example.co.uk", " today"),
    ("EMAIL_ADDRESS", "Write to ", "maria [at] example [dot] org", " today"),
    ("IP_ADDRESS", "from ", "203.0.113.77", "."),
    ("IP_ADDRESS", "from ", "2001:db8:0:1:2:3:4:5", "."),
    ("MAC_ADDRESS", "adapter ", "44:e6:2a:6e:f6:3a", ""),
    ("US_SSN", "SSN: ", "219-09-9999", ", next"),
    ("US_SSN", "SSN ", "2l9-O9-99B9", ", next"),
    ("CREDIT_CARD", "card ", "4111 1111 1111 1111", " expires"),
    ("CREDIT_CARD", "paid with ", "378282246310005", " yesterday"),
    ("IBAN_CODE", "to ", "GB82 WEST 1234 5698 7654 32", " please"),
    ("SWIFT_CODE", "SWIFT code: ", "DEUTDEFF500", ""),
    ("BANK_ACCOUNT_NUMBER", "routing number ", "021000021", ""),
    ("CRYPTO", "wallet ", "0x52908400098527886E0F7030069857D2E4169EE7", ""),
    ("SECRET", "password is ", "Tr0ub4dor&3", ""),
    ("SECRET", "token ", "sk_live_4eC39HqLyjWDarjtT1", ""),
    ("PHONE_NUMBER", "call ", "(415) 555-0100 ext. 12", ""),
    ("PHONE_NUMBER", "call ", "+44 20 7946 0958", " now"),
    ("PHONE_NUMBER", "Tel: ", "030 1234 5678", ""),
    ("DATE_OF_BIRTH", "DOB: ", "04/07/1961", ""),
    ("DATE_OF_BIRTH", "born on ", "7 April 1961", ""),
    ("DATE", "seen on ", "March 3rd, 2024", ""),
    ("DATE", "seen on ", "2024-03-03", ""),
    ("TIMESTAMP", "at ", "2024-03-03T10:15:00Z", ""),
    ("AGE", "a ", "93", "-year-old woman"),
    ("ADDRESS", "lives at ", "27 Sycamore Lane, Apt 4, Larkfield, OH 43999", "."),
    ("ADDRESS", "write to ", "P.O. Box 219, Larkfield, OH 43995", "."),
    ("COORDINATES", "found at ", "51.5007° N, 0.1246° W", ""),
    ("PASSPORT", "passport number ", "X12345678", ""),
    ("DRIVER_LICENSE", "Driver's license: ", "D123-4567-8901", ""),
    ("LICENSE_PLATE", "license plate ", "7ABC123", ""),
    ("VEHICLE_ID", "VIN ", "1HGBH41JXMN109186", ""),
    ("BIOMETRIC_ID", "on file ", "BIO-FP-a3f8c2e1d5", ""),
    ("NATIONAL_ID", "NI number ", "QQ 12 34 56 C".replace("QQ", "AB"), ""),
    ("NATIONAL_ID", "CPF ", "529.982.247-25", ""),
    ("USERNAME", "username: ", "jdoe_1984", ""),
    ("EMPLOYEE_ID", "badge ", "EMP-40021", ""),
    ("ID", "Case number: ", "88412-B", ""),
    ("MRN", "MRN: ", "00481516", ""),
    ("MRN", "medical record number ", "A-2342108", ""),
    ("NPI", "NPI ", "1234567893", ""),
    ("DEA", "DEA ", "AP1234563", ""),
    ("NHS_NUMBER", "NHS number ", "943 476 5919", ""),
    ("HEALTH_INSURANCE_ID", "member ID: ", "LHP-884213907", ""),
    ("DEVICE_ID", "serial number ", "PM-77120-4453", ""),
]


@pytest.mark.parametrize(("entity", "before", "identifier", "after"), EXAMPLES, ids=lambda v: str(v)[:24])
def test_every_kind_is_found_whole(
    finder: PatternFinder, entity: str, before: str, identifier: str, after: str
) -> None:
    text = before + identifier + after
    spans = [s for s in finder.find(text) if s.start <= len(before) and s.end >= len(before) + len(identifier)]
    assert entity in {s.entity for s in spans}, [(s.entity, text[s.start : s.end]) for s in finder.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80, HR 72, SpO2 98% on 2 L, temp 37.2 C, glucose 5.6 mmol/L.",
        "Give 500 mg every 8 hours for 7 days; maximum 4000 mg in 24 hours.",
        "ICD-10 code E11.9, CPT 99213, NDC-0591-3740-01.",
        "Grade 2, ER+/PR+/HER2-, T2N0M0, 8.3 x 4.2 x 2.2 cm.",
        "A 45-year-old with a 10-year history; follow-up in 6 weeks.",
        "COVID-19 and SARS-CoV-2 are discussed in chapter 12.",
    ],
)
def test_clinical_numbers_are_no_identifiers(finder: PatternFinder, text: str) -> None:
    assert finder.find(text) == []


# The forms of other countries; each with what stands around it in a text of the kind.
FOREIGN = [
    ("ADDRESS", "She lives at ", "14 bis, rue de la Verrerie", ", near the river"),
    ("ADDRESS", "chez elle, ", "8 impasse des Lilas", ", demain"),
    ("ADDRESS", "wohnt ", "Lindenstraße 12 b", " seit Mai"),
    ("ADDRESS", "wohnt ", "Am Alten Markt 7", " bei der Tochter"),
    ("ADDRESS", "sent to ", "Unit 4, 22 The Esplanade", " today"),
    ("ADDRESS", "sent to ", "3/41 Banksia Grove", " today"),
    ("ADDRESS", "a parcel at ", "9 Heron Wharf", ""),
    ("ADDRESS", "Hauptstr. 3, ", "04109 Leipzig", ""),
    ("ADDRESS", "Hauptstr. 3\n", "D-04109 Leipzig", "\nTel."),
    ("ADDRESS", "12, rue Cler\n", "75007 Paris", ""),
    ("ADDRESS", "was seen in ", "LS6 3QT Leeds", " today"),
    ("ADDRESS", "Town: ", "Tralee", "\nDiet: as usual"),
    ("PHONE_NUMBER", "reach her on ", "0341 5550137", ""),
    ("PHONE_NUMBER", "reach her on ", "06131/555012-4", ""),
    ("PHONE_NUMBER", "reach her on ", "0155501234", ""),
    ("PHONE_NUMBER", "Anna ", "06.12.34.56.78", " rang"),
    ("ADDRESS", "int. 4, CP ", "90300", ". Cel."),
    ("DATE", "alta el ", "17/abr/1989", " con"),
    ("DATE", "operated on ", "20. June 2009", " in Graz"),
    ("DATE", "since ", "03/2020", " she"),
    ("DATE", "am ", "14. März 2021", " entlassen"),
    ("DATE", "vu le ", "3 août", " par"),
    ("DATE", "seen on ", "14/3", " and well"),
    ("DATE", "since ", "05/09", " without pain"),
    ("DATE", "am ", "14.3.", " entlassen"),
    ("MRN", "Hosp. no: ", "KX/20418", ""),
    ("MRN", "Hospital number ", "00481516", ", seen"),
    ("MRN", "chart no ", "H-2231", ""),
    ("NATIONAL_ID", "her ID is ", "RT 4471 209 K", "."),
    ("NATIONAL_ID", "the card with the number ", "LK 30 22 11 4", ""),
    ("ID", "policy number ", "AB 1234 5678", " lapsed"),
    ("PASSPORT", "her passport, number ", "PA 1234567", ", expired"),
    ("LICENSE_PLATE", "his car (reg. ", "LK54 RTY", ") was parked"),
    ("LICENSE_PLATE", "Reg. plate ", "B-MX 4471", ""),
    ("SOCIAL_HANDLE", "wrote from ", "@lena_k", " at night"),
    ("SOCIAL_HANDLE", "follow me on Instagram: ", "lena.keller88", ""),
    ("SOCIAL_HANDLE", "his whatsapp name is ", "lena_k", ""),
]


@pytest.mark.parametrize(("entity", "before", "identifier", "after"), FOREIGN, ids=lambda v: str(v)[:24])
@pytest.mark.parametrize("pack", ["healthcare", "customer-service"])
def test_other_countries_forms_are_found_and_named(
    pack: str, entity: str, before: str, identifier: str, after: str
) -> None:
    """The best span over the identifier has its type: it is what `redact` calls it."""
    text = before + identifier + after
    found = resolve(text, PatternFinder((*base_recognizers(), *load_pack(pack).recognizers)).find(text))
    over = [s for s in found if s.start <= len(before) and s.end >= len(before) + len(identifier)]
    assert [s.entity for s in over] == [entity], [(s.entity, text[s.start : s.end]) for s in found]


@pytest.mark.parametrize(
    "text",
    [
        "Article number 4012345678 is sold out; item no. 0155501234 is not.",
        "CPT 90300 and CPR training; 10/day/2000 kcal and 5/mg/2000.",
        "Bring it to Room 12 Ward 5.",
        "Two models, 2400 Turbo and 3600 Eco, are on sale.",
        "The error, 4012 Overheat, goes away by itself.",
        "It shows code 4012 Berlin in the display.",
        "Supported:\nWindows 2000\nOffice 2019\n",
        "A systolic murmur, grade 3/5; pain fell from 7/10 to 3/10.",
        "Take 1/2 tablet; Hb 14.3. Repeat on Monday.",
        "The hospital number is on the wristband, the chart no change.",
        "The door handle is wobbly; oven handle: brass.",
        "Snapchat is down. Passport control was slow. The user name is case sensitive.",
        "Give LS6 3MG by mouth.",
    ],
)
@pytest.mark.parametrize("pack", ["healthcare", "customer-service"])
def test_what_only_looks_like_them_stays(pack: str, text: str) -> None:
    found = PatternFinder((*base_recognizers(), *load_pack(pack).recognizers)).find(text)
    assert [(s.entity, text[s.start : s.end]) for s in found] == []


def test_a_town_counts_after_its_street_only(finder: PatternFinder) -> None:
    def towns(text: str) -> list[str]:
        return [text[s.start : s.end] for s in finder.find(text) if "Graz" in text[s.start : s.end]]

    assert towns("Hauptstr. 3,\n8010 Graz") == ["8010 Graz"]
    assert towns("The series, 8010 Graz, is new") == []


def test_checksums() -> None:
    assert luhn("4111111111111111") and not luhn("4111111111111112") and not luhn("0000000000000000")
    assert npi("1234567893") and not npi("1234567890") and not npi("3234567893")
    assert nhs("943 476 5919") and not nhs("943 476 5918")
    assert dea("AP1234563") and not dea("AP1234560")
    assert iban("GB82 WEST 1234 5698 7654 32") and not iban("GB82 WEST 1234 5698 7654 33")
    assert set(CHECKSUMS) == {"luhn", "npi", "nhs", "dea", "iban"}


def test_context_and_checksum_decide_on_weak_shapes(finder: PatternFinder) -> None:
    def entities(text: str) -> set[str]:
        return {s.entity for s in finder.find(text)}

    assert "US_SSN" in entities("social security 219099999")
    assert "US_SSN" not in entities("part 219099999 of the set")
    assert "CREDIT_CARD" in entities("number 4111111111111111 here")
    assert "CREDIT_CARD" not in entities("number 4111111111111112 here")


def test_a_pattern_that_runs_away_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "TIME_LIMIT_S", 0.05)
    spec = RecognizerSpec(entity="X", patterns=(PatternSpec(name="bad", regex=r"(a+)+(b+)+c$", score=0.9),))
    runaway = PatternFinder([spec])
    with pytest.raises(RedactionTimeout, match="bad"):
        runaway.find("a" * 4000 + "b" * 4000)


def test_a_broken_pattern_is_refused() -> None:
    spec = RecognizerSpec.model_construct(
        entity="X",
        patterns=(PatternSpec.model_construct(name="n", regex="(", score=1.0),),
        context=(),
        checksum=None,
        deny=(),
    )
    with pytest.raises(PackError):
        PatternFinder([spec])
