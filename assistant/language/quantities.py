"""The one grammar of doses and numbers: each quantity of a text with its unit, what it is per, its range and its bound.

"1 g", "1,000 mg" and "1000 milligrams" are one quantity; "5 mg daily", "5 mg/day" and "5 mg once a day" are one; "5 mg",
"5 mg/week", "5–10 mg", "up to 5 mg", "-5 °C" and "5 mU" are others. Nothing is rounded. Whatever compares numbers (grounding,
the numbers check, conditions) compares these. Only the near surroundings of a number are read, so time grows with the length.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from assistant.language.bounds import bound_at
from assistant.language.dates import ORDINAL, dated
from assistant.language.numerals import Numeral, numerals
from assistant.language.units import AMOUNT, TIME, Unit, currency_before, unit_at


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """A number or a range in base units. Equal are those that mean the same; where they stand and how they are written does
    not count.

    `unit` is the base unit with what it is per ("mg/day", "mg/day/kg"; "" where bare); "every hour" is an interval, "th" an
    ordinal, "clock" minutes after midnight, "date/3" a day of March, "#..." a code. `bound` is "", "<", "<=", ">", ">=" or "~".
    `low` and `high` are the same but for ranges ("from 10 to 5" keeps its order).
    """

    low: Fraction
    high: Fraction
    unit: str = ""
    bound: str = ""
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    written: tuple[Fraction, ...] = field(default=(), compare=False)
    """The numbers as written, before they were brought to the base unit."""
    parts: tuple[Quantity, ...] = field(default=(), compare=False)
    """What may be named alone: amount and volume of "5 mg in 10 ml" (whose quantity is the ratio), the dose of "5 mg once daily"."""

    @property
    def value(self) -> str:
        """The first number as written, in plain decimals."""
        number = self.written[0] if self.written else self.low
        return str(number.numerator) if number.denominator == 1 else f"{float(number):.12g}"


@dataclass(frozen=True, slots=True)
class _Measure:
    """A number with its unit before ranges and bounds are read. `unit` lacks nothing that stands behind the number."""

    numeral: Numeral
    unit: str
    factor: Fraction
    start: int
    end: int
    parts: tuple[Quantity, ...] = ()


_ONCE: Final = re.compile(r"\bonce\b|\b(?:od|qd|o\.d\.|q\.d\.)$", re.IGNORECASE)
_CITATION: Final = re.compile(r"\[\d{1,3}\]")
_NEAR: Final = 56  # characters before a number in which "daily dose of" is looked for
_BLANK: Final = re.compile(r"[ \t\u00a0\u2009\u202f]?(?:\n[ \t]?)?-?")
_SIGN: Final = re.compile(r"(?:(?:^|(?<=[\s(\[,:;=<>≤≥]))[-−–]|\bminus\s|\bnegative\s)$", re.IGNORECASE)
_PER: Final = re.compile(
    r"\s?/\s?|\s+per\s+|\s+(?P<each>an?|each|every)\s+|(?P<product>[\s·.](?=[a-zA-Z]+[⁻^-]))", re.IGNORECASE
)
_WORD_AFTER_PER: Final = re.compile(r"[a-z]{2,20}\b", re.IGNORECASE)
_INVERSE: Final = re.compile(r"\^?[-−⁻](?:1|¹)(?!\d)")
# What may stand between an amount and how often it is given: "5 mg of prednisolone by mouth daily".
_BETWEEN: Final = (
    r"(?:\s+(?:by\s+mouth|orally|po|p\.o\.|iv|im|sc|intravenously|intramuscularly|subcutaneously|tablets?|capsules?|"
    r"of\s+[a-z]+(?:\s+(?!(?:in|and|or|to|is|are|was|for|a|an|the)\b)[a-z]+)?|"
    r"(?!(?:and|or|then|but|if|when|with|to|for|at|on|in|is|are|was|were|be|up|review|check|every|each|once|twice|not)\b)[a-z]+(?<!ed)(?<!ing)(?<!ly)))?"
)
_PERIODS: Final[dict[str, tuple[str, int]]] = {
    "daily": ("hour", 24), "nightly": ("hour", 24), "weekly": ("hour", 168), "hourly": ("hour", 1), "monthly": ("month", 1),
    "yearly": ("month", 12), "annually": ("month", 12), "fortnightly": ("hour", 336),
    "day": ("hour", 24), "night": ("hour", 24), "morning": ("hour", 24), "evening": ("hour", 24), "week": ("hour", 168),
    "hour": ("hour", 1), "month": ("month", 1), "year": ("month", 12), "fortnight": ("hour", 336),
}  # fmt: skip
_LENGTHS: Final = {
    ("hour", Fraction(24)): "day", ("hour", Fraction(168)): "week", ("hour", Fraction(336)): "fortnight",
    ("month", Fraction(1)): "month", ("month", Fraction(12)): "year",
}  # fmt: skip
_SPANS: Final = frozenset({"hour", *_LENGTHS.values()})
_ADVERB = r"daily|nightly|weekly|hourly|monthly|yearly|annually|fortnightly"
_SPAN = r"day|night|morning|evening|week|hour|month|year|fortnight"
_OFTEN: Final = re.compile(
    rf"{_BETWEEN},?\s+(?:(?:once\s+)?(?P<adverb>{_ADVERB})\b|(?:once\s+)?(?:every|each)\s+(?P<every>{_SPAN})\b|"
    rf"once\s+(?:an?|per)\s+(?P<once>{_SPAN})\b|(?P<other>(?:every|each)\s+other\s+day|on\s+alternate\s+days)\b|"
    r"(?P<latin>od|qd|o\.d\.|q\.d\.)(?![\w.])|(?P<whole>in|per|over|within)\s+(?:any\s+)?(?:24[\s-]hours?|one\s+day|a\s+day|a\s+24[\s-]hour\s+period|24\s?h)\b)",
    re.IGNORECASE,
)
_DAILY_DOSE: Final = re.compile(
    rf"\b(?P<adverb>{_ADVERB})\s+(?:dose|dosage|intake|limit|maximum|amount|total|allowance)\s*(?:(?:is|of|for|are|was|in)\s+|[:=]\s*|"
    r"(?:an?|the|adults?|children|up\s+to|at\s+most|about)\s+)*$",
    re.IGNORECASE,
)
_HOW_OFTEN: Final = re.compile(
    rf"\s+(?:(?P<adverb>{_ADVERB})\b|(?:an?|per|each|every|in\s+an?|in\s+each)\s+(?P<span>{_SPAN})\b)", re.IGNORECASE
)
_ONE_GOES_ON: Final = re.compile(
    r"\s?(?:-|–)\s?\d|\s+(?:to|or)\s+(?:two|three|four|\d)|"
    r"\s+in\s+(?:every\s+)?(?:a\s|two|three|four|five|six|seven|eight|nine|ten|\d)",
    re.IGNORECASE,
)
_EVERY: Final = re.compile(r"\b(?:every|each|q)\s?$", re.IGNORECASE)
_INTERVAL: Final = re.compile(r"[\s-]((?:hour|week|month)ly)\b", re.IGNORECASE)
_IN: Final = re.compile(r"\s+(?:(?:diluted|dissolved|made\s+up)\s+)?in\s+(?:an?\s+)?", re.IGNORECASE)
_TO: Final = re.compile(r"\s?(?:-|–|—|−|‑)\s?|\s+(?:to|through)\s+", re.IGNORECASE)
_AND: Final = re.compile(r"\s+and\s+", re.IGNORECASE)
_BETWEEN_WORD: Final = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_LIST: Final = re.compile(r"\s?(?:,|/)\s?(?:or\s+|and\s+)?|\s+(?:or|and)\s+", re.IGNORECASE)
_RATIO: Final = re.compile(r"\s+in\s+(?:every\s+)?|:", re.IGNORECASE)


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text, in order. Citation marks ("[1]") are none."""
    plain = _CITATION.sub(lambda match: " " * len(match.group()), text)
    measures: list[_Measure] = []
    for numeral in numerals(plain):
        # What a measure took in ("per 10 ml") is no quantity of its own.
        if measures and numeral.start < measures[-1].end:
            continue
        measure = _measured(plain, numeral, measures[-1] if measures else None)
        if measure is not None:
            measures.append(measure)
    return [replace(q, bound=bound_at(plain, q.start, q.end)) for q in _joined(plain, measures)]


