"""Numbers as people write them, found and read: 1,000 and 0,5 and .5, ½ and 1 1/2, three hundred, half a, 3 × 10⁹.

A comma groups thousands where three digits follow a figure that is not nought ("1,000"), and is a decimal comma otherwise
("0,5", "12,75", "0,125"); blanks of all widths and apostrophes group too. Exact: values are fractions. Linear in the text.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from assistant.language.units import FORMS


class Numeral(NamedTuple):
    """A number with its place. `kind`: "digits", "word", "one" (which may be no number), "part" (half), "often" (twice),
    "latin" (b.d.), "clock" (minutes after midnight), "code" (nothing to count with: a version, a date, a phone number)."""

    value: Fraction
    start: int
    end: int
    kind: str = "digits"


_SMALL: Final = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
}
_TENS: Final = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES: Final = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_OFTEN: Final = {"once": 1, "twice": 2, "thrice": 3}
_LATIN: Final = {"bd": 2, "bid": 2, "tds": 3, "tid": 3, "qds": 4, "qid": 4}
_FRACTION_WORDS: Final = {"half": 2, "third": 3, "quarter": 4}

_ONES = "|".join(list(_SMALL)[1:10])
_BELOW_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[-\s](?:{_ONES}))?|{'|'.join(sorted(_SMALL, key=len, reverse=True))})\b"
_BELOW_1000 = rf"(?:(?:{_BELOW_100}|a)\s+hundred(?:\s+(?:and\s+)?{_BELOW_100})?|{_BELOW_100})"
_SCALED = rf"(?:{_BELOW_1000}|a)\s+(?:{'|'.join(_SCALES)})\b(?:\s+(?:and\s+)?{_BELOW_1000})?"
_GAP = "\u0020\u00a0\u2007\u2009\u202f"
_VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"

_NUMERAL: Final = re.compile(
    rf"""(?<![\w]) (?:
      (?P<clock>(?P<clock_h>[01]?\d|2[0-4])(?:[:.](?P<clock_m>[0-5]\d))?\s?(?P<half_day>[ap]\.?\s?m\b)\.?
          | (?P<day_h>[01]?\d|2[0-4]):(?P<day_m>[0-5]\d)(?![\d:]))
    | (?P<mixed>(?:(?P<whole>\d{{1,4}})[{_GAP}]?)?(?P<vulgar>[{_VULGAR}]))
    | (?P<slash>(?:(?P<slash_whole>\d{{1,3}})[ -])?(?P<over>\d{{1,2}})\s?(?P<bar>[/⁄])\s?(?P<under>\d{{1,2}})(?![\d/.,]))
    | (?P<blank>\d{{1,3}}(?:[{_GAP}]\d{{3}})++(?![\d½¼¾])(?:[.,]\d++)?)
    | (?P<comma>\d{{1,3}}(?:,\d{{3}})++(?!,?\d)(?:\.\d++)?)
    | (?P<apostrophe>\d{{1,3}}(?:['’]\d{{3}})++(?!\d)(?:[.,]\d++)?)
    | (?P<dots>\d{{1,3}}(?:\.\d{{3}}){{2,}}+(?!\.?\d)(?:,\d++)?|\d{{1,3}}(?:\.\d{{3}})++,\d++)
    | (?P<code>\d++(?P<mark>[./:-])\d++(?:(?P=mark)\d++)++)
    | (?P<decimal>\d++[.·]\d++|(?<!\d,)\d++,\d++(?!,\d))
    | (?P<plain>\d++)
    )
    | (?<![\w.·])(?P<point>[.·]\d++)
    | (?<=\bq)(?P<interval>\d{{1,2}}(?=\s?h(?:rs?)?\b))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORDS: Final = re.compile(
    rf"""\b(?:
      (?P<and_half>(?P<and_whole>{_BELOW_100}|\d{{1,3}})\s+and\s+(?:a|one)[\s-]half\b)
    | (?P<half>(?<!first\s)(?<!second\s)(?<!last\s)(?<!other\s)(?<!\w-)(?:(?:a|one)[\s-])?half\b(?![\s-]?li(?:fe|ves))
        (?:\s+(?:of\s+)?(?:an?|the|one)\b)?)
    | (?P<share>(?P<shares>a|one|two|three|1|2|3)[\s-](?P<part>third|quarter)s?\b(?:(?<!a\sthird)|(?=\s+of\b))
        (?:\s+of\b)?(?:\s+(?:an?|the|one)\b)?)
    | (?P<dozen>(?:(?P<dozens>a|{_ONES})\s+)?dozen\b)
    | (?P<number>{_SCALED}|{_BELOW_1000})
    | (?P<often>once|twice|thrice)\b
    | (?P<latin>(?:b\.?i\.?d|b\.?d|t\.?i\.?d|t\.?d\.?s|q\.?i\.?d|q\.?d\.?s)\b\.?)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_POWER: Final = re.compile(
    rf"\s?[x×✕*·]\s?10\s?(?:(?:\^|\*\*?)\s?\(?(?P<up>[-−+]?\d{{1,2}})\)?|(?P<super>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}}))(?!\d)"
    rf"|[eE](?P<e>[-+]?\d{{1,2}})(?![\w])|[{_GAP}](?P<scale>hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_BARE_POWER: Final = re.compile(
    r"(?<![\w.])10\s?(?:(?:\^|\*\*?)\s?\(?(?P<up>[-−+]?\d{1,2})\)?|(?P<super>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))(?!\d)"
)
_STRENGTH: Final = re.compile(
    rf"\d{{3}}(?:[.,]\d+)?\s?(?:mg|g|mcg|µg|μg|micrograms?|milligrams?|grams?|ml|units?)\s+(?:[a-z]+\s+){{0,2}}{FORMS}\b",
    re.IGNORECASE,
)
# "1/2" counts as a part of something where these are its lower half.
_PARTS: Final = frozenset({2, 3, 4, 5, 6, 8, 10, 12, 16})
_OF_WHAT: Final = re.compile(r"\s?-?(?:of\b|an?\b|the\b|[a-zµμ])", re.IGNORECASE)
_LONGEST: Final = 40  # digits; longer ones are no quantities


def numerals(text: str) -> Iterator[Numeral]:
    """All numbers of a text, in order, none overlapping."""
    words = _WORDS.finditer(text)
    word = next(words, None)
    digits = _digits(text, 0)
    at = 0
    while True:
        # Each text is searched once: what was found ahead is kept until the reading comes to it.
        if digits is not None and digits.start < at:
            digits = _digits(text, at)
        while word is not None and word.start() < at:
            word = next(words, None)
        if word is not None and (digits is None or word.start() <= digits.start):
            found = _worded(word)
            word = next(words, None)
        elif digits is not None:
            found = digits
        else:
            return
        yield found
        at = found.end


def _digits(text: str, at: int) -> Numeral | None:
    match = _NUMERAL.search(text, at)
    if match is None:
        return None
    kind = next(name for name in _KINDS if match.group(name) is not None)
    start, end = match.span()
    if kind == "clock":
        return Numeral(_minutes(match), start, end, "clock")
    if (power := _BARE_POWER.match(text, start)) is not None:
        return Numeral(_raised(power), start, power.end())
    value, end = _VALUES[kind](match, text)
    if value is None:
        return Numeral(Fraction(0), start, end, "code")
    if power := _POWER.match(text, end):
        return Numeral(value * _raised(power), start, power.end())
    return Numeral(value, start, end)


_Read = tuple[Fraction | None, int]


def _grouped(match: re.Match[str], text: str) -> _Read:  # noqa: ARG001 - one signature
    """Digits in groups of three: the last separator is a decimal one where it differs from the first."""
    whole = match.group()
    if whole.startswith("0"):
        head, _, tail = whole.partition(",")
        return (_exact(f"{head}.{tail}"), match.end()) if tail.isdigit() else (None, match.end())
    separators = [c for c in whole if not c.isdigit()]
    last = separators[-1] if separators[-1] != separators[0] and separators[-1] in ".," else ""
    head, _, tail = whole.partition(last) if last else (whole, "", "")
    digits = "".join(c for c in head if c.isdigit())
    return _exact(f"{digits}.{tail}" if tail else digits), match.end()


def _blanks(match: re.Match[str], text: str) -> _Read:
    """Blanks group ("1 000 mg") but for a count before a strength ("2 500 mg tablets") and figures that begin with nought."""
    first = "".join(itertools.takewhile(str.isdecimal, match.group()))
    cut = match.start() + len(first)
    if match.group().startswith("0") or _STRENGTH.match(text, cut + 1):
        return _exact(first), cut
    return _grouped(match, text)


def _decimal(match: re.Match[str], text: str) -> _Read:  # noqa: ARG001 - one signature
    return _exact(re.sub("[,·]", ".", match.group())), match.end()


def _plain(match: re.Match[str], text: str) -> _Read:  # noqa: ARG001 - one signature
    return _exact(match.group()), match.end()


def _vulgar(match: re.Match[str], text: str) -> _Read:  # noqa: ARG001 - one signature
    part = Fraction(unicodedata.numeric(match["vulgar"])).limit_denominator(16)
    return int(match["whole"] or 0) + part, match.end()


def _slashed(match: re.Match[str], text: str) -> _Read:
    """A part ("1/2 tablet", "1 1/2") or else two numbers ("120/80"), of which only the first is taken."""
    over, under = int(match["over"]), int(match["under"])
    whole = int(match["slash_whole"] or 0)
    part = 0 < over < under and (match["bar"] == "⁄" or under in _PARTS)
    if part and (whole or match["bar"] == "⁄" or _OF_WHAT.match(text, match.end())):
        return whole + Fraction(over, under), match.end()
    if match["slash_whole"]:
        return _exact(match["slash_whole"]), match.end("slash_whole")
    return _exact(match["over"]), match.end("over")


def _code(match: re.Match[str], text: str) -> _Read:  # noqa: ARG001 - one signature
    return None, match.end()


_VALUES: Final = {
    "mixed": _vulgar, "slash": _slashed, "blank": _blanks, "comma": _grouped, "apostrophe": _grouped, "dots": _grouped,
    "code": _code, "decimal": _decimal, "plain": _plain, "point": _decimal,
    "interval": _plain,
}  # fmt: skip
_KINDS: Final = ("clock", *_VALUES)


def _exact(digits: str) -> Fraction | None:
    if len(digits) > _LONGEST:
        return None
    # A phone number or an article number: its noughts in front belong to it.
    if len(digits) > 2 and digits[0] == "0" and digits.isdigit():
        return None
    return Fraction(f"0{digits}" if digits.startswith(".") else digits)


def _minutes(match: re.Match[str]) -> Fraction:
    hours = int(match["clock_h"] or match["day_h"])
    minutes = int(match["clock_m"] or match["day_m"] or 0)
    if half := match["half_day"]:
        hours = hours % 12 + 12 * (half[0] in "pP")
    return Fraction(60 * hours + minutes)


def _raised(match: re.Match[str]) -> Fraction:
    groups = match.groupdict()
    if scale := groups.get("scale"):
        return Fraction({"hundred": 100, **_SCALES}[scale.lower()])
    exponent = groups.get("up") or groups.get("e") or unicodedata.normalize("NFKC", groups.get("super") or "0")
    return Fraction(10) ** int(exponent.replace("−", "-"))


def _worded(match: re.Match[str]) -> Numeral:
    groups = match.groupdict()
    kind, value = "word", Fraction(0)
    if whole := groups["and_whole"]:
        value = (Fraction(whole) if whole.isdigit() else _spelled(whole)) + Fraction(1, 2)
    elif groups["half"]:
        kind, value = "part", Fraction(1, 2)
    elif groups["share"]:
        kind, value = "part", Fraction(_count(groups["shares"]), _FRACTION_WORDS[groups["part"].lower()])
    elif groups["dozen"]:
        value = Fraction(12 * _count(groups["dozens"] or "a"))
    elif often := groups["often"]:
        kind, value = "often", Fraction(_OFTEN[often.lower()])
    elif latin := groups["latin"]:
        kind, value = "latin", Fraction(_LATIN[latin.replace(".", "").lower()])
    else:
        value = _spelled(match.group())
        kind = "one" if match.group().lower() == "one" else "word"
    return Numeral(value, match.start(), match.end(), kind)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else 1 if word.lower() == "a" else _SMALL[word.lower()]


def _spelled(words: str) -> Fraction:
    total = current = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "hundred":
            current *= 100
        elif word in _SCALES:
            total, current = (total + current) * _SCALES[word], 0
        else:
            current += 1 if word == "a" else _TENS.get(word, _SMALL.get(word, 0))
    return Fraction(total + current)
