"""Does the question turn on a word that stands nowhere in the documents? Then no sentence of theirs answers it.

"What is the target INR for a bioprosthetic valve?" reads much like what a guideline says of mechanical valves. A reader that
weighs all words takes one that is missing for a small loss; but a rare word is seldom the one that does not matter. On the
dev questions of MedQuAD no answerable question has such a word and 18% of those whose document was withheld do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final, Protocol

from assistant.language.naming import naming_words
from assistant.language.words import Word, content_stems, words

# Words that the embedder's vocabulary holds whole are common ones, which a document may well say in another way.
_PIECES: Final = 2
_LETTERS: Final = 5
# A verb, an adverb, a participle: what is done can be said in many words, what is named seldom.
_AFTER: Final = frozenset("to i we you they he she it please not cannot can't don't doesn't".split())
_ENDING: Final = re.compile(r"(?:ly|ing|ed|able|ible)$", re.I)
# Where more of the words have capitals, capitals are the typist's way and mark no names.
_NAMES_AT_MOST: Final = 0.5
# So alike (Ratcliff and Obershelp 1988), with the same first letter, is a slip of the pen.
_SLIP: Final = 0.85


class Terms(Protocol):
    """What is needed of a pack's lexicon."""

    def terms_in(self, text: str) -> Iterable[tuple[str, int, int]]: ...


def is_out_of_vocabulary(
    question: str,
    rarity: Mapping[str, float],
    held: Collection[str],
    *,
    pieces: Callable[[str], int],
    lexicon: Terms | None = None,
    known: Callable[[str], bool] = lambda _: False,
) -> bool:
    """Whether a naming word of the question, an uncommon one or a name, is in no document (`rarity` 1).

    `held` are the case-folded words of the passages found: one that a word is a misspelling of counts as it, but for words
    that are `known` (another drug's name is no slip of the pen). `pieces` tells how many tokens the embedder makes of a word.
    A term that the lexicon has other names for is left to the sources.
    """
    covered = [(start, end) for _, start, end in lexicon.terms_in(question)] if lexicon is not None else []
    for before, word, is_name in _naming(question):
        text = word.text.removesuffix("'s").removesuffix("’s")
        if not _is_in_no_document(text, rarity) or any(
            start <= word.start and word.end <= end for start, end in covered
        ):
            continue
        if not is_name and (before in _AFTER or not _uncommon(text, pieces)):
            continue
        if known(text) or not _slip(text.casefold(), held):
            return True
    return False


def _naming(question: str) -> Iterator[tuple[str, Word, bool]]:
    """The naming words of a question: the word before, case-folded, the word, and whether its capital makes it a name."""
    naming = {word.text.casefold() for run in naming_words(question) for word in words(run)}
    found = words(question)
    capitals = [word.text[0].isupper() for word in found]
    written_plainly = sum(capitals[1:]) <= _NAMES_AT_MOST * len(capitals[1:])
    before = ""
    for word, capital in zip(found, capitals, strict=True):
        if word.text.casefold() in naming:
            yield before, word, bool(before) and capital and written_plainly
        before = word.text.casefold()


def _is_in_no_document(word: str, rarity: Mapping[str, float]) -> bool:
    stems = content_stems(word)
    return bool(stems) and all(rarity.get(stem) == 1.0 for stem in stems)


def _uncommon(word: str, pieces: Callable[[str], int]) -> bool:
    bare = word.replace("-", "")
    return bare.isalpha() and len(bare) >= _LETTERS and not _ENDING.search(bare) and pieces(word) >= _PIECES


def _slip(word: str, held: Collection[str]) -> bool:
    alike = [other for other in held if other[:1] == word[:1]]
    return bool(get_close_matches(word, alike, 1, _SLIP))
