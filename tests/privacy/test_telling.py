from __future__ import annotations

import pytest

from assistant.privacy.spans import TAGGED_SCORE
from assistant.privacy.telling import is_telling_of

RULE = 0.8


def allow(phrase: str) -> bool:
    return phrase.casefold() in {"breva", "breva 2", "alder table"}


@pytest.mark.parametrize(
    ("words", "entity", "score"),
    [
        ("Amara Okonkwo", "PERSON", RULE),
        ("Torvald Quisling", "PERSON", TAGGED_SCORE),
        ("9 Larch Avenue", "ADDRESS", TAGGED_SCORE),
        ("amara okonkwo", "PERSON", RULE),
        ("61033", "MRN", RULE),
        ("555-0177", "PHONE_NUMBER", RULE),
        ("zaphira_77", "USERNAME", TAGGED_SCORE),
    ],
)
def test_what_says_whose_it_is_is_looked_for(words: str, entity: str, score: float) -> None:
    assert is_telling_of(words, entity, score, allow)


@pytest.mark.parametrize(
    ("words", "entity", "score"),
    [
        ("Larkfield", "LOCATION", RULE),
        ("93", "AGE", RULE),
        ("429", "ADDRESS", RULE),
        ("4.29", "ID", TAGGED_SCORE),
        ("Breva 2", "ADDRESS", RULE),
        ("Alder table", "PERSON", RULE),
        ("Breva 7", "ADDRESS", TAGGED_SCORE),
        ("Repair centre", "ADDRESS", TAGGED_SCORE),
        ("hoover", "PERSON", TAGGED_SCORE),
        ("Table 12", "ADDRESS", TAGGED_SCORE),
    ],
)
def test_words_of_everybody_are_not(words: str, entity: str, score: float) -> None:
    assert not is_telling_of(words, entity, score, allow)
