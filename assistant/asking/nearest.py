"""Which stretch of a near passage is marked as the likeliest: the one that names most of what the passage's headings leave open.

The reader points to a stretch for an answer that it did not believe in, and where it is wrong it is often wrong by a step or a
row. Its stretch stays marked where no other says more of the question's own words; a question how something is done has the whole
numbered list, for one step of it answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from assistant.language.words import content_stems, words
from assistant.reading.compact import quote_at
from assistant.reading.snippets import MOST_WORDS, Unit, units
from assistant.types import Evidence, Quote

_HOW: Final = re.compile(r"\bhow (?:do|does|can|could|should|to|is|are|must)\b", re.I)
_NUMBERED: Final = re.compile(r"\s*\d{1,3}[.)]\s")
_LEAST_STEPS: Final = 2
_HEADINGS: Final = re.compile(r"\s*[>›]\s*")
_DATED: Final = r"(?:(?:19|20)\d\d(?:-\d\d-\d\d)?|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
_SINCE: Final = (
    r"(?:valid|effective|in force|last (?:updated|revised|reviewed)|(?:next )?review(?: date)?)"
    rf"(?: (?:from|as of|since|until|on|due))?[: ]+[^!?:;\n]{{0,20}}\b{_DATED}\b[^!?:;\n]{{0,3}}"
)
# A line that dates or counts the document, and nothing else: "Version 3.2 needs the new filter" is a rule.
_EDITION: Final = re.compile(
    rf"\W*(?:(?:version|edition|revision|rev\.?|v) ?\d[\d.]*\w?(?:[\s,;–-]+{_SINCE})?|{_SINCE})[.]?\W*", re.IGNORECASE
)
# How much more of the question another stretch must name: half of what a word tells that stands nowhere else (`Retriever.rarity`).
_TELLING: Final = 0.5


def marked(question: str, evidence: Sequence[Evidence], rarity: Mapping[str, float], shown: int) -> list[Evidence]:
    """The same evidence, each with the one quote that is marked; of the first `shown` those first that say most of the question."""
    asked = set(content_stems(question))

    def said(item: Evidence) -> float:
        # The title is shared by all passages of a document.
        held = set(content_stems(f"{item.passage.heading} {item.passage.text}"))
        return -sum(rarity.get(stem, 1.0) for stem in asked & held)

    ordered = [*sorted(evidence[:shown], key=said), *evidence[shown:]]
    return [replace(item, quotes=(_likeliest(question, item, rarity),)) for item in ordered]


def _likeliest(question: str, item: Evidence, rarity: Mapping[str, float]) -> Quote:
    chosen = max(item.quotes, key=lambda quote: quote.score)
    text = item.passage.text
    found = [unit for unit in units(text) if not _titles(text[unit.start : unit.end], item, question)]
    above = set(content_stems(f"{item.passage.title} {item.passage.heading}"))
    open_stems = set(content_stems(question)) - above
    if _HOW.search(question) and (steps := _steps(text, found)):
        return quote_at(item.passage, steps[0].start, steps[-1].end)

    def named(said: str) -> float:
        return sum(rarity.get(stem, 1.0) for stem in open_stems & set(content_stems(said)))

    best = max(found, key=lambda unit: named(text[unit.start : unit.end]), default=None)
    if best is not None and _titles(chosen.text, item, question):
        return quote_at(item.passage, best.start, best.end)
    if best is None or named(text[best.start : best.end]) - named(chosen.text) < _TELLING:
        return chosen
    return quote_at(item.passage, best.start, best.end)


def _titles(said: str, item: Evidence, question: str) -> bool:
    """Whether a stretch only repeats the title or the heading, or tells the edition: it answers nothing of what stands under it. To a
    question in its own words ("Until when is it valid?") an edition is an answer."""
    plain = _plain(said)
    repeated = {_plain(above) for above in (item.passage.title, *_HEADINGS.split(item.passage.heading))}
    edition = _EDITION.fullmatch(said.strip()) is not None and not set(content_stems(said)) & set(
        content_stems(question)
    )
    return not plain or plain in repeated or edition


def _plain(said: str) -> str:
    return " ".join(word.text.casefold() for word in words(said))


def _steps(text: str, found: Sequence[Unit]) -> list[Unit]:
    """The numbered items of a passage that has one list of them, short enough to be marked whole; else none."""
    steps = [unit for unit in found if unit.kind == "item" and _NUMBERED.match(text[unit.start : unit.end])]
    together = len(steps) >= _LEAST_STEPS and len({unit.block for unit in steps}) == 1
    short = sum(len(text[unit.start : unit.end].split()) for unit in steps) <= MOST_WORDS
    return steps if together and short else []
