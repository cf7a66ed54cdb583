"""Which file holds whose record, and the chart of one patient from the parts of it that several files may hold.

`scan` says which patients a file speaks of; `load` builds one patient's chart from his parts. Both read the files anew, so
that the work can be spread over processes and machines that share nothing but the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from assistant.errors import ReaderError
from assistant.records import notes
from assistant.records.ccda import chart as ccda
from assistant.records.fhir import chart as fhir
from assistant.records.fhir.terms import Resource, parse
from assistant.records.fhir.values import as_dict, as_list, key_of, string
from assistant.records.hl7 import chart as hl7
from assistant.records.model import SECTIONS, Chart

MAX_BYTES: Final = 1 << 30
_SUBJECTS: Final = ("subject", "patient", "beneficiary", "individual", "for")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """What one file holds of one patient. `spans`: byte ranges (start, length) where only those lines concern him."""

    path: str
    kind: str
    patient_id: str
    digest: str
    identity: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """One patient's share of a parsed file: who he is, by what identifies him, and the kind's own payload."""

    patient_id: str
    identity: tuple[str, ...]
    payload: Any


def _fhir(data: bytes, source: str) -> list[Split]:
    """Bundles of any type, single resources, and lines of resources (NDJSON)."""
    if source.lower().endswith((".ndjson", ".jsonl")):
        values = [parse(line, source) for line in data.splitlines() if line.strip()]
    else:
        found = parse(data, source)
        values = found if isinstance(found, list) else [found]
    resources, aliases = flatten(values)
    if not resources:
        raise ReaderError("no FHIR resources in the file", path=source, remedy="give bundles or bulk exports")
    groups = grouped(resources, aliases)
    shared = groups.pop("", [])
    people = {string(r, "id"): r for r in resources if r["resourceType"] == "Patient"}
    if not groups:
        raise ReaderError("the file names no patient", path=source, remedy="export it with the Patient resources")
    return [
        Split(patient, identity_of(people.get(patient, {})), ([*own, *shared], aliases))
        for patient, own in groups.items()
    ]


def flatten(values: Iterable[Any]) -> tuple[list[Resource], dict[str, Resource]]:
    """Resources out of their bundles, and the names (full URLs, Type/id, urn:uuid) by which references call each."""
    resources: list[Resource] = []
    aliases: dict[str, Resource] = {}
    stack: list[tuple[Any, str]] = [(value, "") for value in reversed(list(values))]
    while stack:
        value, url = stack.pop()
        if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
            continue
        if value["resourceType"] == "Bundle":
            entries = [as_dict(entry) for entry in as_list(value.get("entry"))]
            stack.extend((entry.get("resource"), string(entry, "fullUrl")) for entry in reversed(entries))
            continue
        if not string(value, "id"):
            # Entries to be created have no id yet; the bundle calls them by their full URL.
            value = {**value, "id": url.rpartition("/")[2].rpartition(":")[2] or f"entry-{len(resources) + 1}"}
        resources.append(value)
        for name in filter(None, (url, key_of(value), f"urn:uuid:{string(value, 'id')}")):
            aliases.setdefault(name, value)
    return resources, aliases


def subject_of(resource: Resource, aliases: Mapping[str, Resource]) -> str:
    """The id of the patient that a resource speaks of; a Patient speaks of itself; '' for none."""
    if resource["resourceType"] == "Patient":
        return string(resource, "id") or "unnamed"
    for key in _SUBJECTS:
        reference = string(as_dict(resource.get(key)), "reference").split("/_history")[0]
        if not reference:
            continue
        known = aliases.get(reference)
        target = key_of(known) if known is not None else reference
        kind, _, patient = target.rpartition("/")
        if kind.endswith("Patient") and patient:
            return patient
    return ""


def grouped(resources: Iterable[Resource], aliases: Mapping[str, Resource]) -> dict[str, list[Resource]]:
    """Resources by the patient they speak of."""
    groups: dict[str, list[Resource]] = {}
    for resource in resources:
        groups.setdefault(subject_of(resource, aliases), []).append(resource)
    return groups


def identity_of(patient: Resource) -> tuple[str, ...]:
    """What tells two people apart who carry the same id: birth date, sex, family name."""
    name = as_dict(next(iter(as_list(patient.get("name"))), {}))
    return string(patient, "birthDate"), string(patient, "gender"), string(name, "family").lower()


def _fhir_chart(patient_id: str, payloads: Sequence[Any]) -> Chart:
    aliases: dict[str, Resource] = {}
    resources: list[Resource] = []
    for own, names in payloads:
        resources += own
        aliases |= names
    return fhir.chart_of(patient_id, resources, aliases)


def _ccda(data: bytes, source: str) -> list[Split]:
    chart = ccda.chart_of(data, source)
    person = chart.person
    return [Split(chart.patient_id, (person.birth, person.sex, person.name.lower()), chart)]


def _hl7(data: bytes, source: str) -> list[Split]:
    found: dict[str, list[Any]] = {}
    for patient, message in hl7.read(data, source):
        found.setdefault(patient, []).append(message)
    found.pop("", None)
    if not found:
        raise ReaderError("no message names a patient (PID-3)", path=source, remedy="export it with PID segments")
    return [Split(patient, _hl7_identity(patient, messages), messages) for patient, messages in found.items()]


def _hl7_identity(patient: str, messages: Sequence[Any]) -> tuple[str, ...]:
    person = hl7.chart_of(patient, messages[-1:]).person
    return person.birth, person.sex, person.name.rpartition(" ")[2].lower()


def _hl7_chart(patient_id: str, payloads: Sequence[Any]) -> Chart:
    return hl7.chart_of(patient_id, [message for payload in payloads for message in payload])


def _table(data: bytes, source: str) -> list[Split]:
    found: dict[str, list[Any]] = {}
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
    for section in (*SECTIONS, "excluded"):
        seen: dict[tuple[str, str], Any] = {}
        for chart in charts:
            for fact in getattr(chart, section):
                label = fact.term.text if section != "excluded" else fact.reason
                seen[(fact.resource, label)] = fact
        sections[section] = tuple(seen.values())
    known: dict[str, tuple[str, ...]] = {}
    for chart in charts:
        for entity, values in chart.person.identifiers.items():
            known[entity] = tuple(dict.fromkeys([*known.get(entity, ()), *values]))
    return Chart(patient_id, replace(charts[-1].person, identifiers=known), **sections)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of record: how a file falls into patients, and how a patient's shares become a chart."""

    title: str
    split: Callable[[bytes, str], list[Split]]
    chart: Callable[[str, Sequence[Any]], Chart]
    # Whether the patient's id is a number that the hospital gives out (an MRN), and not a technical one.
    id_identifies: bool