def stands(stated: Quantity, sources: Collection[Quantity], *, bounds: bool = True) -> bool:
    """Whether a quantity stands among those of a source with the same meaning.

    A bare number may come from one with a unit; the other way round a unit would be invented. Without `bounds` a "4 g" may come
    from an "up to 4 g", and either end of a range from the range.
    """
    for source in _with_parts(sources):
        if source.bound != stated.bound and bounds:
            continue
        if (source.low, source.high, source.unit) == (stated.low, stated.high, stated.unit):
            return True
        if not stated.unit and source.unit[:1] != "#" and source.written == stated.written:
            return True
        if not bounds and stated.unit == source.unit and stated.low == stated.high in (source.low, source.high):
            return True
    return False


def _with_parts(sources: Iterable[Quantity]) -> Iterable[Quantity]:
    for source in sources:
        yield source
        yield from source.parts


# ---------------------------------------------------------------- one number with its unit


def _measured(text: str, numeral: Numeral, before: _Measure | None) -> _Measure | None:
    """The number with what belongs to it; None where it is none ("one of them")."""
    if not _counts(text, numeral, before):
        return None
    if special := _special(text, numeral):
        return special
    numeral, start = _signed(text, numeral, before)
    if (money := currency_before(text, numeral.start)) is not None:
        return _finished(text, numeral, money[0], money[1], numeral.end)
    if numeral.kind != "part" and (adverb := _INTERVAL.match(text, numeral.end)):
        base, length = _PERIODS[adverb[1].lower()]
        return _Measure(numeral, f"every {base}", Fraction(length), start, adverb.end())
    unit = _unit_after(text, numeral.end)
    if unit is not None:
        return _finished(text, numeral, unit[0], start, unit[1])
    if numeral.kind == "one" and not _ONE_GOES_ON.match(text, numeral.end):
        return None
    return _finished(text, numeral, Unit("", Fraction(1)), start, numeral.end)


