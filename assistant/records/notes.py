"""Notes as charts: a table of notes (CSV) with a column for the patient, or one plain text a patient.

Only lists that stand under their own heading ("Allergies:", "Medications") become facts, each item word for word; everything
else of a note stays text.
"""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Final

from assistant.errors import ReaderError
from assistant.records.model import (
    Allergy,
    Chart,
    Fact,
    Immunization,
    Medication,
    Note,
    Person,
    Problem,
    Procedure,
    Term,
)
from assistant.records.negatives import denial

# Names that exports give to a column, in the order of preference.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "patient": ("patient_id", "patientid", "patient", "subject_id", "mrn", "person_id", "subject"),
    "text": ("text", "note", "note_text", "notes", "content", "body"),
    "date": ("date", "note_date", "charttime", "chartdate", "created", "datetime", "time"),
    "kind": ("type", "note_type", "category", "kind", "title"),
    "id": ("note_id", "row_id", "id"),
}
HEADINGS: Final[dict[str, str]] = {
    "allergies": "allergies", "allergy": "allergies", "allergies and intolerances": "allergies",
    "drug allergies": "allergies",
    "medications": "medications", "medication": "medications", "current medications": "medications",
    "discharge medications": "medications", "medicines": "medications", "current medicines": "medications",
    "medication list": "medications", "home medications": "medications", "medications on discharge": "medications",
    "problems": "problems", "problem list": "problems", "diagnoses": "problems", "diagnosis": "problems",
    "active problems": "problems", "past medical history": "problems", "discharge diagnoses": "problems",
    "immunizations": "immunizations", "immunisations": "immunizations", "vaccinations": "immunizations",
    "procedures": "procedures", "operations": "procedures", "past surgical history": "procedures",
}  # fmt: skip
_HEADING: Final = re.compile(
    r"^\s*(?:#{1,6}\s*)?(?:\*\*)?([A-Za-z][A-Za-z /&]{2,40}?)(?:\*\*)?\s*(:(?:\*\*)?|$)\s*(.*)$"
)
_BULLET: Final = re.compile(r"^\s*(?:[-*•‣]|\d{1,2}[.)])\s+(.+)$")
_NOTHING: Final = re.compile(r"^\W*(?:none|nil|no|n/?a|not recorded|unknown|see below)\b[\w ]{0,20}\W*$", re.I)
_UNSURE: Final = re.compile(
    r"\b(?:no|not|denies|ruled? out|without|negative for|\?|possible|family history)\b|\?", re.I
)
_DOSE: Final = re.compile(r"^(\D{3,}?)[\s,:]+(\d.*)$")
_MAX_ITEMS: Final = 200
_MAX_CELL: Final = 1 << 24
_LIMIT: Final = threading.Lock()


