"""HL7 v2 messages and clinical notes as the checker reads them, with code of its own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from check_records import Record, stamp

# Segment -> (section, field of the coded name).
HL7_FACTS: Final = {"DG1": ("problems", 3), "AL1": ("allergies", 3), "RXE": ("medications", 2)}
WITHDRAWN: Final = ("D", "W", "X")
SEX: Final = {"F": "female", "M": "male", "O": "other", "A": "other"}
CLASSES: Final = {"I": "inpatient visit", "O": "outpatient visit", "E": "emergency visit"}
# What the repeat patterns that the messages use mean, in the words of a label.
SPOKEN: Final = {"QD": "once a day 1", "BID": "twice a day 2", "TID": "3 times a day", "QID": "4 times a day"}
STATES: Final = {"C": "corrected", "P": "preliminary", "R": "preliminary", "S": "preliminary", "F": "final"}
HEADINGS: Final = {
    "allergies": "allergies", "medications": "medications", "discharge medications": "medications",
    "current medications": "medications", "problems": "problems", "problem list": "problems", "diagnoses": "problems",
}  # fmt: skip
PATIENT_COLUMNS: Final = ("patient_id", "patient", "mrn", "subject_id")
TEXT_COLUMNS: Final = ("text", "note", "note_text")


def hl7_records(paths: list[Path]) -> dict[str, Record]:
    """The records of HL7 files, by the first identifier of PID-3. Messages count in the order of their time (MSH-7)."""
    sent: list[tuple[str, list[list[str]]]] = []
    for path in paths:
        lines = [line for line in re.split(r"[\r\n]+", path.read_bytes().decode("utf-8")) if line.strip()]
        for line in lines:
            fields = line.split("|")
            if fields[0] == "MSH":
                sent.append((fields[6], [["MSH", "|", *fields[1:]]]))
            else:
                sent[-1][1].append(fields)
    found: dict[str, Record] = {}
    for _, message in sorted(sent, key=lambda pair: pair[0]):
        pid = next((s for s in message if s[0] == "PID"), None)
        if pid is not None:
            patient = pid[3].split("~")[0].split("^")[0]
            _message(found.setdefault(patient, Record(patient)), message)
    return found


def _message(record: Record, message: list[list[str]]) -> None:
    control = re.sub(r"[^A-Za-z0-9.]+", ".", message[0][10])
    counts: dict[str, int] = {}
    order: list[str] = []
    # What an earlier message said of the same thing is replaced, so it may no longer be shown.
    for segment in message:
        name = segment[0]
        counts[name] = counts.get(name, 0) + 1
        key = f"{name}/{control}-{counts[name]}"
        if name == "OBR":
            order = segment
        if name == "PID":
            key = f"Patient/{record.patient}"
        record.held[key] += [*_said(segment), *(_said(order) if name == "OBX" else ()), *_implied(segment, message)]
        if name in HL7_FACTS:
            _fact(record, segment, key)
        if name == "OBX":
            record.raw[key] = _observation(segment)
            if message[0][9].startswith("ORU"):
                _standing(record, segment, order, key)


def _implied(segment: list[str], message: list[list[str]]) -> list[str]:
    """What the codes of a segment mean in words, and what belongs to it of the others."""
    match segment[0]:
        case "PID":
            names = (" ".join(filter(None, (at(segment, 5, n) for n in order))) for order in ((2, 1), (2, 3, 1)))
            return [SEX.get(at(segment, 8), ""), *names]
        case "DG1":
            return [{"A": "admitting", "W": "working", "F": "final"}.get(at(segment, 6), "")]
        case "PV1":
            return [CLASSES.get(at(segment, 2), "")]
        case "OBX":
            return [STATES.get(at(segment, 11), "")]
        case "TXA":
            texts = [other for other in message if other[0] == "OBX"]
            whole = "\n".join(unescaped(other[5]) for other in texts)
            return [*(piece for other in texts for piece in _said(other)), whole]
        case "RXE" | "RXA":
            return [stamp(message[0][7]), SPOKEN.get(at(segment, 1, 2), "")]
    return []


def _fact(record: Record, segment: list[str], key: str) -> None:
    section, field = HL7_FACTS[segment[0]]
    same = (section, (at(segment, field, 2) or at(segment, field)).lower())
    if segment[0] == "DG1" and at(segment, 21) == "D":
        record.void.add(key)
        return
    record.active[section].discard(record.latest.get(same, ""))
    record.latest[same] = key
    record.active[section].add(key)


def _standing(record: Record, segment: list[str], order: list[str], key: str) -> None:
    same = (f"{at(order, 3) or at(order, 2)}", f"{at(segment, 3)}|{at(segment, 4)}")
    if same in record.latest and at(segment, 11) in ("C", *WITHDRAWN):
        record.void.add(record.latest[same])
    record.latest[same] = key
    if at(segment, 11) in WITHDRAWN:
        record.void.add(key)


def _observation(segment: list[str]) -> dict[str, object]:
    """The mark and the range of a result in the shape that the check of FHIR results takes."""
    codes = [{"coding": [{"code": code}]} for code in [at(segment, 8)] if code]
    low, _, high = at(segment, 7).partition("-")
    span = [{"low": {"value": low}, "high": {"value": high}}] if re.fullmatch(r"[\d.]+-[\d.]+", at(segment, 7)) else []
    value = at(segment, 5)
    quantity = {"value": value} if re.fullmatch(r"[\d.]+", value) else {}
    return {"interpretation": codes, "referenceRange": span, "valueQuantity": quantity}


def at(segment: list[str], field: int, component: int = 1) -> str:
    """A component of a field's first repetition."""
    parts = (segment[field] if field < len(segment) else "").split("~")[0].split("^")
    return unescaped(parts[component - 1]).strip() if component <= len(parts) else ""


