"""What goes over the agent's socket: JSON objects, each preceded by its length in four bytes, big-endian."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from typing import Final

_LENGTH: Final = struct.Struct(">I")
# A question may be long; a request of more than this is no request.
MAX_REQUEST: Final = 1 << 20
# Output goes in pieces of at most so many characters, so that a list of every document needs no frame of its own size.
PIECE: Final = 1 << 16
# A piece in JSON: six bytes a character where every one is escaped, twelve beyond the basic plane.
MAX_REPLY: Final = 12 * PIECE + 1024


class WireError(Exception):
    """What came is not a frame: too long, cut off, no JSON object."""


def send(line: socket.socket, value: Mapping[str, object]) -> None:
    """Send one frame. Raises OSError where the other end is gone."""
    raw = json.dumps(value, separators=(",", ":")).encode("ascii")
    line.sendall(_LENGTH.pack(len(raw)) + raw)


def receive(line: socket.socket, most: int) -> dict[str, object] | None:
    """The next frame; None where the other end closed between two frames.

    Raises WireError for a frame over `most` bytes, one cut off, or one that holds no JSON object; OSError as sockets do.
    """
    head = _exactly(line, _LENGTH.size)
    if not head:
        return None
    (size,) = _LENGTH.unpack(head)
    if size > most:
        raise WireError("too long")
    raw = _exactly(line, size)
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise WireError("not JSON") from None
    if not isinstance(value, dict):
        raise WireError("not an object")
    return value


def _exactly(line: socket.socket, size: int) -> bytes:
    """So many bytes; none at all where the other end closed before the first."""
    parts = bytearray()
    while len(parts) < size:
        part = line.recv(min(size - len(parts), 1 << 16))
        if not part:
            if parts:
                raise WireError("cut off")
            return b""
        parts += part
    return bytes(parts)
