from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.errors import VaultError
from assistant.intake.run import ingest
from assistant.policy.model import load_policy
from assistant.protocols import Embedder
from assistant.records.security import SECURITY_LABELS
from assistant.retrieval.chunk import chunk
from assistant.types import Action, Document, LossKind, Principal, Stage, Verdict
from assistant.vault import KdfCost, Secret, Vault

if TYPE_CHECKING:
    from assistant.protocols import Vectors

CHEAP = KdfCost(memory_kib=1024, iterations=1, lanes=1)
PASSPHRASE = "four quiet words here"


class Hashing:
    """A bag-of-words embedder without weights: these tests are about files and storing, not about meaning."""

    name = "hashing-8"
    dimension = 8

    def query(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(found, texts, strict=True):
            for word in text.split():
                row[sum(word.encode()) % self.dimension] += 1
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self.query(texts)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault.create(tmp_path / "vault", Secret.passphrase(PASSPHRASE), kdf=CHEAP)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    (root / "sub").mkdir(parents=True)
    (root / "a.md").write_text("# Aspirin\n\n## Dose\n\nTake 100 mg daily. Do not exceed it.")
    (root / "b.txt").write_text("Ibuprofen is for pain. Take it with food.")
    (root / "sub" / "c.csv").write_text("drug,dose\nparacetamol,1 g\ncodeine,30 mg\n")
    (root / "two\nlines.txt").write_text("A file whose name has two lines.")
    return root


def _whole(vault: Vault) -> None:
    for info in vault.documents():
        document = vault.document(info.id)
        assert info.passages == len(chunk(document))
        assert info.passages > 0
    ids, vectors = vault.vectors()
    assert len(ids) == len(vectors) == sum(info.passages for info in vault.documents())


def test_first_run_then_nothing_then_changes(vault: Vault, folder: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    first = ingest([folder], vault=vault, embedder=Hashing(), progress=lambda *step: seen.append(step))
    assert [Path(s).name for s in first.added] == ["a.md", "b.txt", "two\nlines.txt", "c.csv"]
    assert (first.documents, first.passages, first.problems) == (4, 5, ())
    assert seen[-1] == (4, 4, "")
    _whole(vault)
    ids = {info.source: info.id for info in vault.documents()}

    again = ingest([folder], vault=vault, embedder=Hashing())
    assert len(again.unchanged) == 4
    assert again.added == again.replaced == again.removed == ()
    assert {info.source: info.id for info in vault.documents()} == ids

    (folder / "b.txt").write_text("Ibuprofen was withdrawn.")
    (folder / "a.md").unlink()
    third = ingest([folder], vault=vault, embedder=Hashing())
    assert third.replaced == (str(folder / "b.txt"),)
    assert third.removed == (str(folder / "a.md"),)
    assert len(vault.documents()) == 4
    assert vault.document(ids[str(folder / "b.txt")]).text == "Ibuprofen was withdrawn."
    pruned = ingest([folder], vault=vault, embedder=Hashing(), prune=True)
    assert pruned.pruned
    assert str(folder / "a.md") not in {info.source for info in vault.documents()}
    _whole(vault)


def test_losses_are_reported_and_kept(vault: Vault, folder: Path) -> None:
    (folder / "d.html").write_text("<p>Ibu\u200bprofen is for pain.</p>")
    report = ingest([folder], vault=vault, embedder=Hashing())
    ((source, loss),) = report.losses
    assert (source, loss.kind) == (str(folder / "d.html"), LossKind.HIDDEN)
    (info,) = [info for info in vault.documents() if info.source == source]
    assert vault.document(info.id).losses == (loss,)
    assert ingest([folder], vault=vault, embedder=Hashing()).losses == ()


def test_other_labels_or_embedder_read_a_file_again(vault: Vault, folder: Path) -> None:
    ingest([folder / "a.md"], vault=vault, embedder=Hashing())
    report = ingest([folder / "a.md"], vault=vault, embedder=Hashing(), labels=frozenset({"clinical"}))
    assert len(report.replaced) == 1
    (info,) = vault.documents()
    assert info.labels == frozenset({"clinical"})

    class Renamed(Hashing):
        name = "hashing-9"

    assert ingest([folder / "a.md"], vault=vault, embedder=Renamed(), labels=frozenset({"clinical"})).replaced


def test_bad_files_are_reported_and_the_others_are_in(vault: Vault, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnonsense")
    (folder / "empty.txt").touch()
    (folder / "picture.png").write_bytes(b"\x89PNG")
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "deep.json").write_text("[" * 100_000)
    report = ingest([folder, folder / "missing.md"], vault=vault, embedder=Hashing())
    assert len(report.added) == 4
    assert sorted(p.path.name for p in report.problems) == [
        "broken.pdf", "deep.json", "empty.txt", "huge.txt", "loop.txt", "missing.md",
    ]  # fmt: skip
    assert all(p.reason and p.remedy for p in report.problems)
    assert [p.path.name for p in report.skipped] == ["picture.png"]
    _whole(vault)


def test_a_source_of_several_records_is_replaced_as_a_whole(vault: Vault, tmp_path: Path) -> None:
    def write(*names: str) -> None:
        text = "{} is a medicine that is described here at a length that makes its record a document of its own."
        lines = [json.dumps({"id": name, "title": name, "text": text.format(name)}) for name in names]
        (tmp_path / "all.jsonl").write_text("\n".join(lines))

    write("one", "two", "three")
    assert ingest([tmp_path / "all.jsonl"], vault=vault, embedder=Hashing()).documents == 3
    before = {info.title: info.id for info in vault.documents()}
    write("two", "three", "four", "four")
    report = ingest([tmp_path / "all.jsonl"], vault=vault, embedder=Hashing())
    assert len(report.replaced) == 1
    after = [(info.title, info.id) for info in vault.documents()]
    assert sorted(title for title, _ in after) == ["four", "four", "three", "two"]
    assert dict(after)["two"] == before["two"]
    assert len(ingest([tmp_path / "all.jsonl"], vault=vault, embedder=Hashing()).unchanged) == 1


CELIAC = {
    "a.json": '{"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "code": {"text": "Celiac disease"}, '
    '"meta": {"security": [{"code": "CEL"}]}}',
    "a.hl7": "MSH|^~\\&|A|B|C|D|20260101||ORU^R01|1|P|2.5\rPID|1||7^^^H^MR||Lund^Mei\r"
    "ORC|RE|1||||||||||||||||||||||||||CEL\rOBR|1|1||G^Gluten\rOBX|1|ST|S^Celiac||found||||||F\r",
}


@pytest.mark.parametrize("name", CELIAC)
def test_a_new_security_label_reaches_what_is_stored_already(
    name: str, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Read in this process, where the table is changed.
    monkeypatch.setattr("assistant.readers.prefetch.APART", frozenset())
    (tmp_path / name).write_text(CELIAC[name])

    def labels_after_ingest() -> set[frozenset[str]]:
        assert ingest([tmp_path / name], vault=vault, embedder=Hashing()).problems == ()
        return {info.labels for info in vault.documents() if "eliac" in vault.document(info.id).text}

    (before,) = labels_after_ingest()
    assert "restricted" not in before
    monkeypatch.setitem(SECURITY_LABELS, "CEL", "restricted")  # type: ignore[arg-type]
    assert labels_after_ingest() == {before | {"restricted"}}


class Redacting:
    """A gate that hides a word and keeps one file out."""

    policy = load_policy("base")

    def ingest(
        self, document: Document, principal: Principal, *, scope: str = ""
    ) -> tuple[Document | None, tuple[Verdict, ...]]:
        if "secret" in document.text:
            return None, (Verdict("forbidden", Stage.INGEST, Action.BLOCK, "it holds a secret", 0.1),)
        text = document.text.replace("Aspirin", "[X]")
        sections = tuple(replace(s, start=text.index("Take"), end=len(text)) for s in document.sections)
        redacted = replace(document, title="[X]", text=text, sections=sections)
        return redacted, (Verdict("phi", Stage.INGEST, Action.REDACT, "one identifier", 0.1),)

    def original(self, document: Document) -> Document | None:
        return replace(document, labels=document.labels | {"identified"}) if "[" not in document.title else None


def test_the_gate_decides_what_is_stored(vault: Vault, folder: Path, tmp_path: Path) -> None:
    (folder / "s.txt").write_text("A secret.")
    report = ingest([folder / "a.md", folder / "s.txt"], vault=vault, embedder=Hashing(), gate=Redacting())
    assert [p.path.name for p in report.problems] == ["s.txt"]
    assert "it holds a secret" in report.problems[0].reason
    assert report.verdicts == {"phi:redact": 1, "forbidden:block": 1}
    stored = {tuple(sorted(info.labels)): vault.document(info.id) for info in vault.documents()}
    assert set(stored) == {("internal",), ("identified", "internal")}
    assert "Aspirin" not in stored[("internal",)].text
    assert stored[("identified", "internal")].title == "Aspirin"
    again = ingest([folder / "a.md", folder / "s.txt"], vault=vault, embedder=Hashing(), gate=Redacting())
    assert len(again.unchanged) == 1
    assert len(again.problems) == 1


def test_audit_holds_ids_and_counts_only(vault: Vault, folder: Path) -> None:
    ingest([folder], vault=vault, embedder=Hashing())
    record = next(r for r in vault.audit.records() if r.kind == "ingest")
    assert record.record["documents"] == 4
    assert sorted(record.record["ids"]) == sorted(info.id for info in vault.documents())
    assert "docs" not in json.dumps(record.record)


def test_ctrl_c_gives_a_partial_report_and_the_next_run_goes_on(vault: Vault, tmp_path: Path) -> None:
    root = tmp_path / "many"
    root.mkdir()
    line = "Medicine {} is taken in the morning with a glass of water and never together with milk. "
    for n in range(8):
        (root / f"{n}.txt").write_text("".join(line.format(f"{n}-{i}") for i in range(1200)))

    def stop(done: int, total: int, what: str) -> None:
        if done == 5:
            raise KeyboardInterrupt

    report = ingest([root], vault=vault, embedder=Hashing(), progress=stop)
    assert report.partial
    assert 0 < len(report.added) < 8
    assert {info.source for info in vault.documents()} == set(report.added)
    _whole(vault)
    rest = ingest([root], vault=vault, embedder=Hashing())
    assert set(rest.unchanged) == set(report.added)
    assert len(rest.unchanged) + len(rest.added) == 8
    _whole(vault)


def test_a_stop_during_the_last_batch_stores_nothing(vault: Vault, folder: Path) -> None:
    stopped = False

    class Stopped(Hashing):
        def passages(self, texts: Sequence[str]) -> Vectors:
            nonlocal stopped
            stopped = True
            return super().passages(texts)

    def told(done: int, total: int, what: str) -> None:
        if stopped:
            raise KeyboardInterrupt

    report = ingest([folder], vault=vault, embedder=Stopped(), progress=told)
    assert stopped and report.partial
    assert not report.added and not vault.documents()


def test_an_embedder_that_fails_leaves_the_vault_as_it_was(vault: Vault, folder: Path) -> None:
    class Failing(Hashing):
        def passages(self, texts: Sequence[str]) -> Vectors:
            raise VaultError("out of memory")

    with pytest.raises(VaultError):
        ingest([folder], vault=vault, embedder=Failing())
    assert vault.documents() == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_cannot_be_listed_is_not_taken_for_empty(vault: Vault, folder: Path) -> None:
    ingest([folder], vault=vault, embedder=Hashing())
    (folder / "sub").chmod(0)
    try:
        report = ingest([folder], vault=vault, embedder=Hashing(), prune=True)
    finally:
        (folder / "sub").chmod(0o700)
    assert report.removed == ()
    assert len(report.problems) == 1


_LOOP = """
import sys
sys.path[:0] = sys.argv[3:]
from pathlib import Path
from typing import TYPE_CHECKING
from test_run import Hashing, PASSPHRASE
from assistant.intake.run import ingest
from assistant.vault import Secret, Vault
vault = Vault.open(Path(sys.argv[1]), Secret.passphrase(PASSPHRASE))
root = Path(sys.argv[2])
print("ready", flush=True)
for turn in range(10_000):
    for n in range(4):
        (root / f"{n}.txt").write_text(f"Turn {turn}. " + "The dose of this medicine is one tablet a day. " * (300 * n + 20))
    report = ingest([root], vault=vault, embedder=Hashing())
    print(len(report.added) + len(report.replaced), flush=True)
"""


@pytest.mark.slow
def test_kill_at_any_moment_leaves_whole_documents(vault: Vault, tmp_path: Path) -> None:
    root, home = tmp_path / "churn", tmp_path / "vault"
    root.mkdir()
    vault.close()
    chance = random.Random(7)
    here = Path(__file__).resolve()
    arguments = [str(home), str(root), str(here.parents[2]), str(here.parent)]
    for _ in range(4):
        child = subprocess.Popen([sys.executable, "-c", _LOOP, *arguments], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"ready"
        time.sleep(chance.uniform(0.1, 1.2))
        child.send_signal(signal.SIGKILL)
        reports = [int(line) for line in child.stdout.read().split()]
        child.stdout.close()
        child.wait()
        with_kill = Vault.open(home, Secret.passphrase(PASSPHRASE))
        try:
            _whole(with_kill)
            stored = with_kill.documents()
            assert len({info.source for info in stored}) == len(stored)
            if any(reports):
                assert len(stored) == 4
            assert with_kill.audit.verify().ok
        finally:
            with_kill.close()
    last = Vault.open(home, Secret.passphrase(PASSPHRASE))
    try:
        report = ingest([root], vault=last, embedder=Hashing())
        assert len(report.unchanged) + len(report.added) + len(report.replaced) + len(report.problems) == 4
        _whole(last)
    finally:
        last.close()


@pytest.mark.weights
def test_with_the_real_embedder(vault: Vault, folder: Path, models: Path) -> None:
    from assistant.retrieval.embed import MiniLM

    embedder: Embedder = MiniLM()
    assert ingest([folder], vault=vault, embedder=embedder).passages == 5
    ids, vectors = vault.vectors()
    best = int(ids[int(np.argmax(vectors @ embedder.query(["aspirin dosage"])[0]))])
    (passage,) = vault.passages([best])
    assert passage.title == "Aspirin"
