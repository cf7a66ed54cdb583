"""XLSX: the tables of each sheet, every row with all its headers, located by sheet and row; values as shown."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.limits import MAX_SECTIONS
from assistant.formats.xml import local
from assistant.readers.above import Above
from assistant.readers.archive import Archive
from assistant.readers.compose import Composer, stem, tidy
from assistant.readers.delimited import record
from assistant.readers.editions import edition_of
from assistant.readers.grids import BLANK, Cell, Row, distinct
from assistant.readers.header_rows import WINDOW, Kind, kind
from assistant.readers.identifiers import Known
from assistant.readers.ooxml import properties
from assistant.readers.sheet_cells import CellText, Styles, place, read_styles, shared_strings, text_of
from assistant.readers.tables import Item, Part, Table, follows
from assistant.types import Document, LossKind

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_CELLS: Final = 2_000_000
"""Filled cells of one workbook: about 1 GiB of memory with their text."""
MAX_MERGED: Final = 100_000
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(slots=True)
class _Sheet:
    """The filled cells of one sheet by row and column; one object in every place that a merged cell covers."""

    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_rows: int = 0
    struck: list[str] = field(default_factory=list)
    """Cells that hold struck text, which is left out: "B7"."""
    heads: set[int] = field(default_factory=set)
    """Rows that the workbook marks as headers: of its tables and filters."""
    without_result: int = 0


def read_xlsx(data: bytes, source: str) -> list[Document]:
    """A workbook. Hidden sheets, rows and columns are left out and counted in metadata "hidden"; their sheets' names are in
    "hidden_sheets". A merged cell's value stands in every cell it covers. "unresolved" counts formulas without a result.
    """
    archive = Archive(data, source, "XLSX")
    main = _workbook(archive, source)
    folder = posixpath.dirname(main)
    book = archive.xml(main)
    from_1904 = any(local(e) == "workbookPr" and e.get("date1904") in ("1", "true") for e in book.iter())
    styles = read_styles(archive, f"{folder}/styles.xml", from_1904=from_1904)
    strings = shared_strings(archive, f"{folder}/sharedStrings.xml")
    composer, known, above = Composer(source), Known(), Above()
    left_out: list[str] = []
    cells, unresolved = 0, 0
    sheets = list(_sheets(archive, main, book))
    for name, part, hidden in sheets:
        if hidden:
            left_out.append(name)
            composer.hidden += 1
            continue
        reader = _SheetReader(strings, styles, source, MAX_CELLS - cells)
        sheet = reader.read(archive.xml(part))
        sheet.heads |= _table_heads(archive, part)
        _tell(name, sheet, _beside(archive, part), composer)
        cells += reader.cells
        composer.hidden += sheet.hidden_rows
        unresolved += sheet.without_result
        _write(name, sheet, composer, known, above)
        # Only what stands above the first table of the first sheet speaks of the whole file.
        above.ended = above.ended or bool(sheet.rows)
    title = stem(source)
    metadata = {
        "sheets": str(len(sheets)),
        "hidden_sheets": ", ".join(left_out)[:500],
        "unresolved": str(unresolved) if unresolved else "",
        **edition_of([title, *above.lines], properties=properties(archive)),
    }
    return [composer.build(title=title, media_type=_KIND, metadata=metadata, fields=known.fields)]


def _workbook(archive: Archive, source: str) -> str:
    if "xl/workbook.xml" in archive:
        return "xl/workbook.xml"
    if "_rels/.rels" in archive:
        for relation in archive.xml("_rels/.rels"):
            target = (relation.get("Target") or "").lstrip("/")
            if (relation.get("Type") or "").endswith("/officeDocument") and target in archive:
                if target.endswith(".bin"):
                    raise ReaderError("the workbook is in binary form (XLSB)", path=source, remedy="save it as XLSX")
                return target
    raise ReaderError("the file is not an XLSX", path=source, remedy="save it again as XLSX")


def _sheets(archive: Archive, main: str, book: _Element) -> Iterator[tuple[str, str, bool]]:
    """Name, part and whether it is hidden of each sheet of cells, in the order of the tabs."""
    folder, name = posixpath.split(main)
    relations = f"{folder}/_rels/{name}.rels"
    targets: dict[str, str] = {}
    if relations in archive:
        for relation in archive.xml(relations):
            if (relation.get("Type") or "").endswith("/worksheet"):
                target = relation.get("Target") or ""
                joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                targets[relation.get("Id") or ""] = posixpath.normpath(joined)
    for sheet in book.iter():
        if local(sheet) == "sheet":
            key = next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
            part = targets.get(key, "")
            if part in archive:
                yield tidy(sheet.get("name") or part), part, sheet.get("state") in ("hidden", "veryHidden")


class _SheetReader:
    """Reads the cells of one sheet."""

    def __init__(self, strings: list[CellText], styles: Styles, source: str, budget: int) -> None:
        self.cells = 0
        self._strings, self._styles, self._source, self._budget = strings, styles, source, budget

    def read(self, root: _Element) -> _Sheet:
        """All visible cells, merged areas filled."""
        sheet = _Sheet()
        columns = _hidden_columns(root)
        for part in root:
            if local(part) == "sheetData":
                self._rows(part, sheet, columns)
            elif local(part) == "mergeCells":
                self._merged(part, sheet, columns)
            elif local(part) == "autoFilter" and (at := place((part.get("ref") or "").partition(":")[0])):
                sheet.heads.add(at[0])
        return sheet

    def _rows(self, data: _Element, sheet: _Sheet, columns: set[int]) -> None:
        number = 0
        for row in data:
            given = row.get("r") or ""
            number = int(given) if given.isdigit() and len(given) < 8 else number + 1
            if row.get("hidden") in ("1", "true"):
                sheet.hidden.add(number)
                sheet.hidden_rows += len(row) > 0
                continue
            if values := self._cells(row, number, sheet, columns):
                self._spend(len(values))
                sheet.rows[number] = values

    def _cells(self, row: _Element, number: int, sheet: _Sheet, columns: set[int]) -> dict[int, Cell]:
        """The cells of a row that hold something, by their columns; one that is struck through keeps its place."""
        values: dict[int, Cell] = {}
        column = 0
        for cell in row:
            at = place(cell.get("r") or "")
            column = at[1] if at else column + 1
            if column in columns:
                continue
            text, struck = self._value(cell, sheet)
            if struck:
                sheet.struck.append(cell.get("r") or f"row {number}")
            if text or struck:
                values[column] = Cell(text, strong=self._styles.is_strong(_style(cell)), struck=struck and not text)
        return values

    def _value(self, cell: _Element, sheet: _Sheet) -> CellText:
        kind, raw, inline, formula = cell.get("t") or "n", None, CellText(""), False
        for part in cell:
            name = local(part)
            if name == "v":
                raw = part.text
            elif name == "is":
                inline = text_of(part)
            elif name == "f":
                formula = True
        if raw is None and kind != "inlineStr":
            sheet.without_result += formula
            return CellText("")
        shown = self._shown(cell, kind, (raw or "").strip(), inline)
        if shown.text and _style(cell) in self._styles.struck:
            return CellText("", struck=True)
        return CellText(tidy(shown.text), shown.struck)

    def _shown(self, cell: _Element, kind: str, raw: str, inline: CellText) -> CellText:
        if kind == "inlineStr":
            return inline
        if kind == "s":
            index = int(raw) if raw.isdigit() and len(raw) < 10 else -1
            return self._strings[index] if 0 <= index < len(self._strings) else CellText("")
        if kind == "b":
            return CellText("TRUE" if raw == "1" else "FALSE")
        return CellText(self._styles.show(raw, _style(cell)) if kind == "n" else raw)

    def _merged(self, merges: _Element, sheet: _Sheet, columns: set[int]) -> None:
        filled = 0
        for merge in merges:
            first, _, last = (merge.get("ref") or "").partition(":")
            start, end = place(first), place(last)
            value = sheet.rows.get(start[0], {}).get(start[1]) if start else None
            if start is None or end is None or value is None:
                continue
            area = (end[0] - start[0] + 1) * (end[1] - start[1] + 1)
            if area <= 0 or filled + area > MAX_MERGED:
                continue
            filled += area
            for row in range(start[0], end[0] + 1):
                if row in sheet.hidden:
                    continue
                for column in range(start[1], end[1] + 1):
                    if column not in columns:
                        sheet.rows.setdefault(row, {}).setdefault(column, value)
            self._spend(area)

    def _spend(self, count: int) -> None:
        self.cells += count
        if self.cells > self._budget:
            raise ReaderError(
                f"the workbook holds more than {MAX_CELLS:,} filled cells", path=self._source, remedy="split it"
            )


def _hidden_columns(root: _Element) -> set[int]:
    found: set[int] = set()
    for column in root.iter():
        if local(column) == "sheetData":
            break
        if local(column) == "col" and column.get("hidden") in ("1", "true"):
            first, last = column.get("min") or "", column.get("max") or ""
            if first.isdigit() and last.isdigit() and len(first) < 6 and len(last) < 6:
                found.update(range(int(first), min(int(last), 16_384) + 1))
    return found


def _style(cell: _Element) -> int:
    style = cell.get("s") or "0"
    return int(style) if style.isdigit() and len(style) < 8 else 0


def _beside(archive: Archive, part: str) -> list[tuple[str, str]]:
    """The parts that belong to a sheet: the last word of the kind, and the name."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    return [
        ((r.get("Type") or "").rpartition("/")[2], posixpath.normpath(posixpath.join(folder, r.get("Target") or "")))
        for r in (archive.xml(relations) if relations in archive else ())
    ]


