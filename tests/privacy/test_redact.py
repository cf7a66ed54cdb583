from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.packs.pack import load_pack
from assistant.privacy.checksums import luhn
from assistant.privacy.pseudonyms import gender_of, restore
from assistant.privacy.redact import PresidioRedactor, build_redactor
from assistant.privacy.words import name_lists
from assistant.protocols import Redactor
from assistant.types import Span

NOTE = """DISCHARGE SUMMARY
Patient: Amara Okonkwo    MRN: 6103355    DOB: 30/06/1994
Address: 4 Mill Court, Larkfield, OH 43997
Attending: Dr. Parkinson

Ms. Okonkwo was seen for Parkinson disease and Huntington chorea. Hemoglobin A1c 6.1%, Glasgow Coma Scale 15,
Apgar 9; a Foley catheter was placed and metformin 500 mg given. Amara's brother, Emeka, called (555) 555-0145.
Okonkwo tolerated the diet. A. Okonkwo signed the form; her aunt is 94 years old.

Electronically signed by Ingrid Halvorsen, MD
"""


@pytest.fixture(scope="module")
def redactor(models: Path) -> PresidioRedactor:
    return build_redactor(load_pack("healthcare"))


def hidden(redactor: PresidioRedactor, text: str) -> list[str]:
    return [text[s.start : s.end] for s in redactor.find(text)]


def test_a_note(redactor: PresidioRedactor) -> None:
    assert isinstance(redactor, Redactor)
    text, _ = redactor.apply(NOTE, redactor.find(NOTE), "replace")
    for gone in (
        "Okonkwo",
        "Amara",
        "Emeka",
        "Halvorsen",
        "6103355",
        "30/06/1994",
        "Mill Court",
        "43997",
        "0145",
        "94",
    ):
        assert gone not in text, gone
    for kept in ("Parkinson disease", "Huntington chorea", "Hemoglobin A1c", "Glasgow Coma Scale", "Apgar 9"):
        assert kept in text, kept
    for kept in ("Foley catheter", "metformin 500 mg", "DISCHARGE SUMMARY", "Electronically signed by"):
        assert kept in text, kept
    assert "Dr. Parkinson" not in text
    assert text.count("<ADDRESS>") == 1


@pytest.mark.parametrize(
    "text",
    [
        "What is the first-line treatment of community-acquired pneumonia?",
        "What are the treatments for Tremor?",
        "What is Guillain-Barre syndrome and who gets Crohn disease?",
        "Who is at risk for Merkel Cell Carcinoma?",
        "Give amoxicillin with Apgar and Glasgow scores noted; check Babinski sign and Romberg test.",
        "Urinary incontinence is treated with exercises. Children under 12 years should not take it.",
        "How long may a customer return a router after delivery?",
        "He lies on the left side for the scan; the jet of water is warm. Bence Jones protein was found.",
    ],
)
def test_ordinary_text_is_left_alone(redactor: PresidioRedactor, text: str) -> None:
    assert hidden(redactor, text) == []


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("my name is sanjay deshpande and my number is 555-0199-22", "sanjay deshpande"),
        ("Contact An\u200bna Kowal\u200dska today", "An\u200bna Kowal\u200dska"),
        ("Patient Тimоthy Reed was seen", "Тimоthy Reed"),
        (
            f"identifier {base64.b64encode(b'Maria Jackson').decode()} on file",
            base64.b64encode(b"Maria Jackson").decode(),
        ),
        ("GET /u?email=ann.lee%40example.org&name=Ann+Lee", "ann.lee%40example.org"),
        ("Forward to 翔太 吉田 please", "翔太 吉田"),
        ('{"patient_name": "Zubeida Yilmaz", "age": 40}', "Zubeida Yilmaz"),
        ("Dr. Virginia practices in Virginia.", "Virginia"),
        ("GARCIA, MARIA L was admitted. Garcia slept well.", "Garcia"),
        ("Patient: Phuong Do   Do reports less cough.", "Phuong Do"),
        ("Nurse Joy Adeyemi, RN, called", "Joy Adeyemi"),
    ],
)
def test_disguised_and_unusual_names(redactor: PresidioRedactor, text: str, gone: str) -> None:
    covered = {i for s in redactor.find(text) for i in range(s.start, s.end)}
    start = text.index(gone)
    missing = [text[i] for i in range(start, start + len(gone)) if text[i].isalnum() and i not in covered]
    assert not missing, hidden(redactor, text)


