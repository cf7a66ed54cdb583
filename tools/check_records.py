"""Patients' records as the checker reads them, with code of its own: FHIR and C-CDA. HL7 and notes: check_messages.py."""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from check_cda_doses import dosage_of

ACTIVE: Final = {
    "Condition": ("problems", {"active", "recurrence", "relapse"}),
    "MedicationRequest": ("medications", {"active"}),
    "MedicationStatement": ("medications", {"active"}),
    "AllergyIntolerance": ("allergies", {"active"}),
}


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
        # Of C-CDA: what each administration orders.
        self.orders: dict[str, dict[str, Any]] = {}
        # Of C-CDA: the status that a problem or allergy says of itself.
        self.stated: dict[str, str] = {}
        self.active: dict[str, set[str]] = defaultdict(set)
        self.void: set[str] = set()
        # Of messages: which segment spoke last of a thing. Of notes: their names, their listed items, and all that is listed.
        self.latest: dict[tuple[str, str], str] = {}
        self.notes: set[str] = set()
        self.listed: dict[str, dict[str, list[str]]] = {}
        self.wanted: dict[str, set[str]] = {}


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
STATUS: Final = "2.16.840.1.113883.10.20.22.4."
CDA_KINDS: Final = {
    "11450-4": ("Condition", "problems"), "10160-0": ("MedicationStatement", "medications"),
    "48765-2": ("AllergyIntolerance", "allergies"), "30954-2": ("Observation", "results"),
    "8716-3": ("Observation", "results"), "29762-2": ("Observation", "results"), "47420-5": ("Observation", "results"),
    "46240-8": ("Encounter", "encounters"), "47519-4": ("Procedure", "procedures"),
    "11369-6": ("Immunization", "immunizations"), "11348-0": ("Condition", "problems"), "46241-6": ("Condition", "problems"),
    "11535-2": ("Condition", "problems"), "10219-4": ("Condition", "problems"), "10218-6": ("Condition", "problems"),
    "10183-2": ("MedicationStatement", "medications"), "75311-1": ("MedicationStatement", "medications"),
    "42346-7": ("MedicationStatement", "medications"), "29549-3": ("MedicationStatement", "medications"),
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
                yield f"{value[8:10]}:{value[10:12]}" if len(value) >= 12 else ""
            if name == "value" and value.startswith("#"):
                yield texts.get(value[1:], "")
        if inner.text and inner.text.strip():
            yield " ".join(inner.text.split())
        if len(times := inner.findall(f"{CDA}comp")) > 1:
            # Once a day at each of two times is twice a day.
            yield str(len(times))
        if inner.get("institutionSpecified") == "true":
            # Every 6 hours at the times of the house is 4 times a day.
            period = inner.find(f"{CDA}period")
            if period is not None and period.get("unit") == "h" and re.fullmatch(r"[1-9]\d?", period.get("value", "")):
                yield str(24 // int(period.get("value", "1")))
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
            state = element.find(f"{CDA}statusCode")
            if name == "results" and state is not None and state.get("code") == "active":
                # A result that is still being worked on.
                record.held[f"{kind}/{value}"].append("preliminary")
            for said in element.findall(f"{CDA}entryRelationship/{CDA}observation"):
                value_said = said.find(f"{CDA}value")
                if said.find(f"{CDA}templateId[@root='{STATUS}6']") is not None and value_said is not None:
                    record.stated[f"{kind}/{value}"] = (value_said.get("displayName") or "").lower()
            if name == "medications" and element.tag == f"{CDA}substanceAdministration":
                record.orders[f"{kind}/{value}"] = dosage_of(element)
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
