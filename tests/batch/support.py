"""The command in this process, in a home of its own; its workers are processes all the same."""

from __future__ import annotations

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from assistant.batch.settings import Settings
from assistant.frontends.cli import run as command
from assistant.packs.pack import load_pack
from assistant.policy.model import load_policy

ROOT = Path(__file__).parents[2]


@dataclass
class Done:
    stdout: str
    stderr: str


def run(home: Path, *words: object, code: int = 0, **env: str) -> Done:
    """The command as `python -m assistant` runs it, without a start of Python; raises where it ends with another code."""
    out, talk = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, environment(home, **env), clear=True), redirect_stdout(out), redirect_stderr(talk):
        ended = command([str(word) for word in words])
    assert ended == code, talk.getvalue()
    return Done(out.getvalue(), talk.getvalue())


def environment(home: Path, **more: str) -> dict[str, str]:
    """The variables of a user who has nothing but that home."""
    kept = {k: v for k, v in os.environ.items() if k not in ("ASSISTANT_VAULT", "ASSISTANT_PASSPHRASE")}
    return {**kept, "ASSISTANT_HOME": str(home), "ASSISTANT_OUT_PASSPHRASE": "over the hills", **more}


def manifest(out: Path) -> dict[str, Any]:
    """The manifest of a run's folder."""
    found: dict[str, Any] = json.loads((out / "manifest.json").read_text())
    return found


def settings(**more: Any) -> Settings:
    """A run of the healthcare policy and pack."""
    policy, pack = load_policy("healthcare"), load_pack("healthcare")
    made: dict[str, Any] = {
        "policy": "healthcare",
        "policy_sha256": policy.sha256,
        "domain": pack.id,
        "roles": ("clinician",),
        "narrative": "template",
        "as_of": "2026-01-01",
    }
    return Settings(**made | more)
