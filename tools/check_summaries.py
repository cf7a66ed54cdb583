"""Check summaries against the records they were made of, with code of its own: nothing of the assistant is imported.

    python tools/check_summaries.py RECORDS OUT

RECORDS is the file or folder that was summarized (FHIR bundles, NDJSON, C-CDA), OUT the folder of the summaries. For every
fact: does the resource exist in this patient's record, are text, status, dates, dose and value in it, is the mark right? For
every sentence: do all its numbers and its words stand in the resources that it cites? And are all active problems, medicines
and allergies there? Prints totals as JSON and one line for each violation (file, place, kind; never the record's words).
Exit code 1 where a fact is invented or another patient's, or where less than 98% of what is active is there.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

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
ACTIVE: Final = {
    "Condition": ("problems", {"active", "recurrence", "relapse"}),
    "MedicationRequest": ("medications", {"active"}),
    "MedicationStatement": ("medications", {"active"}),
    "AllergyIntolerance": ("allergies", {"active"}),
}
NUMBER: Final = re.compile(r"(?<![A-Za-z\d.])\d+(?:\.\d+)?")
WORD: Final = re.compile(r"[^\W\d_]{3,}")
# The words that a summary's own sentences consist of; every other word has to come from the record.
OWN_WORDS: Final = frozenset(
    """the patient born died has active problems problem status not given medicines medicine hold allergies allergy record states
    last contacts procedures immunizations since reaction from down unchanged range high low critical abnormal normal and
    house dose times day week month hour every once twice route needed known with taking takes prescribed currently current
    days hours minutes weeks months years second minute hour year
    are been was were for include includes including been diagnosed these following who also their they allergic
    """.split()
)
SIXTH: Final = {"once": "1", "twice": "2"}


def numbers(text: str) -> set[str]:
    """The numbers of a text, in a plain form."""
    return {plain(n) for n in NUMBER.findall(text)}


def plain(number: str) -> str:
    """4.0 and 4 are one number."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def strings(value: Any) -> Iterator[str]:
    """Every scalar in a resource, as text."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


class Record:
    """One patient's record: name in citations -> the strings of what is called so."""

    def __init__(self, patient: str) -> None:
        self.patient = patient
        self.held: dict[str, list[str]] = defaultdict(list)
        self.raw: dict[str, Any] = {}
        self.active: dict[str, set[str]] = defaultdict(set)
        self.void: set[str] = set()


# ---------------------------------------------------------------- FHIR


def fhir_records(paths: list[Path]) -> dict[str, Record]:
    """The records of FHIR files."""
    entries: list[tuple[str, dict[str, Any]]] = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ndjson":
            entries += [("", json.loads(line, parse_float=str)) for line in text.splitlines() if line.strip()]
        else:
            value = json.loads(text, parse_float=str)
            entries += (
                [(e.get("fullUrl", ""), e["resource"]) for e in value["entry"]] if "entry" in value else [("", value)]
            )
    names: dict[str, dict[str, Any]] = {}
    for url, resource in entries:
        for name in (url, f"{resource['resourceType']}/{resource.get('id')}", f"urn:uuid:{resource.get('id')}"):
            names[name] = resource
    found: dict[str, Record] = {}
    for _, resource in entries:
        owner = owner_of(resource, names)
        if not owner:
            continue
        record = found.setdefault(owner, Record(owner))
        key = f"{resource['resourceType']}/{resource.get('id')}"
        held = list(strings({k: v for k, v in resource.items() if k != "contained"}))
        held += attached(resource)
        held += [s for target in drugs_of(resource, names) for s in strings(target.get("code"))]
        for reason in resource.get("reasonReference", []):
            held += strings(looked_up(reason.get("reference", ""), names).get("code"))
        record.held[key] += held
        record.raw[key] = resource
        judge(record, key, resource)
    return found


def attached(resource: dict[str, Any]) -> list[str]:
    """The plain texts that a resource carries."""
    given = [c.get("attachment", {}) for c in resource.get("content", [])] + list(resource.get("presentedForm", []))
    return [base64.b64decode(a["data"]).decode("utf-8", "replace") for a in given if a.get("data")]