def _unit_after(text: str, end: int) -> tuple[Unit, int] | None:
    blank = _BLANK.match(text, end)
    return unit_at(text, blank.end() if blank else end) or unit_at(text, end)


def _counts(text: str, numeral: Numeral, before: _Measure | None) -> bool:
    """Whether a number word counts something: "once" is a conjunction too, "bd" a unit of nothing but a dose before it."""
    if numeral.kind == "often":
        return numeral.value != 1 or _HOW_OFTEN.match(text, numeral.end) is not None
    if numeral.kind == "latin":
        return before is not None and before.unit != "" and len(text[before.end : numeral.start].split()) <= 2
    glued = numeral.kind == "digits" and text[numeral.end : numeral.end + 1].isalpha()
    # "3D" and "12b" are names.
    return not glued or unit_at(text, numeral.end) is not None or ORDINAL.match(text, numeral.end) is not None


def _special(text: str, numeral: Numeral) -> _Measure | None:
    """Codes, times of day, days of a month, ordinals, "twice a day"; None for all others."""
    start, end, unit, factor = numeral.start, numeral.end, "", Fraction(1)
    if numeral.kind == "code":
        unit = f"#{text[start:end]}"
    elif numeral.kind == "clock":
        unit = "clock"
    elif numeral.kind == "latin":
        unit = "time/day"
    elif numeral.kind == "often":
        unit = "time"
        if often := _HOW_OFTEN.match(text, end):
            period, factor = _period(*_PERIODS[(often["adverb"] or often["span"]).lower()])
            unit, end = f"time/{period}", often.end()
    elif numeral.kind == "digits":
        unit, start, end = dated(text, numeral)
    return _Measure(numeral, unit, factor, start, end) if unit else None


