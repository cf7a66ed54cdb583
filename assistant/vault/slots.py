"""The slots file: wrapped keys and their parameters as JSON; nothing in it is secret without a passphrase or key file.

Damage is told from a wrong key by a SHA-256 over the file; forgery by a MAC under the vault key, checked after opening.
`slots.json.bak` is a second copy of the same state, never an older one: an old copy would keep removed slots alive.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from assistant.errors import IntegrityError, UsageError, VaultError
from assistant.vault.holders import KdfParams, Refused
from assistant.vault.keys import KdfCost, Key, Secret, derive_kek, unwrap, wrap
from assistant.vault.lock import refuse

FORMAT: Final = 1
NAME: Final = "slots.json"
BACKUP_NAME: Final = "slots.json.bak"
_MAX_BYTES: Final = 1 << 20
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@ -]{0,63}")


@dataclass(frozen=True, slots=True)
class Slot:
    """The vault key, wrapped for one secret."""

    id: str
    kind: str
    label: str
    created: str
    kdf: KdfParams
    nonce: str
    wrapped: str

    @property
    def info(self) -> SlotInfo:
        """What may be shown."""
        return SlotInfo(self.id, self.kind, self.label, self.created, str(self.kdf.get("name", "")))


@dataclass(frozen=True, slots=True)
class SlotInfo:
    """A slot as people see it."""

    id: str
    kind: str
    label: str
    created: str
    kdf: str


@dataclass(frozen=True, slots=True)
class SlotTable:
    """The whole file. `pending` says that `vault.db.next` has to be put in place before anything else."""

    vault_id: str
    generation: int
    root_nonce: str
    root_wrapped: str
    slots: tuple[Slot, ...]
    pending: bool = False
    mac: str = ""

    def body(self) -> dict[str, object]:
        """Everything but the checksums."""
        return {
            "format": FORMAT,
            "vault_id": self.vault_id,
            "generation": self.generation,
            "pending": self.pending,
            "root": {"nonce": self.root_nonce, "wrapped": self.root_wrapped},
            "slots": [asdict(slot) for slot in self.slots],
        }

    def sealed(self, key: Key) -> SlotTable:
        """The table with its MAC under the slots key."""
        return replace(self, mac=key.mac(canonical(self.body())).hex())

    def genuine(self, key: Key) -> bool:
        """Whether the MAC is right."""
        return hmac.compare_digest(self.mac, key.mac(canonical(self.body())).hex())


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces: one spelling for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def encode(table: SlotTable) -> bytes:
    """The file's bytes."""
    document = {**table.body(), "mac": table.mac}
    document["sha256"] = hashlib.sha256(canonical(document)).hexdigest()
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def decode(data: bytes, path: Path) -> SlotTable:
    """The table of a file's bytes. Raises IntegrityError on damage, VaultError for a newer format."""
    damaged = IntegrityError(
        "the key slots are damaged",
        path=path,
        remedy=f"copy {BACKUP_NAME} over {NAME} in the vault folder, or restore a backup",
    )
    try:
        document = json.loads(data)
        checksum = document.pop("sha256")
        if not hmac.compare_digest(checksum, hashlib.sha256(canonical(document)).hexdigest()):
            raise damaged
        # Every byte counts, also those that JSON does not: white space, or a number spelled in another way.
        if data != (json.dumps({**document, "sha256": checksum}, indent=1, sort_keys=True) + "\n").encode():
            raise damaged
        if document["format"] != FORMAT:
            raise VaultError("the vault was made by a newer version", path=path, remedy="update the program")
        return SlotTable(
            vault_id=str(document["vault_id"]),
            generation=int(document["generation"]),
            root_nonce=str(document["root"]["nonce"]),
            root_wrapped=str(document["root"]["wrapped"]),
            slots=tuple(Slot(**slot) for slot in document["slots"]),
            pending=bool(document["pending"]),
            mac=str(document["mac"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise damaged from None


def load(folder: Path) -> SlotTable:
    """Read the slots file of a vault folder. Raises VaultError where there is no vault."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            return decode(file.read(_MAX_BYTES), path)
    except FileNotFoundError:
        if (folder / "vault.db").exists():
            raise IntegrityError(
                "the key slots are missing", path=path, remedy=f"copy {BACKUP_NAME} to {NAME}, or restore a backup"
            ) from None
        raise VaultError("there is no vault here", path=folder, remedy="make one with `assistant init`") from None
    except OSError as error:
        raise refuse(error, path, "read the key slots") from None


def save(folder: Path, table: SlotTable) -> None:
    """Replace the slots file and its copy, each atomically and durably."""
    data = encode(table)
    for name in (NAME, BACKUP_NAME):
        write_atomically(folder / name, data)


def copied(folder: Path, table: SlotTable) -> bool:
    """Whether the second copy equals the table."""
    try:
        return (folder / BACKUP_NAME).read_bytes() == encode(table)
    except OSError:
        return False


def heal(folder: Path, table: SlotTable) -> None:
    """Make the second copy equal to the first where it is not (killed between the two writes, or damaged)."""
    if not copied(folder, table):
        write_atomically(folder / BACKUP_NAME, encode(table))


def write_atomically(path: Path, data: bytes) -> None:
    """Write, fsync, rename, fsync the folder: afterwards either the old or the new bytes are there, never a mixture."""
    staged = path.with_name(path.name + ".tmp")
    try:
        fd = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            staged.unlink()
        raise refuse(error, path, "write the file") from None


def sync_folder(folder: Path) -> None:
    """Make renames in the folder durable."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_slot(secret: Secret, vault_key: Key, vault_id: str, slot_id: str, label: str, now: str, cost: KdfCost) -> Slot:
    """Wrap the vault key for a secret. Raises UsageError for a label that is not a short plain name."""
    if not _LABEL.fullmatch(label):
        raise UsageError("a slot label is 1 to 64 letters, digits, spaces or _.:@-", remedy="choose a plain label")
    kdf, material = secret.enrol(vault_id, cost)
    kek = derive_kek(material, kdf)
    material[:] = bytes(len(material))
    nonce, wrapped = wrap(kek, vault_key, _aad(vault_id, slot_id, secret.kind, kdf))
    kek.wipe()
    return Slot(slot_id, secret.kind, label, now, kdf, nonce, wrapped)


def open_slot(table: SlotTable, secret: Secret) -> tuple[Slot, Key] | None:
    """The first slot that the secret opens, and the vault key; None where it opens none. Raises LockedError as `Secret.material`."""
    refused: Refused | None = None
    for slot in table.slots:
        if slot.kind != secret.kind:
            continue
        try:
            material = secret.material(table.vault_id, slot.kdf)
        except Refused as error:
            refused = error
            continue
        kek = derive_kek(material, slot.kdf)
        material[:] = bytes(len(material))
        key = unwrap(kek, slot.nonce, slot.wrapped, _aad(table.vault_id, slot.id, slot.kind, slot.kdf))
        kek.wipe()
        if key is not None:
            return slot, key
    if refused is not None:
        raise refused
    return None


def wrap_root(vault_key: Key, root: Key, vault_id: str) -> tuple[str, str]:
    """Wrap the root key under the vault key."""
    wrapping = vault_key.derive("root wrap")
    try:
        return wrap(wrapping, root, canonical({"vault": vault_id, "root": FORMAT}))
    finally:
        wrapping.wipe()


def unwrap_root(vault_key: Key, table: SlotTable) -> Key | None:
    """The root key; None where it was tampered with."""
    wrapping = vault_key.derive("root wrap")
    try:
        aad = canonical({"vault": table.vault_id, "root": FORMAT})
        return unwrap(wrapping, table.root_nonce, table.root_wrapped, aad)
    finally:
        wrapping.wipe()


def _aad(vault_id: str, slot_id: str, kind: str, kdf: Mapping[str, str | int]) -> bytes:
    return canonical({"vault": vault_id, "slot": slot_id, "kind": kind, "kdf": dict(kdf)})


def free_id(table: SlotTable) -> str:
    """A short id that no slot of this vault has; numbers are not used twice while a higher one stands."""
    used = [int(slot.id[1:]) for slot in table.slots]
    return f"k{max(used, default=0) + 1}"
