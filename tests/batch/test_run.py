"""A run on real processes: facts checked by the independent checker, a kill in the middle, bad records, names and days kept back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.support import ROOT, environment, manifest, run
from tests.charts.support import HL7, bundle, checked, condition, untidy

# Runs the command and ends it with SIGKILL when so many patients are in the journal, or just before the next is: its files are
# written then, and nothing tells of them but the announcement.
KILLED = """
import os, signal, sys
from assistant.batch.manifest import Manifest
from assistant.frontends.cli import run
most, before, note = int(sys.argv[1]), sys.argv[2] == "before", Manifest.note
def ending(self, entry):
    if before and len(self.entries) == most:
        os.kill(os.getpid(), signal.SIGKILL)
    note(self, entry)
    if len(self.entries) == most and not before:
        os.kill(os.getpid(), signal.SIGKILL)
Manifest.note = ending
run(sys.argv[3:])
"""


def kill_a_run(home: Path, records: Path, out: Path, *, after: int, journalled: bool) -> None:
    """A run into `out` that a kill ends at that patient, with the patient's files in the journal or not yet."""
    words = ["batch", "summarize", str(records), "--out", str(out), "--jobs", "1"]
    state = [str(after), "after" if journalled else "before"]
    command = [sys.executable, "-c", KILLED, *state, *words]
    ended = subprocess.run(command, cwd=ROOT, env=environment(home), stderr=subprocess.DEVNULL, timeout=240)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("journalled", [True, False])
def test_a_killed_run_goes_on_without_repeating_or_losing_one(tmp_path: Path, journalled: bool) -> None:
    records, out = untidy(tmp_path / "in", 16), tmp_path / "out"
    kill_a_run(tmp_path, records, out, after=6, journalled=journalled)
    before = {p.name: p.stat().st_mtime_ns for p in out.glob("*.json") if p.name != "manifest.json"}
    journal = {e["patient_id"]: e for e in manifest(out)["patients"]}
    if (out / ".journal").exists():
        journal |= {e["patient_id"]: e for e in map(json.loads, (out / ".journal").read_text().splitlines())}
    assert len(journal) == 6 and manifest(out)["status"] == "running"
    assert len(before) == (6 if journalled else 7), "the files come first"
    told = json.loads(run(tmp_path, "batch", "summarize", records, "--out", out, "--jobs", 1, "--json").stdout)
    assert (told["unchanged"], told["done"]) == (6, 10)
    entries = manifest(out)["patients"]
    assert len({e["patient_id"] for e in entries}) == len(entries) == 16
    recorded = {f"{patient}.json" for patient in journal}
    assert all((out / name).stat().st_mtime_ns == before[name] for name in recorded)
    assert checked(records, out)[1] == [] and not list(out.glob(".*.tmp")) and not (out / ".journal").exists()


@pytest.mark.parametrize("journalled", [True, False])
def test_fresh_takes_away_what_a_killed_run_made_journalled_or_not(tmp_path: Path, journalled: bool) -> None:
    records, out = untidy(tmp_path / "in", 8), tmp_path / "out"
    kill_a_run(tmp_path, records, out, after=4, journalled=journalled)
    assert len(list(out.glob("*.md"))) == (4 if journalled else 5)
    (out / "mine.txt").write_text("somebody else's file")
    one = untidy(tmp_path / "one", 1)
    run(tmp_path, "batch", "summarize", one, "--out", out, "--fresh", "--jobs", 1)
    (entry,) = manifest(out)["patients"]
    left = {path.name for path in out.iterdir() if not path.name.startswith(".lock")}
    assert left == {"manifest.json", "mine.txt", f"{entry['patient_id']}.json", f"{entry['patient_id']}.md"}


def test_no_fact_is_invented_and_nothing_active_is_lost(tmp_path: Path) -> None:
    records, out = untidy(tmp_path / "in", 30), tmp_path / "out"
    told = json.loads(run(tmp_path, "batch", "summarize", records, "--out", out, "--jobs", 2, "--json").stdout)
    assert (told["done"], told["failed"]) == (30, 0)
    totals, lines = checked(records, out)
    assert lines == [] and totals["facts"] > 300 and totals["active_narrated"] == totals["active_narrated_of"] > 50
    assert all((out / f"{e['patient_id']}.md").is_file() for e in manifest(out)["patients"])
    assert {p.stat().st_mode & 0o777 for p in out.iterdir()} == {0o600}


def test_a_bad_record_costs_itself_only(tmp_path: Path) -> None:
    records = untidy(tmp_path / "in", 2)
    (records / "bad.json").write_text('{"resourceType": "Bundle", "entry": [{"resource"')
    (records / "visit.hl7").write_bytes(HL7)
    (records / "readme.pdf").write_bytes(b"%PDF")
    told = json.loads(run(tmp_path, "batch", "summarize", records, "--out", tmp_path / "out", "--json", code=1).stdout)
    assert (told["done"], told["failed"], told["skipped_files"]) == (3, 1, 1)
    (failed,) = (e for e in manifest(tmp_path / "out")["patients"] if e["status"] == "failed")
    assert failed["source"] == "bad.json" and "not valid JSON" in failed["reason"]
    visit = json.loads((tmp_path / "out" / "4711.json").read_text())
    assert {r["resource"] for r in visit["problems"]} == {"DG1/M1-1"}


def test_one_id_for_two_people_is_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_bytes(bundle(condition("c1", "Gout")))
    (tmp_path / "in" / "b.json").write_bytes(bundle(condition("c2", "Asthma")))
    (tmp_path / "in" / "c.json").write_bytes(bundle(condition("c3", "Sepsis"), birthDate="1990-01-01"))
    run(tmp_path, "batch", "summarize", tmp_path / "in", "--out", tmp_path / "out")
    first, second = (json.loads((tmp_path / "out" / n).read_text()) for n in ("p1.json", "p1-2.json"))
    assert [p["text"] for p in first["problems"]] == ["Gout", "Asthma"] and [p["text"] for p in second["problems"]] == [
        "Sepsis"
    ]


@pytest.mark.weights
def test_base_policy_shows_no_name_and_no_day(tmp_path: Path, models: Path) -> None:
    records, out = untidy(tmp_path / "in", 6), tmp_path / "out"
    run(tmp_path, "batch", "summarize", records, "--out", out, "--policy", "base", ASSISTANT_MODELS=str(models))
    written = "".join(p.read_text() for p in out.iterdir() if p.is_file() and p.name != "manifest.json")
    for path in records.iterdir():
        person = next(
            e["resource"] for e in json.loads(path.read_text())["entry"] if e["resource"]["resourceType"] == "Patient"
        )
        name = person["name"][0]
        assert (
            name["family"] not in written
            and name["given"][0] not in written
            and path.name not in (out / "manifest.json").read_text()
        )
    assert checked(records, out)[1] == []
    days = {w for e in out.glob("*.md") for w in e.read_text().split() if w[:2] == "20" and w.count("-") == 2}
    assert days <= {manifest(out)["settings"]["as_of"], manifest(out)["settings"]["as_of"] + ","}
