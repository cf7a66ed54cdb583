"""Commands run in this process, on vaults whose keys cost nothing to derive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.frontends.cli import run
from assistant.types import Chunk, Document
from assistant.vault import KdfCost, Secret, Vault

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "correct horse battery staple"
NAMES = ("ASSISTANT_USER", "ASSISTANT_PASSWORD", "ASSISTANT_NEW_PASSWORD", "ASSISTANT_VAULT")


def make_vault(folder: Path, monkeypatch: pytest.MonkeyPatch, *texts: tuple[str, str, str]) -> Path:
    """A vault of the healthcare policy with these documents (title, text, label), named by the environment."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("ASSISTANT_VAULT", str(folder))
    with Vault.create(folder, Secret.passphrase(PASSPHRASE), kdf=CHEAP) as vault:
        vault.put("policy", "healthcare")
        vault.put("domain", "healthcare")
        for title, text, label in texts:
            document = Document(title, text, f"{title}.md", labels=frozenset({label}))
            vault.put_document(document, [Chunk(text, 0, len(text))], None, content_hmac="")
    return folder


class Shell:
    """Runs commands and reads what they said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object, code: int = 0) -> str:
        """Standard output; standard error is kept in `talk`."""
        self._capsys.readouterr()
        ended = run([str(word) for word in words])
        said = self._capsys.readouterr()
        self.talk = said.err
        assert ended == code, said.err
        return said.out

    def json(self, *words: object, code: int = 0) -> Any:
        """The one document on standard output."""
        return json.loads(self(*words, "--json", code=code))
