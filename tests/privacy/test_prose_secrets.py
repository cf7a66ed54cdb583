"""Sentences that give a secret away, and beside each kind what looks like one and is none."""

from __future__ import annotations

import pytest

from assistant.privacy.prose_secrets import bits, secrets_in

GIVEN_AWAY = (
    "The word for cabinet 12 is violet-482-anchor-931.",
    "The password is sunflower.",
    "The passphrase for the backup disk: old mill by the river",
    "Login: nurse3; Password: teddybear",
    "Door: Pharmacy; Code: 88123",
    "The combination of the safe is 12-34-07.",
    "The code for the medicine cupboard is C4711.",
    "Enter 7731 on the keypad to get in.",
    "Everybody uses Welcome123 to log in.",
    "The alarm company asks for the watchword, which is Kestrel.",
    'Our admin account has the password "letmein".',
    "Bluebird7 is the password for the portal.",
    "Backup runs with 9fQz81LmPx72Va in the night.",
    "Use the link https://x.example.org/d?token=ab12cd34ef56 to see results.",
    # A thing that lets people in, what one does to it, and a string that nothing explains.
    "The guest network answers to quillpen-marsh-77 until Friday.",
    "Use hunter2 when the terminal asks.",
    "For the remote session give them 482 913 776.",
    "The Wi-Fi upstairs (key: heron lake 5) is slow today.",
)
OF_OTHER_KINDS = (
    # Goods, classes and papers.
    "Lot A12B345C78 was recalled.",
    "Batch numbers AB1234CD5678 and EF9012GH3456 are affected.",
    "The ICD-10 code is E11.9.",
    "LOINC 2951-2 is sodium in serum.",
    "NDC 0002-8215-01 is insulin.",
    "The procedure code for emergency room visits is 99283.",
    "The article number is SOFA-310-GREY-220.",
    "The order ships with tracking 1Z999AA10123456784.",
    "See https://doi.org/10.1056/NEJMoa2034577 for the trial.",
    "Commit 9f8e7d6c5b4a of the leaflet fixed the typo.",
    # Things that let people in, and strings that something explains.
    "If the freezer alarm goes off, move the vaccines within 30 minutes.",
    "The lock on bay 3 sticks, ask for the supervisor at 7.",
    "The terminal asks for the ward and the date of the transfusion.",
    "The network serves 482 913 776 people.",
    # Science.
    "The anti-PD-1/PD-L1 antibody was given on day 1 and day 15.",
    "CD4+CD25+FOXP3+ cells were counted.",
    "p.Arg506Gln in F5 and c.1521_1523delCTT in CFTR are common.",
    # What is said of secrets, and things of the same name.
    "The password is changed every 90 days.",
    "The PIN is on the card.",
    "Never tell your password to anybody.",
    "The pin is removed after six weeks.",
    "The combination is safe in adults.",
    "The key is to drink enough water.",
    "The number of the room is 214.",
    "The account was opened in 2021.",
    "The system was tested with 2400 patients.",
    'To reset it choose "Forgot password" on the sign-in page.',
)


@pytest.mark.parametrize("sentence", GIVEN_AWAY)
def test_a_secret_is_found_in_its_sentence_alone(sentence: str) -> None:
    before = "The ward round starts at nine. "
    found = secrets_in(f"{before}{sentence}\n\nMeals are served at noon.")
    assert [(secret.start >= len(before) - 1, secret.end <= len(before) + len(sentence) + 1) for secret in found] == [
        (True, True)
    ]


@pytest.mark.parametrize("sentence", OF_OTHER_KINDS)
def test_what_only_looks_like_one_stays(sentence: str) -> None:
    assert not secrets_in(sentence)


def test_a_word_takes_less_guessing_than_letters_that_nobody_can_speak() -> None:
    assert bits("violet") < bits("xkqzvbn") < bits("xKqZvBn")
    assert bits("COVID-19") < 24 < 40 < bits("violet-482-anchor-931")
