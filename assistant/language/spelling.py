"""Slips of the pen: how far apart two spellings are, and which known word was meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from assistant.language.words import words

# Shorter words are too near to one another; longer ones may hold two slips.
_LEAST: Final = 4
_TWO_SLIPS: Final = 10


def slips(one: str, other: str, most: int) -> int:
    """Letters left out, added, exchanged or swapped with their neighbour between two words; `most` + 1 where more.

    Optimal string alignment (Damerau 1964; Levenshtein 1966), in case-folded letters.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, second in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != second))
            if older and j > 1 and letter == other[j - 2] and one[i - 2] == second:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def allowed_slips(word: str) -> int:
    """How many slips a word of this length may hold and still be known again."""
    return 0 if len(word) < _LEAST else 1 if len(word) < _TWO_SLIPS else 2


def meant(word: str, known: Mapping[str, int] | Iterable[str]) -> str:
    """The known word that a misspelt one was meant to be, the commonest of the nearest; "" where none is near enough.

    The first letter is taken for right: people seldom miss it, and it is what tells most look-alikes apart.
    """
    counts = known if isinstance(known, Mapping) else dict.fromkeys(known, 1)
    most = allowed_slips(word)
    near = [
        (found, -count, other)
        for other, count in counts.items()
        # Of a short word only letters were left out: exchanged ones would make it another ("kilo", "kill").
        if (len(word) > _LEAST or len(other) > len(word)) and 0 < (found := slips(word, other, most)) <= most
    ]
    return min(near)[2] if near else ""


def respelt(text: str, spelling: Mapping[str, str]) -> str:
    """A text with misspelt words put right, by their places; `spelling` has case-folded words and what each was meant to be."""
    for word in reversed(words(text)) if spelling else ():
        if right := spelling.get(word.text.casefold()):
            text = text[: word.start] + right + text[word.end :]
    return text
