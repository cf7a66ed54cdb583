"""How hard an English text is to read: the Flesch-Kincaid grade, in years of school.

Kincaid et al. 1975, "Derivation of new readability formulas": 0.39 words a sentence + 11.8 syllables a word - 15.59. Syllables are
estimated from the spelling (groups of vowels), which is within a fifth of a dictionary's count on ordinary prose.
"""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE: Final = re.compile(r"[.!?](?=\s|$)|\n+")
_VOWELS: Final = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """An estimate of a word's syllables, 1 or more."""
    plain = word.lower()
    count = len(_VOWELS.findall(plain))
    # A final e is silent but after l and another consonant ("table"), and so is that of most past tenses.
    if re.search(r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouytd]ed$", plain):
        count -= 1
    return max(1, count)


def grade(text: str) -> float:
    """The grade of a text, 0 or more; 0 for one without words. Numbers are not counted."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(1 for part in _SENTENCE.split(text) if _WORD.search(part))
    spoken = sum(syllables(word) for word in words)
    return max(0.0, round(0.39 * len(words) / max(1, sentences) + 11.8 * spoken / len(words) - 15.59, 1))
