"""What there is to do: the files under a path, and after they were scanned, one unit a patient."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from assistant.batch.settings import Scan, Unit
from assistant.charts.veil import alias
from assistant.errors import UsageError
from assistant.records.part import Part
from assistant.records.sources import FORMATS, kind_of

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 120


def discover(source: Path, out: Path) -> tuple[list[Scan], list[Path]]:
    """The scans of a file or folder, and the files that are none of ours. NDJSON files of one folder are one export.

    Links are not followed, hidden files and the output folder are left out. Raises UsageError where there is nothing.
    """
    if not source.exists():
        raise UsageError("there is no such file or folder", path=source, remedy="check the name")
    scans: list[Scan] = []
    skipped: list[Path] = []
    bulk: dict[Path, list[str]] = {}
    for path in [source] if source.is_file() else _files(source, out.resolve()):
        kind = kind_of(path)
        if not kind:
            skipped.append(path)
        elif path.suffix.lower() in (".ndjson", ".jsonl"):
            bulk.setdefault(path.parent, []).append(str(path))
        else:
            scans.append(Scan((str(path),), kind))
    scans += [Scan(tuple(sorted(paths)), "fhir") for _, paths in sorted(bulk.items())]
    if not scans:
        raise UsageError(
            "no records here",
            path=source,
            remedy="give FHIR (.json, .ndjson), C-CDA (.xml), HL7 v2 (.hl7), CSV or text",
        )
    return scans, skipped


def _files(root: Path, out: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        here = Path(folder)
        names[:] = sorted(n for n in names if not n.startswith(".") and (here / n).resolve() != out)
        for name in sorted(files):
            path = here / name
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def units(parts: Iterable[Part], *, masked: bool) -> list[Unit]:
    """One unit a patient, in the order of the sources. Parts of the same kind and id are one patient's where they agree on
    who he is; where they do not, they are kept apart under names of their own. `masked`: no identifier in a name.
    """
    groups: dict[tuple[str, str], list[list[Part]]] = {}
    for part in parts:
        people = groups.setdefault((part.kind, part.patient_id), [])
        same = next((person for person in people if _agree(person, part)), None)
        if same is None:
            people.append([part])
        else:
            same.append(part)
    found: list[Unit] = []
    taken: set[str] = set()
    for (kind, patient), people in groups.items():
        for person in people:
            shown = patient
            if masked and FORMATS[kind].id_identifies:
                shown = alias(patient, person[0].digest)
            name = _free(_safe(shown), taken)
            note = "" if len(people) == 1 else "another record has the same id and is somebody else's: kept apart"
            found.append(Unit(shown, name, tuple(person), note))
    return found


def _agree(person: list[Part], part: Part) -> bool:
    """Whether nothing that both name (birth date, sex, family name) tells them apart, and no part is there twice."""
    for known in person:
        for one, other in zip(known.identity, part.identity, strict=False):
            if one and other and one != other:
                return False
    return True


def _safe(patient_id: str) -> str:
    name = _UNSAFE.sub("_", patient_id).strip(".")[:_LONGEST]
    return name or "unnamed"


def _free(name: str, taken: set[str]) -> str:
    """A name that no other file has, on file systems that ignore case too."""
    candidate, n = name, 1
    while candidate.lower() in taken or candidate.lower() in ("manifest",):
        n += 1
        candidate = f"{name}-{n}"
    taken.add(candidate.lower())
    return candidate
