"""FHIR resources without words of their own: every field that says something under its name, however deep it lies.

A field that is passed over may turn a resource into its contrary ("provision: type deny"), so that all but identifiers, names,
addresses and files are told, and a file by its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from assistant.readers.fhir_sentence import sentence, tagged
from assistant.records.amounts import amount_words
from assistant.records.fhir.bundle import Names
from assistant.records.fhir.dosage import quantity as amount_of
from assistant.records.fhir.dosage import timing
from assistant.records.fhir.terms import named
from assistant.records.fhir.values import (
    Resource,
    as_dict,
    as_list,
    bounds,
    concept,
    day,
    quantity,
    span,
    string,
    value_of,
)
from assistant.records.timing import timing_words

_MOST: Final = 200
"""Lines of one resource."""
_DEEPEST: Final = 8
# About the exchange, or who somebody is and lives: identifiers are known by field and said in the patient's own section.
_PASSED: Final = frozenset(
    "resourceType id meta text contained extension modifierExtension identifier implicitRules language linkId url fullUrl note "
    "telecom address photo contact name subject patient beneficiary".split()
)
# What says whether a thing is so, was done, or holds.
_STANDING: Final = ("status", "lifecycleStatus", "docStatus", "actuality", "intent")
_SETTLED: Final = frozenset(
    "active available completed final current finished fulfilled accepted actual order unknown".split()
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT.*")


def fields(r: Resource, names: Names) -> str:
    """The fields of a resource as lines; '' where none says anything."""
    standing = "; ".join(
        f"{field} {said}" for field in _STANDING if (said := string(r, field)) and said not in _SETTLED
    )
    beside = f" ({standing})" if standing else ""
    # How a thing stands may turn it into its contrary, and each line may be quoted alone.
    lines = [f"{place}{'' if place in _STANDING else beside}: {said}" for place, said in _said(r, names, r, 0)][:_MOST]
    return "\n".join([f"{r['resourceType']}.", *lines]) if lines else ""


def _said(holder: Mapping[str, object], names: Names, owner: Resource, depth: int) -> Iterator[tuple[str, str]]:
    for key, value in holder.items():
        if _is_passed(key, value):
            continue
        plain = ", ".join(dict.fromkeys(filter(None, (_plain(v, names, owner) for v in as_list(value)))))
        if plain:
            yield key, plain
        for entry in as_list(value) if depth < _DEEPEST else ():
            # What is said of one thing stands on one line: of two provisions each has its own type.
            if inner := _inside(entry, names, owner, depth):
                yield key, inner


def _is_passed(key: str, value: object) -> bool:
    # A name of words is that of a thing, one with parts a person's.
    return key.startswith("_") or (key in _PASSED and not (key == "name" and isinstance(value, str)))


def _inside(entry: object, names: Names, owner: Resource, depth: int) -> str:
    """The fields of a structure in words; '' for a value, and for a reference to what the file does not hold or name."""
    if not isinstance(entry, dict) or "reference" in entry or _plain(entry, names, owner):
        return ""
    return "; ".join(f"{name} {said}" for name, said in _said(entry, names, owner, depth + 1))


def _plain(value: object, names: Names, owner: Resource) -> str:
    """A value of one of FHIR's data types in words; '' for a structure, or for nothing."""
    if not isinstance(value, dict):
        said = string({"": value}, "")
        return {"true": "yes", "false": "no"}.get(said, day(said) if _DATE.fullmatch(said) else said)
    found = as_dict(value)
    if _is_coded(found):
        return concept(found)
    measured = "value" in found and not isinstance(found.get("code"), dict)
    if measured and {"unit", "code", "comparator", "currency"} & found.keys():
        return quantity(found) if "currency" not in found else f"{string(found, 'value')} {string(found, 'currency')}"
    if "contentType" in found or "data" in found:
        return f"a file of type {string(found, 'contentType') or 'unknown'}, not read"
    return _structured(found, names, owner)


def _is_coded(found: Mapping[str, object]) -> bool:
    return "coding" in found or (
        "code" in found and "value" not in found and bool({"system", "display"} & found.keys())
    )


def _structured(found: Mapping[str, object], names: Names, owner: Resource) -> str:
    if "reference" in found or ("display" in found and "code" not in found):
        return named(found, names, owner).text
    if "repeat" in found or ("event" in found and "code" in found):
        return timing_words(timing(found))
    if found.keys() <= {"start", "end", "low", "high", "id", "extension"}:
        return span(found) or bounds(found)
    if {"numerator", "denominator"} <= found.keys():
        return " per ".join(
            filter(None, (amount_words(amount_of(found.get(end))) for end in ("numerator", "denominator")))
        )
    if "text" in found and not found.keys() - {"text", "id", "extension", "time", "author"}:
        return string(found, "text")
    return ""


def questionnaire(r: Resource, names: Names) -> str:
    """Questions and the answers given to them, under the headings of their groups; a question without an answer says so."""
    status = string(r, "status")
    head = sentence(
        f"Questionnaire: {named(r.get('questionnaire'), names, r).text or 'answers'}",
        tagged("status", status if status != "completed" else ""),
        tagged("on", day(string(r, "authored"))),
    )
    return "\n".join([head, *_answers(r, names, "", 0)][:_MOST])


def _answers(holder: Mapping[str, object], names: Names, above: str, depth: int) -> Iterator[str]:
    for item in map(as_dict, as_list(holder.get("item")) if depth < _DEEPEST else ()):
        asked = string(item, "text") or string(item, "linkId")
        question = " > ".join(filter(None, (above, asked)))
        answers = [as_dict(answer) for answer in as_list(item.get("answer"))]
        given = ", ".join(filter(None, (_answer(answer, names, holder) for answer in answers)))
        if given or not item.get("item"):
            yield f"{question}{'' if question.endswith(('?', ':')) else ':'} {given or 'no answer'}"
        for inner in (item, *answers):
            yield from _answers(inner, names, question if inner is item else f"{question} {given}", depth + 1)


def _answer(answer: Mapping[str, object], names: Names, owner: Resource) -> str:
    coded = as_dict(answer.get("valueCoding"))
    if coded:
        return concept(coded)
    return (
        value_of(answer)
        or string(answer, "valueDate")
        or _plain(answer.get("valueReference") or answer.get("valueAttachment") or {}, names, owner)
    )
