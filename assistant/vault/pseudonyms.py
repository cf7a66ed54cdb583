"""The pseudonym map: which surrogate stands for which original inside which scope, readable with the vault open only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from assistant.errors import VaultError
from assistant.language.words import fold
from assistant.vault.database import Cursor, Row, now
from assistant.vault.part import Part
from assistant.vault.records import Mapped


def normalize(original: str) -> str:
    """The form in which originals are compared: case and accents folded, white space single."""
    return " ".join(fold(original).split())


def compact(original: str) -> str:
    """Letters and digits alone, for numbers that are written with or without separators; "" for what is no such number."""
    bare = "".join(c for c in fold(original) if c.isalnum())
    digits = sum(c.isdigit() for c in bare)
    return bare if digits >= _DIGITS and digits * 2 >= len(bare) else ""


class Pseudonyms(Part):
    """The pseudonym map of a vault."""

    def pseudonym(
        self,
        entity: str,
        original: str,
        scope: str,
        make: Callable[[Callable[[str], bool]], str],
        parts: Iterable[str] = (),
        *,
        sure: bool = True,
    ) -> str:
        """The surrogate of an original inside a scope: the stored one, or `make(taken)` stored now.

        `parts` of the original are known as its own from now on: a surname that by itself says who it is. What is not `sure` is
        kept for the way back alone: `known_originals` does not know it until somebody is sure of it.

        `taken(candidate)` says whether the candidate stands for somebody else in the scope or is itself somebody's
        original; `make` must return one that is not. One transaction: two processes never give two surrogates.
        """
        key = normalize(original)
        with self._db.read() as cursor:
            rows = _stored(cursor, entity, key, scope)
        if rows and (rows[0][1] or not sure):
            return str(rows[0][0])
        with self._db.write() as cursor:
            rows = _stored(cursor, entity, key, scope)
            if rows:
                if sure and not rows[0][1]:
                    cursor.execute(_NOW_SURE, (entity, key, scope))
                    _add_parts(cursor, parts, entity, scope, key)
                return str(rows[0][0])

            def taken(candidate: str) -> bool:
                return normalize(candidate) == key or _taken(cursor, candidate, scope)

            surrogate = make(taken)
            if taken(surrogate):
                raise VaultError(
                    "no free surrogate was found", remedy="give the operator more surrogates to choose from"
                )
            cursor.execute(
                "INSERT INTO pseudonyms(entity, scope, original, surrogate, at, written, compact, sure) VALUES (?,?,?,?,?,?,?,?)",
                (entity, scope, key, surrogate, now(), original, compact(original), int(sure)),
            )
            if sure:
                _add_parts(cursor, parts, entity, scope, key)
            return surrogate

    def original(self, surrogate: str, scope: str | None = None) -> str | None:
        """The normalized original behind a surrogate; None where unknown or, without a scope, not unique."""
        query = "SELECT DISTINCT original FROM pseudonyms WHERE surrogate = ?"
        with self._db.read() as cursor:
            if scope is None:
                rows = cursor.execute(query, (surrogate,)).fetchall()
            else:
                rows = cursor.execute(f"{query} AND scope = ?", (surrogate, scope)).fetchall()
        return str(rows[0][0]) if len(rows) == 1 else None

    def originals(self, scope: str | None = None) -> Iterator[Mapped]:
        """Every entry of the map, or those of one scope."""
        query = "SELECT entity, original, surrogate, scope, written FROM pseudonyms"
        with self._db.read() as cursor:
            every = scope is None
            rows = cursor.execute(query if every else f"{query} WHERE scope = ?", () if every else (scope,)).fetchall()
        return (Mapped(*row) for row in rows)

    def known_originals(self, candidates: set[str]) -> set[str]:
        """Which of the candidates (any spelling) are sure originals of the map; for checks that run on every answer.

        Case, accents and white space do not matter, and for numbers neither do separators. A single word may also be a
        telling part of a name.
        """
        forms: dict[tuple[str, str], list[str]] = {}
        for candidate in candidates:
            forms.setdefault((_IS_SURE, normalize(candidate)), []).append(candidate)
            if " " not in candidate:
                forms.setdefault((_IS_PART, normalize(candidate)), []).append(candidate)
            if bare := compact(candidate):
                forms.setdefault((_IS_COMPACT, bare), []).append(candidate)
        with self._db.read() as cursor:
            return {c for (query, form), cs in forms.items() if cursor.execute(query, (form,)).fetchall() for c in cs}

    def pseudonym_seed(self, entity: str, original: str, scope: str) -> bytes:
        """32 bytes that depend on the vault and on the (normalized) original: what keyed hashes and choices start from."""
        return self._keys.pseudonym.mac(entity.encode(), normalize(original).encode(), scope.encode())


_DIGITS = 6  # fewer are a dose, a blood pressure, a year or a room
_IS_PART = "SELECT 1 FROM name_parts WHERE part = ? LIMIT 1"
_IS_COMPACT = "SELECT 1 FROM pseudonyms WHERE compact = ? AND sure = 1 LIMIT 1"
_IS_SURE = "SELECT 1 FROM pseudonyms WHERE original = ? AND sure = 1 LIMIT 1"
_IS_ORIGINAL = "SELECT 1 FROM pseudonyms WHERE original = ? LIMIT 1"
_NOW_SURE = "UPDATE pseudonyms SET sure = 1 WHERE entity = ? AND original = ? AND scope = ?"


def _stored(cursor: Cursor, entity: str, key: str, scope: str) -> list[Row]:
    return cursor.execute(
        "SELECT surrogate, sure FROM pseudonyms WHERE entity = ? AND original = ? AND scope = ?", (entity, key, scope)
    ).fetchall()


def _add_parts(cursor: Cursor, parts: Iterable[str], entity: str, scope: str, key: str) -> None:
    cursor.executemany(
        "INSERT OR IGNORE INTO name_parts VALUES (?,?,?,?)",
        ((normalize(part), entity, scope, key) for part in parts),
    )


def _taken(cursor: Cursor, candidate: str, scope: str) -> bool:
    used = "SELECT 1 FROM pseudonyms WHERE surrogate = ? AND scope = ? LIMIT 1"
    return bool(
        cursor.execute(used, (candidate, scope)).fetchall()
        or cursor.execute(_IS_ORIGINAL, (normalize(candidate),)).fetchall()
    )
