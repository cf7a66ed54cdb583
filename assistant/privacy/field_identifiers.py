"""Identifiers that a reader knows by field (a FHIR element, an HL7 segment, a column of a table): hidden by field, not by guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import regex

from assistant.privacy.name_shapes import is_clinical_phrase
from assistant.privacy.names import PERSON
from assistant.privacy.pseudonyms import name_parts
from assistant.privacy.words import is_word_like, looks_clinical, not_names
from assistant.types import Span

_SCORE: Final = 1.0
_TOWN: Final = "LOCATION"
_SHORT: Final = 4
# Where a value stands alone in a field: after a column's name, between delimiters of tables, HL7 and JSON, or in quotes.
_BEFORE: Final = r"(?:(?<=^)|(?<=[,;|\t^~&\"'>])|(?<=: ))"
_AFTER: Final = r"(?=[,;|\t^~&\"'<\r\n]|$)"
_MOST: Final = 20_000


def field_spans(text: str, fields: Mapping[str, Sequence[str]], wanted: frozenset[str] | None = None) -> list[Span]:
    """Where values of the fields stand in a text; `fields` goes from entity to values, `wanted` limits the entities.

    Long values count wherever they stand as whole words; short ones and ordinary words (a surname "May", a bed "12") only
    where they fill a field. A name inside a clinical phrase ("Parkinson disease") is left.
    """
    pairs = ((value, entity) for entity, values in fields.items() for value in values)
    entities = {value: entity for value, entity in pairs if _counts(value, entity, wanted)}
    for part in _parts_of_names([value for value, entity in entities.items() if entity == PERSON]):
        entities.setdefault(part, PERSON)
    if not entities:
        return []
    anywhere = [value for value, entity in entities.items() if not _bound(value, entity)]
    bound = [value for value, entity in entities.items() if _bound(value, entity)]
    return [
        *_standing(text, anywhere, (r"(?<![\p{L}\p{M}\d])", r"(?![\p{L}\p{M}\d])"), entities),
        *_standing(text, bound, (_BEFORE, _AFTER), entities),
    ]


def _standing(text: str, values: Sequence[str], around: tuple[str, str], entities: Mapping[str, str]) -> Iterator[Span]:
    """Where any of the values stands between what has to be around it."""
    for at in range(0, len(values), _MOST):
        either = "|".join(regex.escape(v) for v in sorted(values[at : at + _MOST], key=len, reverse=True))
        yield from _matches(text, f"{around[0]}(?:{either}){around[1]}", entities)


def _parts_of_names(names: Sequence[str]) -> list[str]:
    """Given names and surnames that tell somebody by themselves."""
    parts = [part for name in names if " " in name for part in name_parts(name)]
    return [part for part in parts if len(part) >= _SHORT and part[0].isupper() and part.lower() not in not_names()]


def _matches(text: str, pattern: str, entities: Mapping[str, str]) -> list[Span]:
    spans: list[Span] = []
    for match in regex.finditer(pattern, text, regex.MULTILINE):
        entity = entities[match.group()]
        if entity == PERSON and is_clinical_phrase(text, match.start(), match.end(), True):
            continue
        spans.append(Span(entity, match.start(), match.end(), _SCORE))
    return spans


def _counts(value: str, entity: str, wanted: frozenset[str] | None) -> bool:
    return bool(value.strip()) and (wanted is None or entity in wanted)


def _bound(value: str, entity: str) -> bool:
    """Whether a value means something only in its field; towns are words more often than names are ("Nice", "Reading")."""
    bare = [c for c in value if c.isalnum()]
    word = value.isalpha() and (value.islower() or looks_clinical(value) or len(value) < _SHORT)
    word = word or (entity == _TOWN and is_word_like(value))
    return len(bare) < _SHORT or word or (value.isdigit() and len(value) < _SHORT + 1)
