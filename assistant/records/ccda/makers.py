"""Clinical statements of C-CDA to facts, a maker for each section of a chart. Each tells what stands, what is denied, and why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from assistant.formats.xml import local, said
from assistant.records.ccda.dosing import steps
from assistant.records.ccda.statement import Made, Statement
from assistant.records.ccda.status import denied, medicine_status, problem_status, result_status, state, void
from assistant.records.ccda.tree import one, reach, templates, term_of, time_of, times_of
from assistant.records.ccda.values import limits_of, values_of
from assistant.records.codes import from_interpretation
from assistant.records.dosage import dosage_words
from assistant.records.model import (
    Allergy,
    Denial,
    Encounter,
    Excluded,
    Immunization,
    Medication,
    Note,
    Problem,
    Procedure,
    Result,
    Term,
    Unread,
)
from assistant.records.negatives import denies, uninformed

_REACTION: Final = "2.16.840.1.113883.10.20.22.4.9"
_CRITICALITY: Final = "2.16.840.1.113883.10.20.22.4.145"
_PLANNED: Final = frozenset("INT RQO PRMS".split())
_NO_FACT: Final = frozenset("GOL DEF PRP ARQ APT EXPEC".split())
# What stands for a whole kind where it is negated: problem, disease, finding; drug or medicament, substance.
_GENERIC: Final = frozenset(
    "55607006 64572001 404684003 282291009 420134006 410942007 105590001 373873005 763158003 416098002 419199007".split()
)
_GENERIC_WORDS: Final = re.compile(
    r"(?:drug or medicament|drugs?|medications?|medicines?|problems?|diseases?|conditions?|(?:clinical )?findings?|substances?|"
    r"pharmaceutical(?: / biologic)? products?|procedures?)",
    re.I,
)


def _ruled_out(s: Statement, section: str, named: Term) -> Iterator[Made]:
    """What keeps a statement from being a fact; nothing where it is one."""
    if reason := void(*s.acts):
        yield Excluded(s.key, reason, section)
    elif s.element.get("moodCode") in (_NO_FACT if section == "medications" else _NO_FACT | _PLANNED):
        yield Excluded(s.key, "planned or proposed", section)
    elif uninformed(named):
        yield Excluded(s.key, "no information", section)
    elif denies(section, named) and section != "allergies":
        # "No known problems" is a denial whether or not somebody negates it as well.
        yield Denial(s.key, section, named)
    elif denied(*s.acts) and section != "allergies":
        if _generic(named):
            yield Denial(s.key, section, Term(f"no known {section}"))
        else:
            yield Excluded(s.key, "negated", section)


def _generic(named: Term) -> bool:
    return (
        not named.text
        or _GENERIC_WORDS.fullmatch(named.text) is not None
        or any(c.code in _GENERIC for c in named.codes)
    )


def _problems(s: Statement) -> list[Made]:
    if local(s.element) != "observation":
        return [Unread(local(s.element), "problems", s.key)]
    named = term_of(one(s.element, "value"), s.words)
    if out := list(_ruled_out(s, "problems", named)):
        return out
    if not named.text:
        return [Excluded(s.key, "no information", "problems")]
    low, high, ended = times_of(s.element)
    status = problem_status(s.element, s.concern, ended=ended, past=s.kind.past)
    return [Problem(s.key, named, status, low, high)]


def _allergies(s: Statement) -> list[Made]:
    if local(s.element) != "observation":
        return [Unread(local(s.element), "allergies", s.key)]
    substance, kind = _substance(s), term_of(one(s.element, "value"), s.words)
    named = substance if substance.text else kind
    if out := list(_ruled_out(s, "allergies", named)):
        return out
    if not named.text:
        return [Excluded(s.key, "no information", "allergies")]
    low, _, ended = times_of(s.element)
    if denied(*s.acts):
        none = Term(f"No known allergy ({named.text})", coded=named.coded)
        return [Allergy(s.key, none, "active", recorded=low, negated=True)]
    denial = next((term for term in (kind, named) if denies("allergies", term)), None)
    if denial is not None:
        return [Allergy(s.key, denial, "active", recorded=low, negated=True)]
    status = problem_status(s.element, s.concern, ended=ended, past=False)
    reaction = ", ".join(_nested(s, _REACTION))
    grave = ", ".join(_nested(s, _CRITICALITY))
    return [Allergy(s.key, named, status, reaction, grave, low)]


def _substance(s: Statement) -> Term:
    for entity in reach(s.element, "participant/participantRole/playingEntity"):
        for code in reach(entity, "code"):
            if (term := term_of(code, s.words)).text:
                return term
        if name := said(one(entity, "name")):
            return Term(name)
    return Term("")


def _nested(s: Statement, template: str) -> list[str]:
    nested = reach(s.element, "entryRelationship/observation")
    stated = [o for o in nested if template in templates(o) and o.get("negationInd") != "true"]
    return [text for o in stated if (text := term_of(one(o, "value"), s.words).text)]


def _drug(s: Statement) -> Term:
    material = one(s.element, "consumable/manufacturedProduct/manufacturedMaterial")
    if material is None:
        material = one(s.element, "consumable/manufacturedProduct/manufacturedLabeledDrug")
    named = term_of(one(material, "code"), s.words)
    name = said(one(material, "name"))
    # A name in words goes before a bare code.
    bare = not named.text or (bool(named.codes) and named.text == named.codes[0].code)
    return Term(name, named.codes) if bare and name else named


def _medications(s: Statement) -> list[Made]:
    if local(s.element) == "supply":
        # What was dispensed: the order that it belongs to is stated by itself.
        return []
    if local(s.element) != "substanceAdministration":
        return _no_medicine(s)
    named = _drug(s)
    if out := list(_ruled_out(s, "medications", named)):
        return out
    if not named.text:
        return [Unread("a medicine without a name", "medications", s.key)]
    low, high, _ = times_of(s.element)
    planned = s.element.get("moodCode") in _PLANNED
    kind = "ordered" if planned else "given" if s.kind.given else "taken"
    dose = dosage_words(steps(s.element, s.words, named.text))
    return [Medication(s.key, named, medicine_status(s.element), dose, low, high, kind, reason=_reason(s))]


def _no_medicine(s: Statement) -> list[Made]:
    """Another act in a list of medicines: "no known medications" as an observation, or something that is not read."""
    named = term_of(one(s.element, "value"), s.words)
    for term in (named, term_of(one(s.element, "code"), s.words)):
        if term.text and denies("medications", term):
            return [Denial(s.key, "medications", term)]
    return [Unread(local(s.element), "medications", s.key)]


def _reason(s: Statement) -> str:
    for relation in reach(s.element, "entryRelationship"):
        if relation.get("typeCode") == "RSON":
            for observation in reach(relation, "observation"):
                if text := term_of(one(observation, "value"), s.words).text:
                    return text
    return ""


def _results(s: Statement) -> list[Made]:
    if local(s.element) != "observation":
        return []
    named = term_of(one(s.element, "code"), s.words)
    if out := list(_ruled_out(s, "results", named)):
        return out
    if state(s.element) == "aborted":
        return [Excluded(s.key, "cancelled", "results")]
    value = values_of(s.element, s.words)
    if value.file:
        text = f"{named.text or 'A result'}: an attached file of type {value.file}, not read"
        return [Note(s.key, Term(text), time_of(s.element))]
    if not value.text or not named.text:
        return []
    flag = from_interpretation(c.get("code", "") for c in reach(s.element, "interpretationCode"))
    return [
        Result(
            s.key, named, value.text, value.number, value.comparator, value.unit, time_of(s.element), result_status(s.element),
            flag, "record" if flag else "", limits=limits_of(s.element, value.unit),
        )
    ]  # fmt: skip


def _encounters(s: Statement) -> list[Made]:
    if local(s.element) != "encounter":
        return []
    named = term_of(one(s.element, "code"), s.words)
    if out := list(_ruled_out(s, "encounters", named)):
        return out
    low, high, _ = times_of(s.element)
    return [Encounter(s.key, named, state(s.element) or "unknown", "", low, high)] if named.text else []


def _procedures(s: Statement) -> list[Made]:
    named = term_of(one(s.element, "code"), s.words)
    if out := list(_ruled_out(s, "procedures", named)):
        return out
    if state(s.element) == "aborted":
        return [Excluded(s.key, "cancelled", "procedures")]
    return [Procedure(s.key, named, state(s.element) or "unknown", time_of(s.element))] if named.text else []


def _immunizations(s: Statement) -> list[Made]:
    if local(s.element) != "substanceAdministration":
        return []
    named = _drug(s)
    if reason := void(*s.acts):
        return [Excluded(s.key, reason, "immunizations")]
    if s.element.get("moodCode") in _PLANNED | _NO_FACT or not named.text:
        return []
    status = "not-done" if denied(*s.acts) else state(s.element) or "unknown"
    return [Immunization(s.key, named, status, time_of(s.element))]


MAKERS: Final[Mapping[str, Callable[[Statement], list[Made]]]] = {
    "problems": _problems,
    "medications": _medications,
    "allergies": _allergies,
    "results": _results,
    "encounters": _encounters,
    "procedures": _procedures,
    "immunizations": _immunizations,
}
