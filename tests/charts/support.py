"""Records small enough to read, and the tools of the repository as modules."""

from __future__ import annotations

import importlib
import json
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from assistant.charts.veil import Veil
from assistant.policy.sections import Records
from assistant.records.model import Chart, Code, Person, Problem, Result, Term

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def tool(name: str) -> ModuleType:
    """A script of tools/ as a module."""
    path = TOOLS / f"{name}.py"
    if not path.is_file():
        pytest.skip("tools/ is not part of an installed copy")
    if str(TOOLS) not in sys.path:
        sys.path.append(str(TOOLS))
    return importlib.import_module(name)


def untidy(folder: Path, count: int, seed: int = 7) -> Path:
    """A folder of synthetic records."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tool("patient_variants").untidy_bundles(count, seed):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def checked(records: Path, out: Path) -> tuple[dict[str, int], list[str]]:
    """Totals and violations of the independent checker."""
    totals, lines, _ = tool("check_summaries").check_folder(records, out)
    return totals, lines


def condition(identity: str, text: str, **more: Any) -> dict[str, Any]:
    status = {"coding": [{"code": "active"}]}
    return {
        "resourceType": "Condition",
        "id": identity,
        "clinicalStatus": status,
        "code": {"text": text},
        "subject": {"reference": "Patient/p1"},
        **more,
    }


def bundle(*resources: dict[str, Any], patient: str = "p1", **person: Any) -> bytes:
    who = {"resourceType": "Patient", "id": patient, "gender": "female", "birthDate": "1950-03-02", **person}
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (who, *resources)]}
    ).encode()


HL7 = b"""MSH|^~\\&|A|B|C|D|20260102080000||ADT^A01|M1|P|2.5\r
PID|1||4711^^^H^MR||Lund^Mei||19500302|F\r
PV1|1|I|W^1||||||||||||||||V1|||||||||||||||||||||||||20260101\r
AL1|1|DA|P^Penicillin^L|SV|Rash\r
AL1|2|DA|N^No known food allergy^L\r
DG1|1||E11^Type 2 diabetes mellitus^I10||20200101|F\r
MSH|^~\\&|A|B|C|D|20260103080000||ORU^R01|M2|P|2.5\r
PID|1||4711^^^H^MR||Lund^Mei||19500302|F\r
OBR|1|O1||K^Electrolytes\r
OBX|1|NM|2823-3^Potassium^LN||6.1|mmol/L|3.5-5.1|HH|||F|||20260103\r
OBX|2|NM|2951-2^Sodium^LN||120|mmol/L|133-146|L|||F|||20260103\r
OBX|3|ST|X^Comment^L||a\\T\\b||||||F\r
MSH|^~\\&|A|B|C|D|20260104080000||ORU^R01|M3|P|2.5\r
PID|1||4711^^^H^MR||Lund^Mei||19500302|F\r
OBR|1|O1||K^Electrolytes\r
OBX|1|NM|2823-3^Potassium^LN||4.1|mmol/L|3.5-5.1|N|||C|||20260103\r
OBX|2|NM|2951-2^Sodium^LN||||||||W\r
MSH|^~\\&|A|B|C|D|20260105080000||MDM^T02|M4|P|2.5\r
PID|1||4711^^^H^MR||Lund^Mei||19500302|F\r
TXA|1|DS^Discharge summary|TX|20260105||||||||DOC1\r
OBX|1|TX|T||Impression: Stable on treatment.\r
"""


AS_OF = date(2026, 11, 24)
OPEN = Veil(Records(identifiers="show", dates="show"), None)


def result(value: str, day: str = "2026-01-01", **more: Any) -> Result:
    """A potassium value."""
    return Result(f"Observation/{value}-{day}", Term("Potassium", (Code("http://loinc.org", "2823-3"),)), value, value,
                  unit="mmol/L", date=day, **more)  # fmt: skip


def chart(**more: Any) -> Chart:
    """The chart of one named patient."""
    return Chart(
        "p", Person("Patient/p", "Mei Lund", "female", "1950-03-02", identifiers={"PERSON": ("Mei Lund",)}), **more
    )


DIABETES = Problem("Condition/d", Term("Type 2 diabetes mellitus"), "active", "2015-01-01")
