"""People, places and numbers for the training of the tagger: from the shipped lists, and names made up letter by letter.

A tagger that sees listed names only learns the list; names drawn from the letter statistics of each origin stand in none.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assistant.privacy.words import name_lists
from assistant.tune.redactor_words import (
    STREET_FRAMES,
    STREET_WORDS,
    TOWN_FRAMES,
    TOWNS,
    WORD_NAMES,
    WORD_SURNAMES,
)

_ORDER: Final = 3
_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_MONTHS: Final = "January February March April May June July August September October November December".split()
_OTHER_MONTHS: Final = (
    "januari mars avril mai Juni juillet agosto septiembre Oktober novembre décembre enero febrero Mai marzo".split()
)


class Letters:
    """Letter statistics of a list of words: the next letter after the last three."""

    def __init__(self, words: Iterable[str]) -> None:
        self._next: dict[str, list[str]] = defaultdict(list)
        for word in words:
            padded = "^" * _ORDER + word + "$"
            for at in range(_ORDER, len(padded)):
                self._next[padded[at - _ORDER : at]].append(padded[at])

    def word(self, rng: random.Random) -> str:
        """A word of four to twelve letters that is made up."""
        while True:
            made = "^" * _ORDER
            while not made.endswith("$") and len(made) < 18:
                made += rng.choice(self._next[made[-_ORDER:]])
            bare = made.strip("^$")
            if 4 <= len(bare) <= 12:
                return bare


@lru_cache(maxsize=1)
def _origins() -> dict[str, tuple[tuple[str, ...], tuple[str, ...], Letters, Letters]]:
    lists = name_lists()
    table = {}
    for origin in sorted(set(lists.given) & set(lists.surnames)):
        given = tuple(n for names in lists.given[origin].values() for n in names)
        last = lists.surnames[origin]
        table[origin] = (given, last, Letters(given), Letters(n.split()[-1] for n in last))
    return table


@dataclass(frozen=True)
class Person:
    """One made-up person."""

    given: str
    last: str

    @property
    def full(self) -> str:
        """Given name and surname."""
        return f"{self.given} {self.last}"


def person(rng: random.Random) -> Person:
    """Somebody of any origin: a third with names of the lists, half with made-up ones, the rest with words for names."""
    kind = rng.random()
    if kind < 0.16:
        given = rng.choice(WORD_NAMES.split())
        last = rng.choice(WORD_SURNAMES.split())
        if rng.random() < 0.5:
            listed = rng.choice(list(_origins().values()))
            given, last = rng.choice(((given, rng.choice(listed[1])), (rng.choice(listed[0]), last)))
        return Person(given, last)
    given_list, last_list, given_letters, last_letters = rng.choice(list(_origins().values()))
    given = rng.choice(given_list) if rng.random() < 0.45 else given_letters.word(rng)
    last = rng.choice(last_list) if rng.random() < 0.4 else last_letters.word(rng)
    return Person(*_shaped(rng, given, last))


def _shaped(rng: random.Random, given: str, last: str) -> tuple[str, str]:
    """Hyphens, particles, second names and missing accents."""
    roll = rng.random()
    if roll < 0.05:
        given = f"{given}-{rng.choice(_origins()['french'][0])}"
    elif roll < 0.09:
        last = f"{last}-{rng.choice(rng.choice(list(_origins().values()))[1])}"
    elif roll < 0.17:
        last = f"{rng.choice(_PARTICLES)} {last}"
    elif roll < 0.21:
        last = f"{last} {rng.choice(('y', 'e', 'i', '')) or ''} {rng.choice(_origins()['hispanic'][1])}".replace(
            "  ", " "
        )
    elif roll < 0.24:
        given = f"{given} {rng.choice(_LETTERS)}."
    elif roll < 0.27:
        last = rng.choice(("Mc", "Mac", "O'", "D'", "Fitz", "Van", "De")) + last
    if rng.random() < 0.2:
        given, last = bare(given), bare(last)
    return given, last


_PARTICLES: Final = (
    "van", "van der", "van de", "de", "de la", "del", "della", "di", "da", "dos", "von", "von der", "zu", "bin", "binti", "al",
    "el", "abu", "ibn", "ben", "ter", "ten", "af", "Te", "Mac", "Ó", "Ní", "Abdul", "El", "Al", "De", "Van", "Du", "Le", "La", "Abi",
)  # fmt: skip


def bare(word: str) -> str:
    """The word without accents."""
    folded = word.translate(str.maketrans("łøđıßæ", "lodisa"))
    return unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()


def mention(rng: random.Random, who: Person) -> str:
    """One of the ways in which a person is named."""
    first = who.given.split()[0]
    ways: Sequence[tuple[str, int]] = (
        (who.full, 38), (first, 30), (who.last, 14), (f"{first[0]}. {who.last}", 4), (f"{first[0]} {who.last}", 2),
        (f"{who.last}, {first}", 3), (f"{who.last} {first}", 2), (f"{who.last.upper()} {first}", 2), (who.full.upper(), 2),
        (f"{first} {who.last[0]}.", 2), (f"{first[0]}.{who.last[0]}.", 0),
    )  # fmt: skip
    return rng.choices([way for way, _ in ways], [weight for _, weight in ways])[0]


_TITLES: Final = (
    "Mr Mrs Ms Miss Dr Dr. Mr. Mrs. Ms. Prof. Professor Sister Nurse RN Herr Frau Mme M. Sra. Sr. Dhr. Mevr. Capt. Rev. Fr."
).split()
_POST_CODES: Final = (
    "#####|####|######|### ###|## ###|##-###|####-###|#####-####|@# #@@|@## #@@|@@# #@@|@@## #@@|@#@ #@@|@#@ #@#|@#@#@#|#### @@|"
    "####@@|D-#####|F-#####|B-####|SE-### ##|@## @#@#|@##@###|@@ ####"
).split("|")
_PLATES: Final = (
    "@@## @@@|@@@ ####|@@@-####|@-@@ ###|@@-@ ##|@@-###-@@|#### @@@|@@ ## @@ ####|@@##@####|##-@@-##|##-@@@-#|@-###-@@|@@@-###|@@@ ###|"
    "#@@@###|###-@-####|##-@-###|@@ ### @@|@## @@@|@### @@@|@@ #####|@@-####-@"
).split("|")
_PHONE_GROUPS: Final = (
    (3, 4), (3, 3), (2, 2, 2, 2), (3, 3, 3), (4, 4), (5, 5), (10,), (8,), (9,), (3, 3, 4), (2, 3, 4), (4, 6), (3, 2, 2),
)  # fmt: skip


def titled(rng: random.Random, who: Person) -> tuple[str, str]:
    """A title, and the name that follows it."""
    return rng.choice(_TITLES), rng.choice((who.last, who.last, who.last, who.full, who.given.split()[0]))


@lru_cache(maxsize=2)
def _frames(block: str) -> list[str]:
    return [frame.strip() for line in block.strip().split("\n") for frame in line.split("|") if frame.strip()]


@lru_cache(maxsize=1)
def _towns() -> tuple[list[str], list[str], Letters]:
    towns = [town.replace("-", " ") if town[0] in "BCM" and "-" in town else town for town in TOWNS.split()]
    # Half of the towns have a bare name.
    frames = _frames(TOWN_FRAMES)
    return towns, ["{}"] * len(frames) + frames, Letters(TOWNS.split())


_LANDSCAPE: Final = (
    "Bluff Ridge Grove Rapids Crossing Point Valley Hollow Prairie Fork Landing Heights Junction Pass Plains".split()
)


def town(rng: random.Random) -> str:
    """A town: half of them real, the others made up."""
    towns, frames, letters = _towns()
    if rng.random() < 0.08:  # "Oak Bluff": words of the language, which a list of names does not hold
        return f"{rng.choice(STREET_WORDS.split()[:32])} {rng.choice(_LANDSCAPE)}"
    name = rng.choice(towns) if rng.random() < 0.5 else letters.word(rng)
    frame = rng.choice(frames)
    return frame.replace("{}", name, 1).replace("{}", letters.word(rng))


def street(rng: random.Random) -> str:
    """A street with a number, in the manner of one of some twenty countries."""
    frame = rng.choice(_frames(STREET_FRAMES))
    while "{w}" in frame:
        frame = frame.replace("{w}", _street_word(rng), 1)
    while "{n}" in frame:
        frame = frame.replace("{n}", str(rng.randrange(1, rng.choice((10, 100, 100, 1000, 10000)))), 1)
    return frame.replace("{a}", rng.choice("abcABC"))


def _street_word(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.45:
        return rng.choice(STREET_WORDS.split())
    if roll < 0.7:
        return town(rng)
    return person(rng).last if roll < 0.9 else f"{rng.choice(STREET_WORDS.split())} {rng.choice(STREET_WORDS.split())}"


def filled(rng: random.Random, form: str) -> str:
    """`form` with every # replaced by a digit and every @ by a capital letter."""
    return "".join(str(rng.randrange(10)) if c == "#" else rng.choice(_LETTERS) if c == "@" else c for c in form)


