"""Random tables with spans, as grids of our own and as files of the programs that write such files."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field

_WORDS = "Route Dose Limit Shelf Colour Plan Window Ward Meal Price Depth Site".split()
_KEYS = "north south east west upper lower".split()
_UNITS = ("mg", "days", "EUR", "kg", "mmol/L")


@dataclass(frozen=True)
class Span:
    """A cell at a place that covers rows and columns."""

    row: int
    column: int
    text: str
    down: int = 1
    across: int = 1


@dataclass
class Made:
    """A table: its cells, its size, how many rows head it, and what each body row says."""

    cells: list[Span] = field(default_factory=list)
    height: int = 0
    width: int = 0
    heads: int = 1
    rows: list[list[tuple[str, str]]] = field(default_factory=list)


def made_table(seed: int) -> Made:
    """A table with one or two header rows, a first column with cells over several rows, amounts in the others."""
    rng = random.Random(seed)
    names = rng.sample(_WORDS, 6)
    if rng.random() < 0.5:
        table, columns = _grouped(rng, names)
    else:
        width = rng.randint(3, 5)
        table = Made(width=width)
        table.cells = [Span(0, column, names[column]) for column in range(width)]
        columns = names[:width]
    _fill(table, columns, rng)
    return table


def _grouped(rng: random.Random, names: list[str]) -> tuple[Made, list[str]]:
    """A header of two rows: the first column's name over both, and groups of columns whose names repeat below them."""
    groups, parts = rng.randint(2, 3), rng.randint(2, 3)
    table = Made(width=1 + groups * parts, heads=2)
    table.cells.append(Span(0, 0, names[0], down=2))
    columns = [names[0]]
    subs = rng.sample([word for word in _WORDS if word not in names], parts)
    for group in range(groups):
        table.cells.append(Span(0, 1 + group * parts, names[1 + group], across=parts))
        for part, sub in enumerate(subs):
            table.cells.append(Span(1, 1 + group * parts + part, sub))
            columns.append(f"{names[1 + group]} / {sub}")
    return table, columns


def _fill(table: Made, columns: list[str], rng: random.Random) -> None:
    units = [rng.choice(_UNITS) for _ in columns]
    row = table.heads
    for key in rng.sample(_KEYS, rng.randint(2, 4)):
        down = rng.randint(1, 3)
        table.cells.append(Span(row, 0, key, down=down))
        for _ in range(down):
            said = [(columns[0], key)]
            column = 1
            while column < table.width:
                value = f"{rng.randint(1, 999)} {units[column]}"
                across = 2 if rng.random() < 0.1 and column + 1 < table.width and column > 1 else 1
                table.cells.append(Span(row, column, value, across=across))
                said += [(columns[c], value) for c in range(column, column + across)]
                column += across
            table.rows.append(said)
            row += 1
    table.height = row


def unmarked_html(table: Made) -> bytes:
    """As a page whose header cells are cells as all others."""
    return html(table).replace(b"th rowspan", b"td rowspan").replace(b"</th>", b"</td>")


def html(table: Made) -> bytes:
    """As a page."""
    rows = []
    for number in range(table.height):
        tag = "th" if number < table.heads else "td"
        cells = "".join(f"<{tag} rowspan={c.down} colspan={c.across}>{c.text}</{tag}>" for c in _in_row(table, number))
        rows.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>".encode()


def delimited(table: Made) -> bytes:
    """As CSV, where a cell over several places is written once for each row and the names of groups stand once."""
    grid = [["" for _ in range(table.width)] for _ in range(table.height)]
    for cell in table.cells:
        is_head = cell.row < table.heads
        for row in range(cell.row, cell.row + (1 if is_head else cell.down)):
            for column in range(cell.column, cell.column + (1 if is_head else cell.across)):
                grid[row][column] = cell.text
    file = io.StringIO()
    csv.writer(file).writerows(grid)
    return file.getvalue().encode()


def docx(table: Made) -> bytes:
    """As python-docx writes it."""
    from docx import Document

    document = Document()
    grid = document.add_table(rows=table.height, cols=table.width)
    for cell in table.cells:
        first = grid.cell(cell.row, cell.column)
        last = grid.cell(cell.row + cell.down - 1, cell.column + cell.across - 1)
        (first.merge(last) if first is not last else first).text = cell.text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pptx(table: Made) -> bytes:
    """As python-pptx writes it."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    grid = slide.shapes.add_table(table.height, table.width, Inches(1), Inches(1), Inches(8), Inches(4)).table
    for cell in table.cells:
        first = grid.cell(cell.row, cell.column)
        if cell.down > 1 or cell.across > 1:
            first.merge(grid.cell(cell.row + cell.down - 1, cell.column + cell.across - 1))
        first.text = cell.text
    file = io.BytesIO()
    show.save(file)
    return file.getvalue()


def xlsx(table: Made, *, title: str = "") -> bytes:
    """As openpyxl writes it."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    above = 1 if title else 0
    if title:
        sheet.cell(1, 1, title)
    for cell in table.cells:
        row, column = cell.row + 1 + above, cell.column + 1
        sheet.cell(row, column, cell.text)
        if cell.down > 1 or cell.across > 1:
            sheet.merge_cells(
                start_row=row, start_column=column, end_row=row + cell.down - 1, end_column=column + cell.across - 1
            )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _in_row(table: Made, number: int) -> list[Span]:
    return sorted((c for c in table.cells if c.row == number), key=lambda c: c.column)
