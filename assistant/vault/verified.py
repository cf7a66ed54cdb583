"""Answers that somebody vouches for: signed with the vault's key, tied to the document that they rest on, erased with it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from assistant.errors import IntegrityError, UsageError
from assistant.vault.database import Row, now
from assistant.vault.receipts import Receipts
from assistant.vault.slots import canonical

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TYPE: Final = "assistant-verified-answer"


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """What an author vouches for. `document[start:end] == quote` when it was signed, and `document_hmac` is the document's mark.

    `until` is the last day ("2027-01-31") on which it is given, `audience` the roles that get it; `wordings` are the questions
    that it answers. `withdrawn_at` is "" while it stands.
    """

    text: str
    wordings: tuple[str, ...]
    document_id: str
    title: str
    locator: str
    quote: str
    start: int
    end: int
    document_hmac: str
    author: str
    until: str
    audience: frozenset[str]
    id: str = ""
    at: str = ""
    withdrawn_at: str = ""

    def told(self) -> dict[str, object]:
        """What is signed: everything but whether it was withdrawn."""
        plain = {name: value for name, value in asdict(self).items() if name != "withdrawn_at"}
        return {**plain, "type": TYPE, "wordings": list(self.wordings), "audience": sorted(self.audience)}


class VerifiedAnswers(Receipts):
    """The verified answers of a vault."""

    def put_verified(self, answer: VerifiedAnswer, vectors: NDArray[np.float32]) -> VerifiedAnswer:
        """Sign an answer and keep it with the vectors of its wordings, one a row; one with the same id is replaced."""
        signed = replace(answer, id=answer.id or secrets.token_hex(6), at=answer.at or now())
        told = signed.told()
        rows = [(signed.id, n, vector.tobytes()) for n, vector in enumerate(vectors)]
        with self._db.write() as cursor:
            cursor.execute("DELETE FROM verified WHERE id = ?", (signed.id,))
            cursor.execute(
                "INSERT INTO verified(id, document_id, told, signature, withdrawn_at) VALUES (?,?,?,?,?)",
                (signed.id, signed.document_id, json.dumps(told), self._sign(told), signed.withdrawn_at),
            )
            cursor.executemany("INSERT INTO verified_vectors VALUES (?,?,?)", rows)
        return signed

    def verified_answers(self) -> list[VerifiedAnswer]:
        """All of them, as they came. Raises IntegrityError where one was not signed by this vault."""
        with self._db.read() as cursor:
            rows = cursor.execute("SELECT id, told, signature, withdrawn_at FROM verified ORDER BY rowid").fetchall()
        return [self._genuine(row) for row in rows]

    def verified_answer(self, verified_id: str) -> VerifiedAnswer:
        """One of them. Raises UsageError where there is none, IntegrityError where it was not signed by this vault."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT id, told, signature, withdrawn_at FROM verified WHERE id = ?", (verified_id,)
            ).fetchall()
        if not rows:
            raise UsageError("there is no such verified answer", remedy="see `assistant verified list`")
        return self._genuine(rows[0])

    def verified_vectors(self) -> tuple[list[tuple[str, int]], NDArray[np.float32]]:
        """Id and number of each wording of what was not withdrawn, and their vectors, one a row."""
        import numpy as np

        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT v.verified_id, v.ordinal, v.vector FROM verified_vectors v JOIN verified a ON a.id = v.verified_id "
                "WHERE a.withdrawn_at = '' ORDER BY a.rowid, v.ordinal"
            ).fetchall()
        if not rows:
            return [], np.zeros((0, 0), np.float32)
        vectors = np.stack([np.frombuffer(bytes(row[2]), dtype=np.float32) for row in rows])
        return [(str(row[0]), int(row[1])) for row in rows], vectors

    def withdraw_verified(self, verified_id: str) -> None:
        """Give it to nobody any more. Raises UsageError where there is none."""
        with self._db.write() as cursor:
            found = cursor.execute("UPDATE verified SET withdrawn_at = ? WHERE id = ?", (now(), verified_id)).rowcount
        if not found:
            raise UsageError("there is no such verified answer", remedy="see `assistant verified list`")

    def signed_verified(self, answer: VerifiedAnswer) -> dict[str, object]:
        """An answer as another vault may check it: what is told and its signature."""
        told = answer.told()
        return {**told, "signature": self._sign(told)}

    def _sign(self, told: Mapping[str, object]) -> str:
        return self._signer().sign(canonical(told)).hex()

    def _genuine(self, row: Row) -> VerifiedAnswer:
        told = json.loads(row[1])
        check_signed({**told, "signature": row[2]}, self.receipt_key())
        return _read(told, str(row[3]))


def check_signed(signed: Mapping[str, Any], public_key: str) -> VerifiedAnswer:
    """The answer that a vault signed. Raises IntegrityError where it is not the work of that key."""
    told = {name: value for name, value in signed.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key.strip()))
        key.verify(bytes.fromhex(str(signed.get("signature", ""))), canonical(told))
    except (InvalidSignature, ValueError):
        raise IntegrityError(
            "a verified answer was not signed by this key, or was changed since", remedy="do not use it; ask its author"
        ) from None
    return _read(told, "")


def _read(told: Mapping[str, Any], withdrawn_at: str) -> VerifiedAnswer:
    fields: Sequence[str] = tuple(name for name in VerifiedAnswer.__dataclass_fields__ if name in told)
    plain = {name: told[name] for name in fields}
    return VerifiedAnswer(
        **{
            **plain,
            "wordings": tuple(told["wordings"]),
            "audience": frozenset(told["audience"]),
            "withdrawn_at": withdrawn_at,
        }
    )
