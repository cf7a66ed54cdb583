"""Numbers, places and reasons as people read them."""

from __future__ import annotations

from assistant.frontends.presented import Numbers, around, in_shown_numbers, place, presented, read_as, reason_in_words
from assistant.types import Citation, Near


def _cited(n: int, start: int = 0, *, document: str = "d1", locator: str = "", heading: str = "") -> Citation:
    return Citation(n, document, "Returns policy", locator, f"quote at {start}", start, start + 10, 0.5, heading)


def test_sources_are_numbered_in_the_order_in_which_they_are_named() -> None:
    four, seven = _cited(4, 0), _cited(7, 50)
    text, sources = presented("First. [7] Then another. [4]", [four, seven])
    assert text == "First. [1] Then another. [2]"
    assert presented("First. [7]\nNot answered: that", [seven])[0] == "First. [1]\nNot answered: that"
    assert [(source.n, source.quotes) for source in sources] == [(1, (seven,)), (2, (four,))]
    assert [(c.n, c.start) for c in in_shown_numbers([four, seven], "First. [7] Then. [4]")] == [(1, 50), (2, 0)]


def test_two_numbers_of_one_quote_are_one_and_stand_once_in_a_row() -> None:
    text, sources = presented("Both halves. [1][3]", [_cited(1), _cited(3)])
    assert text == "Both halves. [1]" and [source.n for source in sources] == [1] and len(sources[0].quotes) == 1


def test_a_number_of_several_quotes_keeps_them_and_what_the_text_never_names_comes_last() -> None:
    text, sources = presented("Said. [2]", [_cited(1, 90), _cited(2, 0), _cited(2, 20)])
    assert text == "Said. [1]"
    assert [(source.n, [quote.start for quote in source.quotes]) for source in sources] == [(1, [0, 20]), (2, [90])]


def test_brackets_that_are_no_citation_stay() -> None:
    assert presented("Dose [12] of table [1].", [_cited(4)])[0] == "Dose [12] of table [1]."
    numbers = Numbers()
    assert numbers.marked("Not answered: what does [2] mean?", [_cited(1)]) == "Not answered: what does [2] mean?"


def test_places_are_told_in_words() -> None:
    assert (
        place(_cited(1, locator="line 15", heading="Returns policy > Gift cards"))
        == "Returns policy, section Gift cards"
    )
    assert place(_cited(1, locator="page 3", heading="Gift cards")) == "Returns policy, section Gift cards, page 3"
    assert place(_cited(1, locator="lines 4 to 9")) == "Returns policy"
    assert place(_cited(1, locator="Gift cards", heading="Gift cards")) == "Returns policy, section Gift cards"


def test_a_reason_is_a_sentence_without_scores() -> None:
    assert reason_in_words("no passage holds it surely enough (0.47)") == "No passage holds it surely enough."
    assert reason_in_words("an instruction (override)") == "An instruction (override)."
    assert reason_in_words("2.5 mg (5.5) is in no source") == "2.5 mg (5.5) is in no source."
    assert reason_in_words("") == ""


def test_how_a_misspelt_question_was_read() -> None:
    spelling = {"retrun": "return"}
    assert read_as("Can I Retrun it?", spelling) == "Can I return it?"
    assert read_as("Can I return it?", {}) == ""


def test_a_way_to_a_person_is_told_where_the_pack_names_one() -> None:
    from assistant.frontends.presented import way_to_person
    from assistant.packs.contact import Contact

    both = Contact(phone="555-0111", mail="help@example.org", hours="every day from 07:00 to 22:00")
    assert (
        way_to_person(both)
        == "To reach a person: phone 555-0111 or write to help@example.org (every day from 07:00 to 22:00)."
    )
    assert way_to_person(Contact()) == ""


def _near(text: str, likeliest: str) -> Near:
    return Near(Citation(1, "d1", "Returns policy", "", likeliest, 0, len(likeliest), 0.5, ""), text)


def test_a_near_passage_is_its_likeliest_line_between_its_neighbours() -> None:
    text = "Lamps come home. We test each. Keep the box. Bulbs are sold apart. Shades are not."
    assert around(_near(text, "Keep the box.")) == ("… We test each. ", "Keep the box.", " Bulbs are sold apart. …")
    rows = "Lamp: Oak; Days: 30\n\nLamp: Elm; Days: 14\n\nLamp: Ash; Days: 7"
    assert around(_near(rows, "Lamp: Oak; Days: 30")) == ("", "Lamp: Oak; Days: 30", "\n\nLamp: Elm; Days: 14 …")


def test_a_short_near_passage_and_one_without_its_line_stay_whole() -> None:
    assert around(_near("We test each. Keep the box.", "Keep the box.")) == ("We test each. ", "Keep the box.", "")
    assert around(_near("We test each. Keep the box.", "Sell it.")) == ("We test each. Keep the box.", "", "")
