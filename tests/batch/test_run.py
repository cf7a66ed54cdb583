"""`batch summarize` on real processes: facts checked by the independent checker, a kill in the middle, bad records, sealing."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from assistant.batch.settings import Failed, Scan, Settings
from assistant.frontends.cli import run as command
from tests.charts.support import HL7, bundle, checked, condition, tool, untidy

ROOT = Path(__file__).parents[2]


@dataclass
class Done:
    stdout: str
    stderr: str


def run(home: Path, *words: object, code: int = 0, **env: str) -> Done:
    """The command as `python -m assistant` runs it, without a start of Python; its workers are processes all the same."""
    out, talk = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, environment(home, **env), clear=True), redirect_stdout(out), redirect_stderr(talk):
        ended = command([str(word) for word in words])
    assert ended == code, talk.getvalue()
    return Done(out.getvalue(), talk.getvalue())


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("ASSISTANT_VAULT", "ASSISTANT_PASSPHRASE")}
    return {**kept, "ASSISTANT_HOME": str(home), "ASSISTANT_OUT_PASSPHRASE": "over the hills", **more}


def manifest(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_text())


def test_no_fact_is_invented_and_nothing_active_is_lost(tmp_path: Path) -> None:
    records, out = untidy(tmp_path / "in", 30), tmp_path / "out"
    told = json.loads(run(tmp_path, "batch", "summarize", records, "--out", out, "--jobs", 2, "--json").stdout)
    assert (told["done"], told["failed"]) == (30, 0)
    totals, lines = checked(records, out)
    assert lines == [] and totals["facts"] > 300 and totals["active_narrated"] == totals["active_narrated_of"] > 50
    assert all((out / f"{e['patient_id']}.md").is_file() for e in manifest(out)["patients"])
    assert {p.stat().st_mode & 0o777 for p in out.iterdir()} == {0o600}


def test_a_killed_run_goes_on_without_repeating_or_losing_one(tmp_path: Path) -> None:
    records, out = untidy(tmp_path / "in", 80), tmp_path / "out"
    words = [sys.executable, "-m", "assistant", "batch", "summarize", str(records), "--out", str(out), "--jobs", "2"]
    child = subprocess.Popen(words, cwd=ROOT, env=environment(tmp_path), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list(out.glob("*.md")) if out.exists() else ()) < 25:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()
    before = {p.name: p.stat().st_mtime_ns for p in out.glob("*.json") if p.name != "manifest.json"}
    journal = {e["patient_id"]: e for e in manifest(out)["patients"]}
    if (out / ".journal").exists():
        lines = (out / ".journal").read_text().splitlines()
        journal |= {e["patient_id"]: e for e in map(json.loads, (line for line in lines if line.endswith("}")))}
    assert 15 < len(journal) < 80 and manifest(out)["status"] == "running"
    told = json.loads(run(tmp_path, *words[3:], "--json").stdout)
    assert told["unchanged"] >= len(journal) and told["done"] + told["unchanged"] == 80
    entries = manifest(out)["patients"]
    assert len({e["patient_id"] for e in entries}) == len(entries) == 80
    recorded = {f"{patient}.json" for patient in journal}
    assert all((out / name).stat().st_mtime_ns == before[name] for name in recorded)
    assert checked(records, out)[1] == [] and not list(out.glob(".*.tmp")) and not (out / ".journal").exists()


def test_fresh_takes_away_what_a_killed_run_made_journalled_or_not(tmp_path: Path) -> None:
    records, out = untidy(tmp_path / "in", 60), tmp_path / "out"
    words = [sys.executable, "-m", "assistant", "batch", "summarize", str(records), "--out", str(out), "--jobs", "2"]
    child = subprocess.Popen(words, cwd=ROOT, env=environment(tmp_path), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list(out.glob("*.md")) if out.exists() else ()) < 10:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert len(list(out.glob("*.md"))) >= 10
    (out / "mine.txt").write_text("somebody else's file")
    one = untidy(tmp_path / "one", 1)
    run(tmp_path, "batch", "summarize", one, "--out", out, "--fresh", "--jobs", 1)
    (entry,) = manifest(out)["patients"]
    left = {path.name for path in out.iterdir() if not path.name.startswith(".lock")}
    assert left == {"manifest.json", "mine.txt", f"{entry['patient_id']}.json", f"{entry['patient_id']}.md"}


def test_a_worker_that_dies_while_idle_does_not_end_the_run(tmp_path: Path) -> None:
    from assistant.batch.pool import LocalPool
    from assistant.packs.pack import load_pack
    from assistant.policy.model import load_policy

    records = untidy(tmp_path / "in", 3)
    policy = load_policy("healthcare")
    settings = Settings(
        "healthcare", policy.sha256, load_pack("healthcare").id, ("clinician",), "template", "2026-01-01"
    )
    tasks = [Scan((str(path),), "fhir") for path in sorted(records.iterdir())]
    pool = LocalPool(settings, 1)
    try:
        assert len(list(pool.run(iter(tasks[:1])))) == 1
        idle = pool._slots[0].process
        idle.kill()
        idle.join()
        outcomes = [outcome for _, outcome in pool.run(iter(tasks[1:]))]
        assert len(outcomes) == len(tasks) - 1
        assert not any(isinstance(outcome, Failed) for outcome in outcomes)
    finally:
        pool.close()


def test_no_chart_stays_in_memory_when_its_owner_is_gone(tmp_path: Path) -> None:
    import gc

    from assistant.records import sources

    def held() -> set[int]:
        gc.collect()
        # By type: `isinstance` would ask proxies of other libraries for their class.
        return {id(found) for found in gc.get_objects() if type(found) is sources.Split}

    before = held()
    path = tmp_path / "two.csv"
    path.write_text("patient_id,date,text\n1,2026-01-02,Zebrafinch note of one.\n2,2026-01-03,Note of two.\n")
    parts = sources.scan(str(path), "notes")
    opened = sources.Opened()
    for part in parts:
        sources.load(part.patient_id, [part], opened=opened)
        sources.load(part.patient_id, [part])
    assert len(opened._shares) == 2
    assert held() - before
    del opened, parts, part
    assert not held() - before


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


def test_sealed_output_shows_nothing_and_opens_whole(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Quillfeather.json").write_bytes(
        bundle(condition("c1", "Gout tophaceous"), name=[{"family": "Quillfeather"}]).replace(b"p1", b"patient-0815")
    )
    out = tmp_path / "out"
    run(tmp_path, "batch", "summarize", tmp_path / "in", "--out", out, "--encrypt", "--format", "fhir")
    for path in out.rglob("*"):
        # Long enough that no ciphertext holds them by chance: 12 given bytes in a megabyte are one case in 10^23.
        held = path.read_bytes() + path.name.encode()
        assert not any(word in held for word in (b"Gout tophaceous", b"Quillfeather", b"patient-0815"))
    again = json.loads(
        run(
            tmp_path, "batch", "summarize", tmp_path / "in", "--out", out, "--encrypt", "--format", "fhir", "--json"
        ).stdout
    )
    assert again["unchanged"] == 1
    run(tmp_path, "batch", "decrypt", out, "--to", tmp_path / "no", code=4, ASSISTANT_OUT_PASSPHRASE="wrong")
    run(tmp_path, "batch", "decrypt", out, "--to", tmp_path / "open")
    fhir = json.loads((tmp_path / "open" / "patient-0815.fhir.json").read_text())
    assert [e["resource"]["resourceType"] for e in fhir["entry"]] == ["Composition", "DocumentReference"]
    sealed = next(p for p in out.glob("*.sealed") if p.name != "manifest.sealed")
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    run(tmp_path, "batch", "decrypt", out, "--to", tmp_path / "open2", code=5)


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


def test_policy_and_usage_have_their_exit_codes(tmp_path: Path) -> None:
    records, out = untidy(tmp_path / "in", 1), tmp_path / "out"
    run(tmp_path, "batch", "summarize", records, "--out", out, "--policy", "customer-service", code=3)
    run(tmp_path, "batch", "summarize", tmp_path / "none", "--out", out, code=2)
    run(tmp_path, "batch", "summarize", records, "--out", out, "--as-of", "2026-01-01")
    run(tmp_path, "batch", "summarize", records, "--out", out, "--as-of", "2026-01-02", code=2)
    run(tmp_path, "batch", "summarize", records, "--out", out, "--as-of", "2026-01-02", "--fresh")


def test_extract_gives_fields_with_their_sources(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(bundle(condition("c1", "=Gout")))
    (tmp_path / "f.yaml").write_text("schema: 1\nfields:\n  - {name: gout, from: problems, match: [gout]}\n")
    told = json.loads(run(tmp_path, "extract", tmp_path / "r.json", "--schema", tmp_path / "f.yaml").stdout)
    assert told["rows"][0]["fields"]["gout"] == {
        "value": "=Gout",
        "citations": [{"resource": "Condition/c1", "text": "=Gout"}],
    }
    run(tmp_path, "extract", tmp_path / "r.json", "--schema", tmp_path / "f.yaml", "--out", tmp_path / "o.csv")
    assert (tmp_path / "o.csv").read_text().splitlines()[1] == "p1,'=Gout,Condition/c1"


def test_extract_refuses_what_no_row_can_give_and_cites_nothing_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(bundle(condition("c1", "Gout")))
    (tmp_path / "f.yaml").write_text("schema: 1\nfields:\n  - {name: a, from: results, give: dosage}\n")
    done = run(tmp_path, "extract", tmp_path / "r.json", "--schema", tmp_path / "f.yaml", code=2)
    assert "f.yaml:3" in done.stderr and "results have no 'dosage'" in done.stderr
    (tmp_path / "f.yaml").write_text("schema: 1\nfields:\n  - {name: died, from: patient, give: died}\n")
    told = json.loads(run(tmp_path, "extract", tmp_path / "r.json", "--schema", tmp_path / "f.yaml").stdout)
    assert told["rows"][0]["fields"]["died"] == {"value": None, "citations": []}


def test_watch_streams_alerts(tmp_path: Path) -> None:
    rows = "person,time,sign,value,unit\np,2026-01-01T08:00:00,hr,150,bpm\np,2026-01-01T09:00:00,hr,nan,bpm\n"
    done = subprocess.run([sys.executable, "-m", "assistant", "watch", "-"], input=rows, cwd=ROOT, capture_output=True, text=True,
                          timeout=60, env=environment(tmp_path))  # fmt: skip
    assert json.loads(done.stdout)["level"] == "alert" and "1 not a number" in done.stderr


@pytest.mark.slow
def test_ray_does_the_same(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    records = untidy(tmp_path / "in", 4)
    # Ray reads its token from the environment once in a process, so it gets one of its own.
    words = ["batch", "summarize", str(records), "--out", str(tmp_path / "ray"), "--engine", "ray", "--jobs", "1"]
    subprocess.run(
        [sys.executable, "-m", "assistant", *words], cwd=ROOT, check=True, timeout=120, env=environment(tmp_path)
    )
    run(tmp_path, "batch", "summarize", records, "--out", tmp_path / "local", "--jobs", 1)
    for path in (tmp_path / "local").glob("*.*"):
        if path.name != "manifest.json":
            assert (tmp_path / "ray" / path.name).read_bytes() == path.read_bytes()
    assert checked(records, tmp_path / "ray")[1] == [] and tool("check_summaries")