def _table_heads(archive: Archive, part: str) -> set[int]:
    """The header rows of the tables that a sheet defines."""
    found: set[int] = set()
    for relation, target in _beside(archive, part):
        if relation == "table" and target in archive:
            table = archive.xml(target)
            at = place((table.get("ref") or "").partition(":")[0])
            if at and table.get("headerRowCount") != "0":
                found.add(at[0])
    return found


def _tell(name: str, sheet: _Sheet, parts: list[tuple[str, str]], composer: Composer) -> None:
    """Note what of a sheet is left out."""
    for cell in sheet.struck:
        composer.lose(LossKind.STRUCK, f"sheet {name}, {cell}", "struck through, left out")
    if sheet.without_result:
        composer.lose(LossKind.UNRESOLVED, f"sheet {name}", f"{sheet.without_result} formulas without a stored result")
    for relation, what in (
        ("comments", "comments of cells"),
        ("threadedComment", "comments of cells"),
        ("drawing", "pictures or charts"),
    ):
        if any(relation == of for of, _ in parts):
            composer.lose(LossKind.UNREAD, f"sheet {name}", f"{what}, not read")


Numbered = tuple[int, Row]


def _write_item(name: str, title: str, item: Item, composer: Composer, known: Known) -> None:
    """One row of a sheet, under the title that stands above it."""
    if item.part is Part.HEAD:
        composer.note(item.text)
        return
    if item.part is Part.STRUCK:
        composer.lose(LossKind.STRUCK, f"sheet {name}, row {item.key}", "a row whose name is struck through, left out")
        return
    titled = 0 < len(title) <= 100
    composer.open(f"{name} > {title}" if titled else name, f"sheet {name}, row {item.key}")
    composer.add(record(item, known) if item.part is Part.RECORD and item.named else item.line)


