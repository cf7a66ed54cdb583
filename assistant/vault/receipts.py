"""Receipts of answers: a small signed document that somebody without the vault can check.

A receipt says which policy, models and index state an answer was given under, what the checks said, and holds a keyed hash of the
question, the answer and each quoted sentence. Its key (`salt`) goes with the receipt, so that who has the text can check it; the
audit log holds the hashes without the key. Ed25519 (RFC 8032); the signing key is derived from the vault's root key and outlives
a change of passphrase and a rekey.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assistant.errors import IntegrityError, UsageError
from assistant.vault.audit import AuditLog
from assistant.vault.part import Part
from assistant.vault.slots import canonical

TYPE: Final = "assistant-answer-receipt"
_TOLD: Final = (
    "status",
    "policy",
    "model",
    "models",
    "index",
    "verified",
    "verdicts",
    "labels",
    "documents",
    "redactions",
)


class Receipts(Part):
    """What the vault signs."""

    audit: AuditLog
    vault_id: str

    def receipt_salt(self, nonce: str) -> bytes:
        """The key of one answer's hashes."""
        return self._keys.receipt.mac(b"salt", nonce.encode())

    def receipt_key(self) -> str:
        """The public key that checks this vault's receipts, in hex: to be given to those who check, by another way."""
        return self._signer().public_key().public_bytes_raw().hex()

    def receipt(self, audit_id: str) -> dict[str, object]:
        """The receipt of an answer. Raises UsageError where there is no such record or it is not that of an answer."""
        found = self.audit.record(audit_id)
        record = found.record
        if found.kind != "answer" or "nonce" not in record:
            raise UsageError("that record is not one of an answer with a receipt", remedy="see `assistant audit show`")
        told: dict[str, object] = {
            "type": TYPE,
            "version": 1,
            "vault": self.vault_id,
            "audit": {"id": found.id, "seq": found.seq, "at": found.at},
            "answer": {name: record[name] for name in _TOLD if name in record},
            "hashes": record["hashes"],
            "salt": self.receipt_salt(str(record["nonce"])).hex(),
            "public_key": self.receipt_key(),
        }
        return {**told, "signature": self._signer().sign(canonical(told)).hex()}

    def _signer(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._keys.receipt.mac(b"ed25519", self.vault_id.encode()))


def text_hash(salt: bytes, text: str) -> str:
    """The keyed hash of a text as it stands in a receipt: HMAC-SHA-256 of its UTF-8 form."""
    return hmac.digest(salt, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def read_receipt(data: bytes) -> dict[str, Any]:
    """A receipt from its file. Raises UsageError where it is none."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or value.get("type") != TYPE or value.get("version") != 1:
        raise UsageError("this is no receipt", remedy="give the file that `assistant audit receipt ID` wrote")
    return value


def check_receipt(receipt: Mapping[str, Any], public_key: str = "", *, texts: Mapping[str, str] | None = None) -> bool:
    """Whether a receipt is whole, needing nothing but itself; True where the given key signed it, not only the one inside it.

    `texts` may hold `question`, `answer` and `quote`, compared with the receipt's hashes. Raises IntegrityError where anything
    differs, UsageError for a malformed key.
    """
    told = {name: value for name, value in receipt.items() if name != "signature"}
    known = public_key.strip().lower()
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(known or str(receipt.get("public_key"))))
    except ValueError:
        raise UsageError("that is no public key", remedy="64 hex digits; see `assistant audit key`") from None
    try:
        key.verify(bytes.fromhex(str(receipt.get("signature"))), canonical(told))
    except (InvalidSignature, ValueError):
        raise _broken("the receipt was not signed by this key, or was changed since") from None
    salt, hashes = bytes.fromhex(str(receipt["salt"])), receipt["hashes"]
    for name, text in (texts or {}).items():
        expected = hashes["spans"] if name == "quote" else [hashes[name]]
        if text_hash(salt, text) not in expected:
            raise _broken(f"the {name} is not the one of this receipt")
    return bool(known)


def _broken(why: str) -> IntegrityError:
    return IntegrityError(why, remedy="ask for the receipt again, and for the vault's public key by another way")
