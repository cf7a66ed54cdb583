from __future__ import annotations

import pytest

from assistant.errors import PackError
from assistant.packs.pack import PatternSpec, RecognizerSpec, load_pack
from assistant.privacy import patterns
from assistant.privacy.checksums import CHECKSUMS, dea, iban, luhn, nhs, npi
from assistant.privacy.patterns import PatternFinder, RedactionTimeout, base_recognizers


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