def _write(name: str, sheet: _Sheet, composer: Composer, known: Known, above: Above) -> None:
    """The tables of a sheet under its name, a section a row; a title heads the rows below it."""
    if not sheet.rows:
        return
    composer.note(f"## {name}")
    before: Table | None = None
    title = ""
    for block in _blocks(sheet):
        window = [row for _, row in block[:WINDOW]]
        marked = next((i + 1 for i, (number, _) in enumerate(block[:WINDOW]) if number in sheet.heads), 0)
        table = follows(before, window, declared=marked)
        for item in table.items(block):
            above.note(item)
            if item.part is Part.TITLE:
                title = item.text
            _write_item(name, "" if item.part is Part.TITLE else title, item, composer, known)
        # A text alone above a blank row is the title of what follows.
        alone = len(block) == 1 and len(distinct(block[0][1])) == 1
        title = block[0][1][0].text if alone else ""
        before = table if not alone else before


def _blocks(sheet: _Sheet) -> Iterator[list[Numbered]]:
    """The tables of a sheet: parted by blank rows, and by blank columns where the parts begin or end on other rows, or a part
    names its rows itself."""
    numbers = sorted(sheet.rows)[:MAX_SECTIONS]
    hidden = sorted(sheet.hidden)
    # Hidden rows part nothing.
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0] - bisect_left(hidden, pair[1]))
    for _, run in runs:
        yield from _side_by_side(sheet, [number for _, number in run])


def _side_by_side(sheet: _Sheet, rows: list[int]) -> Iterator[list[Numbered]]:
    used = sorted({column for number in rows for column in sheet.rows[number]})
    stretches = _stretches(used)
    reach = [_extent(sheet, rows, stretch) for stretch in stretches]
    if len(set(reach)) == 1 and not any(_names_its_rows(sheet, rows, stretch) for stretch in stretches[1:]):
        stretches = [(used[0], used[-1])]
    for first, last in stretches:
        block = [
            (number, [sheet.rows[number].get(column, BLANK) for column in range(first, last + 1)])
            for number in rows
            if any(first <= column <= last for column in sheet.rows[number])
        ]
        yield block


def _stretches(columns: list[int]) -> list[tuple[int, int]]:
    """Columns that follow each other, as first and last."""
    found: list[tuple[int, int]] = []
    for column in columns:
        if found and column == found[-1][1] + 1:
            found[-1] = (found[-1][0], column)
        else:
            found.append((column, column))
    return found


def _names_its_rows(sheet: _Sheet, rows: list[int], stretch: tuple[int, int]) -> bool:
    """Whether the part of a table behind a blank column is a table: words in its first column that tell its rows apart.

    Blank columns also set groups of figures apart, which belong to the names at the beginning of their rows.
    """
    cells = [sheet.rows[number].get(stretch[0]) for number in rows]
    words = [cell.text.casefold() for cell in cells if cell is not None]
    if stretch[0] == stretch[1] or len(rows) < 3 or len(words) < len(rows) or len(set(words)) < len(words):
        return False
    return all(kind(word) in (Kind.TEXT, Kind.FIGURE) and word[0].isalpha() for word in words)


def _extent(sheet: _Sheet, rows: list[int], stretch: tuple[int, int]) -> tuple[int, int]:
    filled = [n for n in rows if any(stretch[0] <= column <= stretch[1] for column in sheet.rows[n])]
    return filled[0], filled[-1]
