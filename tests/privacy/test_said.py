"""Numbers and dates in words, and words that only look like them."""

from __future__ import annotations

import pytest

from assistant.privacy.said import find_said


@pytest.mark.parametrize(
    ("text", "entity", "said"),
    [
        ("ring me on oh seven double five one nine six two okay", "PHONE_NUMBER", "oh seven double five one nine six two"),
        ("it is zero one seven, three eight, double six thanks", "PHONE_NUMBER", "zero one seven, three eight, double six"),
        ("My extension is four four one nine two.", "PHONE_NUMBER", "four four one nine two"),
        ("Nine nine one - four oh two - seven seven", "PHONE_NUMBER", "Nine nine one - four oh two - seven seven"),
        ("seen on the third of june again", "DATE", "the third of june"),
        ("She was born on the twenty-first of may nineteen sixty-three.", "DATE_OF_BIRTH", "the twenty-first of may nineteen sixty-three"),
        ("back in october twenty nineteen it hurt", "DATE", "october twenty nineteen"),
        ("july fourth is fine", "DATE", "july fourth"),
        ("on the 9th of march two thousand and eight", "DATE", "the 9th of march two thousand and eight"),
    ],
)  # fmt: skip
def test_what_is_said_in_words_is_found(text: str, entity: str, said: str) -> None:
    assert [(s.entity, text[s.start : s.end]) for s in find_said(text)] == [(entity, said)]


@pytest.mark.parametrize(
    "text",
    [
        "count one two three four five six seven eight",
        "her scores were five, six, seven, four, eight, two, nine",
        "take one or two at night, three at most",
        "it may first be tried; may second doses follow",
        "the second march past the ward",
        "two hundred and twelve on the meter, nineteen degrees outside",
        "in twenty twenty five cases of one hundred",
        "bed nine, room twelve, second floor",
        "the first of many things",
    ],
)
def test_counting_readings_and_other_words_stay(text: str) -> None:
    assert find_said(text) == []
