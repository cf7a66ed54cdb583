"""Keys: what opens a vault, how it becomes a key, and how a key is wrapped.

A random 256-bit vault key is wrapped once per slot: secret -> Argon2id (or HKDF where the secret is already random)
-> KEK -> AES-256-GCM. Everything else is derived from the vault key by HKDF-SHA256 with a purpose of its own.
"""

from __future__ import annotations

import ctypes
import hmac
import os
import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from assistant.errors import IntegrityError, LockedError, UsageError, VaultError
from assistant.vault.holders import Holder, KdfParams
from assistant.vault.strength import require

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16
_MAX_KEYFILE: Final = 1 << 20
# A slots file is not trusted before its key is found: parameters beyond these would only exhaust the machine.
_MAX_MEMORY_KIB: Final = 1 << 20
_MAX_ITERATIONS: Final = 64


class Key:
    """32 secret bytes in one buffer that is locked into memory where the system permits it and zeroed by `wipe`.

    Python may have copied what the bytes were made from; the threat model says so. The repr never shows them.
    """

    __slots__ = ("_locked", "raw")

    def __init__(self, size: int = KEY_BYTES) -> None:
        self.raw = bytearray(size)
        self._locked = _memory_lock("mlock", self.raw)

    @classmethod
    def random(cls) -> Key:
        """A fresh key from the operating system's generator."""
        key = cls()
        key.raw[:] = secrets.token_bytes(KEY_BYTES)
        return key

    def derive(self, purpose: str, salt: bytes = b"") -> Key:
        """The sub-key for one purpose: HKDF-SHA256 (RFC 5869) with the purpose as info."""
        key = Key()
        HKDF(hashes.SHA256(), KEY_BYTES, salt or None, b"assistant vault 1 " + purpose.encode()).derive_into(
            self.raw, key.raw
        )
        return key

    def mac(self, *parts: bytes) -> bytes:
        """HMAC-SHA256 over the parts, each preceded by its length so that no two splits collide."""
        message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self.raw, message, "sha256")

    def wipe(self) -> None:
        """Overwrite the bytes and unlock the memory; the key is of no use afterwards."""
        for i in range(len(self.raw)):
            self.raw[i] = 0
        if self._locked:
            _memory_lock("munlock", self.raw)
            self._locked = False

    def __repr__(self) -> str:
        return "Key(...)"


def _memory_lock(name: str, buffer: bytearray) -> bool:
    """Ask the system to keep the buffer out of swap; False where it may not or cannot."""
    with suppress(OSError, AttributeError, ValueError, TypeError):
        call = getattr(ctypes.CDLL(None, use_errno=True), name)
        address = ctypes.addressof((ctypes.c_char * len(buffer)).from_buffer(buffer))
        return int(call(ctypes.c_void_p(address), ctypes.c_size_t(len(buffer)))) == 0
    return False


def no_core_dumps() -> None:
    """No core file and no dump to a crash collector may hold the keys; for the rest of this process."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with suppress(OSError, AttributeError, TypeError):
        # A core_pattern that is a pipe ignores RLIMIT_CORE; a process that is not dumpable is skipped. 4: PR_SET_DUMPABLE.
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What a guess at a passphrase costs: Argon2id memory in KiB, passes, lanes.

    The default is the second recommended option of RFC 9106, section 4 (64 MiB, 3 passes, 4 lanes): 0.2 s on two cores.
    """

    memory_kib: int = 65536
    iterations: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (8 * self.lanes <= self.memory_kib <= _MAX_MEMORY_KIB and 1 <= self.iterations <= _MAX_ITERATIONS):
            raise UsageError(
                "key derivation cost is out of bounds", remedy="use at least 8 KiB a lane and at most 1 GiB, 64 passes"
            )


DEFAULT: Final = KdfCost()


