"""Check summaries against the records they were made of, with code of its own: nothing of the assistant is imported.

    python tools/check_summaries.py RECORDS OUT

RECORDS is the file or folder that was summarized (FHIR bundles, NDJSON, C-CDA, HL7 v2, CSV of notes, plain notes), OUT the
folder of the summaries. For every fact: does the resource exist in this patient's record, are text, status, dates, dose, unit
and value in it, is the mark right? For every sentence: do all its numbers and its words stand in the resources that it cites,
and each medicine's numbers in that medicine's own resource? And are all active problems, medicines and allergies there?
Prints totals as JSON and one line for each violation (file, place, kind; never the record's words, but for a word of ours).
Exit code 1 where a fact is invented or another patient's, or where less than 98% of what is active is there.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from check_doses import holds
from check_messages import hl7_records, note_records
from check_records import Record, cda_records, code_of, fhir_records, strings

SECTIONS: Final = (
    "problems",
    "medications",
    "allergies",
    "results",
    "encounters",
    "procedures",
    "immunizations",
    "notes",
)
DATES: Final = ("onset", "ended", "start", "end", "date", "recorded", "time")
NUMBER: Final = re.compile(r"(?<![A-Za-z\d.])\d+(?:\.\d+)?")
WORD: Final = re.compile(r"[^\W\d_]{3,}")
# The words that a summary's own sentences consist of; every other word has to come from the record.
OWN_WORDS: Final = frozenset(
    """the patient born died has active problems problem status not given medicines medicine hold allergies allergy record states
    last contacts procedures immunizations since reaction from down unchanged range high low critical abnormal normal and
    house dose times day week month hour every once twice route needed known with taking takes prescribed currently current
    days hours minutes weeks months years second minute hour year
    then all doses each time over morning noon evening bedtime night waking before after meal meals breakfast lunch
    monday tuesday wednesday thursday friday saturday sunday more than per preliminary amended corrected
    are been was were for include includes including been diagnosed these following who also their they allergic
    """.split()
)
# HL7 table 0128, whose codes stand in words.
CODES: Final = {"severe": "sv", "moderate": "mo", "mild": "mi"}
SIXTH: Final = {"once": "1", "twice": "2"}
WORD2: Final = re.compile(r"[^\W\d_]+")
# Words in which a coded dose is spelled out; its units come from the record.
DOSE_WORDS: Final = frozenset(
    """a an every once twice times per day days hour hours week weeks month months year years minute minutes for as needed to up
    at over and or dose doses rate route no more than then from until on in the all each time quantity morning noon evening bedtime
    night waking before after with meal meals breakfast lunch monday tuesday wednesday thursday friday saturday sunday""".split()
)
# What a source without a status of its own may be said to have.
OWN_STATUS: Final = {
    "Note": {"noted", "", "recorded"}, "DG1": {"recorded"}, "AL1": {"recorded"}, "RXE": {"recorded"}, "PR1": {"recorded"},
    "OBX": {"", "final", "corrected", "preliminary", "recorded"}, "PV1": {"finished", "in-progress", "recorded"},
    "RXA": {"completed", "recorded", "partially-administered", "not-done"}, "TXA": {"", "recorded", "noted"},
}  # fmt: skip


def numbers(text: str) -> set[str]:
    """The numbers of a text, in a plain form."""
    return {plain(n) for n in NUMBER.findall(text)}


def plain(number: str) -> str:
    """4.0 and 4 are one number."""
    return number.rstrip("0").rstrip(".") if "." in number else number


# ---------------------------------------------------------------- checks


class Check:
    """The violations and totals of one run."""

    def __init__(self, records: dict[str, Record]) -> None:
        self.records = records
        self.owner = {key: p for p, record in records.items() for key in record.held if not key.startswith("Section/")}
        self.totals: Counter[str] = Counter()
        self.lines: list[str] = []

    def blame(self, kind: str, where: str) -> None:
        self.totals[kind] += 1
        self.lines.append(f"{kind}: {where}")

    def summary(self, path: Path) -> None:
        """Check one summary."""
        found = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
        record = self.records.get(found["patient_id"])
        self.totals["summaries"] += 1
        if record is None:
            self.blame("unknown_patient", path.name)
            return
        for section in SECTIONS:
            for row in found.get(section, ()):
                self.totals["facts"] += 1
                self.fact(path.name, section, row, record)
        for row in found["gaps"]:
            self.totals["gaps"] += 1
            for resource in row["resources"]:
                self.exists(f"{path.name} gaps", resource, record)
        for at, sentence in enumerate(found["narrative"]):
            self.sentence(f"{path.name} sentence {at + 1}", sentence, record)
            self.paired(f"{path.name} sentence {at + 1}", sentence, {m["resource"]: m for m in found["medications"]})
        self.recall(found, record)

    def exists(self, where: str, resource: str, record: Record) -> list[str]:
        """The strings behind a citation; a violation where it is nobody's or somebody else's."""
        held = record.held.get(resource)
        if held is None:
            held = record.held.get(re.sub(r"-\d+$", "", resource))
        if held is None:
            self.blame("other_patient" if resource in self.owner else "invented", f"{where} {resource}")
            return []
        return held

    def fact(self, name: str, section: str, row: dict[str, Any], record: Record) -> None:
        """Text, status, dates, numbers and mark of one fact."""
        resource = row["resource"]
        where = f"{name} {section} {resource}"
        held = self.exists(where, resource, record)
        if not held:
            return
        if resource in record.void:
            self.blame("void_entry", where)
        folded = {" ".join(s.split()).lower() for s in held}
        text = row["text"].lower()
        bare = re.sub(r"^no known allergy \((.*)\)$", r"\1", text)
        if resource in record.notes:
            self.noted(where, section, row, record, folded)
        elif text and text not in folded and bare not in folded and text != "clinical note":
            self.blame("invented", f"{where} text")
        if row.get("unit") and row["unit"].lower() not in folded:
            self.blame("invented", f"{where} unit")
        self.quoted(where, row, held, folded)
        there = {n for s in held for n in numbers(s)} | {plain(s) for s in held}
        self.dose(where, str(row.get("dose", "")), there, folded)
        if resource in record.raw and section == "medications":
            self.order(where, str(row.get("dose", "")), record.raw[resource])
        elif resource in record.orders and row.get("dose"):
            self.totals["doses"] += 1
            if not holds(str(row["dose"]), [record.orders[resource]]):
                self.blame("wrong_dose", where)
        self.status(where, row, folded, coded=resource in record.raw)
        stated = record.stated.get(resource, "")
        if stated and row.get("status") not in (stated, "unknown") and not row.get("ended"):
            self.blame("invented", f"{where} status")
        if section == "results":
            self.result(where, row, record.raw.get(resource), there, folded)

    def quoted(self, where: str, row: dict[str, Any], held: list[str], folded: set[str]) -> None:
        """What a row says beside its text stands in the record, and so do its dates."""
        for key in ("reaction", "severity", "criticality", "verification", "reason"):
            for piece in re.split(r",\s+", str(row.get(key, ""))) if row.get(key) else ():
                if piece.lower() not in " | ".join(folded) and CODES.get(piece) not in folded:
                    self.blame("invented", f"{where} {key}")
        for key in DATES:
            if row.get(key) and not any(s.startswith(row[key][:10]) for s in held):
                self.blame("invented", f"{where} {key}")

    def dose(self, where: str, dose: str, there: set[str], folded: set[str]) -> None:
        """The numbers and words of a dose are the record's, but for those that every dose is told with."""
        said = numbers(dose) | {SIXTH[w] for w in re.findall(r"once|twice", dose) if w not in " ".join(folded)}
        words = set(WORD2.findall(dose.lower())) - DOSE_WORDS
        if said - there or words - {w for s in folded for w in WORD2.findall(s)}:
            self.blame("invented", f"{where} dose")

    def order(self, where: str, said: str, raw: dict[str, Any]) -> None:
        """The dose of a FHIR order says every part of its instructions, and nothing else."""
        given = raw.get("dosageInstruction") or raw.get("dosage") or []
        if raw["resourceType"] == "MedicationAdministration" or not (given or said):
            return
        self.totals["doses"] += 1
        if not holds(said, given):
            self.blame("wrong_dose", where)

    def noted(self, where: str, section: str, row: dict[str, Any], record: Record, folded: set[str]) -> None:
        """A fact of a note is one of its listed items, name and dose, under a heading of its section; a note, itself."""
        if section == "notes":
            if row["text"].lower() not in folded:
                self.blame("invented", f"{where} text")
            return
        whole = " ".join(f"{row['text']} {row.get('dose', '')}".lower().split())
        items = [
            " ".join(item.lower().rstrip(".").split())
            for item in record.listed.get(row["resource"], {}).get(section, [])
        ]
        if whole.replace(",", "") not in {item.replace(",", "") for item in items}:
            self.blame("invented", f"{where} text")

    def status(self, where: str, row: dict[str, Any], folded: set[str], *, coded: bool) -> None:
        """The status has to be the record's. FHIR gives it by code; in C-CDA it follows from dates and concerns."""
        status = str(row.get("status", ""))
        if where.split(" ")[2].split("/")[0] in OWN_STATUS:
            follows = OWN_STATUS[where.split(" ")[2].split("/")[0]]
            if status not in follows:
                self.blame("invented", f"{where} status")
            return
        follows = {"unknown", ""} if coded else {"unknown", "", "resolved", "inactive", "active", "not-done"}
        if status not in folded and status not in follows and not (status == "resolved" and row.get("ended")):
            self.blame("invented", f"{where} status")

    def result(self, where: str, row: dict[str, Any], raw: Any, there: set[str], folded: set[str]) -> None:
        """Value and mark of a result."""
        value = str(row["value"])
        if plain(value) not in there and value.lower() not in folded and plain(value.lstrip("<>=")) not in there:
            words = [w for w in re.split(r"\s+to\s+|\s+", value.lower()) if w]
            if not all(w in " ".join(folded) for w in words):
                self.blame("invented", f"{where} value")
        if raw is not None and row["flag"]:
            if crosses_units(raw, row):
                self.blame("mark_across_units", where)
            expected = flag_of(raw, row)
            if expected and expected != row["flag"]:
                self.blame("wrong_mark", where)
            self.totals["marks"] += 1
        elif raw is not None and other_unit(raw):
            self.totals["ranges_in_another_unit"] += 1

    def sentence(self, where: str, sentence: dict[str, Any], record: Record) -> None:
        """Numbers and words of a sentence."""
        self.totals["sentences"] += 1
        if not sentence["resources"]:
            self.blame("uncited_sentence", where)
        held = [s for resource in sentence["resources"] for s in self.exists(where, resource, record)]
        there = {n for s in held for n in numbers(s)} | {part for s in held for part in numbers(s.replace("-", " "))}
        there |= {s[:10] for s in held}
        said = NUMBER.findall(re.sub(r"\d{4}-\d\d(?:-\d\d)?", " ", sentence["text"]))
        for number in said:
            if plain(number) not in there:
                self.blame("number_not_in_source", where)
        for day in re.findall(r"\d{4}-\d\d(?:-\d\d)?", sentence["text"]):
            if not any(s.startswith(day) or day in s for s in held):
                self.blame("number_not_in_source", where)
        whole = " ".join(held).lower()
        coded = {s.lower() for s in held}
        for word in WORD.findall(sentence["text"].lower()):
            if (
                word not in whole
                and word not in OWN_WORDS
                and word.rstrip("s") not in whole
                and CODES.get(word) not in coded
            ):
                self.blame("word_not_in_source", f"{where} ({word})")

    def paired(self, where: str, sentence: dict[str, Any], rows: dict[str, Any]) -> None:
        """In a list of medicines, the numbers behind each name are those of the medicine of this name, not its neighbour's."""
        text = sentence["text"].lower()
        named = [(text.find(rows[r]["text"].lower().rstrip(".")), r) for r in sentence["resources"] if r in rows]
        starts = sorted({at for at, _ in named if at >= 0})
        for at, end in zip(starts, [*starts[1:], len(text)], strict=False):
            own = [rows[r] for start, r in named if start == at]
            there = {
                n
                for row in own
                for key in ("text", "dose", "start")
                for n in numbers(str(row.get(key, "")).replace("-", " "))
            }
            if numbers(re.sub(r"\d{4}(?:-\d\d){0,2}", " ", text[at:end])) - there:
                self.blame("number_of_a_neighbour", where)

    def recall(self, found: dict[str, Any], record: Record) -> None:
        """What is active has to be there, with a status that says so, and in the narrative."""
        narrated = {r for sentence in found["narrative"] for r in sentence["resources"]}
        for section, keys in record.active.items():
            there = {row["resource"] for row in found[section] if row["status"] not in ("resolved", "inactive")}
            planned = {row["resource"] for row in found[section] if row.get("intent") in ("plan", "proposal", "option")}
            self.totals[f"active_{section}"] += len(keys)
            self.totals[f"found_{section}"] += len(keys & there)
            self.totals["active_narrated_of"] += len(keys - planned)
            self.totals["active_narrated"] += len((keys - planned) & narrated)
            for key in keys - there:
                self.lines.append(f"missing: {found['patient_id']} {section} {key}")
        for section, items in record.wanted.items():
            said = {
                " ".join(f"{row['text']} {row.get('dose', '')}".lower().replace(",", "").split())
                for row in found[section]
            }
            wanted = {" ".join(item.rstrip(".").replace(",", "").split()) for item in items}
            self.totals[f"active_{section}"] += len(wanted)
            self.totals[f"found_{section}"] += len(wanted & said)
            if wanted - said:
                self.lines.append(f"missing: {found['patient_id']} {section} {len(wanted - said)} of its notes")


