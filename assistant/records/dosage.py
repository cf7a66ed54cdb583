"""How a medicine is to be taken: one model for FHIR Dosage, C-CDA substance administrations and HL7 RXE/TQ, and its words.

The words are those of a label: amount, rhythm, length, condition, way, limits. Where the record has words of its own they go
first, and what it codes besides stands after them in brackets, so that neither is lost and a contradiction shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.records.amounts import NONE, Amount, amount_words
from assistant.records.spoken import says_amount, says_as_needed, says_part
from assistant.records.timing import Timing, length_words, timing_parts, timing_words


@dataclass(frozen=True, slots=True)
class Dose:
    """How much: an amount, or a `rate` per a time (`per`, empty where the unit of the rate holds it). `kind`: "ordered" ..."""

    amount: Amount = NONE
    rate: Amount = NONE
    per: Amount = NONE
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may be taken: within a time (`per`), or per what `words` say ("administration", "lifetime")."""

    amount: Amount
    per: Amount = NONE
    words: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction. Steps with rising `sequence` follow each other, others go together. `reasons`: why as needed."""

    text: str = ""
    doses: tuple[Dose, ...] = ()
    timing: Timing = field(default_factory=Timing)
    as_needed: bool = False
    reasons: tuple[str, ...] = ()
    route: str = ""
    site: str = ""
    method: str = ""
    instructions: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    sequence: int | None = None


def dosage_words(steps: Sequence[Step]) -> str:
    """All steps in words: "40 mg once a day for 5 days, then 20 mg once a day for 5 days"."""
    ordered = list(steps)
    if all(step.sequence is not None for step in ordered):
        ordered.sort(key=lambda step: step.sequence or 0)
    said, before = "", None
    for step in ordered:
        words = step_words(step)
        if not words:
            continue
        follows = before is not None and step.sequence is not None and before.sequence is not None
        later = follows and before is not None and (step.sequence or 0) > (before.sequence or 0)
        joint = "" if before is None else ", then " if later else ", and "
        said = f"{said.rstrip('.')}{joint}{words}"
        before = step
    return said


def step_words(step: Step) -> str:
    """One step in words."""
    if step.text:
        return _with_text(step)
    core = " ".join(filter(None, [_doses(step.doses), timing_words(step.timing), _as_needed(step)]))
    return ", ".join(filter(None, [core, *_manner(step)]))


def _doses(doses: Sequence[Dose]) -> str:
    return ", ".join(filter(None, (dose_words(dose) for dose in doses)))


def dose_words(dose: Dose) -> str:
    """An amount and its rate: "500 mg", "dose 2", "1000 units per 1 hour"."""
    amount = amount_words(dose.amount)
    if amount and not dose.amount.unit.strip("1"):
        # A bare number needs its noun: it is no strength and no time.
        amount = f"dose {amount}"
    rate = rate_words(dose)
    said = f"{amount} at {rate}" if amount and rate else amount or (f"at {rate}" if rate else "")
    return f"{said} ({dose.kind})" if said and dose.kind else said


def rate_words(dose: Dose) -> str:
    """The rate: "1000 units per hour", "50 mL/h", "100 mL per 30 minutes"."""
    rate = amount_words(dose.rate)
    return f"{rate} per {_per(dose.per)}" if rate and dose.per else rate


def _per(per: Amount) -> str:
    said = length_words(per)
    return said.removeprefix("1 ") if said.startswith("1 ") else said


def _as_needed(step: Step) -> str:
    if not step.as_needed:
        return ""
    return f"as needed for {' or '.join(step.reasons)}" if step.reasons else "as needed"


def _manner(step: Step) -> list[str]:
    """The way it is given, and what else is said, each part by itself."""
    return [
        f"route {step.route}" if step.route else "",
        f"site {step.site}" if step.site else "",
        f"method {step.method}" if step.method else "",
        *step.instructions,
        *(limit_words(limit) for limit in step.limits),
    ]


def limit_words(limit: Limit) -> str:
    """A limit: "no more than 4 g per day"."""
    most = amount_words(limit.amount)
    if not most:
        return ""
    per = _per(limit.per) if limit.per else limit.words
    return f"no more than {most}{f' per {per}' if per else ''}"


def _with_text(step: Step) -> str:
    """The record's words, and in brackets what it codes and they do not hold."""
    text = step.text
    missing = [w for dose in step.doses if (w := dose_words(dose)) and not says_amount(text, dose.amount, dose.rate)]
    # "Take as directed" with a coded dose: the coded times are as much part of the order as the amount.
    parts = timing_parts(step.timing)
    missing += [words for name, words in parts.items() if not says_part(text, name, words, step.timing)]
    missing += [_as_needed(step)] if step.as_needed and not says_as_needed(text) else []
    bare = replace(step, text="")
    missing += [part for part in _manner(bare) if part and not _held(part, text)]
    return f"{text} ({', '.join(missing)})" if missing else text


def _held(part: str, text: str) -> bool:
    folded = " ".join(text.lower().split())
    kind, _, rest = part.lower().partition(" ")
    return (rest if kind in ("route", "site", "method") else part.lower()) in folded
