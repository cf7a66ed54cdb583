"""A page on its way from glyphs to text."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.words import Upright, Word
from assistant.types import LossKind


@dataclass(slots=True)
class PageWords:
    """One page on its way: its words by direction, its lines, and what was lost."""

    number: int
    groups: list[Upright]
    rules: list[Box]
    sure: bool = True
    losses: list[tuple[LossKind, str]] = field(default_factory=list)

    @property
    def words(self) -> list[Word]:
        """The words of its main direction."""
        return self.groups[0].words if self.groups else []

    @property
    def empty(self) -> bool:
        """Whether it holds no word."""
        return not any(word.runs for group in self.groups for word in group.words)
