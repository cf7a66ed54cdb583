"""An answer as people read it: sources numbered 1, 2, 3 in the order in which they are named, places in words, reasons without figures.

The widget does the same in `static/widget/citations.js`; what a program gets (`--json`, the interfaces) keeps the server's numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assistant.language.spelling import respelt
from assistant.reading.snippets import units

if TYPE_CHECKING:
    from assistant.packs.contact import Contact
    from assistant.types import Citation, Near

_MARKS: Final = re.compile(r" ?(\[\d{1,3}\](?: ?\[\d{1,3}\])*)")
_MARK: Final = re.compile(r"\[(\d{1,3})\]")
# A line's number says something to an editor, not to a reader.
_COUNTED: Final = re.compile(r"(?:lines?|characters?) \d", re.IGNORECASE)
# A score in brackets ("(0.47)"), which says something to who made the check.
_SCORE: Final = re.compile(r"\s*\((?:0|1)\.\d+\)")

# What is being done while an answer is made; other stages are part of these.
DOING: Final[Mapping[str, str]] = {
    "admit": "checking the question",
    "search": "searching the documents",
    "judge": "reading the passages",
    "generate": "writing",
    "release": "checking the answer",
}


@dataclass(frozen=True, slots=True)
class Source:
    """The quotes that one shown number stands for, the one that its mark opens first."""

    n: int
    quotes: tuple[Citation, ...]

    @property
    def place(self) -> str:
        """Where the first of them stands, in words."""
        return place(self.quotes[0])


class Numbers:
    """The numbers that a reader sees, given as sources are named. Two of the answer's own that lead to one quote are one."""

    def __init__(self) -> None:
        self._named: dict[int, int] = {}
        self._quoted: dict[tuple[str, int, int], int] = {}

    def of(self, cited: Citation) -> int:
        """The number of a source, given when it is first named; `cited` is the first citation of the answer's own number."""
        quote = (cited.document_id, cited.start, cited.end)
        known = self._named.get(cited.n) or self._quoted.get(quote) or len(set(self._named.values())) + 1
        self._named.setdefault(cited.n, known)
        self._quoted.setdefault(quote, known)
        return known

    def marked(self, text: str, citations: Sequence[Citation]) -> str:
        """A text with its marks in shown numbers; brackets that are no mark of its citations stay as they are."""
        first: dict[int, Citation] = {}
        for citation in citations:
            first.setdefault(citation.n, citation)

        def shown(marks: re.Match[str]) -> str:
            numbers = [int(number) for number in _MARK.findall(marks[1])]
            if not all(number in first for number in numbers):
                return marks[0]
            found = dict.fromkeys(self.of(first[number]) for number in numbers)
            return " " + "".join(f"[{number}]" for number in found)

        return _MARKS.sub(shown, text)

    def sources(self, citations: Sequence[Citation]) -> list[Source]:
        """The sources by their numbers, each quote once."""
        by: dict[int, dict[tuple[str, int, int], Citation]] = {}
        first: dict[int, Citation] = {}
        for citation in citations:
            number = self.of(first.setdefault(citation.n, citation))
            quote = (citation.document_id, citation.start, citation.end)
            by.setdefault(number, {}).setdefault(quote, citation)
        return [Source(number, tuple(by[number].values())) for number in sorted(by)]


def presented(text: str, citations: Sequence[Citation]) -> tuple[str, list[Source]]:
    """An answer's text in shown numbers, and its sources."""
    numbers = Numbers()
    return numbers.marked(text, citations), numbers.sources(citations)


def in_shown_numbers(citations: Sequence[Citation], text: str = "") -> list[Citation]:
    """The citations in the order and under the numbers that a reader sees beside `text`."""
    return [replace(quote, n=source.n) for source in presented(text, citations)[1] for quote in source.quotes]


def place(cited: Citation) -> str:
    """Where a quote stands, in words: its document and the heading over it, or the place as its reader counts it."""
    section = re.split(r"\s*[>›]\s*", cited.heading)[-1] if cited.heading else ""
    counted = "" if _COUNTED.match(cited.locator) else cited.locator
    parts = [cited.title]
    if section and section != cited.title:
        parts.append(f"section {section}")
    if counted and counted not in (section, cited.heading, cited.title):
        parts.append(counted)
    return ", ".join(parts)


def around(near: Near) -> tuple[str, str, str]:
    """The likeliest line of a near passage between its neighbours, "…" where more stands; the whole opens with its source.

    A passage whose likeliest line is not found in it comes as it is, before nothing.
    """
    quote, text = near.citation.quote, near.text
    at = text.find(quote) if quote else -1
    if at < 0:
        return text, "", ""
    end = at + len(quote)
    found = units(text)
    before = [unit.start for unit in found if unit.end <= at]
    after = [unit.end for unit in found if unit.start >= end]
    begin, stop = (before[-1] if before else 0), (after[0] if after else len(text))
    head = ("… " if len(before) > 1 else "") + text[begin:at]
    return head, quote, text[end:stop] + (" …" if len(after) > 1 else "")


def reason_in_words(reason: str) -> str:
    """A reason as a sentence, without scores."""
    plain = _SCORE.sub("", reason).strip()
    if not plain:
        return ""
    return plain[0].upper() + plain[1:] + ("" if plain[-1] in ".!?" else ".")


def way_to_person(contact: Contact) -> str:
    """How a person is reached, for who got no answer; "" where the pack names no way."""
    if not contact.reachable:
        return ""
    ways = [f"phone {contact.phone}" if contact.phone else "", f"write to {contact.mail}" if contact.mail else ""]
    told = " or ".join(filter(None, [*ways, f"use {contact.form}" if contact.form else ""]))
    # Hours may be a sentence or more of the pack's: then they stand for themselves.
    if contact.hours and contact.hours.rstrip()[-1] in ".!?":
        return f"To reach a person: {told}. {contact.hours}"
    return f"To reach a person: {told}{f' ({contact.hours})' if contact.hours else ''}."


def read_as(question: str, spelling: Mapping[str, str], *, followed: bool = False) -> str:
    """The question as it was read, where that is not as it was typed: made whole, or words that looked misspelt; else ""."""
    return respelt(question, spelling) if spelling or followed else ""
