"""Make the small synthetic FHIR R4 bundles of the healthcare pack. Standard library only; the same seed gives the same bytes.

    python tools/make_patients.py --out domains/healthcare/fhir --count 3 --seed 20261123
    python tools/make_patients.py --out /path/to/folder --patients 100 --seed 7

`--patients` makes records as untidy as real ones (see `patient_variants.py`); `--count` the plain ones of the pack.

Every name, number and address is invented; phones are 555-01xx, mails end in example.org, SSNs begin with 9.
"""

from __future__ import annotations

import argparse
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

TODAY: Final = date(2026, 11, 1)
SYSTEMS: Final = {
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "cvx": "http://hl7.org/fhir/sid/cvx",
    "clinical": "http://terminology.hl7.org/CodeSystem/condition-clinical",
    "allergy": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
    "interpretation": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "class": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "identifier": "http://terminology.hl7.org/CodeSystem/v2-0203",
    "mrn": "https://larkfield.example.org/mrn",
    "ssn": "http://hl7.org/fhir/sid/us-ssn",
    "ucum": "http://unitsofmeasure.org",
}
GIVEN: Final = {
    "female": ("Ingeborg", "Yetunde", "Marisol", "Katarina", "Nadia", "Winifred", "Mei", "Rosa"),
    "male": ("Anselm", "Kwame", "Joaquin", "Tobias", "Rafiq", "Cornelius", "Hiro", "Mateo"),
}
FAMILY: Final = (
    "Halloway",
    "Adeyemi",
    "Castellanos",
    "Brandvold",
    "Siddiqui",
    "Thornbury",
    "Tanaka",
    "Moreau",
    "Petrov",
    "Lund",
)
STREETS: Final = ("Juniper Road", "Canal Street", "Meadow Lane", "Quarry Hill", "Station Road")
PHYSICIANS: Final = ("Dr. Amara Osei", "Dr. Helen Park", "Dr. Ingrid Halvorsen", "Dr. Yusuf Demir")


@dataclass(frozen=True, slots=True)
class Problem:
    """A condition with the medicines and the result that go with it: (code, text), dose, (code, text, unit, low, high, spread)."""

    snomed: str
    text: str
    medicine: tuple[str, str, str]
    result: tuple[str, str, str, float | None, float | None, tuple[float, float]]


PROBLEMS: Final = (
    Problem("44054006", "Type 2 diabetes mellitus", ("860975", "Metformin 500 mg tablet", "500 mg twice daily"),
            ("4548-4", "Hemoglobin A1c", "%", 4.0, 6.0, (6.4, 9.2))),
    Problem("38341003", "Hypertension", ("308136", "Amlodipine 5 mg tablet", "5 mg once daily"),
            ("8480-6", "Systolic blood pressure", "mm[Hg]", 90.0, 140.0, (126.0, 168.0))),
    Problem("49436004", "Atrial fibrillation", ("1364445", "Apixaban 5 mg tablet", "5 mg twice daily"),
            ("8867-4", "Heart rate", "/min", 50.0, 110.0, (62.0, 118.0))),
    Problem("433144002", "Chronic kidney disease stage 3", ("261962", "Ramipril 2.5 mg capsule", "2.5 mg once daily"),
            ("2160-0", "Creatinine", "umol/L", 45.0, 104.0, (98.0, 168.0))),
    Problem("84114007", "Heart failure", ("854901", "Bisoprolol 2.5 mg tablet", "2.5 mg once daily"),
            ("2823-3", "Potassium", "mmol/L", 3.5, 5.3, (3.9, 5.9))),
    Problem("195967001", "Asthma", ("745679", "Salbutamol 100 micrograms inhaler", "2 puffs as required"),
            ("19935-6", "Peak expiratory flow", "L/min", 320.0, None, (240.0, 480.0))),
    Problem("55822004", "Hyperlipidaemia", ("617310", "Atorvastatin 20 mg tablet", "20 mg once daily"),
            ("13457-7", "LDL cholesterol", "mmol/L", None, 3.0, (1.6, 4.4))),
)  # fmt: skip
ALLERGIES: Final = (
    ("91936005", "Allergy to penicillin", "Rash"), ("91935009", "Allergy to peanut", "Anaphylaxis"),
    ("294505008", "Allergy to amoxicillin", "Urticaria"), ("293586001", "Allergy to aspirin", "Wheeze"),
)  # fmt: skip
VACCINES: Final = (("140", "Influenza, seasonal"), ("33", "Pneumococcal polysaccharide"), ("187", "Zoster recombinant"))
PROCEDURES: Final = (("73761001", "Colonoscopy"), ("40701008", "Echocardiography"), ("80146002", "Appendectomy"))
ENCOUNTERS: Final = (("AMB", "Outpatient visit"), ("EMER", "Emergency department visit"), ("IMP", "Inpatient stay"))