def test_names_of_every_origin_are_found_alike(redactor: PresidioRedactor) -> None:
    """Recall of full names by origin, in a heading and in running text: the gap is at most two points."""
    lists = name_lists()
    recall = {}
    for origin in sorted(set(lists.given) & set(lists.surnames)):
        givens = [n for names in lists.given[origin].values() for n in names][:20]
        full = [f"{g} {s}" for g, s in zip(givens, lists.surnames[origin][:20], strict=False)]
        texts = [t for n in full for t in (f"Patient: {n}\nDiet as usual.", f"The form was signed by {n} on arrival.")]
        found = redactor.find_many(texts)
        hits = [
            n in {t[s.start : s.end] for s in spans}
            for n, t, spans in zip((n for n in full for _ in "ab"), texts, found, strict=True)
        ]
        recall[origin] = sum(hits) / len(hits)
    assert max(recall.values()) - min(recall.values()) <= 0.02, recall


def test_one_by_one_and_in_a_batch_are_the_same(redactor: PresidioRedactor) -> None:
    texts = [NOTE, "", "Call 020 7946 0958", NOTE.upper()]
    assert redactor.find_many(texts) == [redactor.find(t) for t in texts]


def test_spans_are_sorted_and_apart(redactor: PresidioRedactor) -> None:
    spans = redactor.find(NOTE)
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_long_texts_are_cut_without_loss(redactor: PresidioRedactor) -> None:
    text = ("Nothing to see here, the weather was fine.\n" * 2500) + "MRN: 6103355\n" + ("Fine again.\n" * 2500)
    assert "6103355" in "".join(hidden(redactor, text))


def test_entities_are_chosen_and_unknown_ones_refused(redactor: PresidioRedactor) -> None:
    assert {s.entity for s in redactor.find(NOTE, frozenset({"PERSON"}))} == {"PERSON"}
    assert "DATE_OF_BIRTH" in {s.entity for s in redactor.find(NOTE, frozenset({"DATE"}))}
    assert {s.entity for s in redactor.find("SSN 219-09-9999", frozenset({"SSN"}))} == {"US_SSN"}
    with pytest.raises(UsageError, match="PRESON"):
        redactor.find(NOTE, frozenset({"PRESON"}))
    with pytest.raises(UsageError, match="shred"):
        redactor.apply(NOTE, [], "shred")


def test_pseudonyms_are_consistent_collision_free_and_stable(redactor: PresidioRedactor) -> None:
    once, findings = redactor.redact(NOTE, scope="patient-1")
    names = {NOTE[f.start : f.end]: f.replacement for f in findings if f.entity == "PERSON"}
    given, surname = names["Amara Okonkwo"].split()
    assert names["Ms. Okonkwo"] == f"Ms. {surname}" and names["Okonkwo"] == surname and names["Amara"] == given
    assert names["A. Okonkwo"].split() == [given[0] + ".", surname]
    assert gender_of(given) in ("f", "")
    assert len({f.replacement for f in findings if f.entity == "PERSON"}) == len(names)
    assert redactor.redact(once, scope="patient-1")[0] == once
    assert redactor.redact(NOTE, scope="patient-1")[0] == once
    assert redactor.redact(NOTE, scope="patient-2")[0] != once


def test_pseudonyms_can_be_restored(redactor: PresidioRedactor) -> None:
    redacted, _ = redactor.redact("Amara Okonkwo, MRN: 6103355. Okonkwo is well.", scope="r")
    assert "Okonkwo" not in redacted
    assert restore(redacted, redactor, "r") == "Amara Okonkwo, MRN: 6103355. Okonkwo is well."
    assert restore(redacted, redactor, "another") == redacted


