from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.asking.nearest import marked
from assistant.reading.compact import quote_at
from assistant.types import Evidence
from tests.policy.support import evidence

KETTLE = (
    "Descale the kettle every 4 weeks in hard water.\n\n"
    "1. Fill with water and citric acid.\n2. Leave it cold for 30 minutes.\n3. Rinse three times.\n\n"
    "Vinegar attacks the seal. Let the base dry for a day."
)


def near(text: str, chosen: str, heading: str = "") -> Evidence:
    item = evidence(text)
    item = replace(item, passage=replace(item.passage, heading=heading))
    at = text.index(chosen)
    return replace(item, quotes=(quote_at(item.passage, at, at + len(chosen)),))


def mark(question: str, item: Evidence, **rarity: float) -> str:
    (one,) = marked(question, [item], rarity, 3)
    (quote,) = one.quotes
    assert item.passage.text[quote.start - item.passage.start :].startswith(quote.text)
    return quote.text


def test_how_something_is_done_has_all_its_steps() -> None:
    item = near(KETTLE, "2. Leave it cold for 30 minutes.", "Descaling")
    assert mark("How do I descale it?", item).splitlines() == [
        "1. Fill with water and citric acid.",
        "2. Leave it cold for 30 minutes.",
        "3. Rinse three times.",
    ]


def test_another_sentence_that_names_more_of_the_question_is_marked_instead() -> None:
    item = near(KETTLE, "Let the base dry for a day.", "Descaling")
    assert mark("Is vinegar allowed?", item) == "Vinegar attacks the seal."


def test_what_the_headings_say_counts_for_no_sentence() -> None:
    item = near("The seal is replaced.\nWarranty ends after 2 years.", "The seal is replaced.", "Kettle warranty")
    assert mark("What about the kettle warranty?", item) == "The seal is replaced."


def test_the_readers_stretch_stays_where_nothing_says_more() -> None:
    item = near(KETTLE, "Let the base dry for a day.", "Descaling")
    assert mark("When may I use it again?", item) == "Let the base dry for a day."
    # One step of a list is an answer where it was not asked how something is done; a common word moves no mark.
    item = near(KETTLE, "3. Rinse three times.", "Descaling")
    assert mark("What comes after the acid bath?", item, acid=0.2, bath=1.0, come=0.3) == "3. Rinse three times."


def test_two_lists_are_not_run_together() -> None:
    text = "1. Open it.\n2. Fill it.\n\nThen the other part:\n\n1. Close it.\n2. Shake it."
    item = near(text, "2. Shake it.")
    assert mark("How do I use it?", item) == "2. Shake it."


def test_of_those_shown_the_passage_comes_first_that_says_most_and_no_other_takes_its_place() -> None:
    cleaning = near("Unplug the kettle and let it cool.", "Unplug the kettle", "Cleaning")
    descaling = near("Fill the kettle with citric acid.", "Fill the kettle", "Descaling")
    far = near("Descaling the kettle of the office is the porter's.", "Descaling", "Descaling")
    both = marked("How is the kettle descaled?", [cleaning, descaling, far], {}, 2)
    assert [item.passage.heading for item in both] == ["Descaling", "Cleaning", "Descaling"]
    assert both[2].passage.text == far.passage.text
    same = marked("Where is the shop?", [cleaning, descaling, far], {}, 2)
    assert [item.passage.heading for item in same] == ["Cleaning", "Descaling", "Descaling"]


@pytest.mark.parametrize(
    "line",
    [
        "Version 3, valid from 1 May 2024.",
        "Kettle returns",
        "Valid from: 1 May 2024",
        "Last reviewed on 3 June 2025",
        "Rev. 2.1",
    ],
)
def test_a_title_or_an_edition_is_never_the_likeliest_line(line: str) -> None:
    item = near(f"{line}\n\nA kettle may come back in its box.", line, "Kettle returns")
    assert mark("Is a kettle taken back?", item) == "A kettle may come back in its box."


@pytest.mark.parametrize(
    "line",
    [
        "Version 3 of the kettle has no lid, so that vouchers do not cover it at all and buyers pay for a new one themselves.",
        "Vouchers are valid until 31 December 2025.",
        "Valid vouchers: two for each order.",
        "Version 3.2 needs the new filter for vouchers.",
        "Effective dose of vouchers 5 mg",
    ],
)
def test_a_rule_that_speaks_of_a_version_or_of_validity_stays_marked(line: str) -> None:
    item = near(f"{line}\n\nA kettle may come back in its box.", line, "Kettle returns")
    assert mark("Are vouchers good until December?", item) == line


def test_where_a_passage_is_nothing_but_its_title_that_stays_marked() -> None:
    assert (
        mark("Where are the returns?", near("Kettle returns", "Kettle returns", "Kettle returns")) == "Kettle returns"
    )


def test_an_edition_is_marked_for_who_asks_for_it() -> None:
    item = near(
        "Valid until 31 March 2026.\n\nA kettle may come back in its box.",
        "Valid until 31 March 2026.",
        "Kettle returns",
    )
    assert mark("Until when is it valid?", item) == "Valid until 31 March 2026."
    assert mark("Is a kettle taken back?", item) == "A kettle may come back in its box."
