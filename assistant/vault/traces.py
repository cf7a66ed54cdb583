"""Keyed fingerprints of an erased document's bytes: what `docs prove-erased` looks for in the decrypted pages.

A fingerprint is an HMAC over 16 bytes at places that the bytes themselves choose (a hash of the first four picks one in 16),
so that a page can be searched without knowing what stood in the document. Nothing can be read out of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from assistant.vault.keys import Key

_WINDOW: Final = 16
_KEPT: Final = 96
_MULTIPLIER: Final = 2654435761  # 2^32 over the golden ratio: neighbouring values fall far apart
_SHIFT: Final = 28  # the upper four bits are nought once in 16


def places(data: bytes) -> list[int]:
    """Where a fingerprint may begin."""
    if len(data) < _WINDOW:
        return []
    raw = np.frombuffer(data, np.uint8).astype(np.uint32)
    count = len(data) - _WINDOW + 1
    four = raw[:count] | raw[1 : count + 1] << 8 | raw[2 : count + 2] << 16 | raw[3 : count + 3] << 24
    mixed = (four.astype(np.uint64) * _MULTIPLIER) & 0xFFFFFFFF
    return [int(i) for i in np.flatnonzero(mixed >> np.uint64(_SHIFT) == 0)]


def prints(key: Key, data: bytes) -> Iterable[str]:
    """The fingerprints of all places of a stretch of bytes."""
    return (key.mac(b"trace", data[i : i + _WINDOW]).hex()[:24] for i in places(data))


def of_document(key: Key, parts: Iterable[bytes]) -> list[str]:
    """A bounded sample of the fingerprints of a document's stored parts, spread over all of them."""
    found = list(dict.fromkeys(mark for part in parts for mark in prints(key, part)))
    step = max(1, len(found) // _KEPT)
    return found[::step][:_KEPT]
