"""Sites and keys in the vault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.frontends.web.access import AccessBook, Site, origin_of
from assistant.policy.model import load_policy
from assistant.types import Principal
from assistant.vault.keys import KdfCost, Secret
from assistant.vault.store import Vault

ORIGIN = "https://www.example.org"
SHOP = Site("shop", "s" * 43, frozenset({ORIGIN}), frozenset({"customer"}))


@pytest.fixture
def vault(tmp_path: Path):
    made = Vault.create(tmp_path / "vault", Secret.passphrase("a long passphrase"), kdf=KdfCost(64, 1, 1))
    yield made
    made.close()


def test_origins_are_exact() -> None:
    assert origin_of("https://www.Example.org/") == "https://www.example.org"
    assert origin_of("https://www.example.org:443") == "https://www.example.org"
    assert origin_of("http://127.0.0.1:8080") == "http://127.0.0.1:8080"
    assert origin_of("http://[::1]:80") == "http://[::1]"
    for wrong in (
        "*",
        "https://*.example.org",
        "example.org",
        "https://a.b/c",
        "ftp://a.b",
        "https://u@a.b",
        "null",
        "",
    ):
        with pytest.raises(UsageError):
            origin_of(wrong)


def test_the_book_keeps_secrets_in_the_vault_and_keys_as_hashes(vault: Vault) -> None:
    policy = load_policy("customer-service")
    book = AccessBook(vault)
    assert book.allowed_origins() == frozenset()
    secret = book.add_site("shop", [ORIGIN, "http://[::1]:8080"], ["customer"], policy)
    key = book.add_key("program", ["agent"], policy)
    assert AccessBook(vault).sites["shop"].secret == secret
    assert key not in (vault.get("web.keys") or "")
    assert vault.scan(key.encode()) == 0
    found = book.key_of(key)
    assert found is not None
    assert found.principal == Principal("key:program", frozenset({"agent"}))
    assert book.key_of(key + "x") is None
    assert book.key_of("") is None
    assert secret not in json.dumps(book.listed())
    for name, origins, roles in (
        ("shop", [ORIGIN], ["customer"]), ("UPPER", [ORIGIN], ["customer"]), ("b", [], ["customer"]),
        ("b", [ORIGIN], []), ("b", [ORIGIN], ["nobody"]),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            book.add_site(name, origins, roles, policy)
    book.revoke("shop")
    assert book.allowed_origins() == frozenset()
    with pytest.raises(UsageError):
        book.revoke("shop")
    kinds = [record.kind for record in vault.audit.records()]
    assert kinds.count("web.site") == kinds.count("web.key") == kinds.count("web.revoke") == 1
