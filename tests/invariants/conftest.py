"""A real process of the command line, in folders of its own, so that everything it leaves behind can be looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

RECORDER = Path(__file__).with_name("recorder.py")


@dataclass(frozen=True)
class Site:
    """HOME, temp folder, vault folder and working folder of one installation."""

    root: Path
    models: Path

    @property
    def vault(self) -> Path:
        return self.root / "home" / "vault"

    @property
    def network_log(self) -> Path:
        return self.root.parent / f"{self.root.name}-network.log"

    def env(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "LD_LIBRARY_PATH") if key in os.environ}
        return kept | {
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            "XDG_CACHE_HOME": str(self.root / "home" / ".cache"),
            "ASSISTANT_MODELS": str(self.models),
            "ASSISTANT_VAULT": str(self.vault),
            "ASSISTANT_PASSPHRASE": "correct horse battery",
            "RECORDER_LOG": str(self.network_log),
        }

    def start(self, *args: str, **more: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(RECORDER), *args],
            env=self.env(),
            cwd=self.root / "work",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, *args: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(RECORDER), *args],
            env=self.env(),
            cwd=self.root / "work",
            capture_output=True,
            text=True,
            input=stdin,
            timeout=240,
        )

    def json(self, *args: str, code: int = 0) -> Any:
        done = self.run(*args, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def hits(self, *needles: bytes) -> list[str]:
        """Files under the site that hold one of the needles; the source folder `work` is where they come from."""
        found = []
        for path in self.root.rglob("*"):
            if path.is_file() and not path.is_relative_to(self.root / "work"):
                data = path.read_bytes()
                found += [str(path) for needle in needles if needle in data]
        return found


def made_site(root: Path, models: Path) -> Site:
    """An installation with nothing in it."""
    for name in ("home", "tmp", "run", "work"):
        (root / name).mkdir(parents=True, mode=0o700)
    return Site(root, models)


@pytest.fixture
def site(tmp_path: Path, models: Path) -> Site:
    return made_site(tmp_path / "site", models)
