"""One clinical statement of a C-CDA document on its way to a fact."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.records.ccda.sections import Kind
from assistant.records.ccda.tree import Element, Words
from assistant.records.model import Denial, Excluded, Fact, Unread

# What a statement turns out to be.
Made = Fact | Excluded | Denial | Unread


@dataclass(frozen=True, slots=True)
class Statement:
    """The element that states it, its name in citations, the words of the narrative by their ids, and the acts around it."""

    element: Element
    key: str
    words: Words
    around: tuple[Element, ...]
    kind: Kind

    @property
    def concern(self) -> Element:
        """The act that holds the statement, None for none."""
        return self.around[0] if self.around else None

    @property
    def acts(self) -> tuple[Element, ...]:
        """The statement and the acts around it."""
        return (self.element, *self.around)
