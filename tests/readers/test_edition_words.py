"""What documents in other languages say of their edition, and sentences of theirs that say nothing of it."""

from __future__ import annotations

import pytest

from assistant.readers.edition_words import in_english
from assistant.readers.editions import REPLACES, STATUS, SUPERSEDED_BY, VALID_FROM, VALID_UNTIL, VERSION, edition_of


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Gültig ab 1. März 2025", {VALID_FROM: "2025-03-01"}),
        ("gültig ab: 01.03.2025 bis 28.02.2026", {VALID_FROM: "2025-03-01", VALID_UNTIL: "2026-02-28"}),
        ("Gültigkeit: 1. Mai 2024 bis 2. Juni 2025", {VALID_FROM: "2024-05-01", VALID_UNTIL: "2025-06-02"}),
        ("Diese Richtlinie ist zurückgezogen.", {STATUS: "withdrawn"}),
        ("Außer Kraft seit 1. Januar 2024", {STATUS: "withdrawn"}),
        ("Entwurf", {STATUS: "draft"}),
        ("Ersetzt die Fassung vom 1. Mai 2023", {REPLACES: "the version from 1 May 2023"}),
        ("Ersetzt durch Version 4", {SUPERSEDED_BY: "Version 4", STATUS: "superseded"}),
        ("Wurde durch Richtlinie HR-12 ersetzt", {SUPERSEDED_BY: "Richtlinie HR-12", STATUS: "superseded"}),
        ("Fassung 3, gültig bis 31. Dezember 2025", {VERSION: "3", VALID_UNTIL: "2025-12-31"}),
        ("Valable jusqu'au 31 décembre 2025", {VALID_UNTIL: "2025-12-31"}),
        ("En vigueur depuis le 1er mars 2025", {VALID_FROM: "2025-03-01"}),
        ("Válido hasta el 5 de mayo de 2026", {VALID_UNTIL: "2026-05-05"}),
        ("Geldig tot en met 3 mei 2026", {VALID_UNTIL: "2026-05-03"}),
    ],
)
def test_what_a_document_says_of_itself(line: str, found: dict[str, str]) -> None:
    assert edition_of(["Plan", line]) == found


@pytest.mark.parametrize(
    "line",
    [
        "Das Angebot gilt bis 3. Mai 2025.",
        "Die Karte ist bis 3. Mai 2025 gültig.",
        "Der Antrag wurde zurückgezogen.",
        "Ersetzt defekte Lampen.",
        "Cette carte est valable jusqu'au 3 mai 2025.",
        "Stand: Mai 2024",
        "Aufgehobene Termine",
    ],
)
def test_what_a_document_says_of_other_things(line: str) -> None:
    assert edition_of(["Plan", line]) == {}


def test_other_lines_stay_as_they_are() -> None:
    for line in ("Concept of the ward", "We die hard", "10 mg on Monday in May 2024", ""):
        assert in_english(line) == line
