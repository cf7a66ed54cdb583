"""FHIR bulk exports: folders of NDJSON in which the patients stand mixed. One pass notes where each patient's lines are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from assistant.errors import ReaderError
from assistant.records.fhir.bundle import SHARED, Names, local_key
from assistant.records.fhir.people import identity_of
from assistant.records.fhir.terms import parse
from assistant.records.fhir.values import Resource, key_of, string
from assistant.records.part import Part, Span

_MAX_LINE: Final = 1 << 26
_NO_NAMES: Final = Names(())
_DEPTH: Final = 12


class _Index:
    """Byte ranges by patient and file."""

    def __init__(self) -> None:
        self.spans: dict[str, dict[str, list[Span]]] = {}
        self.people: dict[str, Resource] = {}
        self.wanted: dict[str, set[str]] = {}
        self.shared: dict[str, tuple[str, Span]] = {}

    def add(self, patient: str, path: str, span: Span) -> None:
        """Give a line to a patient."""
        self.spans.setdefault(patient, {}).setdefault(path, []).append(span)


def index(paths: Sequence[str]) -> list[Part]:
    """The parts of every patient over all files. Raises ReaderError for a line that is no JSON, with its number."""
    found = _Index()
    for path in paths:
        _pass(path, found)
    for patient, wanted in found.wanted.items():
        for key in sorted(wanted & set(found.shared)):
            path, span = found.shared[key]
            found.add(patient, path, span)
    parts: list[Part] = []
    for patient in sorted(found.spans):
        identity = identity_of(found.people.get(patient, {}))
        for path, spans in found.spans[patient].items():
            parts.append(Part(path, "fhir", patient, _digest(path, spans), identity, tuple(spans)))
    if not parts:
        where = paths[0] if paths else "."
        raise ReaderError(
            "no line of the export speaks of a patient", path=where, remedy="export Patient resources too"
        )
    return parts


def _digest(path: str, spans: Iterable[Span]) -> str:
    """As `sources.load` computes it: over the lines, joined by line ends."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        for n, (start, length) in enumerate(spans):
            file.seek(start)
            digest.update(b"\n" * bool(n) + file.read(length))
    return digest.hexdigest()


def _pass(path: str, found: _Index) -> None:
    try:
        with Path(path).open("rb") as file:
            at = 0
            for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE), b""), 1):
                if line.strip():
                    _line(line, path, number, (at, len(line.rstrip(b"\r\n"))), found)
                at += len(line)
    except OSError as error:
        raise ReaderError(f"cannot be read ({error.strerror})", path=path, remedy="check the file") from None


def _line(line: bytes, path: str, number: int, span: Span, found: _Index) -> None:
    try:
        resource = parse(line, path)
    except ReaderError:
        raise ReaderError("a line is not valid JSON", path=path, line=number, remedy="export it again") from None
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        raise ReaderError("a line is no FHIR resource", path=path, line=number, remedy="export it again")
    patient = _NO_NAMES.patient_of(resource) or ""
    if patient:
        found.add(patient, path, span)
        # What a patient's resources name goes with him: medicines, and clinicians, whose names may have to be hidden.
        found.wanted.setdefault(patient, set()).update(_named(resource, 0))
    if resource["resourceType"] == "Patient":
        # What tells people apart is all that is kept of them here.
        found.people[patient] = {k: resource.get(k) for k in ("birthDate", "gender", "name")}
    elif resource["resourceType"] in SHARED:
        found.shared[key_of(resource)] = (path, span)


def _named(value: object, depth: int) -> Iterator[str]:
    """The keys of all references in a resource to what speaks of nobody."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _named(item, depth + 1)
    elif isinstance(value, dict):
        key = local_key(string(value, "reference"))
        if key.partition("/")[0] in SHARED:
            yield key
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _named(inner, depth + 1)
