"""The command line before it loads anything: quick, and without a word where there is no agent."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from assistant.frontends.agent.allowed_commands import Request
from assistant.frontends.agent.client import through_agent, vault_of

HEAVY = ("typer", "rich", "numpy", "pydantic", "yaml", "cryptography", "sqlcipher3", "spacy", "torch", "click")


def test_the_way_to_the_agent_imports_nothing_heavy() -> None:
    code = "import sys; import assistant.__main__, assistant.frontends.agent.client, assistant.privacy.egress; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "assistant" in loaded and loaded & set(HEAVY) == set()


def test_without_an_agent_the_command_runs_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSISTANT_VAULT", str(tmp_path))
    with tempfile.TemporaryDirectory(prefix="as-") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        assert through_agent(["ask", "Why?"]) is None
        assert through_agent(["ingest", "x"]) is None
        (Path(runtime) / "assistant").mkdir(mode=0o755)
        assert through_agent(["ask", "Why?"]) is None, "a folder that is not private is as no agent"


def test_the_vault_is_the_one_named_or_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_VAULT", "/somewhere")
    assert vault_of(Request("ask", {"vault": "here"})) == Path("here")
    assert vault_of(Request("ask", {})) == Path("/somewhere")
