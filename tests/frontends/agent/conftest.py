"""A real agent in a process of its own over a small real vault; its socket lies in a folder with a short name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.config import model_store
from assistant.types import Document
from assistant.vault import KdfCost, Secret
from assistant.wiring import assemble, create_vault

PASSPHRASE = "four quiet words here"
CHEAP = KdfCost(64, 1, 1)


@dataclass(frozen=True)
class Site:
    """A vault, a runtime folder, and the command line over them."""

    vault: Path
    runtime: Path
    variables: dict[str, str]

    def run(
        self, *argv: str, key: bool = False, stdin: str = "", extra: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `assistant` as a shell would; without `key` nothing could open the vault but the agent."""
        variables = self.variables | ({"ASSISTANT_PASSPHRASE": PASSPHRASE} if key else {}) | (extra or {})
        return subprocess.run(
            [sys.executable, "-P", "-m", "assistant", *argv],
            env=variables,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def json(self, *argv: str, key: bool = False) -> Any:
        """The JSON document of a command that must go well."""
        done = self.run(*argv, "--json", key=key)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def kept_vault(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agent") / "vault"
    vault = create_vault(folder, Secret.passphrase(PASSPHRASE), policy=None, domain="healthcare", kdf=CHEAP)
    made = assemble(vault, engine="extractive")
    made.ingest([Document("Warfarin", "Warfarin is stopped 5 days before elective surgery.", "w1")])
    made.ingest([Document("Rota", "Rotas are printed on Friday.", "g1")], labels=frozenset({"public"}))
    made.close()
    return folder


@contextmanager
def made_site(kept_vault: Path, folder: Path) -> Iterator[Site]:
    """A copy of the vault and a runtime folder of one's own; an agent that was left running is locked at the end."""
    shutil.copytree(kept_vault, folder / "vault")
    with tempfile.TemporaryDirectory(prefix="as-") as runtime:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ASSISTANT_")}
        variables = kept | {
            "XDG_RUNTIME_DIR": runtime,
            "ASSISTANT_HOME": str(folder),
            "ASSISTANT_MODELS": str(model_store()),
            "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        }
        made = Site(folder / "vault", Path(runtime), variables)
        yield made
        made.run("lock", "--all")


def unlocked_site(made: Site) -> Site:
    """The site with its agent running, without a language model."""
    done = made.run("unlock", "--engine", "extractive", key=True)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def site(kept_vault: Path, tmp_path: Path) -> Iterator[Site]:
    with made_site(kept_vault, tmp_path) as made:
        yield made


@pytest.fixture
def fresh(site: Site) -> Site:
    """An agent for one test, which may end it."""
    return unlocked_site(site)


@pytest.fixture(scope="module")
def unlocked(kept_vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One agent for the tests of a module that leave it running."""
    with made_site(kept_vault, tmp_path_factory.mktemp("site")) as made:
        yield unlocked_site(made)
