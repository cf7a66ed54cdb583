"""The one rule for secrets that people choose: passphrases of vaults and sealed output, passwords of users."""

from __future__ import annotations

import unicodedata
from typing import Final

from assistant.errors import UsageError

MIN_CHARACTERS: Final = 12
"""NIST SP 800-63B-4 asks for 15 characters where a passphrase is the only factor and for 8 beside a second one; here the vault's
folder, or the machine that serves it, is the second thing an attacker must have."""
MIN_DIFFERENT: Final = 4


def weakness(text: str) -> str:
    """What is wrong with a chosen secret, "" where nothing is."""
    counted = unicodedata.normalize("NFKC", text)
    if len(counted) < MIN_CHARACTERS:
        return f"fewer than {MIN_CHARACTERS} characters"
    if len(set(counted)) < MIN_DIFFERENT:
        return f"fewer than {MIN_DIFFERENT} different characters"
    return ""


def require(text: str, what: str) -> None:
    """Raises UsageError where a secret that somebody chooses is too weak; `what` names it ("the passphrase")."""
    if why := weakness(text):
        raise UsageError(f"{what} has {why}", remedy="take several words that do not belong together")