def _signed(text: str, numeral: Numeral, before: _Measure | None) -> tuple[Numeral, int]:
    """A number below nought where a sign or word says so and no quantity stands before it: "5 -10 mg" is a range."""
    sign = _SIGN.search(text, max(0, numeral.start - 10), numeral.start)
    if sign is None or (before is not None and not text[before.end : sign.start()].strip()):
        return numeral, numeral.start
    return numeral._replace(value=-numeral.value), sign.start()


def _finished(text: str, numeral: Numeral, unit: Unit, start: int, end: int) -> _Measure:
    """With what the unit is per: "/kg", "a day", "in 10 ml", "hourly", "once daily"; with "every" or "daily dose" before it."""
    base, factor = unit.base, unit.factor
    if base in TIME and _EVERY.search(text, max(0, start - 6), start):
        return _Measure(numeral, f"every {base}", factor, start, end)
    if base in AMOUNT and (volume := _volume(text, end)) is not None:
        mixed = (_single(_Measure(numeral, base, factor, start, end)), volume)
        return _Measure(numeral, f"{base}/{volume.unit}", factor / volume.low, start, volume.end, mixed)
    lower: list[str] = []
    parts: tuple[Quantity, ...] = ()
    while len(lower) < 3 and (per := _per(text, end, base)) is not None:
        name, length, end = per
        lower.append(name)
        factor /= length
    if base and base not in TIME and not _SPANS & set(lower) and (often := _how_often(text, start, end, base)):
        name, length, last = often
        if _ONCE.search(text[end:last]):
            parts = (_single(_Measure(numeral, "/".join([base, *sorted(lower)]), factor, start, end)),)
        lower.append(name)
        factor /= length
        end = last
    return _Measure(numeral, "/".join([base, *sorted(lower)]), factor, start, end, parts)


def _volume(text: str, end: int) -> Quantity | None:
    """The volume that an amount is "in"."""
    link = _IN.match(text, end)
    if link is None:
        return None
    numeral = next(numerals(text[link.end() : link.end() + 24]), None)
    if numeral is None or numeral.start or numeral.value <= 0:
        return None
    unit = _unit_after(text, link.end() + numeral.end)
    if unit is None or unit[0].base != "ml":
        return None
    value = numeral.value * unit[0].factor
    return Quantity(value, value, "ml", "", link.end(), unit[1], (numeral.value,))


def _per(text: str, end: int, base: str) -> tuple[str, Fraction, int] | None:
    """What stands behind a stroke or "per": its base, how many of it, and where it ends."""
    link = _PER.match(text, end)
    if link is None:
        return None
    at, number = link.end(), Fraction(1)
    if base and link["each"] is None and text[at : at + 1].isdigit():
        counted = _counted_after(text, at)
        if counted is None:
            return None
        number, at = counted
    unit = _unit_after(text, at)
    if unit is None:
        word = _WORD_AFTER_PER.match(text, at) if "per" in link.group().lower() and number == 1 else None
        return (word.group().lower().removesuffix("s"), Fraction(1), word.end()) if word else None
    (name, factor), at = unit
    if link["each"] and name not in TIME:
        return None
    if link["product"]:
        inverse = _INVERSE.match(text, at)
        if inverse is None:
            return None
        at = inverse.end()
    return (*_base(name, number * factor), at)


def _counted_after(text: str, at: int) -> tuple[Fraction, int] | None:
    """How many of a base, and where the number ends: the 24 of "per 24 hours"."""
    numeral = next(numerals(text[at : at + 16]), None)
    if numeral is None or numeral.start or numeral.value <= 0:
        return None
    return numeral.value, at + numeral.end


def _base(name: str, amount: Fraction) -> tuple[str, Fraction]:
    if name in TIME:
        return _period(name, amount)
    # Of what things are per, a weight is a body's.
    return ("kg", amount / 10**6) if name == "mg" else (name, amount)


