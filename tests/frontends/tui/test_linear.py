"""The linear mode as a screen reader gets it: the real command with piped lines, the real checks, quotes only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.frontends.tui.support import CHEAP, PASSPHRASE, QUESTION, QUOTE, WARD

LINES = [QUESTION, "/source 1", "/why", "/nonsense", "What does a helicopter cost?", "/new", "/help", "/quit"]


@pytest.fixture(scope="module")
def vault(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from assistant.types import Chunk, Document
    from assistant.vault import Secret, Vault

    folder = tmp_path_factory.mktemp("linear") / "vault"
    with Vault.create(folder, Secret.passphrase(PASSPHRASE), kdf=CHEAP) as made:
        made.put("policy", "base")
        document = Document("Ward seven", WARD, "ward.md", labels=frozenset({"public"}))
        made.put_document(document, [Chunk(WARD, 0, len(WARD))], None, content_hmac="")
    return folder


def started(vault: Path, models: Path) -> subprocess.Popen[str]:
    env = {
        **os.environ, "ASSISTANT_PASSPHRASE": PASSPHRASE, "ASSISTANT_MODELS": str(models.resolve()), "NO_COLOR": "1",
        "ASSISTANT_HOME": str(vault.parent / "home"),
    }  # fmt: skip
    command = [sys.executable, "-m", "assistant", "tui", "--linear", "--vault", str(vault), "--engine", "extractive"]
    # A background job inherits that interrupts are ignored, which would hide what Ctrl-C does.
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def test_a_whole_talk_in_plain_lines(vault: Path, models: Path) -> None:
    child = started(vault, models)
    out, err = child.communicate("\n".join(LINES) + "\n", timeout=90)
    assert child.returncode == 0, err
    assert "\x1b" not in out + err, "no colours, nothing drawn"
    assert f"{QUOTE} [1]" in out
    assert "Verdict: QUOTED" in out and "Source 1: Ward seven" in out
    assert "Verdict: NOT KNOWN" in out
    assert "/nonsense" in out + err or "no such command" in (out + err).lower()
    assert out.index("Verdict: QUOTED") < out.index("Verdict: NOT KNOWN")


def test_an_interrupt_leaves_the_vault_whole(vault: Path, models: Path) -> None:
    from assistant.vault import Secret, Vault

    child = started(vault, models)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert child.returncode in (0, 130)
    with Vault.open(vault, Secret.passphrase(PASSPHRASE)) as again:
        assert again.integrity() == []
