"""The base of the vault's parts: a database, its keys, and the clock of the last use."""

from __future__ import annotations

from assistant.vault.database import Database
from assistant.vault.keys import Keyring


class Part:
    """One part of the vault's face; `Vault` is made of them and owns what they share."""

    _db: Database
    _keys: Keyring
