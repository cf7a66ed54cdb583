from __future__ import annotations

from datetime import date

import pytest

from assistant.retrieval.editions import EditionQuery, in_force, titled
from assistant.types import Passage

TODAY = date(2026, 6, 1)
OLD = {"edition.valid_from": "2023-01-01", "edition.valid_until": "2023-12-31", "edition.status": "withdrawn"}
NEW = {"edition.valid_from": "2025-01-01", "edition.replaces": "the tariff of 2023"}


def passage(number: int, title: str, score: float = 0.5) -> Passage:
    return Passage(number, f"d{number}", title, f"text {number}", 0, 6, score=score)


def kept(
    question: str, *documents: tuple[str, dict[str, str]], scores: tuple[float, ...] = ()
) -> list[tuple[int, bool]]:
    """Which documents may speak to a question, by place, and whether surely."""
    found = [passage(n, title, scores[n] if scores else 0.5 - n / 100) for n, (title, _) in enumerate(documents)]
    editions = {f"d{n}": edition for n, (_, edition) in enumerate(documents) if edition}
    return [(p.id, p.sure) for p in in_force(found, editions, question, TODAY)]


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("How much is a lamp?", [1]),
        ("How much was a lamp in 2023?", [0]),
        ("How much was a lamp on 2023-05-02?", [0]),
        ("How much is a lamp in 2025?", [1]),
        ("What did the previous tariff say of lamps?", [0]),
        ("How much did a lamp cost under the old price list?", [0]),
        ("How much is a lamp for an older customer?", [1]),
        ("How much is a lamp of 1 2024 lumen?", [1]),
    ],
)
def test_the_edition_in_force_speaks_unless_another_is_asked_for(question: str, places: list[int]) -> None:
    assert kept(question, ("Tariff 2023", OLD), ("Tariff 2025", NEW)) == [(place, True) for place in places]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"edition.status": "superseded"}, {"edition.version": "2"}),
        ({"edition.valid_until": "2026-05-31"}, {"edition.valid_from": "2026-06-01"}),
        ({"edition.version": "2"}, {"edition.version": "3", "edition.replaces": "version 2"}),
        ({"edition.version": "2.9"}, {"edition.version": "2.10"}),
        ({"edition.valid_from": "2024-02-01"}, {"edition.replaces": "the tariff of 2024"}),
        ({"edition.version": "1"}, {"edition.replaces": "all earlier versions"}),
    ],
)
def test_what_ends_an_edition(older: dict[str, str], newer: dict[str, str]) -> None:
    assert kept("How much is a lamp?", ("Tariff", older), ("Tariff", newer)) == [(1, True)]


def test_an_edition_that_begins_later_does_not_speak_yet() -> None:
    coming = {"edition.version": "3", "edition.valid_from": "2027-01-01", "edition.replaces": "version 2"}
    assert kept("How much is a lamp?", ("Tariff", {"edition.version": "2"}), ("Tariff", coming)) == [(0, True)]


def test_a_former_edition_alone_stays_and_is_not_sure() -> None:
    assert kept("How much is a lamp?", ("Tariff 2023", OLD)) == [(0, False)]
    assert kept("How much is a lamp?", ("Tariff 2023", OLD), ("Opening hours", {}), scores=(0.9, 0.3)) == [
        (0, False),
        (1, True),
    ]
    # Another document that is as near takes its place.
    assert kept("How much is a lamp?", ("Tariff 2023", OLD), ("Prices", {}), scores=(0.9, 0.85)) == [(1, True)]


def test_documents_of_other_titles_do_not_end_each_other() -> None:
    both = [(0, True), (1, True)]
    assert kept("How much?", ("Lamps", {"edition.version": "1"}), ("Chairs", {"edition.version": "2"})) == both
    assert kept("How much?", ("Report 2023", {}), ("Report 2024", {})) == both
    assert kept("How much?", ("2023", {"edition.version": "1"}), ("2024", {"edition.version": "2"})) == both


def test_a_title_shows_the_edition() -> None:
    assert titled("Tariff 2023", OLD) == "Tariff 2023 (withdrawn, 2023-01-01 to 2023-12-31)"
    assert (
        titled("Plan", {"edition.version": "3", "edition.valid_from": "2025-01-01"})
        == "Plan (version 3, from 2025-01-01)"
    )
    assert titled("Plan", {}) == "Plan"


def test_years_and_versions_of_a_question() -> None:
    assert EditionQuery.of("in 2023?") == EditionQuery("2023-01-01", "2023-12-31")
    assert EditionQuery.of("what does version 2.1 say") == EditionQuery(version="2.1")
    assert EditionQuery.of("is 2023.5 mg or part 1-2023-4 enough") == EditionQuery()
