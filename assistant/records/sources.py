"""Which file holds whose record, and the chart of one patient from the parts of it that several files may hold.

`scan` says which patients a file speaks of; `load` builds one patient's chart from his parts. Both read the files anew, so
that the work can be spread over processes and machines that share nothing but the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from assistant.errors import ReaderError
from assistant.records import notes
from assistant.records.ccda import chart as ccda
from assistant.records.fhir import chart as fhir
from assistant.records.fhir.bundle import Entry, Share, entries_of, shares
from assistant.records.fhir.people import identity_of
from assistant.records.fhir.terms import parse
from assistant.records.hl7 import chart as hl7
from assistant.records.hl7.labels import Marked, marked
from assistant.records.model import SECTIONS, Chart
from assistant.records.part import Part, Span, Split

MAX_BYTES: Final = 1 << 30


def _fhir(data: bytes, source: str) -> list[Split]:
    """Bundles of any type, single resources, and lines of resources (NDJSON)."""
    if source.lower().endswith((".ndjson", ".jsonl")):
        values = [parse(line, source) for line in data.splitlines() if line.strip()]
    else:
        found = parse(data, source)
        values = found if isinstance(found, list) else [found]
    entries = entries_of(values)
    if not entries:
        raise ReaderError("no FHIR resources in the file", path=source, remedy="give bundles or bulk exports")
    people = [share for share in shares(entries) if share.patient_id]
    if not people:
        raise ReaderError("the file names no patient", path=source, remedy="export it with the Patient resources")
    return [Split(share.patient_id, identity_of(share.patient), share) for share in people]


def _ccda(data: bytes, source: str) -> list[Split]:
    charts = ccda.charts_of(data, source)
    person = charts[0].person
    return [Split(charts[0].patient_id, (person.birth, person.sex, person.name.lower()), charts)]


def _ccda_chart(patient_id: str, payloads: Sequence[Any]) -> Chart:
    return merged(patient_id, [chart for payload in payloads for chart in payload])


def _hl7(data: bytes, source: str) -> list[Split]:
    found = [case for case in hl7.read(data, source) if case.patient_id]
    if not found:
        raise ReaderError("no message names a patient (PID-3)", path=source, remedy="export it with PID segments")
    return [Split(case.patient_id, case.identity, marked(case.messages)) for case in found]


def _hl7_chart(patient_id: str, payloads: Sequence[Any]) -> Chart:
    parts = [part for payload in payloads for part in payload]
    chart = hl7.chart_of(patient_id, [message for part in parts for message in part.messages])
    return replace(chart, hidden=frozenset(SECTIONS)) if any(part.held for part in parts) else chart


def _table(data: bytes, source: str) -> list[Split]:
    found: dict[str, list[object]] = {}
    for patient, note in notes.table(data, source):
        found.setdefault(patient, []).append(note)
    if not found:
        raise ReaderError("the table holds no notes", path=source, remedy="give one with rows")
    return [Split(patient, (), rows) for patient, rows in found.items()]


def _plain(data: bytes, source: str) -> list[Split]:
    patient, note = notes.plain(data, source)
    return [Split(patient, (), [note])]


def _notes_chart(patient_id: str, payloads: Sequence[Any]) -> Chart:
    return notes.chart_of(patient_id, [note for payload in payloads for note in payload])


def merged(patient_id: str, charts: Sequence[Chart]) -> Chart:
    """Charts of one patient as one; an entry that several documents repeat under the same name stands once."""
    sections: dict[str, Any] = {}
    for section in (*SECTIONS, "denials", "unread", "excluded"):
        seen: dict[tuple[str, str], object] = {}
        for chart in charts:
            for fact in getattr(chart, section):
                label = fact.reason if section == "excluded" else fact.what if section == "unread" else fact.term.text
                seen[(fact.resource, label)] = fact
        sections[section] = tuple(seen.values())
    known: dict[str, tuple[str, ...]] = {}
    for chart in charts:
        for entity, values in chart.person.identifiers.items():
            known[entity] = tuple(dict.fromkeys([*known.get(entity, ()), *values]))
    hidden = frozenset().union(*(chart.hidden for chart in charts))
    return Chart(patient_id, replace(charts[-1].person, identifiers=known), hidden=hidden, **sections)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of record: how a file falls into patients, and how a patient's shares become a chart."""

    title: str
    split: Callable[[bytes, str], list[Split]]
    chart: Callable[[str, Sequence[Any]], Chart]
    # Whether the patient's id is a number that the hospital gives out (an MRN), and not a technical one.
    id_identifies: bool


FORMATS: Final[dict[str, Format]] = {
    "fhir": Format("FHIR R4", _fhir, fhir.chart_of, False),
    "ccda": Format("C-CDA", _ccda, _ccda_chart, True),
    "hl7": Format("HL7 v2", _hl7, _hl7_chart, True),
    "notes": Format("table of notes", _table, _notes_chart, True),
    "note": Format("plain note", _plain, _notes_chart, True),
}
_ENDINGS: Final[dict[str, str]] = {
    ".ndjson": "fhir", ".jsonl": "fhir", ".json": "fhir", ".xml": "ccda", ".ccda": "ccda", ".cda": "ccda", ".hl7": "hl7",
    ".adt": "hl7", ".oru": "hl7", ".mdm": "hl7", ".er7": "hl7", ".csv": "notes", ".tsv": "notes", ".txt": "note", ".md": "note",
}  # fmt: skip


