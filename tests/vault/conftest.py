"""Real vaults with a cheap key derivation; nothing here stands in for SQLCipher."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.types import Chunk, Document, Section
from assistant.vault import KdfCost, Secret, Vault

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "correct horse battery staple"
DIMENSION = 8
PAGE = 4096

Put = Callable[..., str]


def secret() -> Secret:
    return Secret.passphrase(PASSPHRASE)


def make(
    text: str, *, title: str = "Fever", source: str = "fever.txt", labels: tuple[str, ...] = ("public",), size: int = 40
):
    """A document cut into passages of `size` characters."""
    chunks = [
        Chunk(text[i : i + size], i, min(i + size, len(text)), "Heading", f"part {i}")
        for i in range(0, len(text), size)
    ]
    document = Document(
        title=title,
        text=text,
        source=source,
        sections=(Section(0, len(text), "Heading", "page 1"),),
        labels=frozenset(labels),
        metadata={"author": "Ward 3"},
        fields={"MRN": ("12345",)},
    )
    return document, chunks


def put(vault: Vault, text: str, *, vectors: bool = True, collection: str = "default", **kind) -> str:
    document, chunks = make(text, **kind)
    matrix = np.linspace(-1, 1, len(chunks) * DIMENSION, dtype=np.float32).reshape(len(chunks), DIMENSION)
    return vault.put_document(
        document,
        chunks,
        matrix if vectors else None,
        collection=collection,
        content_hmac=vault.content_hmac(text.encode(errors="replace")),
    )


def filled(folder: Path) -> bytes:
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        for i in range(40):
            put(vault, f"Document {i} about fever, cough and rest. " * 20, title=f"D{i}", labels=(f"l{i % 2}",))
            vault.audit.append("ask", {"n": i})
    return (folder / "vault.db").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def vault(folder: Path) -> Iterator[Vault]:
    with Vault.create(folder, secret(), kdf=CHEAP) as opened:
        yield opened