def post_code(rng: random.Random) -> str:
    """A post code of one of many countries."""
    return filled(rng, rng.choice(_POST_CODES))


def phone(rng: random.Random) -> str:
    """A phone number, grouped as people group them."""
    lead = rng.choice(("0", "0", "+##", "+#", "(###)", "(0##)", "0##", "00##", "###", "06", "07", "08", "1"))
    groups = rng.choice(_PHONE_GROUPS)
    between = rng.choice((" ", " ", "-", ".", "", "/"))
    body = between.join("#" * n for n in groups)
    form = lead + rng.choice((between, " ", "-", "") if lead != "0" else ("",)) + body
    form = form if sum(c in "#0123456789" for c in form) >= 7 else form + between + "####"
    return filled(rng, form) + rng.choice(("",) * 9 + (f" ext {rng.randrange(10, 999)}",))


def number(rng: random.Random) -> str:
    """A number of a person or a contract: letters, digits and marks in some order."""
    if rng.random() < 0.35:
        return filled(rng, "#" * rng.randrange(6, 13))
    pieces = [
        rng.choice(("@", "@@", "@@@", "##", "###", "####", "#####", "######")) for _ in range(rng.randrange(2, 5))
    ]
    if not any("#" in piece for piece in pieces):
        pieces.append("####")
    return filled(rng, rng.choice(("-", " ", "", "/", ".", "")).join(pieces))


