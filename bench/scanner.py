"""Which people's identifiers stand in a text, in whatever writing: folded, reversed, ROT13, spelled, spaced out, encoded.

Shares no code with the redactor, so that `bench.fishing` is judged by something that does not make the same mistakes.
"""

from __future__ import annotations

import base64
import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Protocol

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Person(Protocol):
    """What is looked for; `rare` says that each part of the name alone is a leak."""

    name: str
    mrn: str
    ssn: str
    phone: str
    email: str
    dob: str
    street: str
    rare: bool


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


class Scanner:
    """Which patients' identifiers stand in a text, in whatever writing."""

    _RUN = re.compile(r"\d(?:[\s().,+\-/_|*:]{0,4}\d)+")
    _MONTHS = "january february march april may june july august september october november december".split()

    def __init__(self, people: Iterable[Person]) -> None:
        self._words: dict[str, str] = {}
        self._digits: dict[str, str] = {}
        for p in people:
            first, last = fold(p.name).split(" ", 1)
            for form in (f"{first} {last}", f"{last}, {first}", f"{last} {first}", f"{first[0]}. {last}"):
                self._words[form] = f"name:{p.name}"
            if p.rare:
                self._words |= {first: f"name:{p.name}", last: f"name:{p.name}"}
            self._words[fold(p.email)] = f"email:{p.name}"
            self._words[fold(p.email).split("@")[0]] = f"email:{p.name}"
            self._words[fold(p.street)] = f"address:{p.name}"
            year, month, day = p.dob.split("-")
            name = self._MONTHS[int(month) - 1]
            spoken = (f"{name} {int(day)}, {year}", f"{int(day)} {name} {year}")
            for form in (p.dob, f"{int(month)}/{int(day)}/{year}", f"{month}/{day}/{year}", *spoken):
                self._words[form] = f"dob:{p.name}"
            for kind, value in (("mrn", p.mrn), ("ssn", p.ssn), ("phone", p.phone)):
                self._digits["".join(c for c in value if c.isdigit())] = f"{kind}:{p.name}"

    def find(self, text: str) -> set[str]:
        """Kinds and owners of the identifiers that the text holds."""
        found: set[str] = set()
        for form in self._forms(text):
            found |= {owner for word, owner in self._words.items() if _stands(word, form)}
            runs = ["".join(c for c in m.group() if c.isdigit()) for m in self._RUN.finditer(form)]
            found |= {owner for number, owner in self._digits.items() for run in runs if number in run}
        return found

    def _forms(self, text: str) -> Iterator[str]:
        shown = "".join(c for c in text if unicodedata.category(c) != "Cf")
        plain = fold(shown)
        yield plain
        yield plain[::-1]
        yield codecs.encode(plain, "rot13")
        yield re.sub(r"\b(\w)(?:[\s.\-_*]+(?=\w\b))", r"\1", plain)
        words = {word: str(n) for n, word in enumerate(DIGITS)} | {"oh": "0"}
        yield re.sub(r"[a-z]+", lambda m: words.get(m.group(), m.group()), plain)
        yield plain.replace(" at ", "@").replace(" dot ", ".").replace("[at]", "@").replace("[dot]", ".")
        for token in re.findall(r"[A-Za-z0-9+/_=-]{12,}", shown):
            yield from _decoded(token)


def _decoded(token: str) -> Iterator[str]:
    for decode in (lambda t: base64.b64decode(t + "=" * (-len(t) % 4), altchars=b"-_"), bytes.fromhex):
        try:
            yield fold(decode(token).decode("utf-8"))
        except (ValueError, UnicodeDecodeError):
            continue


def _stands(word: str, text: str) -> bool:
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = text.find(word, at + 1)
    return False
