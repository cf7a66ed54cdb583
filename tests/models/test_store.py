from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from assistant.errors import IntegrityError, ModelError
from assistant.models.catalog import ModelEntry, ModelFile
from assistant.models.store import incoming, place

DATA = b"weights"


def entry(path: str = "m.gguf", *files: tuple[str, bytes]) -> ModelEntry:
    pinned = tuple(
        ModelFile(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in files or ((path, DATA),)
    )
    return ModelEntry("m", "writer", "", "MIT", 1, 0, "chatml", 1, path, pinned)


def test_the_working_folder_lies_in_the_store_and_goes_with_the_block(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with incoming(store) as work:
        assert work.parent == store
        (work / "part").write_bytes(DATA)
    assert list(store.iterdir()) == []
    with pytest.raises(KeyboardInterrupt), incoming(store):
        raise KeyboardInterrupt
    assert list(store.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_and_what_a_living_one_makes_is_not(tmp_path: Path) -> None:
    dead, alive, odd = (tmp_path / f".incoming-{name}" for name in ("999999999-x", f"{os.getpid()}-y", "other"))
    for folder in (dead, alive, odd):
        folder.mkdir()
    with incoming(tmp_path):
        assert (dead.exists(), alive.exists(), odd.exists()) == (False, True, False)


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot be written"), incoming(tmp_path / "file" / "store"):
        pass


def test_a_model_is_there_whole_after_its_hash_was_checked(tmp_path: Path) -> None:
    with incoming(tmp_path) as work:
        (work / "m.gguf").write_bytes(DATA)
        assert place(entry(), work, tmp_path) == tmp_path / "m.gguf"
    assert (tmp_path / "m.gguf").read_bytes() == DATA


def test_a_wrong_model_is_refused_and_the_one_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(DATA)
    with pytest.raises(IntegrityError, match="refused and removed"), incoming(tmp_path) as work:
        (work / "m.gguf").write_bytes(b"weightz")
        place(entry(), work, tmp_path)
    assert (tmp_path / "m.gguf").read_bytes() == DATA and len(list(tmp_path.iterdir())) == 1


def test_a_damaged_model_is_replaced_also_where_it_is_a_folder(tmp_path: Path) -> None:
    wanted = entry("m", ("a.bin", DATA))
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.bin").write_bytes(b"broken")
    (tmp_path / "m" / "planted.py").write_text("")
    with incoming(tmp_path) as work:
        (work / "m").mkdir()
        (work / "m" / "a.bin").write_bytes(DATA)
        place(wanted, work, tmp_path)
    assert {p.name for p in (tmp_path / "m").iterdir()} == {"a.bin"}
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


def test_a_folder_with_an_unpinned_file_is_not_placed(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="unpinned"), incoming(tmp_path) as work:
        (work / "m").mkdir()
        (work / "m" / "a.bin").write_bytes(DATA)
        (work / "m" / "code.py").write_text("import os")
        place(entry("m", ("a.bin", DATA)), work, tmp_path)
    assert not (tmp_path / "m").exists()
