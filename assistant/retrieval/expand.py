"""A question as a full-text expression: its words, what the domain's lexicon also calls them, and never FTS5 syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Protocol

from assistant.language.words import STOPWORDS, fold, words

# Bounds on what one question may cost: FTS5 scores every row that holds any of the terms.
MAX_TERMS: Final = 48
MAX_EXPANSIONS: Final = 12

_PART: Final = re.compile(r"[^\W_]+")


class Expander(Protocol):
    """What is needed of a pack's lexicon."""

    def expand_query(self, text: str) -> tuple[str, ...]: ...


def expansions(question: str, lexicon: Expander | None) -> tuple[str, ...]:
    """Other names, from the lexicon, of what the question names; at most `MAX_EXPANSIONS`."""
    return lexicon.expand_query(question)[:MAX_EXPANSIONS] if lexicon is not None else ()


def terms(question: str) -> list[str]:
    """The words of a question that a search should look for, each once, in order.

    Function words are left out unless there is nothing else. Hyphenated words are taken by their parts: that found
    more on the SciFact training queries than the whole word, the phrase, or both.
    """
    parts = [
        part for word in words(question) for part in _PART.findall(word.text.removesuffix("'s").removesuffix("’s"))
    ]
    content = [part for part in parts if fold(part) not in STOPWORDS] or parts
    unique: dict[str, str] = {}
    for part in content:
        unique.setdefault(fold(part), part)
    return list(unique.values())[:MAX_TERMS]


def match_expression(question: str, others: Iterable[str] = ()) -> str:
    """An FTS5 expression that finds any of the terms and any of the other names (as phrases); '' where there is none.

    Every term is made of letters and digits only and stands in double quotes, so nothing a user types can be an
    operator, a column filter or a syntax error.
    """
    phrases = [[term] for term in terms(question)]
    phrases += [found for other in others if (found := _PART.findall(other))]
    unique: dict[str, str] = {}
    for phrase in map(" ".join, phrases):
        unique.setdefault(phrase.casefold(), phrase)
    return " OR ".join(f'"{phrase}"' for phrase in unique.values())


def dense_text(question: str, others: Iterable[str] = ()) -> str:
    """The question as the embedder should see it: other names follow in brackets, since it knows few abbreviations."""
    listed = ", ".join(others)
    return f"{question} ({listed})" if listed else question