def unescaped(text: str) -> str:
    """HL7 escapes of the standard separators undone."""
    for code, mark in (
        ("\\F\\", "|"),
        ("\\S\\", "^"),
        ("\\T\\", "&"),
        ("\\R\\", "~"),
        ("\\.br\\", "\n"),
        ("\\E\\", "\\"),
    ):
        text = text.replace(code, mark)
    return text


def _said(segment: list[str]) -> Iterator[str]:
    for field in segment[1:]:
        for piece in re.split(r"[~^&]", field):
            if piece.strip():
                text = unescaped(piece).strip()
                yield text
                if re.fullmatch(r"\d{8}(?:\d{4,6})?", text):
                    yield stamp(text)
        yield unescaped(field.replace("^", " ")).strip()


# ---------------------------------------------------------------- notes


def note_records(paths: list[Path]) -> dict[str, Record]:
    """The records of CSV tables of notes (a patient a column) and of plain notes (a patient a file)."""
    found: dict[str, Record] = {}
    for path in paths:
        text = path.read_bytes().decode("utf-8-sig")
        if path.suffix in (".csv", ".tsv"):
            _table(path, text, found)
        else:
            _note(found.setdefault(path.stem, Record(path.stem)), path.stem, text, [])
    return found


def _table(path: Path, text: str, found: dict[str, Record]) -> None:
    before = csv.field_size_limit(1 << 24)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if path.suffix == ".tsv" else ","))
    finally:
        csv.field_size_limit(before)
    for number, row in enumerate(rows, 1):
        patient = next(row[c] for c in PATIENT_COLUMNS if c in row)
        note = next(row[c] for c in TEXT_COLUMNS if c in row)
        name = row.get("note_id") or row.get("id") or f"{path.stem}-row-{number}"
        _note(found.setdefault(patient, Record(patient)), name, note, [v for v in row.values() if v])


def _note(record: Record, name: str, text: str, more: list[str]) -> None:
    key = "Note/" + (re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "unnamed")
    record.held[key] += [text, *more, "note"]
    record.notes.add(key)
    section = ""
    for line in text.splitlines():
        bare = line.strip(" #*").rstrip(":").lower()
        if bare in HEADINGS:
            section = HEADINGS[bare]
        elif re.match(r"\s*[-*] ", line):
            record.listed.setdefault(key, {}).setdefault(section, []).append(line.strip(" -*"))
        elif line.strip():
            section = ""
    for section, items in record.listed.get(key, {}).items():
        if section:
            record.wanted.setdefault(section, set()).update(item.lower() for item in items)
