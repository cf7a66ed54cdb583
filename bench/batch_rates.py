"""`batch summarize` measured whole: facts against the record, patients a minute by engine, and a kill at half way.

    python -m bench.batch_rates [--patients 100] [--data DIR] [--model 12] [--ray]

Records are made here (seeded): untidy FHIR bundles, HL7 messages, notes. --data adds the folders `fhir`, `fhir_bulk` and `ccda`
of the evaluation data, and --model N patients whose lists the local model phrases (needs the model store). Every run is
the command itself in a process of its own, and every summary is checked by tools/check_summaries.py, which shares no code
with the product. The kill is SIGKILL to the whole group at half of the patients; afterwards the same command goes on, and
each file is compared with that of a run that was not killed. Exit code 1 where anything is invented, lost or repeated.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
_TOTALS: Final = ("problems", "medications", "allergies")


class Bench:
    """A folder for records and summaries, and whether all has held so far."""

    def __init__(self, folder: Path, patients: int) -> None:
        sys.path.append(str(ROOT / "tools"))
        from make_messages import files
        from patient_variants import untidy_bundles

        self.folder, self.patients, self.holds = folder, patients, True
        made = [(f"fhir/{name}", text) for name, text in untidy_bundles(patients, 7)]
        for name, text in [*made, *files(max(30, patients // 3), 7)]:
            path = folder / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def words(self, source: Path, out: Path, *more: str) -> list[str]:
        """The command."""
        return [sys.executable, "-m", "assistant", "batch", "summarize", str(source), "--out", str(out), "--json",
                "--as-of", "2026-11-24", *more]  # fmt: skip

    def start(self, words: list[str]) -> subprocess.Popen[str]:
        """The command in a process group of its own, without a vault."""
        kept = {name: value for name, value in os.environ.items() if name != "ASSISTANT_VAULT"}
        return subprocess.Popen(
            words, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            env={**kept, "ASSISTANT_HOME": str(self.folder / "home")},
        )  # fmt: skip

    def run(self, source: Path, out: Path, *more: str) -> tuple[dict[str, Any], float]:
        """What the command reports, and its wall time with its start."""
        begun = time.monotonic()
        child = self.start(self.words(source, out, *more))
        told, complaints = child.communicate()
        spent = time.monotonic() - begun
        if child.returncode not in (0, 1):
            raise SystemExit(complaints)
        return json.loads(told), spent

    def check(self, source: Path, out: Path) -> str:
        """The checker's row."""
        from check_summaries import WRONG, check_folder

        totals, lines, holds = check_folder(source, out)
        self.holds = self.holds and holds
        active = sum(totals.get(f"active_{name}", 0) for name in _TOTALS)
        there = sum(totals.get(f"found_{name}", 0) for name in _TOTALS)
        other = totals.get("other_patient", 0)
        wrong = sum(totals.get(kind, 0) for kind in WRONG) - other
        for line in lines[:10]:
            print("   ", line)
        return (
            f"{totals.get('summaries', 0):9} {totals.get('facts', 0):7} {totals.get('sentences', 0):10} {wrong:6} {other:6} "
            f"{there:6}/{active:<6}"
        )

    def facts(self, sources: dict[str, Path]) -> None:
        """Every kind of record against the checker."""
        print("records      summaries   facts  sentences  wrong  other  active found   failed  skipped")
        for name, source in sources.items():
            told, _ = self.run(source, self.folder / f"out-{name}", "--jobs", "2")
            row = self.check(source, self.folder / f"out-{name}")
            print(f"{name:12} {row}  {told['failed']:6}  {told['skipped_files']:7}", flush=True)

    def rates(self, engines: list[tuple[str, int]]) -> None:
        """Patients a minute."""
        source = self.folder / "in" / "fhir"
        print("\nengine  workers  patients  seconds  a minute  with the start  a minute")
        for engine, jobs in engines:
            out = self.folder / f"rate-{engine}-{jobs}"
            told, wall = self.run(source, out, "--engine", engine, "--jobs", str(jobs))
            self.holds = self.holds and told["done"] == self.patients
            print(
                f"{engine:7} {jobs:7}  {told['done']:8} {told['seconds']:8.1f}  {told['patients_per_minute']:8.0f}  "
                f"{wall:14.1f}  {60 * told['done'] / wall:8.0f}",
                flush=True,
            )

    def kill(self) -> None:
        """Kill at half way, go on, compare with a run that was not killed."""
        source, out, whole = self.folder / "in" / "fhir", self.folder / "killed", self.folder / "rate-local-2"
        child = self.start(self.words(source, out, "--jobs", "2"))
        while child.poll() is None and len(list(out.glob("*.md"))) < self.patients // 2:
            time.sleep(0.002)
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.json") if path.name != "manifest.json"}
        told, _ = self.run(source, out, "--jobs", "2")
        names = {path.name for path in whole.iterdir() if path.suffix in (".json", ".md")} - {"manifest.json"}
        same = {
            name
            for name in names
            if (out / name).is_file() and (out / name).read_bytes() == (whole / name).read_bytes()
        }
        again = sum((out / name).stat().st_mtime_ns != stamp for name, stamp in before.items())
        listed = [entry["patient_id"] for entry in json.loads((out / "manifest.json").read_text())["patients"]]
        twice, lost = len(listed) - len(set(listed)), self.patients - len(set(listed))
        # A summary whose file was written but not yet recorded when the kill came is made anew: at most one a worker.
        self.holds = self.holds and same == names and not twice and not lost and again <= 2
        print(
            f"\nkilled with {len(before)} summaries written: {told['unchanged']} kept, {told['done']} made after it, {again} of "
            f"the written ones made again, {twice} twice, {lost} lost, {len(same)} of {len(names)} files as without the kill"
        )

    def model(self, count: int) -> None:
        """The local model phrases the lists; the same checks."""
        source, out = self.folder / "phrased", self.folder / "out-model"
        source.mkdir()
        for path in sorted((self.folder / "in" / "fhir").iterdir())[:count]:
            (source / path.name).write_bytes(path.read_bytes())
        told, wall = self.run(source, out, "--narrative", "model", "--jobs", "1")
        figures = [e.get("figures", {}) for e in json.loads((out / "manifest.json").read_text())["patients"]]
        kept, tried = (sum(f.get(key, 0) for f in figures) for key in ("model_sentences", "model_tried"))
        print("\nmodel        summaries   facts  sentences  wrong  other  active found")
        print(f"phrasing     {self.check(source, out)}")
        print(
            f"{kept} of {tried} lists in the model's words, {60 * told['done'] / wall:.1f} patients a minute with one worker"
        )


def main() -> int:
    """Everything that was asked for; 1 where something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=100)
    parser.add_argument("--data", type=Path, default=None, help="evaluation data with fhir/, fhir_bulk/ and ccda/")
    parser.add_argument("--model", type=int, default=0, metavar="N", help="patients whose lists the model phrases")
    parser.add_argument("--ray", action="store_true", help="the Ray engine too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place), given.patients)
        made = Path(place) / "in"
        sources = {f"made {path.name}": path for path in sorted(made.iterdir())}
        if given.data is not None:
            sources |= {name: given.data / name for name in ("fhir", "fhir_bulk", "ccda")}
        bench.facts(sources)
        engines = [("local", 1), ("local", 2)]
        if given.ray and find_spec("ray") is not None:
            engines += [("ray", 1), ("ray", 2)]
        bench.rates(engines)
        bench.kill()
        if given.model:
            bench.model(given.model)
        print("all of it holds" if bench.holds else "SOMETHING DOES NOT HOLD")
        return int(not bench.holds)


if __name__ == "__main__":
    sys.exit(main())
