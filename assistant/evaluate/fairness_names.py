"""Redaction recall by the origin of a name: is everybody's name hidden as surely?

Full names are put together of the given and family names of `assistant/fairness/data/names.txt`, at random by a fixed seed,
each into one of the sentences below. A name counts as hidden when nine in ten of its letters are.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.evaluate.redaction import HIDDEN
from assistant.fairness.metrics import Gap, gap, rate
from assistant.types import Span

if TYPE_CHECKING:
    from assistant.privacy.redact import PresidioRedactor

_DATA: Final = Path(__file__).parents[1] / "fairness" / "data" / "names.txt"
_SEED: Final = 23
EACH: Final = 300
# Sentences of notes, letters, forms and tickets; the strength of the sign that a name stands there falls from top to bottom.
SENTENCES: Final = (
    "Patient: {name}. Admitted with chest pain.",
    "Dear {name}, thank you for your letter.",
    "Seen in clinic today: {name}, known asthma.",
    "I spoke to {name} this morning about the results.",
    "{name} was discharged on Tuesday with antibiotics.",
    "The order was placed by {name} last week.",
    "My name is {name} and my parcel has not arrived.",
    "The blood pressure of {name} is well controlled.",
    "Please call {name} back about the refund.",
    "{name} has no known allergies and takes metformin.",
)


@lru_cache(maxsize=1)
def names() -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Given and family names by origin."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            origin, part, listed = (field.strip() for field in line.split("|"))
            found.setdefault(origin, {})[part] = tuple(listed.split())
    return {origin: (parts["given"], parts["family"]) for origin, parts in found.items()}


def texts(each: int = EACH) -> dict[str, list[tuple[str, Span]]]:
    """For each origin `each` sentences with a different full name, and where the name stands."""
    chooser = random.Random(_SEED)  # noqa: S311 - a sample that anybody can draw again
    result: dict[str, list[tuple[str, Span]]] = {}
    for origin, (given, family) in names().items():
        pairs = [f"{first} {last}" for first in given for last in family]
        chosen = chooser.sample(pairs, min(each, len(pairs)))
        result[origin] = []
        for n, name in enumerate(chosen):
            sentence = SENTENCES[n % len(SENTENCES)]
            at = sentence.index("{name}")
            result[origin].append((sentence.replace("{name}", name), Span("PERSON", at, at + len(name))))
    return result


def measure(redactor: PresidioRedactor, each: int = EACH) -> dict[str, object]:
    """Recall by origin with intervals, and the largest gap with its p-value."""
    hits = {origin: _hidden(redactor, rows) for origin, rows in texts(each).items()}
    widest: Gap = gap(hits)
    return {
        "n": sum(map(len, hits.values())),
        "by_group": {origin: _plain(values) for origin, values in hits.items()},
        "gap": {
            "value": round(widest.value, 4),
            "ci95": [round(widest.low, 4), round(widest.high, 4)],
            "highest": widest.highest,
            "lowest": widest.lowest,
            "p": round(widest.p, 5),
        },
    }


def _hidden(redactor: PresidioRedactor, rows: Sequence[tuple[str, Span]]) -> list[float]:
    found = redactor.find_many([text for text, _ in rows], frozenset({"PERSON"}))
    return [_share(text, span, spans) for (text, span), spans in zip(rows, found, strict=True)]


def _share(text: str, name: Span, spans: Sequence[Span]) -> float:
    covered = {i for s in spans for i in range(s.start, s.end)}
    letters = [i for i in range(name.start, name.end) if text[i].isalnum()]
    return float(sum(i in covered for i in letters) / len(letters) >= HIDDEN)


def _plain(values: Sequence[float]) -> dict[str, object]:
    found = rate([bool(value) for value in values])
    return {"recall": round(found.value, 4), "ci95": [round(found.low, 4), round(found.high, 4)], "n": found.n}
