"""Lists of pages as they are printed: numbered items with their numbers, terms before what is said of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.readers.html_looks import list_form
from assistant.readers.numbering import spelled

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(slots=True)
class PageList:
    """A list that is open: the form of its numbers, "" for bullets, the number of its next item, and the step to the next."""

    form: str
    next: int
    step: int = 1

    @classmethod
    def of(cls, element: _Element, style: str) -> PageList:
        """The list that begins here; `style`: all that is declared for it."""
        if str(element.tag).lower() == "ul":
            return cls("", 1)
        backwards = element.get("reversed") is not None
        items = sum(str(child.tag).lower() == "li" for child in element)
        first = _integer(element.get("start"), items if backwards else 1)
        return cls(list_form(element, style), first, -1 if backwards else 1)

    def label(self, item: _Element) -> str:
        """The mark of the next item."""
        if not self.form:
            return "-"
        number = _integer(item.get("value"), self.next)
        self.next = number + self.step
        return f"{spelled(number, self.form)}."


class Terms:
    """Terms and what is said of them (`dl`): each description stands behind its term, as a cell does behind its header."""

    def __init__(self) -> None:
        self._terms: list[str] = []
        self._described = self._pending = False

    def term(self, text: str) -> None:
        """A term (`dt`); several in a row are described together."""
        if self._described:
            self._terms, self._described = [], False
        self._terms.append(text)

    def describe(self) -> None:
        """A description (`dd`) begins."""
        self._pending = bool(self._terms)

    def lead(self) -> str:
        """What goes before the first block of a description; "" for any other block."""
        if not self._pending:
            return ""
        self._pending, self._described = False, True
        said = ", ".join(self._terms)
        return f"{said} " if said.endswith((":", "?", ".", "!")) else f"{said}: "

    def left(self) -> str:
        """Terms that nothing is said of, as a list or its next term ends them."""
        alone = "" if self._described or self._pending else ", ".join(self._terms)
        self._terms, self._described, self._pending = [], False, False
        return alone


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\s*-?\d{1,6}\s*", text) else default