def flag_of(raw: dict[str, Any], row: dict[str, Any]) -> str:
    """The mark that interpretation or range of the record give, '' where they give none."""
    holders = [raw, *raw.get("component", [])]
    holder = next((h for h in holders if row["text"] in strings(h.get("code")) and "valueQuantity" in h), raw)
    given = code_of((holder.get("interpretation") or [{}])[0])
    if given:
        return {"H": "high", "L": "low", "N": "normal", "HH": "high-critical", "LL": "low-critical"}.get(given, "")
    spans = holder.get("referenceRange", [])
    quantity = holder.get("valueQuantity", {})
    if len(spans) != 1 or not quantity or quantity.get("comparator"):
        return ""
    value = float(quantity["value"])
    low, high = (spans[0].get(end, {}).get("value") for end in ("low", "high"))
    if low is not None and value < float(low):
        return "low"
    return "high" if high is not None and value > float(high) else "normal" if low or high else ""


def other_unit(raw: dict[str, Any]) -> bool:
    """Whether a result has a range and each of its limits stands in another unit than the value."""
    unit = raw.get("valueQuantity", {}).get("unit")
    limits = [
        span[end].get("unit", unit) for span in raw.get("referenceRange", []) for end in ("low", "high") if end in span
    ]
    return bool(unit and limits) and unit not in limits


