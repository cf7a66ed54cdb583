"""Where a text of a record names the people that the record knows by field: the patient, kin, clinicians, addresses, numbers.

A name that is an ordinary word ("May Long") is a name only where the text writes it as one; "may repeat", "long-acting" and
"in May 2024" stand. Everything else is found in capitals and small letters alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import regex

from assistant.privacy.pseudonyms import name_parts
from assistant.privacy.words import looks_clinical, name_lists, not_names
from assistant.types import Span

_PERSON: Final = "PERSON"
_SHORTEST: Final = 3
# A number of fewer digits may be a dose; it counts after a word that calls it a number of the person.
_FEW_DIGITS: Final = 5
_NUMBERED: Final = r"(?:(?:mrn|nhs|ssn|pid|id|no|nr|number|record|account|hospital|patient|zip|plz)\b\.?|#)\s*[:#=]?\s*"
_BEFORE: Final = r"(?<![\p{L}\p{M}\p{N}])"
_AFTER: Final = r"(?![\p{L}\p{M}\p{N}])"
_TITLE: Final = regex.compile(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Nurse|Sister|Professor|Doctor)\.?\s+$")
_PROSE: Final = regex.compile(r"(?<![\p{L}\p{M}])\p{Ll}+[,;]?\s+$")
_MONTHS: Final = frozenset({"may", "april", "june", "august", "march"})
_MONTH_BEFORE: Final = regex.compile(
    r"(?:\d(?:st|nd|rd|th)?|\b(?:in|since|until|till|by|of|during|from|to|early|late|mid|last|next|this|every|and|on))[\s-]+$",
    regex.I,
)


class Persons:
    """The known values of one record (entity -> values), ready to be found in its texts."""

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        values = {value: entity for entity, texts in known.items() for value in _values(entity, texts)}
        self._names = frozenset(part for value in known.get(_PERSON, ()) for part in name_parts(value))
        self._patterns: list[tuple[str, regex.Pattern[str], bool]] = []
        ordered = sorted(values, key=lambda v: (-len(v), v))
        for value in ordered:
            ordinary = values[value] == _PERSON and all(map(_ordinary, filter(None, regex.split(r"[\s,-]+", value))))
            self._patterns.append((values[value], _pattern(value, values[value], ordinary), ordinary))
        # Most texts hold none of them: one search tells.
        self._any = regex.compile("|".join(map(_spelled, ordered)), regex.I) if ordered else None

    def spans(self, text: str) -> list[Span]:
        """Stretches of the text that are known values, longest first, none overlapping another; in the order of the text."""
        if self._any is None or not self._any.search(text):
            return []
        found: list[Span] = []
        taken = [False] * len(text)
        for entity, pattern, ordinary in self._patterns:
            for match in pattern.finditer(text):
                start, end = match.span("v")
                if any(taken[start:end]) or (ordinary and not _is_name(text, start, end, self._names)):
                    continue
                taken[start:end] = [True] * (end - start)
                found.append(Span(entity, start, end, 1.0))
        return sorted(found, key=lambda span: span.start)


def _values(entity: str, texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        whole = " ".join(text.split())
        if len(whole) >= _SHORTEST:
            yield whole
        if entity != _PERSON:
            continue
        # A title and a particle are no names; of "Smith-Jones" each half may stand alone.
        parts = name_parts(whole) if whole else []
        parts += [half for part in parts for half in part.split("-")]
        yield from (part for part in parts if len(part) >= _SHORTEST and part[0].isupper())


def _pattern(value: str, entity: str, ordinary: bool) -> regex.Pattern[str]:
    spelled = _spelled(value)
    if value.isdigit() and len(value) < _FEW_DIGITS:
        return regex.compile(rf"\b{_NUMBERED}(?P<v>{spelled}){_AFTER}", regex.I)
    if _any_case(value, entity, ordinary):
        return regex.compile(rf"{_BEFORE}(?P<v>{spelled}){_AFTER}", regex.I)
    capitals = r"\s+".join(regex.escape(word.upper()) for word in value.split())
    return regex.compile(rf"{_BEFORE}(?P<v>{spelled}|{capitals}){_AFTER}")


def _spelled(value: str) -> str:
    return r"\s+".join(regex.escape(word) for word in value.split())


def _any_case(value: str, entity: str, ordinary: bool) -> bool:
    """Whether small letters mean the same: what is more than one plain word, and names that are hardly anything else."""
    if ordinary:
        return False
    if not value.isalpha():
        return True
    return entity == _PERSON and name_lists().is_clear(value)


def _ordinary(word: str) -> bool:
    """Whether a name is also a plain or a clinical word."""
    bare = word.rstrip(".")
    if bare.lower() in not_names():
        return True
    lists = name_lists()
    return (lists.is_name(bare) and not lists.is_clear(bare)) or (looks_clinical(bare) and not lists.is_name(bare))


def _is_name(text: str, start: int, end: int, names: frozenset[str]) -> bool:
    """Whether an ordinary word with a capital is a name here: by a title, a possessive, a name beside it, or its capital
    in the middle of a sentence.
    """
    word, before, after = text[start:end], text[:start], text[end:]
    if regex.match(r"-\p{Ll}", after):
        return False
    if word.lower() in _MONTHS and (regex.match(r",?\s+\d", after) or _MONTH_BEFORE.search(before)):
        return False
    if " " in word or _TITLE.search(before) or regex.match(r"['’]s\b", after):
        return True
    beside = regex.match(r",?\s+(\p{Lu}[\p{L}'’-]*)", after), regex.search(r"(\p{Lu}[\p{L}'’-]*),?\s+$", before)
    if any(match is not None and match.group(1) in names for match in beside):
        return True
    return word[:1].isupper() and not word.isupper() and _PROSE.search(before) is not None
