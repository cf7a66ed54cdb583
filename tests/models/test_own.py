from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ModelError, UsageError
from assistant.models.catalog import PROVENANCE, USER_CATALOG, load_catalog, parse_entry
from assistant.models.digest import sha256_of
from assistant.models.own import add_own, as_table, own_entry, record_rewritten
from tests.models.support import gguf, use_catalog


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_catalog(tmp_path, monkeypatch)
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


def made(folder: Path, name: str = "ours", licence: str = "LicenseRef-internal"):
    file = folder / f"{name}-source.gguf"
    file.write_bytes(gguf(architecture="llama"))
    return own_entry(file, name, licence, sha256_of(file))


def test_an_entry_says_of_the_file_what_the_file_says_of_itself(store: Path) -> None:
    entry = made(store)
    assert (entry.name, entry.role, entry.context, entry.own, entry.path) == ("ours", "writer", 128, True, "ours.gguf")
    assert entry.licence == "LicenseRef-internal" and entry.parameters > 0 and entry.ram_mb > 0
    assert entry.size == (store / "ours-source.gguf").stat().st_size


def test_a_licence_is_asked_for_and_what_is_no_model_is_refused(store: Path) -> None:
    with pytest.raises(UsageError, match="licence of this model is not known"):
        made(store, licence="")
    (store / "x.gguf").write_bytes(b"GGUF and no more")
    with pytest.raises(ModelError):
        own_entry(store / "x.gguf", "x", "MIT", "0" * 64)


def test_what_is_added_is_read_back_from_the_catalog_beside_what_was_there(store: Path) -> None:
    first, second = made(store), made(store, "more")
    add_own(first, store)
    add_own(second, store)
    catalog = load_catalog(store)
    assert replace(catalog.get("ours"), own=True) == first and catalog.get("more").own
    assert {"alpha", "beta"} <= {entry.name for entry in catalog.models}
    assert [path.name for path in store.glob(f".{USER_CATALOG}.*")] == [f".{USER_CATALOG}.lock"], "no half file is left"


@pytest.mark.parametrize("name", ["alpha", "ALPHA", "ours", "OURS"])
def test_a_name_that_is_taken_is_refused_in_any_spelling(store: Path, name: str) -> None:
    add_own(made(store), store)
    before = (store / USER_CATALOG).read_text()
    with pytest.raises(ModelError, match="that name already"):
        add_own(replace(made(store), name=name, path=f"{name}.gguf"), store)
    assert (store / USER_CATALOG).read_text() == before


def test_the_rewritten_form_is_pinned_for_a_model_of_the_sites_own_alone(store: Path) -> None:
    add_own(made(store), store)
    record_rewritten("ours", "a" * 64, store)
    assert load_catalog(store).get("ours").rewritten_sha256 == "a" * 64
    for name in ("alpha", "nobody"):
        with pytest.raises(ModelError, match="site's own"):
            record_rewritten(name, "b" * 64, store)


def test_words_that_toml_would_read_otherwise_come_back_as_they_were(store: Path) -> None:
    key = min(PROVENANCE)
    entry = replace(made(store), summary='a "quoted" \\ word,\nGröße \x7f and ]]', provenance={key: 'x"y'})
    add_own(entry, store)
    found = load_catalog(store).get("ours")
    assert found.summary == entry.summary and dict(found.provenance) == {key: 'x"y'}
    assert replace(parse_entry(as_table(entry), store), own=True) == entry


def test_two_who_add_at_once_lose_nothing(store: Path) -> None:
    entries = [made(store, f"m{n}") for n in range(6)]
    threads = [threading.Thread(target=add_own, args=(entry, store)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {f"m{n}" for n in range(6)} <= {entry.name for entry in load_catalog(store).models}
