"""Synthetic FHIR R4 records that are as untidy as real ones. Standard library only; the same seed gives the same bytes.

What varies from patient to patient: transaction, searchset and collection bundles; references by `urn:uuid:`, relative and
absolute URL, and to contained resources; medicines by concept, reference and containment, with doses as text and in every
rhythm that FHIR codes; inactive, refuted, provisional and erroneous entries; no known allergies, denied and named; results
beyond their range with and without an interpretation, bounded values, panels with components, preliminary and cancelled
ones; fields that are missing; unknown resource types; twins of the same name.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from make_patients import (
    ALLERGIES,
    FAMILY,
    GIVEN,
    PHYSICIANS,
    PROBLEMS,
    PROCEDURES,
    STREETS,
    SYSTEMS,
    TODAY,
    VACCINES,
    Problem,
    coded,
)

BASE: Final = "https://fhir.larkfield.example.org/r4"
VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ALLERGY_VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
OTHERS: Final = (
    ("73430006", "Sleep apnea"), ("35489007", "Depressive disorder"), ("396275006", "Osteoarthritis"),
    ("235595009", "Gastroesophageal reflux disease"), ("40930008", "Hypothyroidism"), ("64859006", "Osteoporosis"),
    ("22298006", "Myocardial infarction"), ("230690007", "Ischemic stroke"), ("13645005", "Chronic obstructive lung disease"),
)  # fmt: skip
DENIALS: Final = (("716186003", "No known allergy"), ("409137002", "No known drug allergy"))
EXTRA_MEDICINES: Final = (
    ("855332", "Warfarin 5 mg tablet", "mg", 5), ("197361", "Amoxicillin 500 mg capsule", "mg", 500),
    ("310965", "Ibuprofen 200 mg tablet", "mg", 200), ("966224", "Levothyroxine 75 mcg tablet", "ug", 75),
    ("314076", "Lisinopril 10 mg tablet", "mg", 10), ("198440", "Paracetamol 500 mg tablet", "mg", 1000),
)  # fmt: skip
STATUSES: Final = ("active", "active", "active", "recurrence", "relapse", "inactive", "remission", "resolved")
MEDICATION_STATUSES: Final = (
    "active",
    "active",
    "active",
    "on-hold",
    "stopped",
    "completed",
    "cancelled",
    "entered-in-error",
)

# Results with a range in another unit: code, text, value, unit, low, high, unit of the range.
FOREIGN: Final = (
    ("718-7", "Hemoglobin", 141, "g/L", 12, 16, "g/dL"),
    ("2498-4", "Iron", 15, "umol/L", 60, 170, "ug/dL"),
)


class Record:
    """One patient's bundle in the making, in one of the ways in which systems refer to resources."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.kind = rng.choice(("transaction", "searchset", "collection"))
        self.entries: list[dict[str, Any]] = []
        self.patient = self._new_id()
        self.names: dict[str, str] = {}

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def reference(self, kind: str, identity: str) -> dict[str, str]:
        """A reference as this kind of bundle writes it: by URN in a transaction, relative or absolute in the others."""
        if self.kind == "transaction":
            return {"reference": f"urn:uuid:{identity}"}
        form = self.rng.choice(("{kind}/{id}", "{base}/{kind}/{id}", "{kind}/{id}/_history/1"))
        return {"reference": form.format(kind=kind, id=identity, base=BASE)}

    def add(self, kind: str, identity: str = "", **fields: Any) -> str:
        """Append a resource and give its id; all but shared ones point to the patient."""
        identity = identity or self._new_id()
        resource: dict[str, Any] = {"resourceType": kind, "id": identity, **fields}
        if kind not in ("Patient", "Medication", "Organization"):
            role = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
            resource[role] = self.reference("Patient", self.patient)
        url = f"urn:uuid:{identity}" if self.kind == "transaction" else f"{BASE}/{kind}/{identity}"
        entry: dict[str, Any] = {"fullUrl": url, "resource": resource}
        if self.kind == "transaction":
            entry["request"] = {"method": "POST", "url": kind}
        self.entries.append(entry)
        return identity

    def day(self, youngest: int, oldest: int) -> str:
        """A date, sometimes only to the month or with a time of day."""
        when = TODAY - timedelta(days=self.rng.randint(youngest, oldest))
        roll = self.rng.random()
        if roll < 0.1:
            return when.isoformat()[:7]
        return f"{when.isoformat()}T{self.rng.randint(8, 17):02d}:30:00+00:00" if roll < 0.3 else when.isoformat()


