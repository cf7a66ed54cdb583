"""Going on from the command line: the last conversation where the policy keeps it, the agent's where a session lasts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.frontends.cli import run
from assistant.vault import KdfCost, Secret
from assistant.wiring import create_vault

PASSPHRASE = "correct horse battery staple"
SHIPPED = Path(__file__).resolve().parents[2] / "policies"
LAMPS = "# Lamps\n\nA lamp may be returned within 30 days. A lamp has a warranty of 24 months. Kettles may be returned within 14 days.\n"


@pytest.fixture
def shop(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("ASSISTANT_VAULT", str(tmp_path / "vault"))
    cheap = KdfCost(memory_kib=64, iterations=1, lanes=1)
    secret = Secret.passphrase(PASSPHRASE)
    create_vault(tmp_path / "vault", secret, policy="base", domain="customer-service", kdf=cheap).close()
    (tmp_path / "lamps.md").write_text(LAMPS)
    assert run(["ingest", str(tmp_path / "lamps.md"), "--label", "public"]) == 0
    return tmp_path


def _asked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    capsys.readouterr()
    assert run(["ask", *words, "--engine", "extractive", "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_it_goes_on_with_the_last_conversation(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "and kettles?", "-c", "--engine", "extractive"]) == 2, "there is none yet"
    assert "no conversation of yours" in capsys.readouterr().err
    _asked(capsys, "Within how many days may a lamp be returned?")
    followed = _asked(capsys, "And kettles?", "-c")
    assert "kettles" in str(followed["question"]).lower() and "returned" in str(followed["question"])
    alone = _asked(capsys, "And kettles?")
    assert "returned" not in str(alone["question"]), "without -c nothing is gone on with"


def test_where_conversations_end_with_the_session_there_is_none(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = shop / "own.yaml"
    text = (SHIPPED / "base.yaml").read_text(encoding="utf-8")
    assert "ends_with_session: false" in text
    policy.write_text(text.replace("ends_with_session: false", "ends_with_session: true"))
    _asked(capsys, "Within how many days may a lamp be returned?", "--policy", str(policy))
    assert run(["ask", "And kettles?", "-c", "--policy", str(policy)]) == 2
    assert "assistant unlock" in capsys.readouterr().err
