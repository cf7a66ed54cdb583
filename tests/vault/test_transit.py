"""A slot whose key is in a key service on this machine, spoken to by TLS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import ConfigError, EgressDenied, LockedError
from assistant.frontends.cli import run
from assistant.vault import Secret, Vault, backup, restore
from assistant.vault.holders import Refused
from assistant.vault.transit import Transit

from .conftest import CHEAP, secret
from .key_service import TOKEN, KeyService


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyService]:
    (tmp_path / "service").mkdir()
    started = KeyService(tmp_path / "service")
    monkeypatch.setenv("ASSISTANT_TRANSIT_URL", started.url)
    monkeypatch.setenv("ASSISTANT_TRANSIT_TOKEN", TOKEN)
    monkeypatch.setenv("ASSISTANT_TRANSIT_CA", str(started.ca))
    yield started
    started.stop()


def held() -> Secret:
    return Secret.held(Transit.from_environment())


def test_the_service_opens_the_vault_beside_the_passphrase(vault: Vault, service: KeyService) -> None:
    slot = vault.add_slot(held(), "house", kdf=CHEAP)
    Vault.open(vault.folder, held()).close()
    Vault.open(vault.folder, secret()).close()
    kept = (vault.folder / "slots.json").read_text()
    assert str(service.server_port) not in kept and TOKEN not in kept
    vault.remove_slot(slot)
    with pytest.raises(LockedError, match="does not open"):
        Vault.open(vault.folder, held())


def test_a_service_that_is_down_sealed_or_refuses_leaves_the_vault_shut(
    vault: Vault, service: KeyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.add_slot(held(), "house", kdf=CHEAP)
    service.ready = False
    with pytest.raises(LockedError, match="sealed or not ready"):
        Vault.open(vault.folder, held())
    service.ready = True
    monkeypatch.setenv("ASSISTANT_TRANSIT_TOKEN", "another")
    with pytest.raises(LockedError, match="refused the token"):
        Vault.open(vault.folder, held())
    monkeypatch.setenv("ASSISTANT_TRANSIT_TOKEN_FILE", str(vault.folder / "none"))
    with pytest.raises(LockedError, match="token cannot be read"):
        Vault.open(vault.folder, held())
    monkeypatch.delenv("ASSISTANT_TRANSIT_TOKEN_FILE")
    monkeypatch.delenv("ASSISTANT_TRANSIT_CA")
    with pytest.raises(LockedError, match="certificate"):
        Vault.open(vault.folder, held())
    service.stop()
    with pytest.raises(LockedError, match="cannot be reached"):
        Vault.open(vault.folder, held())


@pytest.mark.parametrize("answer", [b"[]", b"{", b'{"data":{}}', b'{"data":{"plaintext":"!!"}}', b"x" * 100_000])
def test_nonsense_from_the_service_opens_nothing(vault: Vault, service: KeyService, answer: bytes) -> None:
    vault.add_slot(held(), "house", kdf=CHEAP)
    service.answer = answer
    with pytest.raises(LockedError, match="something else"):
        Vault.open(vault.folder, held())


def test_another_secret_of_the_right_form_is_a_wrong_key(vault: Vault, service: KeyService) -> None:
    vault.add_slot(held(), "house", kdf=CHEAP)
    service.answer = b'{"data":{"plaintext":"' + b"A" * 43 + b'="}}'
    with pytest.raises(LockedError, match="does not open"):
        Vault.open(vault.folder, held())


def test_rotation_moves_the_slot_to_the_newest_version(
    vault: Vault, service: KeyService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = vault.add_slot(held(), "house", kdf=CHEAP)
    folder = vault.folder
    vault.close()
    service.versions.append(bytes(range(32)))
    at = ["--vault", str(folder), "--key-file", "transit"]
    assert run(["vault", "slots", *at, "--rotate", slot]) == 0
    service.minimum = 2
    assert run(["vault", "status", *at]) == 0
    service.versions.append(bytes(32))
    service.minimum = 3  # the forgetful administrator
    with pytest.raises(Refused, match="does not open"):
        Vault.open(folder, held())
    capsys.readouterr()
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", "correct horse battery staple")
    assert run(["vault", "status", *at]) == 4, "no other key takes its place"
    assert "min_decryption_version" in capsys.readouterr().err


def test_rekey_and_backup_keep_the_slot(vault: Vault, service: KeyService, tmp_path: Path) -> None:
    vault.add_slot(held(), "house", kdf=CHEAP)
    vault.rekey_full(held(), secret(), kdf=CHEAP)
    archive = backup(vault, tmp_path / "copy")
    vault.close()
    Vault.open(vault.folder, held()).close()
    restore(archive, tmp_path / "restored", held()).close()


def test_init_and_add_on_the_command_line(
    service: KeyService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--vault", str(tmp_path / "new"), "--key-file", "transit"]
    assert run(["init", *at]) == 0
    assert run(["vault", "slots", *at, "--add", "transit", "--json"]) == 0
    assert [slot["kind"] for slot in json.loads(capsys.readouterr().out)["slots"]] == ["transit", "transit"]
    assert run(["vault", "slots", *at, "--add", "keyring"]) == 2
    service.stop()
    assert run(["ask", "anything", *at]) == 4


def test_strangers_and_plain_links_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_ALLOWED_HOSTS", raising=False)
    with pytest.raises(EgressDenied):
        Transit("https://keys.example.org:8200/v1/transit/keys/ward")
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", "keys.example.org")
    kept = Transit("https://keys.example.org:8200/v1/transit/keys/ward")
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", "other.example.org")
    monkeypatch.setenv("ASSISTANT_TRANSIT_TOKEN", TOKEN)
    with pytest.raises(EgressDenied):
        kept.wrap(b"seed")  # what is allowed was narrowed since
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", "keys.example.org")
    with pytest.raises(EgressDenied, match="unencrypted"):
        Transit("http://keys.example.org:8200/v1/transit/keys/ward")
    for bad in ("https://127.0.0.1/v1/transit/ward", "https://127.0.0.1/v1/t/keys/a/b", "ftp://127.0.0.1/v1/t/keys/a"):
        with pytest.raises(ConfigError):
            Transit(bad)