def person(record: Record, twin: tuple[str, str] | None) -> tuple[str, str]:
    """The Patient, not always complete; a twin bears another patient's name."""
    rng = record.rng
    gender = rng.choice(("female", "male"))
    given, family = twin or (rng.choice(GIVEN[gender]), rng.choice(FAMILY))
    fields: dict[str, Any] = {
        "name": [{"use": "official", "family": family, "given": [given]}],
        "gender": gender,
        "birthDate": date(rng.randint(1932, 2004), rng.randint(1, 12), rng.randint(1, 28)).isoformat(),
        "identifier": [
            {"type": coded("identifier", "MR", "Medical record number"), "system": SYSTEMS["mrn"],
             "value": str(rng.randint(2_000_000, 9_899_999))}
        ],
        "address": [{"line": [f"{rng.randint(2, 240)} {rng.choice(STREETS)}"], "city": "Larkfield"}],
        "telecom": [{"system": "phone", "value": f"555-01{rng.randint(0, 99):02d}"}],
    }  # fmt: skip
    for name in rng.sample(("gender", "birthDate", "address", "telecom"), rng.choice((0, 0, 0, 1, 2))):
        del fields[name]
    record.add("Patient", record.patient, **fields)
    return given, family


def concept(record: Record, system: str, code: str, text: str) -> dict[str, Any]:
    """A concept with text and coding, coding only, or text only."""
    whole = coded(system, code, text)
    roll = record.rng.random()
    if roll < 0.2:
        return {"coding": whole["coding"]}
    return {"text": text} if roll < 0.3 else whole


def status(system: str, code: str) -> dict[str, Any]:
    """A status concept."""
    return {"coding": [{"system": system, "code": code}]}


def problem(record: Record, snomed: str, text: str) -> str:
    """A Condition in one of the states that a record may hold."""
    rng = record.rng
    fields: dict[str, Any] = {"code": concept(record, "snomed", snomed, text)}
    roll = rng.random()
    if roll < 0.06:
        fields["verificationStatus"] = status(VERIFICATION, "entered-in-error")
    else:
        if roll > 0.1:
            fields["clinicalStatus"] = status(SYSTEMS["clinical"], rng.choice(STATUSES))
        verified = rng.choice(("confirmed", "confirmed", "provisional", "differential", "refuted", ""))
        if verified:
            fields["verificationStatus"] = status(VERIFICATION, verified)
    if rng.random() < 0.8:
        fields["onsetDateTime"] = record.day(300, 4000)
    return record.add("Condition", **fields)


def medicine(record: Record, rxnorm: str, text: str, dose: list[dict[str, Any]], reason: str) -> None:
    """A MedicationRequest or statement, its medicine given in one of the ways of FHIR."""
    rng = record.rng
    drug = coded("rxnorm", rxnorm, text)
    fields: dict[str, Any] = {"status": rng.choice(MEDICATION_STATUSES)}
    roll = rng.random()
    if roll < 0.2:
        identity = record.add("Medication", code=drug)
        fields["medicationReference"] = record.reference("Medication", identity)
    elif roll < 0.4:
        fields["contained"] = [{"resourceType": "Medication", "id": "med1", "code": drug}]
        fields["medicationReference"] = {"reference": "#med1"}
    else:
        fields["medicationCodeableConcept"] = drug
    if rng.random() < 0.75:
        fields |= {"intent": rng.choice(("order", "order", "plan")), "authoredOn": record.day(10, 2000)}
        fields["requester"] = {"display": rng.choice(PHYSICIANS)}
        if rng.random() < 0.05:
            fields["doNotPerform"] = True
        if dose:
            fields["dosageInstruction"] = dose
        if reason:
            fields["reasonReference"] = [record.reference("Condition", reason)]
        record.add("MedicationRequest", **fields)
    else:
        fields["effectivePeriod"] = {"start": record.day(10, 900)}
        if fields["status"] == "cancelled":
            fields["status"] = "not-taken"
        record.add("MedicationStatement", **fields, **({"dosage": dose} if dose else {}))


def structured(record: Record, unit: str, amount: int) -> list[dict[str, Any]]:
    """A coded dose in one of the ways in which medicines are ordered; sometimes text beside it, sometimes none at all."""
    rng = record.rng
    if rng.random() < 0.15:
        return []
    dose: dict[str, Any] = {"timing": {"repeat": timing(rng)}, "doseAndRate": [dosed(rng, unit, amount)]}
    if rng.random() < 0.2:
        dose["asNeededBoolean"] = True
    elif rng.random() < 0.2:
        dose["asNeededCodeableConcept"] = {"text": rng.choice(("pain", "breathlessness", "nausea"))}
    if rng.random() < 0.4:
        dose["route"] = {"text": rng.choice(("oral", "intravenous", "subcutaneous"))}
    if rng.random() < 0.2:
        most = {"value": amount * 4, "unit": unit}
        dose["maxDosePerPeriod"] = {"numerator": most, "denominator": {"value": 24, "unit": "h"}}
    if rng.random() < 0.3:
        dose["text"] = "Take as directed"
    if rng.random() < 0.15:
        return taper(rng, unit, amount)
    return [dose]