class Chart:
    """One patient's bundle in the making; every identifier comes from the seeded generator."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.entries: list[dict[str, Any]] = []
        self.patient = ""

    def add(self, kind: str, **fields: Any) -> str:
        """Append a resource and return its reference; all but the patient itself point to the patient."""
        identity = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        resource: dict[str, Any] = {"resourceType": kind, "id": identity, **fields}
        if kind != "Patient":
            role = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
            resource[role] = {"reference": self.patient}
        self.entries.append({"fullUrl": f"urn:uuid:{identity}", "resource": resource})
        return f"{kind}/{identity}"

    def day(self, youngest: int, oldest: int) -> str:
        """An ISO date between `youngest` and `oldest` days before today."""
        return (TODAY - timedelta(days=self.rng.randint(youngest, oldest))).isoformat()


def coded(system: str, code: str, text: str) -> dict[str, Any]:
    """A CodeableConcept with one coding."""
    return {"coding": [{"system": SYSTEMS[system], "code": code, "display": text}], "text": text}


def add_patient(chart: Chart) -> None:
    """The Patient resource with name, identifiers, address and contact."""
    rng = chart.rng
    gender = rng.choice(("female", "male"))
    given, family = rng.choice(GIVEN[gender]), rng.choice(FAMILY)
    chart.patient = chart.add(
        "Patient",
        identifier=[
            {"type": coded("identifier", "MR", "Medical record number"), "system": SYSTEMS["mrn"],
             "value": str(rng.randint(2_000_000, 9_899_999))},
            {"type": coded("identifier", "SS", "Social security number"), "system": SYSTEMS["ssn"],
             "value": f"9{rng.randint(10, 69)}-{rng.randint(10, 49)}-{rng.randint(1000, 9999)}"},
        ],
        active=True,
        name=[{"use": "official", "family": family, "given": [given]}],
        telecom=[
            {"system": "phone", "value": f"555-01{rng.randint(0, 99):02d}", "use": "mobile"},
            {"system": "email", "value": f"{given}.{family}@example.org".lower()},
        ],
        gender=gender,
        birthDate=(date(rng.randint(1938, 1988), rng.randint(1, 12), rng.randint(1, 28))).isoformat(),
        address=[{"line": [f"{rng.randint(2, 240)} {rng.choice(STREETS)}"], "city": "Larkfield", "state": "OH",
                  "postalCode": f"4399{rng.randint(0, 9)}", "country": "US"}],
        generalPractitioner=[{"display": rng.choice(PHYSICIANS)}],
    )  # fmt: skip


def add_problem(chart: Chart, problem: Problem) -> None:
    """The condition, its medicine and a series of three results, oldest first."""
    rng = chart.rng
    onset = chart.day(700, 4000)
    resolved = rng.random() < 0.12
    condition = chart.add(
        "Condition",
        clinicalStatus=coded("clinical", "resolved" if resolved else "active", "Resolved" if resolved else "Active"),
        code=coded("snomed", problem.snomed, problem.text),
        onsetDateTime=onset,
    )
    code, text, dose = problem.medicine
    chart.add(
        "MedicationRequest",
        status="stopped" if resolved else "active",
        intent="order",
        medicationCodeableConcept=coded("rxnorm", code, text),
        authoredOn=(date.fromisoformat(onset) + timedelta(days=rng.randint(5, 60))).isoformat(),
        requester={"display": rng.choice(PHYSICIANS)},
        reasonReference=[{"reference": condition}],
        dosageInstruction=[{"text": dose}],
    )
    for days in (420, 210, 25):
        add_result(chart, problem, chart.day(days, days + 20))


def add_result(chart: Chart, problem: Problem, when: str) -> None:
    """One Observation with its reference range and a flag that agrees with it."""
    code, text, unit, low, high, spread = problem.result
    value = round(chart.rng.uniform(*spread), 1 if spread[1] < 20 else 0)
    flag = "L" if low is not None and value < low else "H" if high is not None and value > high else "N"
    limits = {
        name: {"value": limit, "unit": unit} for name, limit in (("low", low), ("high", high)) if limit is not None
    }
    chart.add(
        "Observation",
        status="final",
        code=coded("loinc", code, text),
        effectiveDateTime=when,
        valueQuantity={"value": value, "unit": unit, "system": SYSTEMS["ucum"], "code": unit},
        interpretation=[coded("interpretation", flag, {"L": "Low", "H": "High", "N": "Normal"}[flag])],
        referenceRange=[limits],
    )


def add_history(chart: Chart) -> None:
    """Allergies, immunizations, procedures and encounters."""
    rng = chart.rng
    for code, text, reaction in rng.sample(ALLERGIES, rng.randint(0, 2)):
        chart.add(
            "AllergyIntolerance",
            clinicalStatus=coded("allergy", "active", "Active"),
            code=coded("snomed", code, text),
            recordedDate=chart.day(900, 6000),
            reaction=[{"manifestation": [{"text": reaction}]}],
        )
    for code, text in rng.sample(VACCINES, rng.randint(1, len(VACCINES))):
        chart.add(
            "Immunization",
            status="completed",
            vaccineCode=coded("cvx", code, text),
            occurrenceDateTime=chart.day(20, 700),
        )
    code, text = rng.choice(PROCEDURES)
    chart.add("Procedure", status="completed", code=coded("snomed", code, text), performedDateTime=chart.day(100, 3000))
    for kind, text in rng.sample(ENCOUNTERS, 2):
        start = chart.day(10, 600)
        encounter_class = {"system": SYSTEMS["class"], "code": kind, "display": text}
        chart.add(
            "Encounter",
            status="finished",
            **{"class": encounter_class},
            type=[{"text": text}],
            period={"start": start, "end": start},
        )


def bundle(rng: random.Random) -> dict[str, Any]:
    """One patient as a FHIR R4 collection bundle."""
    chart = Chart(rng)
    add_patient(chart)
    for problem in rng.sample(PROBLEMS, rng.randint(3, 4)):
        add_problem(chart, problem)
    add_history(chart)
    return {"resourceType": "Bundle", "id": str(uuid.UUID(int=rng.getrandbits(128), version=4)), "type": "collection",
            "timestamp": f"{TODAY.isoformat()}T08:00:00Z", "entry": chart.entries}  # fmt: skip


def bundles(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """File name and JSON text of each bundle."""
    for number in range(1, count + 1):
        rng = random.Random(f"{seed}/{number}")  # a string seed is hashed by SHA-512, the same on every platform
        yield f"patient-{number:03d}.json", json.dumps(bundle(rng), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the bundles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--count", type=int, default=3, help="how many patients")
    parser.add_argument("--patients", type=int, default=0, help="how many untidy records instead")
    parser.add_argument("--seed", type=int, default=20261123, help="same seed, same patients")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.patients:
        import sys

        sys.path.insert(0, str(Path(__file__).resolve().parent))
        from patient_variants import untidy_bundles

        made = untidy_bundles(options.patients, options.seed)
    else:
        made = bundles(options.count, options.seed)
    for name, text in made:
        (options.out / name).write_text(text, encoding="utf-8")
        print(options.out / name)


if __name__ == "__main__":
    main()
