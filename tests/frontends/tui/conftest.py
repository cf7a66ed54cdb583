"""Every test has a vault and a data folder of its own; paths on the screen are relative, so that they are always the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.frontends.tui.support import make_vault


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder without models, vault or settings."""
    for name in ("ASSISTANT_PASSPHRASE", "ASSISTANT_USER", "ASSISTANT_PASSWORD", "ASSISTANT_VAULT", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_HOME", "home")
    monkeypatch.setenv("ASSISTANT_MODELS", "models")
    (tmp_path / "models").mkdir()
    return tmp_path


@pytest.fixture
def ward(site: Path) -> str:
    """A vault in the folder `vault`; the id of the document about ward seven."""
    return make_vault(Path("vault"))