def dosed(rng: random.Random, unit: str, amount: int) -> dict[str, Any]:
    """An amount, a range, or a rate."""
    roll = rng.random()
    if roll < 0.7:
        return {"doseQuantity": {"value": amount, "unit": unit}}
    if roll < 0.85:
        return {"doseRange": {"low": {"value": amount, "unit": unit}, "high": {"value": amount * 2, "unit": unit}}}
    return {"rateRatio": {"numerator": {"value": amount, "unit": unit}, "denominator": {"value": 1, "unit": "h"}}}


def timing(rng: random.Random) -> dict[str, Any]:
    """One rhythm, with or without an end."""
    days = rng.sample(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), rng.randint(1, 3))
    found: dict[str, Any] = rng.choice(
        (
            {"frequency": rng.choice((1, 2, 3)), "period": 1, "periodUnit": "d"},
            {"frequency": 2, "frequencyMax": 4, "period": 1, "periodUnit": "d"},
            {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"},
            {"frequency": 1, "period": rng.choice((6, 8, 12)), "periodUnit": "h"},
            {"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": days},
            {"frequency": 1, "period": rng.choice((2, 4)), "periodUnit": "wk"},
            {"timeOfDay": ["08:00:00", "20:00:00"]},
            {"when": [rng.choice(("HS", "MORN", "NOON", "EVE", "AC", "PC", "ACM", "PCV", "C", "WAKE"))]},
            {"when": ["ACM"], "offset": 30},
        )
    )
    roll = rng.random()
    if roll < 0.3:
        found["boundsDuration"] = {"value": rng.choice((5, 7, 14)), "unit": "days", "code": "d"}
    elif roll < 0.4:
        found["count"] = rng.choice((1, 6))
    return found


def taper(rng: random.Random, unit: str, amount: int) -> list[dict[str, Any]]:
    """Steps one after the other; their order is that of their numbers, not of the list."""
    steps = [
        {
            "sequence": n,
            "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}],
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d",
                                  "boundsDuration": {"value": 3 + n, "unit": "days", "code": "d"}}},
        }
        for n, value in enumerate((amount * 4, amount * 2, amount), 1)
    ]  # fmt: skip
    rng.shuffle(steps)
    return steps


def result(record: Record, found: Problem, when: str) -> None:
    """An Observation: plain, bounded, without interpretation, preliminary, wrong, or without a value."""
    rng = record.rng
    code, text, unit, low, high, spread = found.result
    value = round(rng.uniform(*spread), 1 if spread[1] < 20 else 0)
    quantity: dict[str, Any] = {"value": value, "unit": unit, "system": SYSTEMS["ucum"], "code": unit}
    bounds = {
        name: {"value": limit, "unit": unit} for name, limit in (("low", low), ("high", high)) if limit is not None
    }
    fields: dict[str, Any] = {"status": rng.choice(("final",) * 8 + ("preliminary", "cancelled", "entered-in-error"))}
    roll = rng.random()
    if roll < 0.5:
        flag = "L" if low is not None and value < low else "H" if high is not None and value > high else "N"
        fields["interpretation"] = [coded("interpretation", flag, {"L": "Low", "H": "High", "N": "Normal"}[flag])]
    if roll < 0.9:
        fields["referenceRange"] = [bounds]
    if roll > 0.97:
        fields["dataAbsentReason"] = {"text": "Specimen haemolysed"}
    else:
        if roll > 0.92:
            quantity["comparator"] = rng.choice(("<", ">"))
        fields["valueQuantity"] = quantity
    record.add("Observation", code=coded("loinc", code, text), effectiveDateTime=when, **fields)


def foreign_range(record: Record) -> None:
    """Results whose one range stands in another unit than the value: no mark may be made of it."""
    for code, text, value, unit, low, high, other in FOREIGN:
        record.add(
            "Observation",
            status="final",
            code=coded("loinc", code, text),
            effectiveDateTime=record.day(5, 500),
            valueQuantity={"value": value, "unit": unit, "system": SYSTEMS["ucum"], "code": unit},
            referenceRange=[{"low": {"value": low, "unit": other}, "high": {"value": high, "unit": other}}],
        )


