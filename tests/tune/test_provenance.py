"""What a run depends on changes its fingerprint; nothing else does."""

from __future__ import annotations

from assistant.tune.lora import LoraSettings
from assistant.tune.provenance import code_version, fingerprint_of

from .conftest import row


def test_data_settings_and_models_change_the_fingerprint() -> None:
    rows = [row(1)]
    same = fingerprint_of("lora", rows, LoraSettings(), "base")
    assert same == fingerprint_of("lora", [row(1)], LoraSettings(), "base")
    others = {
        fingerprint_of("lora", [row(2)], LoraSettings(), "base"),
        fingerprint_of("lora", rows, LoraSettings(rank=4), "base"),
        fingerprint_of("lora", rows, LoraSettings(), "other"),
        fingerprint_of("prune", rows, LoraSettings(), "base"),
    }
    assert len(others | {same}) == 5


def test_the_versions_are_told() -> None:
    found = code_version()
    assert len(found["tune_sha256"]) == 64
    assert found["torch"] != "missing"