def table(data: bytes, source: str) -> list[tuple[str, Note]]:
    """The rows of a table of notes with their patients. Raises ReaderError where the columns are not there."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    with _long_cells():
        return _parsed(text, source)


@contextmanager
def _long_cells() -> Iterator[None]:
    """A note may be longer than the 128 KiB that csv allows a cell. That limit is the whole process's: put back at once."""
    with _LIMIT:
        before = csv.field_size_limit(_MAX_CELL)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _parsed(text: str, source: str) -> list[tuple[str, Note]]:
    head = text.partition("\n")[0]
    # Not csv.Sniffer: its patterns need exponential time on a line of quotation marks.
    mark = max(",;\t|", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        names = {str(name).strip().lower(): str(name) for name in reader.fieldnames or ()}
    except csv.Error:
        raise ReaderError("not a readable table", path=source, line=1, remedy="export it again") from None
    columns = {role: next((names[n] for n in known if n in names), "") for role, known in COLUMNS.items()}
    for role in ("patient", "text"):
        if not columns[role]:
            raise ReaderError(
                f"no column for the {role}",
                path=source,
                remedy=f"name one of the columns {', '.join(COLUMNS[role][:3])}",
            )
    try:
        return list(_rows(reader, columns, source))
    except csv.Error:
        raise ReaderError("not a readable table", path=source, line=reader.line_num, remedy="export it again") from None


def _rows(reader: csv.DictReader[str], columns: dict[str, str], source: str) -> Iterator[tuple[str, Note]]:
    stem = _safe(PurePath(source).stem)
    for n, row in enumerate(reader, 1):
        cells = {role: str(row.get(name) or "").strip() for role, name in columns.items() if name}
        own = cells.get("id") or f"{stem}-row-{n}"
        if cells["patient"] and cells["text"]:
            kind = Term(cells.get("kind") or "note")
            yield cells["patient"], Note(f"Note/{_safe(own)}", kind, cells.get("date", ""), cells["text"])


def plain(data: bytes, source: str) -> tuple[str, Note]:
    """One text of one patient, who is called by the name of the file. Raises ReaderError where it is empty."""
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace").strip()
    if not text:
        raise ReaderError("the note is empty", path=source, remedy="leave it out")
    stem = PurePath(source).stem
    return stem, Note(f"Note/{_safe(stem)}", Term("note"), "", text)


def _safe(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-") or "unnamed"


def chart_of(patient_id: str, notes: Iterable[Note]) -> Chart:
    """The chart of one patient's notes, with the facts of their headed lists."""
    ordered = tuple(sorted(notes, key=lambda note: note.date))
    sections: dict[str, list[Fact]] = {}
    for note in ordered:
        for section, item in headed(note.text):
            known = sections.setdefault(section, [])
            fact = _fact(section, item, note)
            if fact is not None and fact.term.text.lower() not in {f.term.text.lower() for f in known}:
                known.append(fact)
    found = {name: tuple(facts) for name, facts in sections.items()}
    return Chart(patient_id, Person(), notes=ordered, **found)  # type: ignore[arg-type]


def headed(text: str) -> Iterator[tuple[str, str]]:
    """(section, item) of the lists that stand under a heading of their own."""
    section, count = "", 0
    for line in text.splitlines():
        if (bullet := _BULLET.match(line)) is not None:
            if section and count < _MAX_ITEMS:
                count += 1
                yield section, bullet.group(1).strip()
        elif (heading := _heading(line)) is not None:
            (section, items), count = heading, 0
            yield from ((section, item) for item in items)
        elif not line.strip():
            # A blank line between heading and list is usual; one after the list ends it.
            section = section if count == 0 else ""
        elif count:
            section = ""


def _heading(line: str) -> tuple[str, list[str]] | None:
    """The section that a heading opens ('' for one that is none of ours) and the items beside it; None for other lines."""
    found = _HEADING.match(line)
    name = found.group(1).strip().lower() if found is not None else ""
    if found is None or not (name in HEADINGS or found.group(2)):
        return None
    section, rest = HEADINGS.get(name, ""), found.group(3)
    items = re.split(r"[;,]\s+(?![^(]*\))", rest) if section and rest else []
    return section, [item.strip().rstrip(".") for item in items]


def _fact(section: str, item: str, note: Note) -> Fact | None:
    item = item.strip(" *_")
    if section == "allergies" and denial(item):
        return Allergy(note.resource, Term(item), "noted", recorded=note.date, negated=True)
    if not item or len(item) > 200 or _NOTHING.match(item) or _UNSURE.search(item):
        return None
    return _FACTS[section](item, note)


def _medicine(item: str, note: Note) -> Fact:
    split = _DOSE.match(item)
    name, dose = (split.group(1).strip(" ,:"), split.group(2)) if split else (item, "")
    return Medication(note.resource, Term(name), "noted", dose, note.date, kind="noted")


_FACTS: Final[dict[str, Callable[[str, Note], Fact]]] = {
    "allergies": lambda item, note: Allergy(note.resource, Term(item), "noted", recorded=note.date),
    "medications": _medicine,
    "problems": lambda item, note: Problem(note.resource, Term(item), "noted"),
    "immunizations": lambda item, note: Immunization(note.resource, Term(item), "noted", note.date),
    "procedures": lambda item, note: Procedure(note.resource, Term(item), "noted"),
}