def panel(record: Record) -> None:
    """A blood pressure with components."""
    rng = record.rng
    parts = [
        {"code": coded("loinc", code, text),
         "valueQuantity": {"value": rng.randint(*spread), "unit": "mm[Hg]", "system": SYSTEMS["ucum"], "code": "mm[Hg]"}}
        for code, text, spread in (("8480-6", "Systolic blood pressure", (96, 178)),
                                   ("8462-4", "Diastolic blood pressure", (52, 104)))
    ]  # fmt: skip
    record.add(
        "Observation", status="final", code=coded("loinc", "85354-9", "Blood pressure panel"),
        effectiveDateTime=record.day(5, 500), component=parts,
    )  # fmt: skip


def allergies(record: Record) -> None:
    """None recorded, denied, or named; seldom both."""
    rng = record.rng
    roll = rng.random()
    chosen = rng.sample(ALLERGIES, rng.randint(1, 3)) if roll > 0.45 else []
    denied = [rng.choice(DENIALS)] if roll < 0.3 or roll > 0.95 else []
    for code, text in denied:
        record.add(
            "AllergyIntolerance",
            clinicalStatus=status(SYSTEMS["allergy"], "active"),
            verificationStatus=status(ALLERGY_VERIFICATION, "confirmed"),
            code=coded("snomed", code, text),
        )
    for code, text, reaction in chosen:
        fields: dict[str, Any] = {"code": concept(record, "snomed", code, text)}
        verified = rng.choice(("confirmed", "unconfirmed", "refuted", "entered-in-error", "confirmed", "confirmed"))
        if verified != "entered-in-error":
            fields["clinicalStatus"] = status(
                SYSTEMS["allergy"], rng.choice(("active", "active", "inactive", "resolved"))
            )
        fields["verificationStatus"] = status(ALLERGY_VERIFICATION, verified)
        if rng.random() < 0.7:
            fields["reaction"] = [{"manifestation": [{"text": reaction}]}]
        if rng.random() < 0.7:
            fields["recordedDate"] = record.day(100, 6000)
        record.add("AllergyIntolerance", **fields)


def history(record: Record) -> None:
    """Vaccines, procedures, contacts, and what a summary has no words for."""
    rng = record.rng
    for code, text in rng.sample(VACCINES, rng.randint(0, 3)):
        record.add("Immunization", status=rng.choice(("completed", "completed", "not-done", "entered-in-error")),
                   vaccineCode=coded("cvx", code, text), occurrenceDateTime=record.day(20, 2500))  # fmt: skip
    for code, text in rng.sample(PROCEDURES, rng.randint(0, 2)):
        record.add("Procedure", status=rng.choice(("completed", "completed", "not-done")),
                   code=coded("snomed", code, text), performedPeriod={"start": record.day(100, 3000)})  # fmt: skip
    for _ in range(rng.randint(1, 4)):
        start = record.day(5, 900)
        record.add("Encounter", status=rng.choice(("finished", "in-progress", "cancelled")),
                   **{"class": {"system": SYSTEMS["class"], "code": "AMB", "display": "ambulatory"}},
                   period={"start": start})  # fmt: skip
    record.add("Basic", code={"text": "Administrative note"})
    record.add("Organization", name="Larkfield General Hospital")


def untidy(rng: random.Random, twin: tuple[str, str] | None) -> tuple[dict[str, Any], tuple[str, str]]:
    """One patient as a bundle, and the name, which a later patient may share."""
    record = Record(rng)
    name = person(record, twin)
    for found in rng.sample(PROBLEMS, rng.randint(1, 5)):
        reason = problem(record, found.snomed, found.text)
        code, text, dose = found.medicine
        medicine(record, code, text, [{"text": dose}], reason)
        for days in (400, 200, 20):
            result(record, found, (TODAY - timedelta(days=days + rng.randint(0, 15))).isoformat())
    for code, text in rng.sample(OTHERS, rng.randint(0, 4)):
        problem(record, code, text)
    for rxnorm, text, unit, amount in rng.sample(EXTRA_MEDICINES, rng.randint(0, 4)):
        medicine(record, rxnorm, text, structured(record, unit, amount), "")
    if rng.random() < 0.5:
        panel(record)
    allergies(record)
    history(record)
    foreign_range(record)
    whole: dict[str, Any] = {"resourceType": "Bundle", "type": record.kind, "entry": record.entries}
    return whole, name


def untidy_bundles(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """File name and JSON text of each bundle; every tenth patient bears the name of the one before."""
    name: tuple[str, str] | None = None
    for number in range(1, count + 1):
        rng = random.Random(f"untidy/{seed}/{number}")
        whole, name = untidy(rng, name if number % 10 == 0 else None)
        yield f"patient-{number:04d}.json", json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
