"""The independent checker finds nothing in true summaries of FHIR, C-CDA, HL7 and notes, and every error that is planted in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.charts.rules import load_rules
from assistant.charts.summary import summarize
from assistant.charts.veil import Veil
from assistant.packs.pack import load_pack
from assistant.policy.model import load_policy
from assistant.records import sources

from .support import tool, untidy

Summaries = dict[str, dict[str, Any]]
Change = Callable[[dict[str, Any], dict[str, Any]], object]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("records")
    untidy(folder / "fhir", 40)
    for name, text in tool("make_messages").files(6, 7):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    (folder / "ccda").mkdir()
    for name, text in tool("make_documents").files(30, 7):
        (folder / "ccda" / name).write_bytes(text.encode())
    return {kind: folder / kind for kind in ("fhir", "hl7", "notes", "ccda")}


@pytest.fixture(scope="module")
def summaries(records: dict[str, Path]) -> dict[str, Summaries]:
    rules, veil = load_rules(load_pack("healthcare")), Veil(load_policy("healthcare").records, None)
    found: dict[str, Summaries] = {}
    for kind, folder in records.items():
        made = found.setdefault(kind, {})
        for path in sorted(folder.iterdir()):
            for part in sources.scan(str(path), sources.kind_of(path)):
                chart = sources.load(part.patient_id, [part])
                made[part.patient_id] = summarize(chart, rules, veil, date(2026, 11, 1), {}).as_json()
    return found


def verdict(records: Path, summaries: Summaries, out: Path) -> tuple[dict[str, Any], list[str], bool]:
    out.mkdir()
    for patient, summary in summaries.items():
        (out / f"{patient}.json").write_text(json.dumps(summary))
    found: tuple[dict[str, Any], list[str], bool] = tool("check_summaries").check_folder(records, out)
    return found


@pytest.mark.parametrize("kind", ["fhir", "hl7", "notes", "ccda"])
def test_true_summaries_hold(
    records: dict[str, Path], summaries: dict[str, Summaries], tmp_path: Path, kind: str
) -> None:
    totals, lines, holds = verdict(records[kind], summaries[kind], tmp_path / "out")
    assert holds and lines == [] and totals["facts"] > 30 and totals["recall"] == 1
    assert all(totals[f"active_{section}"] for section in ("problems", "medications", "allergies"))


def drug(mine: dict[str, Any], _: dict[str, Any]) -> None:
    mine["medications"].append({**mine["medications"][0], "text": "Digoxin 125 mcg tablet"})


def unheard_of(mine: dict[str, Any], _: dict[str, Any]) -> None:
    mine["medications"].append({**mine["medications"][0], "resource": "MedicationRequest/none"})


def another_patients(mine: dict[str, Any], other: dict[str, Any]) -> None:
    mine["problems"].append(other["problems"][0])


def another_patients_sentence(mine: dict[str, Any], other: dict[str, Any]) -> None:
    mine["narrative"].append(next(s for s in other["narrative"] if "edicines" in s["text"]))


def without_allergies(mine: dict[str, Any], _: dict[str, Any]) -> None:
    mine["allergies"] = []


def without_problem(mine: dict[str, Any], _: dict[str, Any]) -> None:
    mine["problems"] = mine["problems"][:-1]


def much_more(mine: dict[str, Any], _: dict[str, Any]) -> None:
    row = next(m for m in mine["medications"] if "mg" in m["dose"])
    row["dose"] = re.sub(r"(\d)", r"9\1", row["dose"], count=1)


def grams(mine: dict[str, Any], _: dict[str, Any]) -> None:
    row = next(m for m in mine["medications"] if "mg" in m["dose"])
    row["dose"] = row["dose"].replace(" mg", " g", 1)


def another_rhythm(mine: dict[str, Any], _: dict[str, Any]) -> None:
    for row in mine["medications"]:
        row["dose"] = f"{row['dose']} twice a day".strip()


def told_wrongly(mine: dict[str, Any], _: dict[str, Any]) -> None:
    mine["narrative"][0]["text"] += " He also smokes."


def altered(section: str, **values: Any) -> Change:
    def change(mine: dict[str, Any], _: dict[str, Any]) -> None:
        for row in mine[section]:
            row.update(values)

    change.__name__ = f"{section}-{next(iter(values))}"
    return change


PLANTED: list[Change] = [
    altered("problems", text="Malaria"), altered("problems", onset="1901-01-01"), altered("problems", status="resolved"),
    altered("results", value=1234.5), altered("medications", dose="77 mg"), drug, unheard_of, another_patients,
    another_patients_sentence, without_allergies, without_problem, much_more, grams, another_rhythm, told_wrongly,
]  # fmt: skip


@pytest.mark.parametrize("kind", ["fhir", "hl7", "notes", "ccda"])
@pytest.mark.parametrize("change", PLANTED, ids=lambda change: change.__name__)
def test_planted_errors_are_found(
    records: dict[str, Path], summaries: dict[str, Summaries], tmp_path: Path, kind: str, change: Change
) -> None:
    changed: Summaries = json.loads(json.dumps(summaries[kind]))

    def rich(summary: dict[str, Any]) -> bool:
        # The checker of C-CDA does not count a denial among what is active.
        named = [a for a in summary["allergies"] if kind != "ccda" or not a["text"].startswith("No known")]
        active = any(a["status"] in ("active", "recorded", "noted") for a in named)
        last = bool(summary["problems"]) and summary["problems"][-1]["status"] in ("active", "recorded", "noted")
        doses = any(" mg" in m["dose"] for m in summary["medications"])
        full = active and last and doses and (kind == "notes" or bool(summary["results"]))
        return full and any("edicines" in s["text"] for s in summary["narrative"])

    if kind == "notes" and change.__name__ in ("results-value", "problems-onset"):
        pytest.skip("notes give neither results nor dates of problems")
    mine, other = [summary for summary in changed.values() if rich(summary)][:2]
    change(mine, other)
    totals, lines, holds = verdict(records[kind], changed, tmp_path / "out")
    assert lines
    if change is not without_allergies and change is not without_problem:
        assert totals["violations"] and not holds
    else:
        assert totals["recall"] < 1 and any(line.startswith("missing") for line in lines)
    if change in (another_patients, another_patients_sentence):
        assert totals["other_patient"]


def test_a_number_of_the_neighbouring_medicine_is_found(
    records: dict[str, Path], summaries: dict[str, Summaries], tmp_path: Path
) -> None:
    changed: Summaries = json.loads(json.dumps(summaries["fhir"]))
    for summary in changed.values():
        for sentence in summary["narrative"]:
            doses = {m["dose"] for m in summary["medications"] if m["dose"] and m["dose"] in sentence["text"]}
            if sentence["text"].startswith("Active medicines") and len(doses) > 1:
                one, two = sorted(doses)[:2]
                sentence["text"] = sentence["text"].replace(one, "\0").replace(two, one).replace("\0", two)
    totals, _, holds = verdict(records["fhir"], changed, tmp_path / "out")
    assert totals["number_of_a_neighbour"] and not holds


def test_a_mark_by_a_range_in_another_unit_is_found(
    records: dict[str, Path], summaries: dict[str, Summaries], tmp_path: Path
) -> None:
    mine = json.loads(json.dumps(summaries["fhir"]))
    first = next(iter(mine.values()))
    first["results"] = [
        row | {"flag": "low", "flag_by": "record range"} if row["text"] == "Iron" else row for row in first["results"]
    ]
    _, lines, holds = verdict(records["fhir"], mine, tmp_path / "out")
    assert not holds and len(lines) == 1 and lines[0].startswith("mark_across_units")