def test_operators(redactor: PresidioRedactor) -> None:
    text = "Seen 2024-02-28 and 2024-03-01, lives at 4 Mill Court, Larkfield, OH 43997, phone (555) 555-0145, aged 94 years."
    spans = redactor.find(text)

    def run(operator: str) -> str:
        return redactor.apply(text, spans, operator, "s")[0]

    assert run("replace").startswith("Seen <DATE> and <DATE>, lives at <ADDRESS>, phone <PHONE_NUMBER>")
    assert "2024" not in run("mask") and len(run("mask")) == len(text)
    assert re.search(r"Seen 2024 and 2024, lives at 439\*\*.*aged 90\+ years", run("generalize"))
    assert run("hash") == run("hash") and "<PHONE_NUMBER:" in run("hash")
    assert run("remove").startswith("Seen  and , lives at , phone")
    first, second = re.findall(r"\d{4}-\d\d-\d\d", run("date_shift"))
    assert (date.fromisoformat(second) - date.fromisoformat(first)).days == 2
    assert first != "2024-02-28"


def test_a_date_shown_of_a_kept_text_is_never_the_original(redactor: PresidioRedactor) -> None:
    """Both shifts depend on their scope; of 1,500 pairs of scopes two would cancel if both were of at most a year."""
    born, span = date(1944, 5, 13), [Span("DATE", 0, 10, 1.0)]
    for number in range(1500):
        kept, _ = redactor.apply(born.isoformat(), span, "date_shift", f"d{number}", kept=True)
        shown, _ = redactor.apply(kept, span, "date_shift", f"c{number}")
        assert 1 <= abs((date.fromisoformat(kept) - born).days) <= 365
        assert date.fromisoformat(shown) != born


def test_formats_are_kept(redactor: PresidioRedactor) -> None:
    text = (
        "card 4111 1111 1111 1111, SSN 219-09-9999, MRN-1234567, phone +1 (415) 555-2671, ann@example.org, 203.0.113.9"
    )
    made, findings = redactor.redact(text, scope="f")
    by = {f.entity: f.replacement for f in findings}
    assert luhn(by["CREDIT_CARD"]) and re.fullmatch(r"(\d{4} ){3}\d{4}", by["CREDIT_CARD"])
    assert re.fullmatch(r"\d{3}-\d\d-\d{4}", by["US_SSN"]) and re.fullmatch(r"MRN-\d{7}", by["MRN"])
    assert re.fullmatch(r"\+1 \(\d{3}\) 555-01\d\d", by["PHONE_NUMBER"])
    assert by["EMAIL_ADDRESS"].split("@")[1].startswith("example.")
    assert redactor.redact(made, scope="f")[0] == made


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, models: Path) -> Iterator[PresidioRedactor]:
    redactor = build_redactor(load_pack("healthcare"))
    redactor.warm()

    def broken(*_: Any, **__: Any) -> list[Any]:
        raise RuntimeError("broken")

    monkeypatch.setattr("assistant.privacy.analyzer.find_names", broken)
    yield redactor


def test_a_failing_recognizer_fails_the_call(failing: PresidioRedactor) -> None:
    with pytest.raises(RuntimeError, match="broken"):
        failing.find(NOTE)


def test_a_name_that_begins_a_term_of_the_pack_is_no_person(redactor: PresidioRedactor) -> None:
    text = "Phenytoin and St John's wort lower the INR."
    assert hidden(redactor, text) == []
    # Not even where somebody of that name is in the same text.
    assert hidden(redactor, "Mr. John Carter takes St John’s wort.") == ["Mr. John Carter"]
    assert hidden(redactor, "St John was seen by Mr. John Carter.") != ["Mr. John Carter"]


def test_a_double_eponym_is_a_name_elsewhere(redactor: PresidioRedactor) -> None:
    assert hidden(redactor, "Urine for Bence Jones protein; Ramsay Hunt syndrome.") == []
    # At the beginning of a sentence, where one word of it was hidden, with a hyphen, and beside a person of that name.
    assert hidden(redactor, "The lump lies on the left side. Bence Jones protein in the urine.") == []
    assert hidden(redactor, "Bence-Jones proteinuria was found; Marcus-Gunn pupil on the left.") == []
    assert hidden(redactor, "Bence Jones came in. Bence Jones protein was found.") == ["Bence Jones"]
    assert hidden(redactor, "Bence Jones was seen by Dr. Charles Bonnet.") == ["Bence Jones", "Dr. Charles Bonnet"]


def test_of_is_no_part_of_the_name_after_it(redactor: PresidioRedactor) -> None:
    assert hidden(redactor, "What is the date of birth of Mary Jones?") == ["Mary Jones"]
    assert hidden(redactor, "Maria de Souza called. The sister of de Souza came.")[-1] == "de Souza"
