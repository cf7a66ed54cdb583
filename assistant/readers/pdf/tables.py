"""A page's tables as rows that stand alone, by the model of tables that all readers share."""

from __future__ import annotations

from collections.abc import Collection

from assistant.readers.grids import Cell
from assistant.readers.pdf.hyphens import Vocabulary, join
from assistant.readers.pdf.layout import Grid, GridCell
from assistant.readers.pdf.prose import line_text
from assistant.readers.tables import spread_lines


def grid_lines(grid: Grid, vocabulary: Vocabulary, notes: Collection[str]) -> list[str]:
    """The rows of a table, each with its headers."""
    return spread_lines([[_cell(cell, vocabulary, notes) for cell in row] for row in grid.rows])


def _cell(cell: GridCell, vocabulary: Vocabulary, notes: Collection[str]) -> Cell:
    text = join((line_text(line, notes) for line in cell.lines), vocabulary).text
    strong = bool(cell.lines) and all(line.bold for line in cell.lines)
    # Words that are struck through keep their places and hold nothing.
    struck = not text and any(not word.runs for line in cell.lines for word in line.words)
    return Cell(text, cell.down, cell.across, strong=strong, struck=struck)
