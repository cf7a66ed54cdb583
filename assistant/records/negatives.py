"""Entries that say that there is nothing of a kind, or that nobody knows. Read as facts they would be the opposite of the truth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from assistant.records.model import Term

# SNOMED CT concepts of "no known allergy" and its kinds, and the codes of HL7's International Patient Summary.
_ALLERGY_CODES: Final = frozenset(
    """716186003 409137002 428607008 429625007 428197003 716184000 716185004 716220001 1003774007
    no-known-allergies no-known-medication-allergies no-known-environmental-allergies no-known-food-allergies""".split()
)
_ALLERGY_WORDS: Final = re.compile(
    r"^\s*(?:nkda|nka|no (?:known |current |history of )?(?:\w+ ){0,3}allerg(?:y|ies)|"
    r"no (?:known )?(?:\w+ ){0,2}(?:adverse )?(?:drug )?(?:reactions?|intolerances?)|allerg(?:y|ies):? (?:none|nil))\b",
    re.I,
)
# The same for the other sections: SNOMED CT situations and the International Patient Summary.
_CODES: Final[Mapping[str, frozenset[str]]] = {
    "problems": frozenset({"160245001", "66557003", "no-known-problems"}),
    "medications": frozenset({"787481004", "182849000", "no-known-medications"}),
    "procedures": frozenset({"416128008", "787480003", "no-known-procedures"}),
    "immunizations": frozenset({"no-known-immunizations"}),
}
_NAMES: Final[Mapping[str, str]] = {
    "problems": r"(?:health |medical )?(?:problems?|conditions?|diagnos[ie]s|disorders?|diseases?|illness(?:es)?|disabilit(?:y|ies)|"
    r"impairments?|abnormalit(?:y|ies)|complaints?|concerns?|(?:medical )?history)"
    r"(?: or disabilit(?:y|ies))?",
    "medications": r"(?:prescribed |home )?(?:medications?|medicines?|drugs?|drug therapy|treatments?)(?: use| prescribed)?",
    "procedures": r"(?:surgical |past )*(?:procedures?|operations?|surger(?:y|ies)|history(?: of (?:procedures?|surgery))?)",
    "immunizations": r"(?:immuni[sz]ations?|vaccinations?|vaccines?)",
    "results": r"(?:results?|tests?)",
    "encounters": r"(?:encounters?|visits?|contacts?)",
}
_ADJECTIVES: Final = (
    r"(?:known |current |active |past |previous |regular |relevant |significant |chronic |history of |recent )*"
)
_TAIL: Final = (
    r"(?: (?:known|recorded|reported|documented|listed|noted|on file|given|found|detected|at present|currently))*"
)
_BARE: Final = re.compile(r"\W*(?:none|nil)(?: known| recorded| reported)?\W*", re.I)
_WORDS: Final = {
    section: re.compile(
        rf"\W*(?:(?:patient )?(?:takes |has |on |there (?:are|is) )?(?:no|nil) {_ADJECTIVES}{name}{_TAIL}|"
        rf"(?:patient )?(?:is )?not (?:taking|on) any (?:regular )?{name}|denies {_ADJECTIVES}{name}|"
        rf"{name}:? (?:none|nil)(?: known)?)\W*",
        re.I,
    )
    for section, name in _NAMES.items()
}
_UNINFORMED: Final = frozenset(
    """no-allergy-info no-problem-info no-medication-info no-procedure-info no-immunization-info 182904002""".split()
)
# LOINC codes of document sections and lists.
SECTION_CODES: Final[Mapping[str, str]] = {
    "11450-4": "problems", "11348-0": "problems", "10160-0": "medications", "29549-3": "medications", "10183-2": "medications",
    "42346-7": "medications", "48765-2": "allergies", "30954-2": "results", "8716-3": "results", "47519-4": "procedures",
    "46240-8": "encounters", "11369-6": "immunizations",
}  # fmt: skip


def denies_allergy(term: Term) -> bool:
    """Whether an allergy entry denies allergies."""
    return any(c.code in _ALLERGY_CODES for c in term.codes) or denial(term.text)


# Denials of one kind of allergen; "no known drug allergy" is held against all, since entries do not say what they are.
_KIND: Final = r"(?:foods?|environment(?:al)?|latex|insects?|animals?|pollen|seasonal|contact)"
_OTHER_KIND: Final = re.compile(
    rf"\b{_KIND}(?: (?:sting|venom|dander|bite))?s? (?:allerg|sensitivit|intoleranc)|\ballerg\w* to {_KIND}\W*$", re.I
)
_OTHER_KIND_CODES: Final = frozenset(
    "429625007 428197003 428607008 1003774007 no-known-environmental-allergies no-known-food-allergies".split()
)


def denies_another_kind(term: Term) -> bool:
    """Whether an entry denies allergies to food, latex or the like: beside an allergy to a medicine that is no conflict."""
    return any(c.code in _OTHER_KIND_CODES for c in term.codes) or _OTHER_KIND.search(term.text) is not None


def denial(text: str) -> bool:
    """Whether words deny allergies: "NKDA", "No known drug allergies"."""
    return _ALLERGY_WORDS.match(text) is not None


def denies(section: str, term: Term) -> bool:
    """Whether an entry of a section says that there is nothing of its kind: "No known problems", by code or by its words."""
    if section == "allergies":
        return denies_allergy(term)
    if any(c.code in _CODES.get(section, ()) for c in term.codes):
        return True
    words = _WORDS.get(section)
    return words is not None and (words.fullmatch(term.text) is not None or _BARE.fullmatch(term.text) is not None)


def uninformed(term: Term) -> bool:
    """Whether an entry says that nobody knows, which is neither a fact nor a denial."""
    return any(c.code in _UNINFORMED for c in term.codes)