def crosses_units(raw: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a mark can only come of a range in another unit: no interpretation, no range of the house."""
    return other_unit(raw) and not raw.get("interpretation") and row.get("flag_by") != "pack"


WRONG: Final = ("mark_across_units", "invented", "other_patient", "void_entry", "unknown_patient", "wrong_mark", "wrong_dose",
                "uncited_sentence", "number_not_in_source", "number_of_a_neighbour", "word_not_in_source")  # fmt: skip
READ: Final = {
    ".json": fhir_records, ".ndjson": fhir_records, ".xml": cda_records, ".hl7": hl7_records, ".csv": note_records,
    ".tsv": note_records, ".txt": note_records, ".md": note_records,
}  # fmt: skip


def check_folder(records: Path, out: Path) -> tuple[dict[str, Any], list[str], bool]:
    """Totals, a line for each violation, and whether all of it holds."""
    files = [records] if records.is_file() else sorted(p for p in records.rglob("*") if p.is_file())
    known: dict[str, Record] = {}
    for read in dict.fromkeys(READ.values()):
        for patient, record in read([p for p in files if READ.get(p.suffix) is read]).items():
            known.setdefault(patient, record)
    check = Check(known)
    for path in sorted(out.glob("*.json")):
        if path.name != "manifest.json" and not path.name.endswith(".fhir.json"):
            check.summary(path)
    totals: dict[str, Any] = dict(check.totals)
    active = sum(n for k, n in totals.items() if k.startswith("active_") and "narrated" not in k)
    there = sum(n for k, n in totals.items() if k.startswith("found_"))
    totals |= {
        "violations": sum(totals.get(kind, 0) for kind in WRONG),
        "recall": round(there / active, 4) if active else None,
    }
    holds = not totals["violations"] and not (active and there / active < 0.98) and bool(totals.get("summaries"))
    return totals, check.lines, holds


def main() -> int:
    """Check all; 1 where it does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--lines", type=int, default=40, help="how many violations to print")
    options = parser.parse_args()
    totals, lines, holds = check_folder(options.records, options.out)
    print(json.dumps(totals, indent=1))
    for line in lines[: options.lines]:
        print(line, file=sys.stderr)
    return int(not holds)


if __name__ == "__main__":
    raise SystemExit(main())
