from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.errors import ConfigError, ExitCode, IntegrityError, ModelError
from assistant.models.catalog import ROLES, SHIPPED, load_catalog, read_catalog, states, verify
from tests.models.support import FILES, fill, use_catalog


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_catalog(tmp_path, monkeypatch)
    folder = tmp_path / "store"
    folder.mkdir()
    fill(folder)
    return folder


def test_the_shipped_catalog_pins_every_file_with_licence_and_source() -> None:
    entries = read_catalog(SHIPPED)
    assert {entry.role for entry in entries} >= {"writer", "embedder", "ner"}
    for entry in entries:
        assert entry.role in ROLES
        assert entry.licence
        assert entry.source
        assert entry.source.download > 0
        assert entry.size > 0
        assert all(file.member for file in entry.files)
    assert load_catalog(Path("/nonexistent")).default("writer").chat_template == "chatml"


@pytest.mark.weights
def test_the_models_at_hand_are_the_pinned_ones(models: Path) -> None:
    shipped = read_catalog(SHIPPED)
    assert shipped
    for entry in shipped:
        assert verify(entry.name, models) == models / entry.path


def test_gives_the_path_of_a_file_and_of_a_folder(store: Path) -> None:
    assert verify("alpha", store) == store / "alpha.gguf"
    assert verify("beta", store) == store / "beta"


def test_an_unknown_model_is_refused(store: Path) -> None:
    (store / "gamma.gguf").write_bytes(b"x")
    with pytest.raises(ModelError, match="pinned"):
        verify("gamma", store)


def test_a_missing_model_names_the_remedy(store: Path) -> None:
    (store / "alpha.gguf").unlink()
    with pytest.raises(ModelError, match="assistant models pull") as caught:
        verify("alpha", store)
    assert caught.value.exit_code == ExitCode.FAILED


@pytest.mark.parametrize(
    ("model", "path"), [("alpha", "alpha.gguf"), ("beta", "beta/config.json"), ("beta", "beta/deep/weights")]
)
def test_one_byte_changed_is_an_integrity_error(store: Path, model: str, path: str) -> None:
    data = (store / path).read_bytes()
    (store / path).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(IntegrityError, match="SHA-256 differs") as caught:
        verify(model, store)
    assert caught.value.exit_code == ExitCode.INTEGRITY
    assert caught.value.path == str(store / path)


def test_a_file_missing_in_a_folder_is_an_integrity_error(store: Path) -> None:
    (store / "beta/config.json").unlink()
    with pytest.raises(IntegrityError, match="missing"):
        verify("beta", store)


def test_an_unpinned_file_in_a_folder_is_an_integrity_error(store: Path) -> None:
    (store / "beta/deep/pickle.bin").write_bytes(b"x")
    with pytest.raises(IntegrityError, match="unpinned"):
        verify("beta", store)


def test_a_link_in_a_folder_is_an_integrity_error(store: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (store / "beta/code").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match="unpinned"):
        verify("beta", store)


def test_a_change_that_keeps_size_and_times_is_still_seen(store: Path) -> None:
    path = store / "alpha.gguf"
    verify("alpha", store)
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"alpha", b"ALPHA", 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(IntegrityError):
        verify("alpha", store)


def test_states_tell_present_changed_and_missing(store: Path) -> None:
    (store / "alpha.gguf").write_bytes(b"")
    (store / "beta/config.json").unlink()
    found = {state.entry.name: state for state in states(store)}
    assert (found["alpha"].present, found["alpha"].verified) == (True, False)
    assert found["alpha"].problem
    assert found["beta"].remedy
    fill(store)
    assert all(state.verified and not state.problem for state in states(store))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema = 1", "schema = 2"),
        ("schema = 1", "schema = "),
        ('role = "writer"', 'role = "king"'),
        ('licence = "MIT"', 'licence = ""'),
        ("ram_mb = 1", 'ram_mb = "1"'),
        ("ram_mb = 1", "ram_mb = -1"),
        ("ram_mb = 1", "ram_mb = 1\ntypo = 1"),
        ('summary = "s"', ""),
        ('path = "config.json"', 'path = "../config.json"'),
        ('path = "config.json"', 'path = "/etc/passwd"'),
        ('path = "config.json"', 'path = "a\\\\b"'),
        ('path = "beta"', 'path = ".."'),
        ('path = "beta"', 'path = "a/b"'),
        ('path = "beta"', 'path = "catalog.toml"'),
        ('name = "beta"', 'name = "Alpha"'),
        ('package = "beta-model"', 'package = "--index-url=x"'),
        ('version = "1.0"', 'version = "1.0 --pre"'),
        ("sha256 = ", "sha256 = 'zz' #"),
    ],
)
def test_a_malformed_catalog_is_a_config_error(
    old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = use_catalog(tmp_path, monkeypatch, **{old: new})
    with pytest.raises(ConfigError) as caught:
        load_catalog(tmp_path)
    assert caught.value.path == str(path)


@pytest.mark.parametrize("own", ['name = "ALPHA"', 'path = "alpha.gguf"'])
def test_the_sites_catalog_adds_and_never_replaces(own: str, store: Path, tmp_path: Path) -> None:
    from assistant.models import catalog

    text = catalog.SHIPPED.read_text().split("[[model]]")[1]
    fresh = text.replace('"alpha"', '"own"').replace('"alpha.gguf", member', '"own.gguf", member')
    fresh = fresh.replace('path = "alpha.gguf"\n', 'path = "own.gguf"\n')
    (store / "catalog.toml").write_text("schema = 1\n[[model]]" + fresh)
    (store / "own.gguf").write_bytes(FILES["alpha.gguf"]["alpha.gguf"])
    assert load_catalog(store).get("own").own
    assert verify("own", store) == store / "own.gguf"
    assert load_catalog(store).default("writer").name == "alpha"
    clash = (
        fresh.replace('name = "own"', own)
        if own.startswith("name")
        else fresh.replace('path = "own.gguf"\n', own + "\n")
    )
    (store / "catalog.toml").write_text("schema = 1\n[[model]]" + clash)
    with pytest.raises(ConfigError, match="repeats"):
        load_catalog(store)