FORMATS: Final[dict[str, Format]] = {
    "fhir": Format("FHIR R4", _fhir, _fhir_chart, False),
    "ccda": Format("C-CDA", _ccda, merged, True),
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
    payloads = []
    opened = opened or Opened()
    for part in parts:
        data = read(part.path, part.spans)
        if hashlib.sha256(data).hexdigest() != part.digest:
            raise ReaderError("changed since it was read first", path=part.path, remedy="run the command again")
        if part.spans:
            # Lines of a bulk export that were picked for this patient: his own, and the medicines that they name.
            payloads.append(flatten(parse(line, part.path) for line in data.split(b"\n")))
            continue
        shares = opened.split(part, data)
        payloads += [s.payload for s in shares if s.patient_id == part.patient_id]
    if not payloads:
        raise ReaderError("the record no longer holds this patient", path=parts[0].path, remedy="run the command again")
    withheld: dict[str, int] = {}
    if visible is not None:
        payloads = [_seen(payload, visible, withheld) for payload in payloads]
    return replace(FORMATS[parts[0].kind].chart(patient_id, payloads), withheld=withheld)


def _seen(payload: Any, visible: Callable[[str], bool], withheld: dict[str, int]) -> Any:
    """The payload without what asks for a label that is not permitted: a document as a whole, FHIR by resource."""
    if isinstance(payload, Chart):
        if not payload.label or visible(payload.label):
            return payload
        withheld[payload.label] = withheld.get(payload.label, 0) + 1
        return Chart(payload.patient_id, payload.person)
    if not isinstance(payload, tuple):
        return payload
    resources, aliases = payload
    kept = []
    for resource in resources:
        label = fhir.label_of(resource)
        if not label or visible(label):
            kept.append(resource)
        else:
            withheld[label] = withheld.get(label, 0) + 1
    return kept, {name: r for name, r in aliases.items() if not fhir.label_of(r) or visible(fhir.label_of(r))}


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