def plate(rng: random.Random) -> str:
    """A vehicle's plate."""
    return filled(rng, rng.choice(_PLATES))


def date(rng: random.Random, years: tuple[int, int]) -> str:
    """A date, with or without its year."""
    day, month, year = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(*years)
    name = rng.choice((_MONTHS[month - 1], _MONTHS[month - 1][:3], rng.choice(_OTHER_MONTHS)))
    mark = rng.choice("/.-")
    return rng.choice(
        (
            f"{day:02}{mark}{month:02}{mark}{year}", f"{day}{mark}{month}{mark}{year % 100:02}", f"{year}-{month:02}-{day:02}",
            f"{day} {name} {year}", f"{name} {day}, {year}", f"{day}. {name} {year}", f"{name} {year}", f"{day} {name}", f"{name} {day}",
            f"{day}th of {name}", f"{day}/{month}", f"{name} '{year % 100:02}", f"{month:02}/{year}",
        )
    )  # fmt: skip


def user_name(rng: random.Random, who: Person) -> str:
    """A user name or handle, some of them made of the person's name."""
    first, last = bare(who.given.split()[0]).lower(), bare(who.last.split()[-1]).lower()
    thing = rng.choice(STREET_WORDS.split()).lower()
    joint = rng.choice(("_", ".", "-", ""))
    made = rng.choice(
        (f"{first}{joint}{last[:4]}", f"{first[0]}{last}", f"{last}{joint}{first}", f"{thing}{joint}{first}", f"the{joint}{thing}",
         f"{first}{rng.choice(('xo', 'yy', 'bear', 'fan', 'cat'))}", f"{thing}{joint}lover", f"x{first}x", f"mrs{joint}{last}")
    )  # fmt: skip
    digits = rng.choice(("", str(rng.randrange(1, 99)), str(rng.randrange(1950, 2012)), f"_{rng.randrange(9)}"))
    return rng.choice(("", "", "@")) + made + digits


def email(rng: random.Random, who: Person) -> str:
    """An e-mail address at a domain of examples."""
    return f"{user_name(rng, who).strip('@')}@{rng.choice(('mail', 'post', 'web'))}.example.{rng.choice(('com', 'org', 'net', 'de', 'fr'))}"
