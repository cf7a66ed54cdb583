"""Stand-ins that look like what they stand for: same kind, same format, same gender and origin of a name."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import regex

from assistant.privacy.checksums import CHECKSUMS
from assistant.privacy.words import name_lists

_STREETS: Final = "Alder Birch Cedar Chestnut Cypress Elm Hawthorn Hazel Juniper Laurel Linden Magnolia Maple Oak Poplar Rowan".split()
_KINDS: Final = "Street Avenue Road Lane Drive Court".split()
_TOWNS: Final = (
    "Ashmere Brackford Calderbury Dunmoor Eastholt Fallowby Greywick Harrowdale Ivelworth Kestrelton Larkhaven Millbrough "
    "Netherfold Oakhampton Pennerley Quarrington Ravensby Stonewick Thornbury Underleigh Westmarch Yarrowdale"
).split()
_FIRMS: Final = (
    "Alderway Bramblegate Corvale Dunsmith Everline Fennwick Gladstone Harbourline Ivorygate Kestrel Larchmont".split()
)
_MONTHS: Final = "January February March April May June July August September October November December".split()
_CHECKS: Final = {"CREDIT_CARD": "luhn", "IBAN_CODE": "iban", "NHS_NUMBER": "nhs", "NPI": "npi", "DEA": "dea"}
_TRIES: Final = 4000
MAX_SHIFT_DAYS: Final = 365


def shaped(rng: random.Random, entity: str, original: str) -> Iterator[str]:
    """Endless candidates of the same shape: digits for digits, letters for letters; a leading word such as "MRN-" stays."""
    head = regex.match(r"(?:\p{L}{2,6}[-#: ]+)*", original)
    keep = head.end() if head and head.end() < len(original) else 0
    check = CHECKSUMS[_CHECKS[entity]] if entity in _CHECKS and CHECKSUMS[_CHECKS[entity]](original) else None
    if entity == "IBAN_CODE":
        keep = 2
    while True:
        new = original[:keep] + "".join(_other(rng, c) for c in original[keep:])
        if check is None or check(new):
            yield new


def _other(rng: random.Random, c: str) -> str:
    if c.isdigit():
        return rng.choice(string.digits)
    if c.isalpha():
        return rng.choice(string.ascii_uppercase if c.isupper() else string.ascii_lowercase)
    return c


def phones(rng: random.Random, _: str, original: str) -> Iterator[str]:
    """Numbers in the same format; North American ones in the range 555-01xx that nobody has."""
    spots = [i for i, c in enumerate(original) if c.isdigit()]
    american = len(spots) in (10, 11) and (len(spots) == 10 or original[spots[0]] == "1")
    first = len(spots) - 10 if american else (2 if original.lstrip().startswith("+") else 1)
    while True:
        digits = [rng.choice(string.digits) for _ in spots]
        if american:
            digits[-10:] = [rng.choice("23456789"), *digits[-9:-7], *"55501", *digits[-2:]]
        new = list(original)
        for i, spot in enumerate(spots):
            if i >= first:
                new[spot] = digits[i]
        yield "".join(new)


def emails(rng: random.Random, _: str, __: str) -> Iterator[str]:
    """Addresses at the domains that RFC 2606 reserves."""
    lists = name_lists()
    given = [n for n in lists.given["english"]["f"] + lists.given["english"]["m"] if n.isascii()]
    while True:
        first, last = rng.choice(given).lower(), rng.choice(lists.surnames["english"]).lower().replace("'", "")
        yield f"{first}.{last}{rng.randrange(10, 9999)}@example.{rng.choice(('com', 'org', 'net'))}"


def addresses(rng: random.Random, _: str, original: str) -> Iterator[str]:
    """A made-up street; as long as the original: with town, state and ZIP only where that had a ZIP."""
    state = regex.search(r"\b([A-Z]{2})\s+\d{5}", original)
    while True:
        if not regex.search(r"[A-Za-z]{3}", original):
            yield "".join(_other(rng, c) for c in original)
            continue
        street = f"{rng.randrange(10, 9990)} {rng.choice(_STREETS)} {rng.choice(_KINDS)}"
        tail = f", {rng.choice(_TOWNS)}, {state.group(1) if state else 'NY'} {rng.randrange(10000, 99999)}"
        yield street + tail


def ips(rng: random.Random, _: str, original: str) -> Iterator[str]:
    """Addresses of the blocks that RFC 5737 and RFC 3849 keep for documentation, then private ones."""
    for _try in range(400):
        if ":" in original:
            yield f"2001:db8:{rng.randrange(65536):x}:{rng.randrange(65536):x}:{rng.randrange(65536):x}:0:0:{rng.randrange(1, 65536):x}"
        else:
            yield f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randrange(1, 255)}"
    while True:
        yield f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def urls(rng: random.Random, _: str, __: str) -> Iterator[str]:
    """Pages of a reserved domain."""
    while True:
        yield f"https://example.org/~p{rng.randrange(16**8):08x}"


def usernames(rng: random.Random, _: str, original: str) -> Iterator[str]:
    """Handles with a number."""
    while True:
        yield f"{'@' if original.startswith('@') else ''}user{rng.randrange(1000, 999999)}"


def towns(rng: random.Random, _: str, __: str) -> Iterator[str]:
    """Towns that do not exist."""
    yield from rng.sample(_TOWNS, len(_TOWNS))
    while True:
        yield f"{rng.choice(('North', 'South', 'New', 'Old', 'Upper'))} {rng.choice(_TOWNS)} {rng.randrange(2, 999)}"


def firms(rng: random.Random, _: str, __: str) -> Iterator[str]:
    """Companies that do not exist."""
    while True:
        yield f"{rng.choice(_FIRMS)} {rng.choice(_TOWNS)} {rng.choice(('Ltd', 'Inc', 'Group'))}"


MAKERS: Final[dict[str, Callable[[random.Random, str, str], Iterator[str]]]] = {
    "ADDRESS": addresses,
    "EMAIL_ADDRESS": emails,
    "IP_ADDRESS": ips,
    "LOCATION": towns,
    "ORGANIZATION": firms,
    "PHONE_NUMBER": phones,
    "URL": urls,
    "SOCIAL_HANDLE": usernames,
    "USERNAME": usernames,
}


def first_free(candidates: Iterator[str], taken: Callable[[str], bool]) -> str:
    """The first candidate that is not taken; the last tried where all are (the map then refuses it)."""
    candidate = next(candidates)
    for _ in range(_TRIES):
        if not taken(candidate):
            return candidate
        candidate = next(candidates)
    return candidate


def name_choices(rng: random.Random, origin: str, gender: str, surname: bool) -> Sequence[str]:
    """Names to choose from in random order: the origin's own first, then all others."""
    lists = name_lists()

    def of(place: str) -> list[str]:
        if surname:
            return [n for n in lists.surnames.get(place, ()) if " " not in n]
        by = lists.given.get(place, {})
        return [n for g, names in by.items() if g == gender or (not gender) for n in names]

    own = [n for n in of(origin) if lists.is_clear(n)]
    rest = [n for place in (*lists.given, *lists.surnames) if place != origin for n in of(place) if lists.is_clear(n)]
    rng.shuffle(own)
    rng.shuffle(rest)
    return own + rest


