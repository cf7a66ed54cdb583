from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ConfigError, IntegrityError, UsageError
from assistant.models.catalog import ModelEntry, ModelFile, load_catalog, verify
from assistant.models.derived import derived_entry, importance_sha256, refuse_taken, register, tool_version
from assistant.models.own import own_entry
from assistant.models.store import incoming
from tests.models.support import digest, fill, gguf, use_catalog

PROVENANCE = {"source_sha256": "a" * 64, "type": "Q4_0", "importance_sha256": "", "tool": tool_version()}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_catalog(tmp_path, monkeypatch)
    fill(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def source(store: Path) -> ModelEntry:
    file = store / "s.gguf"
    file.write_bytes(gguf())
    entry = own_entry(file, "source", "MIT", digest(gguf()))
    return replace(entry, chat_template="chatml", context=99, terms="Pass these on.")


def test_a_derived_model_is_pinned_with_where_it_comes_from(store: Path, source: ModelEntry) -> None:
    with incoming(store) as work:
        file = work / "made.gguf"
        file.write_bytes(gguf(tokens=["a", "b", "c", "d"]))
        entry = derived_entry(source, file, "source-Q4_0", PROVENANCE)
        path = register(entry, file, work, store)
    assert verify("source-Q4_0", store) == path
    held = load_catalog(store).get("source-Q4_0")
    assert dict(held.provenance) == PROVENANCE
    assert (held.licence, held.terms, held.chat_template, held.context) == ("MIT", "Pass these on.", "chatml", 99)
    assert not list(store.glob(".incoming-*"))
    with pytest.raises(UsageError, match="has a model of that name"):
        refuse_taken("SOURCE-q4_0", store)


def test_a_file_that_changed_on_the_way_is_neither_placed_nor_pinned(store: Path, source: ModelEntry) -> None:
    with incoming(store) as work:
        file = work / "made.gguf"
        file.write_bytes(gguf())
        entry = derived_entry(source, file, "made", PROVENANCE)
        file.write_bytes(gguf() + b"!")
        with pytest.raises(IntegrityError):
            register(entry, file, work, store)
    assert not (store / "made.gguf").exists()
    refuse_taken("made", store)


def test_an_importance_has_one_hash_whatever_its_order() -> None:
    one, two = np.ones(4, np.float32), np.zeros(4, np.float32)
    assert importance_sha256({"a": one, "b": two}) == importance_sha256({"b": two, "a": one})
    assert importance_sha256({"a": one}) != importance_sha256({"a": two})


def test_an_unknown_key_of_a_provenance_is_refused(store: Path) -> None:
    from assistant.models.own import add_own

    entry = ModelEntry("x", "writer", "s", "MIT", 1, 1, "plain", 1, "x.gguf", (ModelFile("x.gguf", "a" * 64, 1),))
    add_own(replace(entry, provenance=PROVENANCE), store)
    path = store / "catalog.toml"
    path.write_text(path.read_text().replace("source_sha256", "sauce"))
    with pytest.raises(ConfigError, match="provenance"):
        load_catalog(store)
