from __future__ import annotations

import pytest

from assistant.reading.judgement import Decided, Found, Nothing, Place
from assistant.reading.quoting import answer_quotes, closest_quotes
from assistant.types import Evidence, Passage, Quote

TEXT = "Delivery takes three days. It is free from 50 euros. However, islands take a week. Returns are free."
OTHER = "Our shop opened in 1998. The owner likes lamps."


def evidence(n: int, text: str, offset: int = 0) -> Evidence:
    passage = Passage(n, f"d{n}", "Delivery", text, offset, offset + len(text))
    first = text.index(".") + 1
    parts = ((0, first, 0.4), (first + 1, len(text), 0.6))
    return Evidence(n, passage, tuple(Quote(text[a:b], offset + a, offset + b, score) for a, b, score in parts))


def place(text: str, part: str) -> Place:
    return Place(text.index(part), text.index(part) + len(part))


def test_the_sentence_that_holds_the_answer_comes_first_with_offsets_into_the_document() -> None:
    given = [evidence(1, OTHER), evidence(2, TEXT, 1000)]
    (shown,) = answer_quotes(
        "How long does delivery take?", given, Found("three days", 2, place(TEXT, "three days"), 0.9)
    )
    assert shown.n == 2
    first = shown.quotes[0]
    assert first.text == "Delivery takes three days." and (first.start, first.end) == (1000, 1026)
    assert first.score == pytest.approx(0.9)


def test_a_sentence_that_speaks_of_another_case_is_not_shown_beside_the_answer() -> None:
    given = [evidence(2, TEXT)]
    free = place(TEXT, "free from 50 euros")
    (shown,) = answer_quotes("Is it free?", given, Found("free from 50 euros", 2, free, 0.9))
    assert any("islands" in quote.text for quote in shown.quotes), "what limits the answer goes with it"
    aside = frozenset({(2, "However, islands take a week.")})
    (without,) = answer_quotes("Is it free?", given, Found("free from 50 euros", 2, free, 0.9, aside))
    assert not any("islands" in quote.text for quote in without.quotes)


def test_a_stretch_that_no_unit_holds_gives_no_quote() -> None:
    given = [evidence(1, TEXT)]
    assert answer_quotes("?", given, Found("", 1, Place(len(TEXT) + 5, len(TEXT) + 9), 0.9)) == []


def test_a_study_is_quoted_by_the_one_sentence_that_decides() -> None:
    given = [evidence(1, TEXT)]
    decided = Decided("No", 1, place(TEXT, "It is free from 50 euros."), 0.8)
    (shown,) = answer_quotes("Is delivery free?", given, decided)
    assert [quote.text for quote in shown.quotes] == ["It is free from 50 euros."]


def test_beside_an_abstention_each_evidence_has_one_quote_the_likely_one_where_it_was_read() -> None:
    given = [evidence(1, OTHER), evidence(2, TEXT)]
    found = closest_quotes("How long?", given, Nothing("unsure", likely={2: place(TEXT, "three days")}))
    assert [item.n for item in found] == [1, 2]
    assert [len(item.quotes) for item in found] == [1, 1]
    assert found[0].quotes[0].text == "The owner likes lamps.", "unread: the quote of the best score"
    assert found[1].quotes[0].text == "Delivery takes three days."
