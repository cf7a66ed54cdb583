"""What a run has done, through stops and kills: gone on with under the same settings, and only then."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.batch.manifest import JOURNAL, NAME, SEALED, Manifest, head, read, write
from assistant.batch.sealed import Sealer
from assistant.batch.settings import Made, Settings
from assistant.errors import IntegrityError, UsageError, VaultError
from assistant.vault import KdfCost, Secret

SETTINGS = Settings("base", "sha", "healthcare", ("clinician",), "template", "2026-01-01")


def opened(out: Path, sealer: Sealer | None = None, *, fresh: bool = False, settings: Settings = SETTINGS) -> Manifest:
    return Manifest(out, settings, sealer, fresh=fresh)


def entry(key: str, status: str = "done", **more: object) -> dict[str, object]:
    return {"key": key, "digest": "d", "status": status, **more}


@pytest.fixture
def sealer() -> Sealer:
    return Sealer.new(Secret.passphrase("four quiet words here"), KdfCost(64, 1, 1))


def test_what_was_noted_is_known_again_after_a_kill_and_after_an_end(tmp_path: Path) -> None:
    first = opened(tmp_path)
    files = first.publish("p1", Made({".json": b"{}"}, {}))
    first.note(entry("p1", files=files))
    first.close()  # no final save: as after a kill
    assert (tmp_path / JOURNAL).is_file()
    second = opened(tmp_path)
    assert second.settled("p1", "d", retry_failed=False)
    second.note(entry("p2", "failed"))
    second.save("done")
    second.close()
    assert not (tmp_path / JOURNAL).exists()
    found = head(tmp_path)
    assert found is not None
    assert (found["status"], found["counts"]) == ("done", {"done": 1, "failed": 1})


def test_a_cut_last_line_of_the_journal_loses_only_itself(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.note(entry("p1"))
    first.close()
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes() + b'{"key": "p2", "dig')
    # The manifest of the stopped run holds no entries, the journal all.
    second = opened(tmp_path)
    assert set(second.entries) == {"p1"}
    second.note(entry("p3"))
    second.close()
    third = opened(tmp_path)
    assert set(third.entries) == {"p1", "p3"}
    third.close()


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_an_output_that_is_not_whole_on_disk_is_made_again(tmp_path: Path, damage: str) -> None:
    manifest = opened(tmp_path)
    manifest.note(entry("p1", files=manifest.publish("p1", Made({".json": b"{}"}, {}))))
    assert manifest.settled("p1", "d", retry_failed=False)
    assert not manifest.settled("p1", "another record", retry_failed=False)
    if damage == "gone":
        (tmp_path / "p1.json").unlink()
    else:
        (tmp_path / "p1.json").write_bytes(b"[]")
    assert not manifest.settled("p1", "d", retry_failed=False)
    manifest.close()


def test_what_failed_is_tried_again_only_on_request(tmp_path: Path) -> None:
    manifest = opened(tmp_path)
    manifest.note(entry("p1", "failed"))
    assert manifest.settled("p1", "d", retry_failed=False)
    assert not manifest.settled("p1", "d", retry_failed=True)
    assert not manifest.settled("unknown", "d", retry_failed=False)
    manifest.close()


def test_another_policy_day_or_sealing_does_not_go_on_with_a_run(tmp_path: Path, sealer: Sealer) -> None:
    opened(tmp_path / "plain").close()
    with pytest.raises(UsageError, match="other settings"):
        opened(tmp_path / "plain", settings=replace(SETTINGS, as_of="2026-01-02"))
    with pytest.raises(UsageError, match="not sealed"):
        opened(tmp_path / "plain", sealer)
    opened(tmp_path / "sealed", sealer).close()
    with pytest.raises(UsageError, match="is sealed"):
        opened(tmp_path / "sealed")


def test_a_fresh_run_takes_away_what_the_last_one_made_and_nothing_else(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.note(entry("p1", files=first.publish("p1", Made({".json": b"{}"}, {}))))
    # Killed between the files and the journal.
    first.publish("p2", Made({".json": b"{}", ".md": b"x"}, {}))
    first.close()
    (tmp_path / "mine.txt").write_text("kept")
    second = opened(tmp_path, fresh=True, settings=replace(SETTINGS, as_of="2026-01-02"))
    assert second.entries == {}
    second.close()
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")} == {"mine.txt", NAME}


def test_a_sealed_run_says_nothing_of_its_patients(tmp_path: Path, sealer: Sealer) -> None:
    first = opened(tmp_path, sealer)
    first.note(entry("Ann-Lee", files=first.publish("Ann-Lee", Made({".json": b"Ann Lee"}, {}))))
    first.close()
    everything = b"".join(path.read_bytes() + path.name.encode() for path in tmp_path.iterdir())
    assert b"Ann" not in everything
    second = opened(tmp_path, sealer)
    assert second.settled("Ann-Lee", "d", retry_failed=False)
    second.save("done")
    second.close()
    assert (tmp_path / SEALED).is_file()
    assert "patients" not in json.loads((tmp_path / NAME).read_bytes())


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    first = opened(tmp_path)
    with pytest.raises(UsageError, match="another run"):
        opened(tmp_path)
    first.close()
    opened(tmp_path).close()


@pytest.mark.parametrize("data", [b"", b"{", b"[]"])
def test_a_damaged_manifest_is_said_to_be_one(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    with pytest.raises(IntegrityError, match="damaged"):
        head(tmp_path)


def test_files_are_private_and_whole_and_their_absence_is_an_error_of_ours(tmp_path: Path) -> None:
    write(tmp_path / "a", b"new")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert read(tmp_path / "a") == b"new"
    with pytest.raises(VaultError):
        read(tmp_path / "absent")
    with pytest.raises(VaultError):
        write(tmp_path / "absent" / "a", b"")
    assert head(tmp_path) is None
