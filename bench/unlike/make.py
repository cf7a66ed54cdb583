"""De-identification sets made here from templates: `unlike` (letters, notes, chats, e-mails, forms), `unseen`, a third one with
other kinds of texts, other origins of names and other countries, and `everyday`, a fourth with others again, as people type them.

    python -m bench.unlike.make OUT_FOLDER [--seed N] [--set unlike|unseen|everyday]

Two halves of 1,000 identifiers and more are written, `open.jsonl` and `unopened.jsonl`. They share no template and no name: rules
are written against the first and judged once against the second. The surface forms were written before the rules were looked at.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.everyday.countries import COUNTRIES as EVERYDAY
from bench.unlike.formats import COUNTRIES, Country
from bench.unseen.countries import COUNTRIES as UNSEEN

BENCH: Final = Path(__file__).parents[1]
SPANS: Final = 1000
SEED: Final = 1811
_SLOT: Final = re.compile(r"\{(\w+?)(\d?)\}")
_TITLES: Final = ("Mr", "Mrs", "Ms")
# What a scanner misreads, letter for letter, so that marks keep their places.
_MISREAD: Final = {"l": "1", "O": "0", "o": "0", "S": "5", "e": "c", "i": "l", "B": "8"}
_MISREAD_SHARE: Final = 0.03


@dataclass(frozen=True)
class Source:
    """Where a set's templates, filler sentences and names stand, and whose forms its numbers have."""

    folder: Path
    countries: Sequence[Country]

    def lines(self, name: str) -> list[str]:
        """The lines of one of the set's files."""
        return (self.folder / name).read_text(encoding="utf-8").splitlines()

    def names(self) -> dict[str, tuple[list[str], list[str]]]:
        """Given names and surnames by origin; "word" is the origin of ordinary words that are names."""
        table = {}
        for line in self.lines("names.tsv"):
            origin, given, last = line.split("\t")
            table[origin] = (given.split(), last.split("|"))
        return table


SETS: Final = {
    "unlike": Source(BENCH / "unlike", COUNTRIES),
    "unseen": Source(BENCH / "unseen", UNSEEN),
    "everyday": Source(BENCH / "everyday", EVERYDAY),
}


def plain(text: str) -> str:
    """Small ASCII letters, for addresses and handles."""
    bare = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("ı", "i")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", bare.lower())


class _Document:
    """One template filled in: people keep their names within it, every other slot is drawn anew."""

    def __init__(self, rng: random.Random, half: int, source: Source) -> None:
        self._rng, self._half = rng, half
        self.country = rng.choice(source.countries)
        self._fillers = source.lines("fillers.txt")[half::2]
        self._table = source.names()
        self._people: dict[str, tuple[str, str, str]] = {}
        self.text, self.spans = "", list[dict[str, Any]]()

    def fill(self, template: str) -> None:
        at = 0
        for slot in _SLOT.finditer(template):
            self.text += template[at : slot.start()]
            at = slot.end()
            self._put(slot[1], slot[2])
        self.text += template[at:]

    def misread(self) -> None:
        """Put a scanner's mistakes into the text."""
        noisy = (_MISREAD.get(c, c) if self._rng.random() < _MISREAD_SHARE else c for c in self.text)
        self.text = "".join(noisy)

    def _put(self, kind: str, number: str) -> None:
        if kind in {"filler", "title", "time", "He"}:
            self.text += self._plain_slot(kind)
            return
        entity, value, origin = self._value(kind, number)
        start = len(self.text)
        self.text += value
        span = {"entity": entity, "start": start, "end": len(self.text)}
        self.spans.append(span | ({"origin": origin} if origin else {}))

    def _plain_slot(self, kind: str) -> str:
        if kind == "filler":
            return self._rng.choice(self._fillers)
        if kind == "title":
            return self._rng.choice(_TITLES)
        if kind == "time":
            return f"{self._rng.randrange(24):02}:{self._rng.randrange(60):02}"
        return self._rng.choice(("He", "She"))

    def _value(self, kind: str, number: str) -> tuple[str, str, str]:
        low = kind.startswith("lower")
        bare = kind.removeprefix("lower").removeprefix("word")
        if bare in {"name", "first", "last"}:
            origin, first, last = self._person(number, word=kind.startswith("word"))
            value = {"name": f"{first} {last}", "first": first, "last": last}[bare]
            return ("PERSON_LOWER" if low else "PERSON"), (value.lower() if low else value), origin
        if bare == "email":
            _, first, last = self._person(number, word=False)
            return "EMAIL", self.country.email(self._rng, plain(first), plain(last)), ""
        if bare in {"user", "handle"}:
            _, first, last = self._person("", word=False)
            mark = "@" if bare == "handle" else ""
            return bare.upper(), f"{mark}{plain(first)}_{plain(last)[:4]}{self._rng.randrange(10, 99)}", ""
        entity, value = self.country.value(bare, self._rng)
        return entity, (value.lower() if low else value), ""

    def _person(self, number: str, *, word: bool) -> tuple[str, str, str]:
        key = f"{'word' if word else ''}{number}"
        if key not in self._people:
            origin = "word" if word else self._rng.choice([o for o in self._table if o != "word"])
            given, last = self._table[origin]
            self._people[key] = (
                origin,
                self._rng.choice(given[self._half :: 2]),
                self._rng.choice(last[self._half :: 2]),
            )
        return self._people[key]


def make(half: int, seed: int = SEED, source: str = "unlike") -> list[dict[str, Any]]:
    """The rows of one half (0 open, 1 unopened) of a set, at least SPANS identifiers. KeyError for a set that is not known."""
    rng = random.Random(seed + half)
    chosen = SETS[source]
    templates = (chosen.folder / "templates.txt").read_text(encoding="utf-8").split("%%\n")[half::2]
    rows: list[dict[str, Any]] = []
    count = 0
    while count < SPANS:
        for template in templates:
            kind, _, body = template.partition("\n")
            document = _Document(rng, half, chosen)
            document.fill(body)
            if kind == "scan":
                document.misread()
            count += len(document.spans)
            rows.append(
                {"id": f"{half}-{len(rows)}", "kind": kind, "country": document.country.name}
                | {"text": document.text, "spans": document.spans}
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--set", choices=sorted(SETS), default="unlike")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for half, name in enumerate(("open", "unopened")):
        rows = make(half, arguments.seed, arguments.set)
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (arguments.folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
