"""Keys that stay where they are: a token (PKCS#11) or a key service seals a random secret for a slot and opens it again.

The slots file keeps the sealed secret and nothing about where its key lives: that file is not trusted before the vault is
open, and an address or a library named in it would let whoever changes it choose what is loaded or asked. The place comes
from the environment of whoever starts the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from assistant.errors import LockedError

KdfParams = Mapping[str, str | int]
SHUT: Final = "the vault stays shut; nothing takes the place of this key"


class Holder(Protocol):
    """Whoever keeps a key and never gives it away."""

    kind: str

    def wrap(self, seed: bytes) -> dict[str, str]:
        """What the slot keeps so that the seed can be had again. Raises LockedError where the holder cannot be used."""

    def unwrap(self, kept: KdfParams) -> bytearray:
        """The seed. Raises Refused where another key sealed it, LockedError where the holder cannot be used."""


class Refused(LockedError):
    """The holder answered, and its key does not open what this slot keeps: another slot may fit."""
