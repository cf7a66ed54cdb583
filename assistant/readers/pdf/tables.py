"""A page's tables as rows that stand alone, by the model of tables that all readers share."""

from __future__ import annotations

from collections.abc import Collection

from assistant.readers.compose import rows
from assistant.readers.pdf.hyphens import Vocabulary, join
from assistant.readers.pdf.layout import Grid, GridCell
from assistant.readers.pdf.prose import line_text


def grid_lines(grid: Grid, vocabulary: Vocabulary, notes: Collection[str]) -> list[str]:
    """The rows of a table, each with its headers."""
    return rows([[_text(cell, vocabulary, notes) for cell in row] for row in grid.rows])


def _text(cell: GridCell, vocabulary: Vocabulary, notes: Collection[str]) -> str:
    return join((line_text(line, notes) for line in cell.lines), vocabulary).text