def kind_of(path: Path) -> str:
    """The format of a file by its ending, and for text by its first bytes; '' where it is none of ours."""
    kind = _ENDINGS.get(path.suffix.lower(), "")
    if kind == "note":
        with path.open("rb") as file:
            head = file.read(64).lstrip(b"\xef\xbb\xbf\x0b\r\n ")
        return "hl7" if head.startswith((b"MSH|", b"FHS|", b"BHS|")) else kind
    return kind


def read(path: str, spans: Sequence[Span] = ()) -> bytes:
    """A file, or the named byte ranges of it. Raises ReaderError."""
    try:
        with Path(path).open("rb") as file:
            if not spans:
                data = file.read(MAX_BYTES + 1)
                if len(data) > MAX_BYTES:
                    raise ReaderError("larger than 1 GiB", path=path, remedy="split it, or export it as NDJSON")
                return data
            pieces = []
            for start, length in spans:
                file.seek(start)
                pieces.append(file.read(length))
            return b"\n".join(pieces)
    except OSError as error:
        raise ReaderError(f"cannot be read ({error.strerror})", path=path, remedy="check the file") from None


def scan(path: str, kind: str) -> list[Part]:
    """The patients of one file, in its order, each part with a digest of what it was made from. Raises ReaderError."""
    data = read(path)
    if kind == "fhir" and path.lower().endswith((".ndjson", ".jsonl")):
        from assistant.records.fhir.bulk import index

        return index([path])
    digest = hashlib.sha256(data).hexdigest()
    return [Part(path, kind, s.patient_id, digest, s.identity) for s in FORMATS[kind].split(data, path)]


def load(
    patient_id: str,
    parts: Sequence[Part],
    *,
    visible: Callable[[str], bool] | None = None,
    opened: Opened | None = None,
) -> Chart:
    """The chart of one patient from his parts, all of one kind. Raises ReaderError, also where a file has changed.

    `visible` says whether resources that ask for a further access label may be used; those that may not are counted.
    `opened` keeps the file of the last part for the next patient of the same file; without it nothing is kept.
    """
    payloads: list[object] = []
    lines: list[Entry] = []
    opened = opened or Opened()
    for part in parts:
        data = read(part.path, part.spans)
        if hashlib.sha256(data).hexdigest() != part.digest:
            raise ReaderError("changed since it was read first", path=part.path, remedy="run the command again")
        if part.spans:
            # Lines of a bulk export that were picked for this patient: his own, and those that they name.
            lines += entries_of(parse(line, part.path) for line in data.split(b"\n"))
            continue
        mine = (patient_id, part.identity)
        found = opened.split(part, data)
        payloads += [s.payload for s in found if (s.patient_id, s.identity) == mine]
    payloads += [share for share in shares(lines) if share.patient_id == patient_id]
    if not payloads:
        raise ReaderError("the record no longer holds this patient", path=parts[0].path, remedy="run the command again")
    withheld: dict[str, int] = {}
    if visible is not None:
        payloads = [_seen(payload, visible, withheld) for payload in payloads]
    return replace(FORMATS[parts[0].kind].chart(patient_id, payloads), withheld=withheld)


def _seen(payload: object, visible: Callable[[str], bool], withheld: dict[str, int]) -> object:
    """The payload without what asks for a label that is not permitted: C-CDA and HL7 by parts, FHIR by resource."""
    if isinstance(payload, tuple):
        return tuple(_shown(part, visible, withheld) for part in payload)
    if not isinstance(payload, Share):
        return payload
    kept: list[Entry] = []
    held: list[Entry] = []
    for entry in payload.entries:
        (held if _count(entry.labels, visible, withheld) else kept).append(entry)
    shared = tuple(entry for entry in payload.shared if all(map(visible, entry.labels)))
    return replace(payload, entries=tuple(kept), shared=shared, held=tuple(held))


def _shown(part: Any, visible: Callable[[str], bool], withheld: dict[str, int]) -> object:
    """A part of a document or of messages, or what is left of it where its labels hold it back: whose it is."""
    if not _count(part.labels, visible, withheld):
        return part
    if isinstance(part, Marked):
        return part.bare()
    return Chart(part.patient_id, part.person, hidden=frozenset(SECTIONS))


def _count(labels: frozenset[str], visible: Callable[[str], bool], withheld: dict[str, int]) -> bool:
    """Whether one of the labels holds something back; it is counted under that label."""
    held = next((label for label in sorted(labels) if not visible(label)), "")
    if held:
        withheld[held] = withheld.get(held, 0) + 1
    return bool(held)


class Opened:
    """The file that was split last, for whoever works on its patients one after the other; gone with its owner."""

    def __init__(self) -> None:
        self._key = ""
        self._shares: list[Split] = []

    def split(self, part: Part, data: bytes) -> list[Split]:
        """The shares of all patients of a part's file."""
        key = f"{part.kind}:{part.path}:{part.digest}"
        if key == self._key:
            return self._shares
        found = FORMATS[part.kind].split(data, part.path)
        # A file of one patient is not asked for again.
        self._key, self._shares = (key, found) if len(found) > 1 else ("", [])
        return found
