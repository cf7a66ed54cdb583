"""A key service that speaks the transit interface of HashiCorp Vault and OpenBao: POST encrypt/NAME, decrypt/NAME.

Set up by ASSISTANT_TRANSIT_URL (https://HOST:8200/v1/transit/keys/NAME), a token in ASSISTANT_TRANSIT_TOKEN_FILE or
ASSISTANT_TRANSIT_TOKEN, and ASSISTANT_TRANSIT_CA where the service's certificate is the house's own. The host must be this
machine or stand in ASSISTANT_ALLOWED_HOSTS; off this machine only https is spoken, proxies are not used, redirects not followed.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import os
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from assistant.endpoint import Place, admit, checked
from assistant.errors import ConfigError, LockedError
from assistant.vault.holders import SHUT, KdfParams, Refused

URL: Final = "ASSISTANT_TRANSIT_URL"
TOKEN: Final = "ASSISTANT_TRANSIT_TOKEN"
TOKEN_FILE: Final = "ASSISTANT_TRANSIT_TOKEN_FILE"
CA: Final = "ASSISTANT_TRANSIT_CA"
_EXAMPLE: Final = "https://HOST:8200/v1/transit/keys/NAME"
_SECONDS: Final = 10.0
_MAX_REPLY: Final = 1 << 16


class Transit:
    """One named key of the service. Holds no connection and no token between calls."""

    kind: str = "transit"

    def __init__(self, url: str, *, seconds: float = _SECONDS) -> None:
        """Nothing is sent yet. Raises ConfigError for a malformed address, EgressDenied for a host that is not allowed."""
        self._place: Place = checked(url, URL, what="keys", example=_EXAMPLE)
        mount, found, name = self._place.path.rpartition("/keys/")
        if not found or not mount.startswith("/v1/") or not name or "/" in name:
            raise ConfigError(f"{URL} names no key", remedy=f"write it as {_EXAMPLE}")
        self._mount, self._name, self._seconds = mount, name, seconds

    @classmethod
    def from_environment(cls) -> Transit:
        """The key that the environment names. Raises ConfigError where it names none."""
        url = os.environ.get(URL, "")
        if not url:
            raise ConfigError("the key service is not set up", remedy=f"set {URL} ({_EXAMPLE}) and {TOKEN_FILE}")
        return cls(url)

    def wrap(self, seed: bytes) -> dict[str, str]:
        """The seed, sealed under the newest version of the key. Raises LockedError where the service cannot be used."""
        status, data = self._ask("encrypt", {"plaintext": base64.b64encode(seed).decode()})
        if status != http.client.OK:
            raise _refusal(status)
        sealed = data.get("ciphertext")
        if not isinstance(sealed, str) or not sealed:
            raise _nonsense()
        return {"sealed": sealed}

    def unwrap(self, kept: KdfParams) -> bytearray:
        """The seed. Raises Refused where the key is another or too old a version, LockedError as `seal`."""
        status, data = self._ask("decrypt", {"ciphertext": str(kept.get("sealed", ""))})
        if status == http.client.BAD_REQUEST:
            raise Refused(
                "the key service does not open what this slot keeps",
                remedy=f"check the key's name in {URL}, and whether its min_decryption_version was raised before the slot "
                f"was rotated; {SHUT}",
            )
        if status != http.client.OK:
            raise _refusal(status)
        try:
            return bytearray(base64.b64decode(str(data["plaintext"]), validate=True))
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise _nonsense() from None

    def _ask(self, verb: str, body: dict[str, str]) -> tuple[int, dict[str, object]]:
        token = _token()
        connection = self._connection()
        late = threading.Timer(self._seconds, _cut, (connection,))
        late.daemon = True
        late.start()  # a socket's time-out begins anew with every byte
        try:
            headers = {"Content-Type": "application/json", "X-Vault-Token": token, "X-Vault-Request": "true"}
            connection.request("POST", f"{self._mount}/{verb}/{self._name}", json.dumps(body).encode(), headers)
            response = connection.getresponse()
            raw = response.read(_MAX_REPLY + 1)
        except ssl.SSLError:
            raise LockedError(
                "the key service's certificate is not trusted", remedy=f"name the house's CA in {CA}; {SHUT}"
            ) from None
        except (OSError, http.client.HTTPException, AttributeError) as error:  # AttributeError: cut while it connected
            raise LockedError(
                f"the key service cannot be reached ({type(error).__name__})",
                remedy=f"is it running? check {URL}; {SHUT}",
            ) from None
        finally:
            late.cancel()
            connection.close()
        if response.status != http.client.OK:
            return response.status, {}
        try:
            data = json.loads(raw)["data"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _nonsense() from None
        if len(raw) > _MAX_REPLY or not isinstance(data, dict):
            raise _nonsense()
        return response.status, data

    def _connection(self) -> http.client.HTTPConnection:
        place = self._place
        admit(place.host, URL)  # what is allowed may have been narrowed since
        if not place.secure:
            return http.client.HTTPConnection(place.host, place.port, timeout=self._seconds)
        try:
            context = ssl.create_default_context(cafile=os.environ.get(CA) or None)
        except (OSError, ssl.SSLError):
            raise ConfigError(f"the file in {CA} holds no certificates", remedy="give a PEM file") from None
        return http.client.HTTPSConnection(place.host, place.port, timeout=self._seconds, context=context)


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _token() -> str:
    """The token: the file that is named wins or fails. Raises LockedError where there is none."""
    if named := os.environ.get(TOKEN_FILE):
        try:
            token = Path(named).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise LockedError(
                "the key service's token cannot be read", remedy=f"check the file in {TOKEN_FILE}"
            ) from None
    else:
        token = os.environ.get(TOKEN, "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise LockedError("there is no token for the key service", remedy=f"set {TOKEN_FILE} or {TOKEN}")
    return token


def _refusal(status: int) -> LockedError:
    if status in (http.client.UNAUTHORIZED, http.client.FORBIDDEN):
        why, remedy = "refused the token", f"renew it, or let its policy use encrypt and decrypt of the key in {URL}"
    elif status == http.client.NOT_FOUND:
        why, remedy = "knows no such key", f"check the path in {URL}"
    elif status == http.client.SERVICE_UNAVAILABLE:
        why, remedy = "is sealed or not ready", "have it unsealed"
    else:
        why, remedy = f"answered with HTTP status {status}", "its log says more"
    return LockedError(f"the key service {why}", remedy=f"{remedy}; {SHUT}")


def _nonsense() -> LockedError:
    return LockedError("the key service answered something else than a key", remedy=f"check {URL}; {SHUT}")