def looked_up(reference: str, names: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a reference points to."""
    bare = reference.split("/_history")[0]
    return names.get(reference) or names.get(bare) or names.get("/".join(bare.split("/")[-2:])) or {}


def owner_of(resource: dict[str, Any], names: dict[str, dict[str, Any]]) -> str:
    """The id of the patient whose record this belongs to."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    for key in ("subject", "patient"):
        reference = (resource.get(key) or {}).get("reference", "")
        if not reference:
            continue
        target = looked_up(reference, names)
        if target.get("resourceType") == "Patient":
            return str(target["id"])
        if "Patient/" in reference:
            return str(reference.split("/_history")[0].rsplit("/", 1)[1])
    return ""


def drugs_of(resource: dict[str, Any], names: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The Medication that a medicine names, where it stands in a resource of its own."""
    reference = (resource.get("medicationReference") or {}).get("reference", "")
    if reference.startswith("#"):
        return [c for c in resource.get("contained", []) if c.get("id") == reference[1:]]
    return [looked_up(reference, names)] if reference else []


def code_of(concept: Any) -> str:
    """The first code of a status."""
    return next((c.get("code", "") for c in (concept or {}).get("coding", [])), "")


def judge(record: Record, key: str, resource: dict[str, Any]) -> None:
    """Whether the entry is void, or active."""
    kind = resource["resourceType"]
    status = resource.get("status", "")
    verified = code_of(resource.get("verificationStatus"))
    if "entered-in-error" in (status, verified) or verified == "refuted" or resource.get("doNotPerform") is True:
        record.void.add(key)
        return
    if kind in ("Condition", "AllergyIntolerance"):
        status = code_of(resource.get("clinicalStatus"))
    if kind in ACTIVE and status in ACTIVE[kind][1]:
        record.active[ACTIVE[kind][0]].add(key)


# ---------------------------------------------------------------- C-CDA

CDA: Final = "{urn:hl7-org:v3}"
CDA_KINDS: Final = {
    "11450-4": ("Condition", "problems"), "10160-0": ("MedicationStatement", "medications"),
    "48765-2": ("AllergyIntolerance", "allergies"), "30954-2": ("Observation", "results"),
    "8716-3": ("Observation", "results"), "29762-2": ("Observation", "results"), "47420-5": ("Observation", "results"),
    "46240-8": ("Encounter", "encounters"), "47519-4": ("Procedure", "procedures"),
    "11369-6": ("Immunization", "immunizations"),
}  # fmt: skip


def stamp(value: str) -> str:
    """20140301 and longer as 2014-03-01."""
    digits = re.match(r"\d{4,8}", value)
    text = digits.group() if digits else ""
    return "-".join(filter(None, (text[:4], text[4:6], text[6:8])))


def cda_records(paths: list[Path]) -> dict[str, Record]:
    """The records of C-CDA documents, by the ids of their patients."""
    found: dict[str, Record] = {}
    for path in paths:
        root = ET.parse(path).getroot()
        role = root.find(f"{CDA}recordTarget/{CDA}patientRole")
        assert role is not None
        ids = [e.get("extension") or e.get("root", "") for e in role.findall(f"{CDA}id")]
        document = root.find(f"{CDA}id")
        own = document.get("extension") or document.get("root", "") if document is not None else ""
        for patient in filter(None, [*ids, own]):
            record = found.setdefault(patient, Record(patient))
            record.held[f"Patient/{patient}"] += list(cda_strings(role, {}))
            for section in root.iter(f"{CDA}section"):
                cda_section(record, section)
    return found


def cda_strings(element: ET.Element, texts: dict[str, str]) -> Iterator[str]:
    """Attributes and texts below an element, times as dates, references by what they point to."""
    for inner in element.iter():
        for name, value in inner.attrib.items():
            yield value
            if name == "value" and re.fullmatch(r"\d{4,}[\d.+-]*", value):
                yield stamp(value)
            if name == "value" and value.startswith("#"):
                yield texts.get(value[1:], "")
        if inner.text and inner.text.strip():
            yield " ".join(inner.text.split())
    whole = " ".join(" ".join(element.itertext()).split())
    yield whole
    if element.find(f".//{CDA}administrativeGenderCode") is not None:
        code = element.find(f".//{CDA}administrativeGenderCode")
        yield {"F": "female", "M": "male", "UN": "other"}.get(code.get("code", "") if code is not None else "", "")


def cda_section(record: Record, section: ET.Element) -> None:
    """What a section says, by the ids of its statements."""
    code = section.find(f"{CDA}code")
    loinc = code.get("code", "") if code is not None else ""
    texts = {e.get("ID", ""): " ".join("".join(e.itertext()).split()) for e in section.iter() if e.get("ID")}
    record.held[f"Section/{loinc}"] += [" ".join(" ".join(section.itertext()).split())]
    title = section.find(f"{CDA}title")
    record.held[f"Section/{loinc}"] += [(title.text or "").strip()] if title is not None else []
    if loinc not in CDA_KINDS:
        return
    kind, name = CDA_KINDS[loinc]
    record.held[f"{kind}/{loinc}"] += list(cda_strings(section, texts))
    for entry in section.findall(f"{CDA}entry"):
        act = next(iter(entry))
        status = act.find(f"{CDA}statusCode")
        concern = status.get("code", "") if status is not None else ""
        for element in entry.iter():
            identity = element.find(f"{CDA}id")
            if identity is None:
                continue
            value = identity.get("extension") or identity.get("root") or ""
            record.held[f"{kind}/{value}"] += list(cda_strings(element, texts))
            if cda_active(element, name, concern):
                record.active[name].add(f"{kind}/{value}")


def cda_active(element: ET.Element, name: str, concern: str) -> bool:
    """Whether this statement is about something that goes on: not ended, not denied, under an active concern."""
    templates = {t.get("root", "") for t in element.findall(f"{CDA}templateId")}
    wanted = {"problems": "4.4", "allergies": "4.7", "medications": "4.16"}.get(name, "none")
    if f"2.16.840.1.113883.10.20.22.{wanted}" not in templates or element.get("negationInd") == "true":
        return False
    for nested in element.iter(f"{CDA}observation"):
        roots = {t.get("root", "") for t in nested.findall(f"{CDA}templateId")}
        value = nested.find(f"{CDA}value")
        if roots & {"2.16.840.1.113883.10.20.22.4.6", "2.16.840.1.113883.10.20.22.4.28"} and value is not None:
            return (value.get("displayName") or "").lower() == "active"
    if name == "medications":
        status = element.find(f"{CDA}statusCode")
        return status is not None and status.get("code") == "active"
    high = element.find(f"{CDA}effectiveTime/{CDA}high")
    return concern == "active" and (high is None or (not high.get("value") and high.get("nullFlavor") in (None, "NA")))


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
        if text and text not in folded and bare not in folded and text != "clinical note":
            self.blame("invented", f"{where} text")
        for key in ("reaction", "severity", "criticality", "verification", "reason", "unit"):
            for piece in re.split(r",\s+", str(row.get(key, ""))) if row.get(key) else ():
                if piece.lower() not in " | ".join(folded):
                    self.blame("invented", f"{where} {key}")
        for key in DATES:
            if row.get(key) and not any(s.startswith(row[key][:10]) for s in held):
                self.blame("invented", f"{where} {key}")
        there = {n for s in held for n in numbers(s)} | {plain(s) for s in held}
        dose = str(row.get("dose", ""))
        said = numbers(dose) | {SIXTH[w] for w in re.findall(r"once|twice", dose) if w not in " ".join(folded)}
        if said - there:
            self.blame("invented", f"{where} dose")
        self.status(where, row, folded, coded=resource in record.raw)
        if section == "results":
            self.result(where, row, record.raw.get(resource), there, folded)

    def status(self, where: str, row: dict[str, Any], folded: set[str], *, coded: bool) -> None:
        """The status has to be the record's. FHIR gives it by code; in C-CDA it follows from dates and concerns."""
        status = str(row.get("status", ""))
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
            expected = flag_of(raw, row)
            if expected and expected != row["flag"]:
                self.blame("wrong_mark", where)
            self.totals["marks"] += 1

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
        for word in WORD.findall(sentence["text"].lower()):
            if word not in whole and word not in OWN_WORDS and word.rstrip("s") not in whole:
                self.blame("word_not_in_source", f"{where} ({word})")

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


def main() -> int:
    """Check all; 1 where it does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--lines", type=int, default=40, help="how many violations to print")
    options = parser.parse_args()
    files = (
        [options.records] if options.records.is_file() else sorted(p for p in options.records.rglob("*") if p.is_file())
    )
    records = fhir_records([p for p in files if p.suffix in (".json", ".ndjson")])
    for patient, record in cda_records([p for p in files if p.suffix == ".xml"]).items():
        records.setdefault(patient, record)
    check = Check(records)
    for path in sorted(options.out.glob("*.json")):
        if path.name != "manifest.json" and not path.name.endswith(".fhir.json"):
            check.summary(path)
    totals = dict(check.totals)
    active = sum(n for k, n in totals.items() if k.startswith("active_") and "narrated" not in k)
    there = sum(n for k, n in totals.items() if k.startswith("found_"))
    wrong = ("invented", "other_patient", "void_entry", "unknown_patient", "wrong_mark", "uncited_sentence",
             "number_not_in_source", "word_not_in_source")  # fmt: skip
    totals |= {
        "violations": sum(totals.get(kind, 0) for kind in wrong),
        "recall": round(there / active, 4) if active else None,
    }
    print(json.dumps(totals, indent=1))
    for line in check.lines[: options.lines]:
        print(line, file=sys.stderr)
    return int(bool(totals["violations"]) or (bool(active) and there / active < 0.98) or not totals.get("summaries"))


if __name__ == "__main__":
    raise SystemExit(main())
