"""A key on a PKCS#11 token (HSM, smart card, SoftHSM): AES-256-GCM inside the token; the key is made so that it cannot leave.

Set up by ASSISTANT_PKCS11_URI (RFC 7512): `pkcs11:token=ward;object=assistant?module-path=/usr/lib/softhsm/libsofthsm2.so`,
and the PIN in `pin-source=FILE` or ASSISTANT_PKCS11_PIN. A PIN is tried once a start: tokens lock after a few wrong ones.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from assistant.errors import ConfigError, LockedError
from assistant.vault.holders import SHUT, KdfParams, Refused

URI: Final = "ASSISTANT_PKCS11_URI"
PIN: Final = "ASSISTANT_PKCS11_PIN"
_EXAMPLE: Final = "pkcs11:token=NAME;object=KEY?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=FILE"
_PARTS: Final = frozenset({"token", "serial", "object", "module-path", "pin-source"})
_NONCE: Final = 12
_ONE = threading.Lock()  # the login belongs to the process, not to a session


class Token:
    """AES keys of one name on one token; each seal notes the id of the key it used."""

    kind: str = "pkcs11"

    def __init__(self, uri: str, *, fresh: bool = False) -> None:
        """`fresh` makes a new key on the token for the next seal. Raises ConfigError for a malformed URI."""
        self._parts = _parsed(uri)
        self._fresh = fresh

    @classmethod
    def from_environment(cls, *, fresh: bool = False) -> Token:
        """The key that the environment names. Raises ConfigError where it names none."""
        uri = os.environ.get(URI, "")
        if not uri:
            raise ConfigError("the token is not set up", remedy=f"set {URI} ({_EXAMPLE}) and {PIN}")
        return cls(uri, fresh=fresh)

    def wrap(self, seed: bytes) -> dict[str, str]:
        """The seed, sealed by the newest key of that name, which is made where there is none. Raises LockedError."""
        with self._session(write=True) as (lib, session):
            key = None if self._fresh else self._newest(lib, session)
            if key is None:
                key = self._made(lib, session)
            self._fresh = False
            nonce = secrets.token_bytes(_NONCE)
            sealed = key.encrypt(seed, mechanism=lib.Mechanism.AES_GCM, mechanism_param=lib.GCMParams(nonce))
            return {"key": bytes(key.id).hex(), "sealed": (nonce + bytes(sealed)).hex()}

    def unwrap(self, kept: KdfParams) -> bytearray:
        """The seed. Raises Refused where the token has no such key or it does not fit, LockedError as `seal`."""
        other = Refused(
            "the token has not the key that sealed this slot", remedy=f"check token and object in {URI}; {SHUT}"
        )
        try:
            identity, sealed = bytes.fromhex(str(kept["key"])), bytes.fromhex(str(kept["sealed"]))
        except (KeyError, ValueError):
            raise other from None
        with self._session(write=False) as (lib, session):
            found = [key for key in self._keys(lib, session) if bytes(key.id) == identity]
            if not found:
                raise other
            params = lib.GCMParams(sealed[:_NONCE])
            try:
                return bytearray(
                    found[0].decrypt(sealed[_NONCE:], mechanism=lib.Mechanism.AES_GCM, mechanism_param=params)
                )
            except (lib.exceptions.EncryptedDataInvalid, lib.exceptions.EncryptedDataLenRange):
                raise other from None
            except lib.exceptions.GeneralError:  # what SoftHSM says of a wrong tag
                raise other from None

    def _keys(self, lib: Any, session: Any) -> list[Any]:
        wanted = {
            lib.Attribute.CLASS: lib.ObjectClass.SECRET_KEY,
            lib.Attribute.KEY_TYPE: lib.KeyType.AES,
            lib.Attribute.LABEL: self._parts["object"],
        }
        return list(session.get_objects(wanted))

    def _newest(self, lib: Any, session: Any) -> Any | None:
        """Keys made here carry the time in their id, so the greatest is the newest; another's key only where it is alone."""
        return max(self._keys(lib, session), key=lambda key: bytes(key.id), default=None)

    def _made(self, lib: Any, session: Any) -> Any:
        stamp = time.time_ns() // 1_000_000
        return session.generate_key(
            lib.KeyType.AES,
            256,
            id=b"\xffassistant" + stamp.to_bytes(6, "big") + secrets.token_bytes(4),
            label=self._parts["object"],
            store=True,
            capabilities=lib.MechanismFlag.ENCRYPT | lib.MechanismFlag.DECRYPT,
            template={lib.Attribute.SENSITIVE: True, lib.Attribute.EXTRACTABLE: False},
        )

    @contextmanager
    def _session(self, *, write: bool) -> Iterator[tuple[Any, Any]]:
        """An open session, and the library. Whatever a token or its driver says means "no key"."""
        try:
            import pkcs11
        except ImportError:
            raise ConfigError(
                "the part for PKCS#11 is not installed", remedy="install the extra: pip install 'assistant[hsm]'"
            ) from None
        errors = pkcs11.exceptions
        pin = self._pin()
        with _ONE:
            try:
                where = {"token_label": self._parts.get("token"), "token_serial": self._parts.get("serial")}
                module = pkcs11.lib(self._parts["module-path"])
                token = module.get_token(
                    **{
                        name: (value.encode() if name == "token_serial" else value)
                        for name, value in where.items()
                        if value
                    }
                )
                with token.open(rw=write, user_pin=pin) as session:
                    yield pkcs11, session
            except LockedError:
                raise
            except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange):
                raise LockedError("the token refused the PIN", remedy=f"check it: few tries are left; {SHUT}") from None
            except errors.PinLocked:
                raise LockedError("the token is locked after wrong PINs", remedy="have it unlocked") from None
            except (errors.NoSuchToken, errors.TokenNotPresent, errors.MultipleTokensReturned):
                raise LockedError("the token is not there", remedy=f"is it plugged in? check {URI}; {SHUT}") from None
            except Exception as error:  # noqa: BLE001 -- drivers raise whatever they do; all of it means "no key"
                raise LockedError(
                    f"the token cannot be used ({type(error).__name__})",
                    remedy=f"check module-path in {URI} and the token's service; {SHUT}",
                ) from None

    def _pin(self) -> str:
        if named := self._parts.get("pin-source"):
            try:
                pin = Path(named.removeprefix("file:")).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError):
                raise LockedError("the token's PIN cannot be read", remedy=f"check pin-source in {URI}") from None
        else:
            pin = os.environ.get(PIN, "")
        if not pin:
            raise LockedError("there is no PIN for the token", remedy=f"give pin-source in {URI}, or set {PIN}")
        return pin


def _parsed(uri: str) -> dict[str, str]:
    scheme, _, rest = uri.partition(":")
    path, _, query = rest.partition("?")
    pairs = [item.partition("=") for item in (*path.split(";"), *query.split("&")) if item]
    parts = {name: unquote(value) for name, _, value in pairs}
    if scheme != "pkcs11" or len(parts) != len(pairs) or not frozenset(parts) <= _PARTS:
        raise ConfigError(f"{URI} is not understood", remedy=f"write it as {_EXAMPLE}")
    if not parts.get("object") or not parts.get("module-path") or not (parts.get("token") or parts.get("serial")):
        raise ConfigError(f"{URI} must name token, object and module-path", remedy=f"write it as {_EXAMPLE}")
    if not Path(parts["module-path"]).is_absolute():
        raise ConfigError(f"module-path in {URI} must be absolute", remedy="no library is looked for by its name")
    return parts
