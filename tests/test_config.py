from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant import config
from assistant.errors import ConfigError


def test_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ASSISTANT_HOME", "ASSISTANT_MODELS", "ASSISTANT_VAULT", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config.model_store() == tmp_path / ".local/share/assistant/models"
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "x"))
    assert config.default_vault() == tmp_path / "x" / "vault"
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path / "m"))
    assert config.model_store() == tmp_path / "m"


def test_shipped_folders_are_found_and_a_wrong_name_is_refused() -> None:
    assert (config.shipped("domains") / "healthcare" / "pack.yaml").is_file()
    with pytest.raises(ConfigError):
        config.shipped("nothing-of-the-kind")


@pytest.mark.parametrize("bad", ["0", "-1", "two", ""])
def test_a_wrong_thread_count_is_refused(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("ASSISTANT_THREADS", bad)
    with pytest.raises(ConfigError):
        config.threads()


def test_hosts_are_empty_by_default_and_hubs_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_ALLOWED_HOSTS", raising=False)
    assert config.allowed_hosts() == frozenset()
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", "LLM.internal, 10.0.0.7 ,")
    assert config.allowed_hosts() == {"llm.internal", "10.0.0.7"}
    config.go_offline()
    assert os.environ["HF_HUB_OFFLINE"] == "1"
