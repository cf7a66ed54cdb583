"""The bill of materials and the list of licences name what the lock file and the catalog pin, no more and no less."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    import sys

    spec = importlib.util.spec_from_file_location("sbom_tool", ROOT / "tools" / "sbom.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sbom_tool"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / "sbom.cdx.json").read_text(encoding="utf-8"))
    return found


def test_every_locked_package_is_listed_with_its_hashes(tool: ModuleType, bill: dict[str, Any]) -> None:
    listed = {
        (c["name"], c["version"], tuple(h["content"] for h in c["hashes"]))
        for c in bill["components"]
        if c["type"] == "library"
    }
    locked = {(p.name, p.version, p.hashes) for p in tool.packages()}
    assert listed == locked, "stale: run `make sbom`"
    assert len(locked) > 100
    assert all(hashes for name, _, hashes in locked if name != "torch")


def test_every_model_file_is_listed_with_its_hash(tool: ModuleType, bill: dict[str, Any]) -> None:
    listed = {
        (c["name"], file["name"], file["hashes"][0]["content"])
        for c in bill["components"]
        if c["type"] == "machine-learning-model"
        for file in c["components"]
    }
    assert listed == {(m["name"], f["path"], f["sha256"]) for m in tool.models() for f in m["files"]}
    assert listed


def test_the_bill_is_cyclonedx_and_repeatable(tool: ModuleType, bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    references = [c["bom-ref"] for c in bill["components"]]
    assert len(references) == len(set(references))
    assert bill["dependencies"][0]["dependsOn"] == references
    assert all(c["licenses"] for c in bill["components"])
    assert tool.sbom()["serialNumber"] == tool.sbom()["serialNumber"]


def test_the_list_of_licences_is_of_the_same_packages(tool: ModuleType) -> None:
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    packages, models = tool.packages(), tool.models()
    assert packages
    assert models
    for package in packages:
        assert f"| {package.name} | {package.version} |" in text, "stale: run `make sbom`"
    for model in models:
        assert f"| {model['name']} | {model['role']} | {model['licence']} |" in text
    assert "not stated" not in text


def test_a_changed_lock_makes_it_stale(tool: ModuleType, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(tool.LOCK.read_text(encoding="utf-8") + "zzz==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    assert [p.name for p in tool.packages(lock)][-1] == "zzz"
