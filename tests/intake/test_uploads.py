from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.intake.report import IngestReport
from assistant.intake.uploads import ingest_bytes
from assistant.readers.registry import LIMITS
from assistant.vault import KdfCost, Secret, Vault
from tests.intake.support import READER, Gate, Hashing


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(tmp_path / "v", Secret.passphrase("four quiet words here"), kdf=KdfCost(64, 1, 1)) as made:
        yield made


def upload(vault: Vault, name: str, data: bytes, **more: Any) -> IngestReport:
    return ingest_bytes(
        name, data, vault=vault, embedder=Hashing(), gate=Gate(), principal=READER, labels=frozenset({"public"}), **more
    )


def test_a_file_in_memory_is_stored_under_its_name_and_touches_no_disk(vault: Vault, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if "v" not in path.parts[-2:]}
    report = upload(vault, "note.md", b"# Dose\n\nTake 500 mg.")
    assert report.added == ("note.md",) and report.documents == 1
    assert {path for path in tmp_path.rglob("*") if "v" not in path.parts[-2:]} - before <= set(
        (tmp_path / "v").rglob("*")
    )
    assert upload(vault, "note.md", b"# Dose\n\nTake 500 mg.").unchanged == ("note.md",)
    assert upload(vault, "note.md", b"# Dose\n\nTake 250 mg.").replaced == ("note.md",)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("note.md", b"", "empty"),
        ("note.exe", b"MZ", "read"),
        ("note", b"text", "no ending"),
        ("a.pdf", b"no pdf at all", "not a PDF"),
    ],
)
def test_what_cannot_be_read_is_a_problem_of_the_report(vault: Vault, name: str, data: bytes, reason: str) -> None:
    (problem,) = upload(vault, name, data).problems
    assert reason in problem.reason and problem.remedy
    assert vault.documents() == [] or list(vault.documents()) == []


def test_a_file_beyond_its_kind_s_limit_is_not_read(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, ".md", 10)
    (problem,) = upload(vault, "note.md", b"x" * 11).problems
    assert "too large" in problem.reason


def test_a_stopped_upload_leaves_nothing(vault: Vault) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    report = upload(vault, "note.md", b"# Dose\n\nTake 500 mg.", progress=stop)
    assert report.partial and not list(vault.documents())