def _period(base: str, length: Fraction | int) -> tuple[str, Fraction]:
    """The name of what something is per, and how many of it. Rates by the hour and shorter are one kind; a daily and a weekly
    dose are not, though their sums over a month may be the same."""
    if base not in ("hour", "month") or (base == "hour" and length <= 1):
        return base, Fraction(length)
    return _LENGTHS.get((base, Fraction(length)), f"{length} {base}"), Fraction(1)


def _how_often(text: str, start: int, end: int, base: str) -> tuple[str, Fraction, int] | None:
    """The period of an amount: behind it ("daily", "once a week", "in 24 hours") or before it ("a daily dose of")."""
    found = _OFTEN.match(text, end)
    if found is not None and not (base == "time" and found["whole"]):
        if found["other"]:
            return (*_period("hour", 48), found.end())
        word = found["adverb"] or found["every"] or found["once"] or "day"
        return (*_period(*_PERIODS[word.lower()]), found.end())
    before = text[max(0, start - _NEAR) : start]
    dose = _DAILY_DOSE.search(before) if "ly" in before else None
    if dose is None:
        return None
    return (*_period(*_PERIODS[dose["adverb"].lower()]), end)


# ---------------------------------------------------------------- numbers that belong together


def _joined(text: str, measures: list[_Measure]) -> list[Quantity]:
    """Ranges as one quantity; a unit that stands once for several numbers given to each ("5, 10 or 15 mg")."""
    found: list[Quantity] = []
    at = len(measures) - 1
    while at >= 0:
        measure = measures[at]
        before = measures[at - 1] if at else None
        if before is not None and (pair := _pair(text, before, measure)) is not None:
            found.append(pair)
            at -= 1
            measure = replace(before, unit=pair.unit, factor=_factor(before, measure))
        else:
            found.append(_single(measure))
        if at and not measures[at - 1].unit and measure.unit and _listed(text, measures[at - 1], measure):
            measures[at - 1] = replace(measures[at - 1], unit=measure.unit, factor=measure.factor)
        at -= 1
    return found[::-1]


def _single(measure: _Measure) -> Quantity:
    value = measure.numeral.value * measure.factor
    return Quantity(value, value, measure.unit, "", measure.start, measure.end, (measure.numeral.value,), measure.parts)


def _factor(one: _Measure, other: _Measure) -> Fraction:
    return one.factor if one.unit else other.factor


def _are_parts(one: _Measure, other: _Measure) -> bool:
    """Whether the one can be a part of the other: bare numbers, the larger behind."""
    return not one.unit and not other.unit and other.numeral.value > one.numeral.value > 0


def _pair(text: str, one: _Measure, other: _Measure) -> Quantity | None:
    """A range ("5-10 mg", "500 mg to 1 g", "between 5 and 10"), or a ratio ("1 in 1000", "1:1000"); None where neither."""
    between = text[one.end : other.start] if other.start - one.end <= 12 else ""
    if not between or (one.unit and one.unit != other.unit) or other.unit[:1] == "#":
        return None
    span = (one.start, other.end, (one.numeral.value, other.numeral.value))
    if _RATIO.fullmatch(between) and _are_parts(one, other):
        share = one.numeral.value / other.numeral.value
        return Quantity(share, share, "ratio", "", *span)
    is_and = _AND.fullmatch(between) and _BETWEEN_WORD.search(text, max(0, one.start - 12), one.start)
    if not is_and and not _TO.fullmatch(between):
        return None
    low, high = one.numeral.value * _factor(one, other), other.numeral.value * other.factor
    every = other.unit in TIME and _EVERY.search(text, max(0, one.start - 6), one.start)
    return Quantity(low, high, f"every {other.unit}" if every else other.unit, "", *span)


def _listed(text: str, one: _Measure, other: _Measure) -> bool:
    """Whether two numbers stand in one list, so that the unit of the last is that of both."""
    between = text[one.end : other.start] if other.start - one.end <= 8 else ""
    if other.unit in ("th", "clock", "ratio") or other.unit[:1] == "#":
        return False
    return "/" not in between or other.unit == "mmhg" if _LIST.fullmatch(between) else False
