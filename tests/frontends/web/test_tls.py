"""Certificates."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.frontends.web.access import Site
from assistant.frontends.web.tls import own_context, self_signed_context
from assistant.vault.keys import KdfCost, Secret
from assistant.vault.store import Vault

ORIGIN = "https://www.example.org"
SHOP = Site("shop", "s" * 43, frozenset({ORIGIN}), frozenset({"customer"}))


@pytest.fixture
def vault(tmp_path: Path):
    made = Vault.create(tmp_path / "vault", Secret.passphrase("a long passphrase"), kdf=KdfCost(64, 1, 1))
    yield made
    made.close()


def test_the_generated_certificate_stays_and_its_key_never_lies_on_the_disk(vault: Vault) -> None:
    first, fingerprint = self_signed_context(vault, ["localhost", "127.0.0.1"])
    again, same = self_signed_context(vault, ["127.0.0.1", "localhost"])
    assert isinstance(first, ssl.SSLContext)
    assert isinstance(again, ssl.SSLContext)
    assert fingerprint == same
    assert first.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert self_signed_context(vault, ["other.example"])[1] != fingerprint
    assert not list(vault.folder.glob("tls-*"))
    assert b"PRIVATE KEY" not in b"".join(path.read_bytes() for path in vault.folder.iterdir() if path.is_file())


def test_unusable_certificates_are_told(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("no certificate")
    with pytest.raises(UsageError, match="cannot be used"):
        own_context(tmp_path / "c.pem", tmp_path / "c.pem")
