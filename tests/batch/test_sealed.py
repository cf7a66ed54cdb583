"""Sealed output: opened by the secret it was made with, bound to names, broken by any change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.batch.sealed import MAGIC, Sealer
from assistant.errors import IntegrityError, LockedError
from assistant.vault import KdfCost, Secret

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
SECRET = "four quiet words here"


@pytest.fixture
def sealer() -> Sealer:
    return Sealer.new(Secret.passphrase(SECRET), CHEAP)


def header(sealer: Sealer) -> dict[str, object]:
    """As it comes back from the manifest."""
    found: dict[str, object] = json.loads(json.dumps(sealer.header))
    return found


def test_what_was_sealed_is_opened_with_the_same_secret(sealer: Sealer) -> None:
    locked = sealer.lock(b"Ann Lee", "p1.json")
    assert locked.startswith(MAGIC)
    assert b"Ann" not in locked
    assert locked != sealer.lock(b"Ann Lee", "p1.json"), "a nonce is used once"
    again = Sealer.opened(Secret.passphrase(SECRET), header(sealer))
    assert again.open(locked, "p1.json") == b"Ann Lee"
    assert again.name("p1.json") == sealer.name("p1.json") != sealer.name("p2.json")
    assert "p1" not in sealer.name("p1.json")


def test_a_key_file_opens_as_well(tmp_path: Path) -> None:
    key = Secret.keyfile(Secret.new_keyfile(tmp_path / "key"))
    made = Sealer.new(key, CHEAP)
    assert Sealer.opened(key, header(made)).open(made.lock(b"x", "a"), "a") == b"x"
    with pytest.raises(LockedError):
        Sealer.opened(Secret.keyfile(Secret.new_keyfile(tmp_path / "other")), header(made))


def test_another_passphrase_does_not_open(sealer: Sealer) -> None:
    with pytest.raises(LockedError):
        Sealer.opened(Secret.passphrase("four other words here"), header(sealer))


@pytest.mark.parametrize("missing", ["id", "kdf", "nonce", "wrapped"])
def test_a_damaged_header_is_said_to_be_one(sealer: Sealer, missing: str) -> None:
    damaged = {name: value for name, value in header(sealer).items() if name != missing}
    with pytest.raises(IntegrityError):
        Sealer.opened(Secret.passphrase(SECRET), damaged)


@pytest.mark.parametrize("name", ["p2.json", ""])
def test_a_file_under_another_name_is_refused(sealer: Sealer, name: str) -> None:
    with pytest.raises(IntegrityError, match="changed"):
        sealer.open(sealer.lock(b"x", "p1.json"), name)


def test_every_flipped_byte_and_every_cut_is_noticed(sealer: Sealer) -> None:
    whole = sealer.lock(b"a short text", "n")
    for at in range(len(whole)):
        with pytest.raises(IntegrityError):
            sealer.open(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], "n")
        with pytest.raises(IntegrityError):
            sealer.open(whole[:at], "n")
