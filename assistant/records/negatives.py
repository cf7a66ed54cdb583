"""Entries that say that there is no allergy. Read as an allergy they would be the opposite of the truth."""

from __future__ import annotations

import re
from typing import Final

from assistant.records.model import Term

# SNOMED CT concepts of "no known allergy" and its kinds.
_CODES: Final = frozenset(
    {
        "716186003",
        "409137002",
        "428607008",
        "429625007",
        "428197003",
        "716184000",
        "716185004",
        "716220001",
        "1003774007",
    }
)
_WORDS: Final = re.compile(
    r"^\s*(?:nkda|nka|no (?:known |current |history of )?(?:\w+ ){0,3}allerg(?:y|ies)|"
    r"no (?:known )?(?:\w+ ){0,2}(?:adverse )?(?:drug )?(?:reactions?|intolerances?)|allerg(?:y|ies):? (?:none|nil))\b",
    re.I,
)


def denies_allergy(term: Term) -> bool:
    """Whether an allergy entry denies allergies."""
    return any(c.code in _CODES for c in term.codes) or denial(term.text)


def denial(text: str) -> bool:
    """Whether words deny allergies: "NKDA", "No known drug allergies"."""
    return _WORDS.match(text) is not None