class Secret:
    """What a person or a machine opens the vault with. The repr names the kind only.

    `material` gives the bytes; `forget` overwrites those this object holds.
    """

    __slots__ = ("_holder", "_path", "_service", "_text", "kind")

    def __init__(
        self,
        kind: str,
        *,
        text: bytearray | None = None,
        path: Path | None = None,
        service: str = "",
        holder: Holder | None = None,
    ) -> None:
        self.kind = kind
        self._text = text
        self._path = path
        self._service = service
        self._holder = holder

    @classmethod
    def passphrase(cls, text: str) -> Secret:
        """A passphrase, in Unicode form NFKC so that every keyboard spells it alike. Raises UsageError where empty."""
        if not text:
            raise UsageError("the passphrase is empty", remedy="give a passphrase of several words")
        return cls("passphrase", text=bytearray(unicodedata.normalize("NFKC", text).encode()))

    def chosen(self) -> Secret:
        """This secret, which somebody chooses now. Raises UsageError for a passphrase that is too weak."""
        if self.kind == "passphrase" and self._text is not None:
            require(self._text.decode(), "the passphrase")
        return self

    @classmethod
    def keyfile(cls, path: Path) -> Secret:
        """A file of at least 32 random bytes; `new_keyfile` makes one."""
        return cls("keyfile", path=Path(path))

    @classmethod
    def keyring(cls, service: str = "assistant") -> Secret:
        """A random key kept by the operating system's keyring under this service name and the vault's id."""
        return cls("keyring", service=service)

    @classmethod
    def held(cls, holder: Holder) -> Secret:
        """A random secret for each slot, sealed by a key that a token or a key service never gives away."""
        return cls(holder.kind, holder=holder)

    @staticmethod
    def new_keyfile(path: Path) -> Path:
        """Write a new key file, mode 0600. Raises VaultError where the file exists or cannot be written."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            raise VaultError("the key file exists already", path=path, remedy="choose another name") from None
        except OSError as error:
            raise VaultError(
                f"cannot write the key file ({_why(error)})", path=path, remedy="check the folder"
            ) from None
        return path

    def enrol(self, vault_id: str, cost: KdfCost) -> tuple[dict[str, str | int], bytearray]:
        """Parameters of a new slot and the secret bytes for it. Raises LockedError where they cannot be had."""
        kdf = new_kdf(self.kind, cost)
        if self._holder is None:
            return kdf, self.material(vault_id, kdf, create=True)
        seed = bytearray(secrets.token_bytes(KEY_BYTES))
        return {**kdf, **self._holder.wrap(bytes(seed))}, seed

    def material(self, vault_id: str, kdf: KdfParams, *, create: bool = False) -> bytearray:
        """The secret bytes for a slot of these parameters. `create` lets a keyring entry be made. Raises LockedError where
        they cannot be had; of these Refused where a token or key service has another key."""
        if self._holder is not None:
            return self._holder.unwrap(kdf)
        if self.kind == "passphrase":
            if not self._text:
                raise LockedError("the passphrase was forgotten", remedy="give it again")
            return bytearray(self._text)
        return self._from_file() if self.kind == "keyfile" else self._from_keyring(vault_id, create)

    def _from_file(self) -> bytearray:
        assert self._path is not None
        try:
            with self._path.open("rb") as file:
                data = bytearray(file.read(_MAX_KEYFILE + 1))
        except OSError as error:
            raise LockedError(
                f"cannot read the key file ({_why(error)})", path=self._path, remedy="check path and permissions"
            ) from None
        if not KEY_BYTES <= len(data) <= _MAX_KEYFILE:
            raise LockedError(
                "not a key file: 32 bytes to 1 MiB are needed", path=self._path, remedy="give the right file"
            )
        return data

    def _from_keyring(self, vault_id: str, create: bool) -> bytearray:
        try:
            import keyring

            value = keyring.get_password(self._service, vault_id)
            if value is None and create:
                value = secrets.token_hex(KEY_BYTES)
                keyring.set_password(self._service, vault_id, value)
        except Exception:  # noqa: BLE001 -- keyring back ends raise whatever their system does; all mean "no key"
            raise LockedError(
                "the operating system's keyring cannot be used", remedy="unlock it, or open with passphrase or key file"
            ) from None
        if not value:
            raise LockedError("the keyring has no key for this vault", remedy="open with passphrase or key file")
        return bytearray(value.encode())

    def forget(self) -> None:
        """Overwrite a held passphrase."""
        if self._text is not None:
            for i in range(len(self._text)):
                self._text[i] = 0
            self._text = None

    def __repr__(self) -> str:
        return f"Secret({self.kind})"


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else type(error).__name__


def new_kdf(kind: str, cost: KdfCost) -> dict[str, str | int]:
    """Fresh derivation parameters for a slot of this kind, with a random salt."""
    salt = secrets.token_bytes(_SALT_BYTES).hex()
    if kind != "passphrase":
        return {"name": "hkdf-sha256", "salt": salt}
    try:
        Argon2id(salt=b"0" * 16, length=KEY_BYTES, iterations=1, lanes=1, memory_cost=8)
    except UnsupportedAlgorithm:  # OpenSSL before 3.2: scrypt with the same memory, r=8 as RFC 7914 suggests
        return {"name": "scrypt", "salt": salt, "n": 1 << (cost.memory_kib.bit_length() - 1), "r": 8, "p": 1}
    return {
        "name": "argon2id",
        "salt": salt,
        "memory_kib": cost.memory_kib,
        "iterations": cost.iterations,
        "lanes": cost.lanes,
    }


def derive_kek(material: bytearray, kdf: KdfParams) -> Key:
    """The key-encryption key of a slot. Raises IntegrityError where the parameters make no sense."""
    kek = Key()
    try:
        salt = bytes.fromhex(str(kdf["salt"]))
        if kdf["name"] == "argon2id":
            cost = KdfCost(int(kdf["memory_kib"]), int(kdf["iterations"]), int(kdf["lanes"]))
            Argon2id(
                salt=salt, length=KEY_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
            ).derive_into(memoryview(material), kek.raw)  # type: ignore[arg-type]  # any buffer will do
        elif kdf["name"] == "scrypt":
            n, r, p = int(kdf["n"]), int(kdf["r"]), int(kdf["p"])
            if n * r * 128 > _MAX_MEMORY_KIB * 1024 or not 1 <= p <= 16:
                raise ValueError
            Scrypt(salt=salt, length=KEY_BYTES, n=n, r=r, p=p).derive_into(material, kek.raw)
        elif kdf["name"] == "hkdf-sha256":
            HKDF(hashes.SHA256(), KEY_BYTES, salt, b"assistant vault 1 kek").derive_into(material, kek.raw)
        else:
            raise ValueError
    except UnsupportedAlgorithm:
        raise LockedError(
            "this installation cannot compute Argon2id", remedy="install the pinned version of cryptography"
        ) from None
    except (KeyError, ValueError, TypeError, UsageError):
        raise IntegrityError(
            "a key slot has impossible parameters", remedy="copy slots.json.bak over slots.json, or restore a backup"
        ) from None
    return kek


def wrap(kek: Key, payload: Key, aad: bytes) -> tuple[str, str]:
    """Encrypt a key under another by AES-256-GCM; nonce and ciphertext in hex. `aad` is bound to it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce.hex(), AESGCM(kek.raw).encrypt(nonce, payload.raw, aad).hex()


