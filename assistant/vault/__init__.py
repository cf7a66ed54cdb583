"""The encrypted vault: one SQLCipher file, key slots, a hash-chained audit log, backups."""

from __future__ import annotations

from assistant.vault.audit import AuditLog, AuditRecord, AuditReport
from assistant.vault.backup import backup, restore, verify
from assistant.vault.keys import DEFAULT, KdfCost, Secret
from assistant.vault.records import (
    ConversationInfo,
    DocumentInfo,
    Erasure,
    Mapped,
    StoredTurn,
    User,
    VaultStatus,
)
from assistant.vault.slots import SlotInfo
from assistant.vault.store import Vault

__all__ = [
    "DEFAULT",
    "AuditLog",
    "AuditRecord",
    "AuditReport",
    "ConversationInfo",
    "DocumentInfo",
    "Erasure",
    "KdfCost",
    "Mapped",
    "Secret",
    "SlotInfo",
    "StoredTurn",
    "User",
    "Vault",
    "VaultStatus",
    "backup",
    "restore",
    "verify",
]