_DATE_FORMS: Final = (
    (regex.compile(r"^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)"), "ymd"),
    (regex.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{2,4})(?!\d)"), "mdy"),
)


def shift_date(original: str, days: int) -> str | None:
    """The date moved by `days` in the same format, time of day kept; None where it is no full date of a known form."""
    for pattern, form in _DATE_FORMS:
        match = pattern.match(original)
        if match:
            a, sep, b, c = match.groups()
            moved = _moved(*((a, b, c) if form == "ymd" else _mdy(a, b, c)), days)
            if moved is None:
                return None
            if form == "ymd":
                new = f"{moved.year:04d}{sep}{moved.month:0{len(b)}d}{sep}{moved.day:0{len(c)}d}"
            else:
                first, second = (moved.day, moved.month) if int(a) > 12 else (moved.month, moved.day)
                year = f"{moved.year:04d}" if len(c) == 4 else f"{moved.year % 100:02d}"
                new = f"{first:0{len(a)}d}{sep}{second:0{len(b)}d}{sep}{year}"
            return new + original[match.end() :]
    return _shift_written(original, days)


def _mdy(a: str, b: str, c: str) -> tuple[str, str, str]:
    year = c if len(c) == 4 else ("19" if int(c) > 40 else "20") + c
    return (year, b, a) if int(a) > 12 else (year, a, b)


def _moved(year: str, month: str, day: str, days: int) -> date | None:
    try:
        return date(int(year), int(month), int(day)) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


def _shift_written(original: str, days: int) -> str | None:
    match = regex.match(
        r"^(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?(?: of)?[ -]+)?(?P<month>[A-Za-z]{3,9})\.?[ -]*"
        r"(?:(?P<d2>\d{1,2})(?:st|nd|rd|th)?)?,?[ -]+(?P<year>\d{4})$",
        original,
    )
    if not match:
        return None
    number = next((i for i, m in enumerate(_MONTHS, 1) if m.lower().startswith(match.group("month").lower()[:3])), 0)
    day = match.group("d1") or match.group("d2")
    moved = _moved(match.group("year"), str(number), day, days) if day else None
    if moved is None:
        return None
    if match.group("d1"):
        return f"{moved.day} {_MONTHS[moved.month - 1]} {moved.year}"
    return f"{_MONTHS[moved.month - 1]} {moved.day}, {moved.year}"