def unwrap(kek: Key, nonce: str, wrapped: str, aad: bytes) -> Key | None:
    """The wrapped key, or None where KEK, ciphertext or `aad` is not the one it was wrapped with."""
    key = Key()
    try:
        AESGCM(kek.raw).decrypt_into(bytes.fromhex(nonce), bytes.fromhex(wrapped), aad, key.raw)
    except (InvalidTag, ValueError):
        return None
    return key


class Keyring:
    """The keys of an open vault: the vault key, the root key, and what is derived from them by purpose.

    The database key and the slots MAC come from the vault key and change with a full rekey. All others come from the
    root key, which is wrapped by the vault key and stays: an audit chain or a content HMAC outlives a rekey.
    """

    __slots__ = ("audit", "content", "database", "erasure", "mark", "pseudonym", "receipt", "root", "slots", "vault")

    def __init__(self, vault: Key, root: Key) -> None:
        self.vault, self.root = vault, root
        self.database = vault.derive("database")
        self.slots = vault.derive("slots")
        self.audit = root.derive("audit")
        self.content = root.derive("content")
        self.pseudonym = root.derive("pseudonym")
        self.erasure = root.derive("erasure")
        self.mark = root.derive("mark")
        self.receipt = root.derive("receipt")

    def adopt(self, other: Keyring) -> None:
        """Become another ring in place, so that whoever holds one of these keys goes on with it; the other is zeroed."""
        for name in self.__slots__:
            getattr(self, name).raw[:] = getattr(other, name).raw
        other.wipe()

    def wipe(self) -> None:
        """Zero every key."""
        for name in self.__slots__:
            getattr(self, name).wipe()
