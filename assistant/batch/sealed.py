"""Output that nobody reads without the key: AES-256-GCM, each file bound to its name, under a random key that is wrapped by
a passphrase (Argon2id) or a key file, as in the vault.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.errors import IntegrityError, LockedError
from assistant.vault.keys import DEFAULT, KdfCost, Key, Secret, derive_kek, unwrap, wrap

MAGIC: Final = b"ASBATCH1"
_AAD: Final = b"assistant batch key 1"
_NONCE: Final = 12


class Sealer:
    """Seals and opens the files of one output folder."""

    def __init__(self, key: Key, header: dict[str, Any]) -> None:
        self._key = key.derive("batch files")
        self._names = key.derive("batch names")
        self.header = header

    @classmethod
    def new(cls, secret: Secret, cost: KdfCost = DEFAULT) -> Sealer:
        """A fresh key for a folder, wrapped by the secret."""
        key, identity = Key.random(), secrets.token_hex(8)
        kdf, material = secret.enrol(identity, cost)
        kek = derive_kek(material, kdf)
        nonce, wrapped = wrap(kek, key, _AAD + identity.encode())
        kek.wipe()
        header = {"id": identity, "secret": secret.kind, "kdf": kdf, "nonce": nonce, "wrapped": wrapped}
        return cls(key, header)

    @classmethod
    def opened(cls, secret: Secret, header: dict[str, Any]) -> Sealer:
        """The key of a folder. Raises LockedError for a wrong secret, IntegrityError for a damaged header."""
        try:
            identity, kdf = str(header["id"]), dict(header["kdf"])
            nonce, wrapped = str(header["nonce"]), str(header["wrapped"])
        except (KeyError, TypeError, ValueError):
            raise IntegrityError("the key of the output folder is damaged", remedy="make it anew") from None
        kek = derive_kek(secret.material(identity, kdf), kdf)
        key = unwrap(kek, nonce, wrapped, _AAD + identity.encode())
        kek.wipe()
        if key is None:
            raise LockedError("wrong passphrase or key file for this output", remedy="give the one it was made with")
        return cls(key, header)

    def name(self, name: str) -> str:
        """What a file is called on disk: patients' ids stay out of names."""
        return self._names.mac(name.encode()).hex()[:32]

    def lock(self, data: bytes, name: str) -> bytes:
        """The bytes, encrypted and bound to the name."""
        nonce = secrets.token_bytes(_NONCE)
        return MAGIC + nonce + AESGCM(bytes(self._key.raw)).encrypt(nonce, data, name.encode())

    def open(self, data: bytes, name: str) -> bytes:
        """The bytes again. Raises IntegrityError where they, or the name, are not those that were sealed."""
        if not data.startswith(MAGIC):
            raise IntegrityError("not a sealed file of this folder", path=name, remedy="make it anew")
        nonce, body = data[len(MAGIC) : len(MAGIC) + _NONCE], data[len(MAGIC) + _NONCE :]
        try:
            return AESGCM(bytes(self._key.raw)).decrypt(nonce, body, name.encode())
        except (InvalidTag, ValueError):  # ValueError: it was cut within its nonce
            raise IntegrityError("a sealed file was changed", path=name, remedy="make it anew") from None
