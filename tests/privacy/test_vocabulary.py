from __future__ import annotations

import pytest

from assistant.privacy.vocabulary import within_term


def allow(phrase: str) -> bool:
    return phrase.casefold() in {"breva 2 mop", "alder table", "tarn 1.7", "st john's wort"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He has a Breva 2 Mop, red.", "2 Mop"),
        ("the alder table is", "alder"),
        ("My Tarn 1.7 leaks", "1.7"),
        ("St John's wort at night", "St John's"),
        ("Bought: Alder table.", "Alder table"),
    ],
)
def test_a_part_of_a_term_is_within_it(text: str, words: str) -> None:
    assert within_term(text, text.index(words), text.index(words) + len(words), allow)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mrs Alder sat at the table", "Alder"),
        ("2 Mop Lane, Breva", "2 Mop Lane"),
        ("Alder\ntable", "Alder"),
        ("John Smith", "John Smith"),
        ("...", "..."),
    ],
)
def test_other_words_are_not(text: str, words: str) -> None:
    assert not within_term(text, text.index(words), text.index(words) + len(words), allow)
