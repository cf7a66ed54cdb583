"""XLSX: each sheet's rows with their headers, located by sheet and row; values as shown, formulas by their last result."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.limits import MAX_SECTIONS
from assistant.formats.xml import local
from assistant.readers.archive import Archive
from assistant.readers.compose import Composer, is_header, stem, tidy
from assistant.readers.identifiers import Known
from assistant.readers.sheet_cells import Styles, place, read_styles, shared_strings, text_of
from assistant.readers.tables import record
from assistant.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_CELLS: Final = 2_000_000
"""Filled cells of one workbook: about 1 GiB of memory with their text."""
MAX_MERGED: Final = 100_000
_HEADER_WITHIN: Final = 10
"""Rows in which a header is looked for: above it stand titles and notes."""
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(slots=True)
class _Sheet:
    """The filled cells of one sheet: row to column to text."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: int = 0
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
    composer, known = Composer(source), Known()
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
        cells += reader.cells
        composer.hidden += sheet.hidden_rows
        unresolved += sheet.without_result
        _write(name, sheet, composer, known)
    metadata = {
        "sheets": str(len(sheets)),
        "hidden_sheets": ", ".join(left_out)[:500],
        "unresolved": str(unresolved) if unresolved else "",
    }
    return [composer.build(title=stem(source), media_type=_KIND, metadata=metadata, fields=known.fields)]


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

    def __init__(self, strings: list[str], styles: Styles, source: str, budget: int) -> None:
        self.cells = 0
        self._strings, self._styles, self._source, self._budget = strings, styles, source, budget

    def read(self, root: _Element) -> _Sheet:
        """All visible cells, merged areas filled."""
        sheet = _Sheet()
        columns = _hidden_columns(root)
        hidden: set[int] = set()
        for part in root:
            if local(part) == "sheetData":
                self._rows(part, sheet, columns, hidden)
            elif local(part) == "mergeCells":
                self._merged(part, sheet, hidden, columns)
        return sheet

    def _rows(self, data: _Element, sheet: _Sheet, columns: set[int], hidden: set[int]) -> None:
        number = 0
        for row in data:
            given = row.get("r") or ""
            number = int(given) if given.isdigit() and len(given) < 8 else number + 1
            if row.get("hidden") in ("1", "true"):
                hidden.add(number)
                sheet.hidden_rows += len(row) > 0
                continue
            values: dict[int, str] = {}
            column = 0
            for cell in row:
                at = place(cell.get("r") or "")
                column = at[1] if at else column + 1
                if column in columns:
                    continue
                if text := self._value(cell, sheet):
                    values[column] = text
            if values:
                self._spend(len(values))
                sheet.rows[number] = values

    def _value(self, cell: _Element, sheet: _Sheet) -> str:
        kind, raw, inline, formula = cell.get("t") or "n", None, "", False
        for part in cell:
            name = local(part)
            if name == "v":
                raw = part.text
            elif name == "is":
                inline = text_of(part)
            elif name == "f":
                formula = True
        if kind == "inlineStr":
            return tidy(inline)
        if raw is None:
            sheet.without_result += formula
            return ""
        if kind == "s":
            index = int(raw) if raw.strip().isdigit() and len(raw) < 10 else -1
            return tidy(self._strings[index]) if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if kind == "n":
            style = cell.get("s") or "0"
            return self._styles.show(raw.strip(), int(style) if style.isdigit() and len(style) < 8 else 0)
        return tidy(raw)

    def _merged(self, merges: _Element, sheet: _Sheet, hidden: set[int], columns: set[int]) -> None:
        filled = 0
        for merge in merges:
            first, _, last = (merge.get("ref") or "").partition(":")
            start, end = place(first), place(last)
            value = sheet.rows.get(start[0], {}).get(start[1], "") if start else ""
            if start is None or end is None or not value:
                continue
            area = (end[0] - start[0] + 1) * (end[1] - start[1] + 1)
            if area <= 0 or filled + area > MAX_MERGED:
                continue
            filled += area
            for row in range(start[0], end[0] + 1):
                if row in hidden:
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


def _write(name: str, sheet: _Sheet, composer: Composer, known: Known) -> None:
    """The rows of a sheet under its name: what stands above the header as paragraphs, then a section a row."""
    if not sheet.rows:
        return
    composer.note(f"## {name}")
    numbers = sorted(sheet.rows)[:MAX_SECTIONS]
    first = min(column for row in sheet.rows.values() for column in row)
    last = max(column for row in sheet.rows.values() for column in row)
    head_at = _header(sheet, numbers, first, last)
    head: list[str] = []
    if head_at:
        head = [sheet.rows[head_at].get(column, "") for column in range(first, last + 1)]
    for number in numbers:
        row = sheet.rows[number]
        composer.open(name, f"sheet {name}, row {number}")
        if number == head_at:
            composer.note(" | ".join(cell for cell in head if cell))
        elif number < head_at or not head:
            composer.add(" | ".join(dict.fromkeys(row[column] for column in sorted(row))))
        else:
            composer.add(record(head, [row.get(column, "") for column in range(first, last + 1)], known))


def _header(sheet: _Sheet, numbers: list[int], first: int, last: int) -> int:
    """The row that names the columns, 0 where none does: the first that looks like one, with rows under it."""
    for number in numbers[:_HEADER_WITHIN]:
        row = sheet.rows[number]
        cells = [row.get(column, "") for column in range(first, last + 1)]
        below = [other for other in numbers if other > number]
        if below and len(row) > 1 and is_header(cells, max(2, len(sheet.rows[below[0]]))):
            return number
    return 0
