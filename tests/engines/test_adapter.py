"""An adapter is taken beside the base that it was made for, and only as it was made."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from assistant.engines.adapter import checked_adapter
from assistant.engines.registry import build_engine
from assistant.errors import IntegrityError, ModelError, UsageError
from assistant.models.catalog import load_catalog

BASE = load_catalog().default("writer")


def _adapter(folder: Path, base_sha256: str) -> Path:
    path = folder / "adapter.gguf"
    path.write_bytes(b"GGUF weights")
    sha256 = hashlib.sha256(b"GGUF weights").hexdigest()
    told = {"base": {"name": "other", "sha256": base_sha256}, "output": {"file": path.name, "sha256": sha256}}
    (folder / "manifest.json").write_text(json.dumps(told))
    return path


def test_one_of_its_base_is_taken_with_its_hash(tmp_path: Path) -> None:
    path = _adapter(tmp_path, BASE.files[0].sha256)
    assert checked_adapter(path, BASE).sha256 == hashlib.sha256(b"GGUF weights").hexdigest()


def test_one_of_another_base_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="made for other"):
        checked_adapter(_adapter(tmp_path, "0" * 64), BASE)


def test_one_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = _adapter(tmp_path, BASE.files[0].sha256)
    path.write_bytes(b"GGUF Weights")
    with pytest.raises(IntegrityError):
        checked_adapter(path, BASE)


@pytest.mark.parametrize(
    ("missing", "told"), [("adapter.gguf", "there is no such adapter"), ("manifest.json", "has no manifest beside it")]
)
def test_one_without_file_or_manifest_is_refused(missing: str, told: str, tmp_path: Path) -> None:
    path = _adapter(tmp_path, BASE.files[0].sha256)
    (tmp_path / missing).unlink()
    with pytest.raises(ModelError, match=told) as refused:
        checked_adapter(path, BASE)
    assert "tune lora" in str(refused.value.remedy)


@pytest.mark.parametrize("text", ["", "[]", '{"base": {}}', '{"base": "x", "output": "y"}'])
def test_a_manifest_that_says_nothing_is_refused(text: str, tmp_path: Path) -> None:
    path = _adapter(tmp_path, BASE.files[0].sha256)
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match="cannot be read"):
        checked_adapter(path, BASE)


def test_engines_without_adapters_say_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="without an adapter"):
        build_engine("extractive", None, tmp_path / "adapter.gguf")
