"""Misspelt words of a question put right by the words of the documents that the asker may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, Protocol

from assistant.language.spelling import allowed_slips, meant, slips
from assistant.language.words import STOPWORDS, fold, stem, words
from assistant.types import Passage

Labels = Collection[frozenset[str]]
# Of so many passages that hold a stem the word is taken as they write it.
_LOOKED_AT: Final = 3
# A question has few slips; more unknown words are another language or no words.
_MOST_WORDS: Final = 6
# A shorter word that stands nowhere may be slang ("fiver") as well as a slip.
_ORDINARY: Final = 6


class WordVault(Protocol):
    """What is needed of the vault."""

    def frequencies(
        self, terms: Sequence[str], allowed: Labels | None, collections: Sequence[str] | None = None
    ) -> tuple[int, list[int]]: ...

    def stems(self, beginning: str, allowed: Labels | None) -> dict[str, int]: ...

    def bm25(
        self,
        match: str,
        limit: int,
        allowed: Labels | None,
        weights: tuple[float, float, float] = ...,
        collections: Sequence[str] | None = None,
    ) -> list[tuple[int, float]]: ...

    def passages(self, ids: Iterable[int]) -> list[Passage]: ...


class Speller:
    """Finds what was meant. `common` are ordinary words: those are never taken for slips, and a longer slip may mean one.

    `named` says of a word that it is a thing that the domain knows: two slips apart are two things (prednisone, prednisolone).
    """

    def __init__(self, vault: WordVault, common: Collection[str], named: Callable[[str], bool]) -> None:
        self._vault, self._common, self._named = vault, common, named

    def corrections(self, question: str, allowed: Labels | None, kept: Iterable[str] = ()) -> dict[str, str]:
        """What each misspelt word was meant to be, by its case-folded form. `kept` texts (names, numbers) are left alone."""
        untouched = {fold(word.text) for text in kept for word in words(text)}
        asked = [fold(word.text) for word in words(question)]
        doubtful = [word for word in dict.fromkeys(asked) if word not in untouched and self._doubtful(word)]
        if not doubtful or len(doubtful) > _MOST_WORDS:
            return {}
        _, counts = self._vault.frequencies(doubtful, allowed)
        unknown = [word for word, count in zip(doubtful, counts, strict=True) if not count]
        return {word: right for word in unknown if (right := self._meant(word, allowed))}

    def _doubtful(self, word: str) -> bool:
        plain = word.isascii() and word.isalpha() and allowed_slips(word) > 0
        return plain and word not in STOPWORDS and not self._named(word) and word not in self._common

    def _meant(self, word: str, allowed: Labels | None) -> str:
        known = self._vault.stems(word[0], allowed)
        found = meant(stem(word), known) or meant(word, known)
        if not found:
            # No document has the ordinary word either: "paypal" is no slip of "papal". Vowels, doubled and swapped letters are what
            # people get wrong ("recieve", "acommodation", "hopsital").
            alike = [other for other in self._common if _is_slip(word, other)]
            return meant(word, alike) if len(word) >= _ORDINARY else ""
        hits = self._vault.bm25(f'"{found}"', _LOOKED_AT, allowed)
        held = {
            fold(one.text): 1
            for passage in self._vault.passages([i for i, _ in hits])
            for one in words(f"{passage.title} {passage.heading} {passage.text}")
            if one.text[:1].casefold() == word[0]
        }
        right = meant(word, held)
        return "" if right and slips(word, right, 2) > 1 and self._named(right) else right


def _is_slip(word: str, other: str) -> bool:
    """Whether two words differ in vowels, in doubled letters or in the order of letters alone."""
    return word[0] == other[0] and (_consonants(word) == _consonants(other) or sorted(word) == sorted(other))


def _consonants(word: str) -> str:
    """The word without its vowels, doubled letters once."""
    return re.sub(r"(.)\1+", r"\1", word[0] + re.sub(r"[aeiou]", "", word[1:]))
