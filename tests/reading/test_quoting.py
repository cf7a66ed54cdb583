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


def test_the_sentence_that_the_reader_could_not_tell_apart_is_shown_after_the_one_it_chose() -> None:
    given = [evidence(2, TEXT)]
    three, returns = place(TEXT, "three days"), place(TEXT, "Returns are free.")
    (shown,) = answer_quotes("What is free?", given, Found("three days", 2, three, 0.9, beside=(returns,)))
    assert [quote.text for quote in shown.quotes] == ["Delivery takes three days.", "Returns are free."]


def test_the_other_sentence_is_left_out_where_it_is_of_another_case_or_shown_already() -> None:
    given = [evidence(2, TEXT)]
    three, returns = place(TEXT, "three days"), place(TEXT, "Returns are free.")
    aside = frozenset({(2, "Returns are free.")})
    (shown,) = answer_quotes("What is free?", given, Found("three days", 2, three, 0.9, aside, (returns,)))
    assert [quote.text for quote in shown.quotes] == ["Delivery takes three days."]
    (once,) = answer_quotes("What is free?", given, Found("three days", 2, three, 0.9, beside=(three,)))
    assert [quote.text for quote in once.quotes] == ["Delivery takes three days."]


def test_two_rows_of_a_table_are_no_answer_where_one_was_chosen() -> None:
    table = "Case: child; Dose: 10 mg\n\nCase: adult; Dose: 20 mg"
    given = [Evidence(1, Passage(1, "d", "Doses", table, 0, len(table)), (Quote(table, 0, len(table), 0.5),))]
    found = Found("10 mg", 1, place(table, "10 mg"), 0.9, beside=(place(table, "20 mg"),))
    (shown,) = answer_quotes("What is the dose?", given, found)
    assert not any("20 mg" in quote.text for quote in shown.quotes)


def test_a_stretch_of_other_evidence_of_which_the_reader_is_as_sure_comes_second() -> None:
    given = [evidence(1, OTHER), evidence(2, TEXT)]
    ties = ((1, place(OTHER, "1998")),)
    three = place(TEXT, "three days")
    shown = answer_quotes("When?", given, Found("three days", 2, three, 0.9, ties=ties))
    assert [(item.n, item.quotes[0].text) for item in shown] == [
        (2, "Delivery takes three days."),
        (1, "Our shop opened in 1998."),
    ]
    aside = frozenset({(1, "Our shop opened in 1998.")})
    assert [i.n for i in answer_quotes("When?", given, Found("three days", 2, three, 0.9, aside, ties=ties))] == [2]
    assert [i.n for i in answer_quotes("When?", given[1:], Found("three days", 2, three, 0.9, ties=ties))] == [2]


def test_a_row_that_is_of_another_case_is_no_answer_itself() -> None:
    table = "Day: Monday to Thursday; Opens: 07:30\n\nDay: Friday; Opens: 08:00"
    given = [Evidence(1, Passage(1, "d", "Hours", table, 0, len(table)), (Quote(table, 0, len(table), 0.5),))]
    found = Found("07:30", 1, place(table, "07:30"), 0.9)
    assert len(answer_quotes("When is it open?", given, found)) == 1
    aside = frozenset({(1, "Day: Monday to Thursday; Opens: 07:30")})
    assert answer_quotes("When is it open?", given, Found("07:30", 1, place(table, "07:30"), 0.9, aside)) == []
