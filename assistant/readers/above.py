"""What stands above the first table of a file: there it says which edition it is, and never in its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from assistant.readers.compose import FIRST_BLOCKS, tidy
from assistant.readers.tables import Item, Part

_LONGEST: Final = 300


@dataclass(slots=True)
class Above:
    """The lines above the first row that has columns; longer ones are prose and empty here."""

    lines: list[str] = field(default_factory=list)
    ended: bool = False

    def note(self, item: Item) -> None:
        """Take the next of the file's items."""
        text = item.text if item.part in (Part.TITLE, Part.NOTE) else line_of(item)
        self.ended = self.ended or not text or len(self.lines) >= FIRST_BLOCKS
        if not self.ended:
            self.lines.append(text if len(text) <= _LONGEST else "")


def line_of(item: Item) -> str:
    """The text of a row that has one cell and no column to name; "" for all other rows."""
    is_line = item.part is Part.RECORD and tuple(item.columns) == (1,) and not tidy(item.pairs[0][0])
    return item.pairs[0][1] if is_line else ""
