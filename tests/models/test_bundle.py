from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from assistant.errors import AssistantError, ConfigError, IntegrityError, ModelError, UsageError
from assistant.models.bundle import bundle, import_file
from assistant.models.catalog import load_catalog, verify
from tests.models.support import FILES, fill, gguf, use_catalog, wheel


@pytest.fixture(autouse=True)
def _catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_catalog(tmp_path, monkeypatch)


@pytest.fixture
def full(tmp_path: Path) -> Path:
    fill(tmp_path / "full")
    return tmp_path / "full"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return tmp_path / "empty"


def test_a_bundle_carries_all_models_to_another_store(full: Path, empty: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    assert bundle(tmp_path / "b.tar", lambda *step: told.append(step), store=full) == ["alpha", "beta"]
    assert told[-1][0] == told[-1][1] == sum(len(data) for files in FILES.values() for data in files.values())
    assert import_file(tmp_path / "b.tar", store=empty) == ["alpha", "beta"]
    assert verify("alpha", empty)
    assert verify("beta", empty)
    assert sorted(path.name for path in empty.iterdir()) == ["alpha.gguf", "beta"]
    assert import_file(tmp_path / "b.tar", store=empty) == ["alpha", "beta"]


def test_the_same_models_give_the_same_bytes(full: Path, tmp_path: Path) -> None:
    for name in ("a.tar", "b.tar"):
        bundle(tmp_path / name, store=full)
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_a_changed_model_is_not_bundled(full: Path, tmp_path: Path) -> None:
    (full / "beta/config.json").write_bytes(b"[]")
    with pytest.raises(IntegrityError):
        bundle(tmp_path / "b.tar", store=full)
    assert not list(tmp_path.glob("b.tar*"))


def test_an_empty_store_and_a_target_that_cannot_be_written(full: Path, empty: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="pull"):
        bundle(tmp_path / "b.tar", store=empty)
    with pytest.raises(ModelError, match="cannot be written"):
        bundle(tmp_path / "no-such-folder" / "b.tar", store=full)


def test_a_bundle_with_one_byte_changed_is_refused(full: Path, empty: Path, tmp_path: Path) -> None:
    bundle(tmp_path / "b.tar", store=full)
    data = (tmp_path / "b.tar").read_bytes()
    place = data.index(b"alpha weights")
    (tmp_path / "b.tar").write_bytes(data[:place] + b"x" + data[place + 1 :])
    with pytest.raises(IntegrityError, match="refused"):
        import_file(tmp_path / "b.tar", store=empty)
    assert not (empty / "alpha.gguf").exists()
    assert not list(empty.glob(".incoming*"))


def test_names_inside_a_bundle_choose_no_place(full: Path, empty: Path, tmp_path: Path) -> None:
    bundle(tmp_path / "b.tar", store=full)
    with tarfile.open(tmp_path / "b.tar", "a") as archive:
        for name in ("../escaped", "models/../../escaped", str(tmp_path / "escaped"), "models/beta/extra.bin"):
            info = tarfile.TarInfo(name)
            info.size = 4
            archive.addfile(info, io.BytesIO(b"evil"))
        link = tarfile.TarInfo("models/link")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        archive.addfile(link)
    import_file(tmp_path / "b.tar", store=empty)
    assert not list(tmp_path.rglob("escaped"))
    assert not list(tmp_path.rglob("extra.bin"))
    assert not (empty / "link").exists()


def test_a_link_in_the_place_of_a_model_is_not_taken(empty: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(FILES["alpha.gguf"]["alpha.gguf"])
    manifest = json.dumps({"schema": 1, "models": []}).encode()
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        info = tarfile.TarInfo("manifest.json")
        info.size = len(manifest)
        archive.addfile(info, io.BytesIO(manifest))
        link = tarfile.TarInfo("models/alpha.gguf")
        link.type, link.linkname = tarfile.SYMTYPE, str(secret)
        archive.addfile(link)
    with pytest.raises(ModelError, match="no model"):
        import_file(tmp_path / "b.tar", store=empty)


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{}", b'{"schema": 1, "models": [{}]}', b'{"schema": 9, "models": []}']
)
def test_a_malformed_manifest_is_a_model_error(manifest: bytes, empty: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        info = tarfile.TarInfo("manifest.json")
        info.size = len(manifest)
        archive.addfile(info, io.BytesIO(manifest))
    with pytest.raises(ModelError):
        import_file(tmp_path / "b.tar", store=empty)


def test_a_wheel_can_be_imported(empty: Path, tmp_path: Path) -> None:
    assert import_file(wheel(tmp_path, "beta"), store=empty) == ["beta"]
    assert verify("beta", empty)
    with pytest.raises(IntegrityError, match="refused"):
        import_file(wheel(tmp_path, "alpha", **{"alpha.gguf": b"x" * 5600}), store=empty)


def test_a_known_file_is_told_by_its_hash_whatever_its_name(empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "download (1)"
    file.write_bytes(FILES["alpha.gguf"]["alpha.gguf"])
    assert import_file(file, store=empty) == ["alpha"]
    assert verify("alpha", empty) == empty / "alpha.gguf"


def test_an_unknown_file_needs_somebody_to_vouch_for_it(empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(gguf(template="{{ '<|im_start|>' }}"))
    with pytest.raises(ModelError, match="--as NAME --license"):
        import_file(file, store=empty)
    assert import_file(file, name="Mine-1.0", licence="MIT", store=empty) == ["Mine-1.0"]
    entry = load_catalog(empty).get("Mine-1.0")
    assert (entry.role, entry.licence, entry.context, entry.chat_template, entry.own) == (
        "writer",
        "MIT",
        128,
        "chatml",
        True,
    )
    assert entry.parameters == 4 * 6 + 4
    assert verify("Mine-1.0", empty) == empty / "Mine-1.0.gguf"
    (empty / "Mine-1.0.gguf").write_bytes(gguf())
    with pytest.raises(IntegrityError, match="SHA-256 differs"):
        verify("Mine-1.0", empty)


def test_own_models_travel_in_bundles(full: Path, empty: Path, tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(gguf())
    (tmp_path / "n.gguf").write_bytes(gguf(template="[INST]"))
    import_file(tmp_path / "m.gguf", name="mine", licence='MIT "or" so\u007f', store=full)
    import_file(tmp_path / "n.gguf", name="other", licence="MIT", store=full)
    assert bundle(tmp_path / "b.tar", store=full) == ["alpha", "beta", "mine", "other"]
    assert import_file(tmp_path / "b.tar", store=empty) == ["alpha", "beta", "mine", "other"]
    assert load_catalog(empty) == load_catalog(full)
    assert verify("mine", empty)


@pytest.mark.parametrize(
    ("name", "error"),
    [("alpha", ModelError), ("ALPHA", ModelError), ("../x", ConfigError), ("a b", ConfigError), ("-x", ConfigError)],
)
def test_a_name_that_is_taken_or_unsafe_is_refused(
    name: str, error: type[AssistantError], empty: Path, tmp_path: Path
) -> None:
    (tmp_path / "m.gguf").write_bytes(gguf())
    with pytest.raises(error):
        import_file(tmp_path / "m.gguf", name=name, licence="MIT", store=empty)
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"GGUF", b"some text", gguf()[:200]])
def test_what_is_no_model_is_refused_even_with_a_name(data: bytes, empty: Path, tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(data)
    with pytest.raises(ModelError):
        import_file(tmp_path / "m.gguf", name="mine", licence="MIT", store=empty)
    assert list(empty.iterdir()) == []


def test_a_part_of_a_folder_model_is_not_a_model(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(FILES["beta"]["deep/weights"])
    with pytest.raises(ModelError, match="several files"):
        import_file(tmp_path / "weights", store=empty)


def test_no_such_file(empty: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        import_file(tmp_path / "nothing", store=empty)
