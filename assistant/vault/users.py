"""Users of the vault, their roles, and logging in: Argon2id, one answer for every failure, back-off; all of it audited."""

from __future__ import annotations

import hmac
import json
import re
import threading
import time
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from assistant.errors import LockedError, UsageError
from assistant.types import Principal
from assistant.vault.audit import AuditLog
from assistant.vault.database import now
from assistant.vault.keys import DEFAULT, KdfCost, derive_kek, new_kdf
from assistant.vault.part import Part
from assistant.vault.records import User
from assistant.vault.strength import require

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_ROLE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FREE_FAILURES: Final = 3
_MAX_WAIT_S: Final = 900
_ONE_AT_A_TIME = threading.Lock()


class Users(Part):
    """The users of a vault."""

    audit: AuditLog

    def add_user(
        self, name: str, password: str, roles: Iterable[str], *, groups: Iterable[str] = (), kdf: KdfCost = DEFAULT
    ) -> None:
        """Add a user; the password is kept as an Argon2id hash.

        Raises UsageError for a name that exists, a malformed name or role, a password that is too weak."""
        if not _NAME.fullmatch(name):
            raise UsageError("a user name is 1 to 64 letters, digits or _.@-", remedy="choose a plain name")
        stored, roles, listed = _hash(password, kdf), frozenset(roles), _groups(groups)
        with self._db.write() as cursor:
            if cursor.execute("SELECT 1 FROM users WHERE name = ?", (name,)).fetchall():
                raise UsageError("there is a user of that name", remedy="choose another name")
            cursor.execute("INSERT INTO users VALUES (?,?,?,0,0,?,?)", (name, stored, _roles(roles), now(), listed))
            self.audit.append("user.add", {"user": name, "roles": sorted(set(roles))})

    def set_password(self, name: str, password: str, *, kdf: KdfCost = DEFAULT) -> None:
        """Give a user another password and lift a lock."""
        stored = _hash(password, kdf)
        self._change(name, "password = ?, failures = 0, locked_until = 0", stored, "user.password")

    def set_roles(self, name: str, roles: Iterable[str]) -> None:
        """Give a user other roles."""
        self._change(name, "roles = ?", _roles(roles), "user.roles")

    def set_groups(self, name: str, groups: Iterable[str]) -> None:
        """Give a user other groups, as access lists name them."""
        self._change(name, "groups = ?", _groups(groups), "user.groups")

    def unlock_user(self, name: str) -> None:
        """Lift the wait after failed logins."""
        self._change(name, "failures = ?, locked_until = 0", 0, "user.unlock")

    def remove_user(self, name: str) -> None:
        """Remove a user."""
        with self._db.write() as cursor:
            if cursor.execute("DELETE FROM users WHERE name = ?", (name,)).rowcount == 0:
                raise _no_user()
            self.audit.append("user.remove", {"user": name})

    def users(self) -> list[User]:
        """All users by name."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT name, roles, created_at, locked_until, groups FROM users ORDER BY name"
            ).fetchall()
        return [
            User(name, frozenset(json.loads(roles)), at, until > time.time(), frozenset(json.loads(groups)))
            for name, roles, at, until, groups in rows
        ]

    def login(self, name: str, password: str) -> Principal:
        """The principal of a user. Raises LockedError where name or password is wrong, or the user must wait.

        The error does not tell an unknown name from a wrong password, and both cost the same time. One login at a
        time in a process; after three failures in a row the wait doubles from 1 s to 15 minutes.
        """
        with _ONE_AT_A_TIME:
            with self._db.read() as cursor:
                rows = cursor.execute(
                    "SELECT password, roles, failures, locked_until, groups FROM users WHERE name = ?", (name,)
                ).fetchall()
            stored, roles, failures, until, groups = rows[0] if rows else (None, "[]", 0, 0.0, "[]")
            wait = min(float(until) - time.time(), _MAX_WAIT_S)
            if wait > 0:
                raise LockedError(f"too many failures: wait {int(wait) + 1} s", remedy="wait, then log in again")
            if _matches(password, stored):
                with self._db.write() as cursor:
                    cursor.execute("UPDATE users SET failures = 0, locked_until = 0 WHERE name = ?", (name,))
                    self.audit.append("login", {"user": name, "failures_before": int(failures)})
                return Principal(name, frozenset(json.loads(roles)), frozenset(json.loads(groups)))
            if stored is not None:
                self._failed(name)
            raise LockedError("user name or password is wrong", remedy="try again or ask an administrator")

    def _failed(self, name: str) -> None:
        with self._db.write() as cursor:
            rows = cursor.execute(
                "UPDATE users SET failures = failures + 1 WHERE name = ? RETURNING failures", (name,)
            ).fetchall()
            failures = int(rows[0][0]) if rows else 0
            if failures >= _FREE_FAILURES:
                wait = min(2 ** min(failures - _FREE_FAILURES, 20), _MAX_WAIT_S)
                cursor.execute("UPDATE users SET locked_until = ? WHERE name = ?", (time.time() + wait, name))
            # Only names that exist are written down: what is typed in the wrong field may be a password.
            self.audit.append("login.failed", {"user": name, "failures": failures})

    def _change(self, name: str, assignment: str, value: object, kind: str) -> None:
        with self._db.write() as cursor:
            if cursor.execute(f"UPDATE users SET {assignment} WHERE name = ?", (value, name)).rowcount == 0:  # noqa: S608
                raise _no_user()
            self.audit.append(kind, {"user": name})


def _no_user() -> UsageError:
    return UsageError("there is no such user", remedy="add the user first")


def _roles(roles: Iterable[str]) -> str:
    names = sorted(set(roles))
    if not all(_ROLE.fullmatch(role) for role in names):
        raise UsageError("a role is 1 to 64 lower-case letters, digits or _-", remedy="use role names of the policy")
    return json.dumps(names)


def _groups(groups: Iterable[str]) -> str:
    names = sorted(set(groups))
    if not all(_NAME.fullmatch(group) for group in names):
        raise UsageError("a group is 1 to 64 letters, digits or _.@-", remedy="choose a plain name")
    return json.dumps(names)


def _material(password: str) -> bytearray:
    return bytearray(unicodedata.normalize("NFKC", password).encode())


def _hash(password: str, cost: KdfCost) -> str:
    require(password, "the password")
    kdf = new_kdf("passphrase", cost)
    return json.dumps({"kdf": kdf, "hash": derive_kek(_material(password), kdf).raw.hex()})


def _matches(password: str, stored: str | None) -> bool:
    """Compare in constant time; for an unknown user the same work is done for nothing."""
    record: dict[str, Any] = json.loads(stored) if stored else {"kdf": new_kdf("passphrase", DEFAULT), "hash": ""}
    derived = derive_kek(_material(password), record["kdf"]).raw.hex()
    return hmac.compare_digest(derived, str(record["hash"])) and stored is not None
