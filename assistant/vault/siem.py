"""Audit records in the words of other systems: OCSF events and CEF lines, made of ids, hashes and verdicts like the records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from assistant.vault.audit import AuditRecord

OCSF_VERSION: Final = "1.3.0"
# https://schema.ocsf.io/1.3.0/classes: API Activity, Authentication.
_API, _LOGIN = 6003, 3002
_CREATE, _READ, _UPDATE, _DELETE, _OTHER = 1, 2, 3, 4, 99
_ACTIVITIES: Final = {
    "answer": _READ, "search": _READ, "embeddings": _READ, "sentence": _READ, "restore": _READ,
    "ingest": _CREATE, "user.add": _CREATE, "web.site": _CREATE, "web.key": _CREATE,
    "ingest.quarantined": _UPDATE, "document.labels": _UPDATE, "user.roles": _UPDATE, "user.password": _UPDATE,
    "erase": _DELETE, "ingest.removed": _DELETE, "user.remove": _DELETE, "web.revoke": _DELETE, "audit.prune": _DELETE,
}  # fmt: skip
# Severity 0 to 10 of CEF; OCSF counts 1 informational to 4 high.
_HIGH: Final = frozenset({"vault.loss-accepted", "vault.erased-again", "login.failed"})


def ocsf(record: AuditRecord, vault_id: str, version: str) -> dict[str, object]:
    """One record as an OCSF event."""
    login = record.kind in ("login", "login.failed")
    kind, activity = (_LOGIN, 1) if login else (_API, _ACTIVITIES.get(record.kind, _OTHER))
    failed = record.kind == "login.failed" or record.record.get("status") == "blocked"
    event: dict[str, object] = {
        "class_uid": kind,
        "category_uid": kind // 1000,
        "activity_id": activity,
        "type_uid": kind * 100 + activity,
        "time": int(_moment(record).timestamp() * 1000),
        "severity_id": 3 if record.kind in _HIGH else 1,
        "status_id": 2 if failed else 1,
        "metadata": {
            "version": OCSF_VERSION,
            "uid": record.id,
            "sequence": record.seq,
            "product": {"name": "assistant", "vendor_name": "assistant", "version": version},
            "log_name": f"vault {vault_id}",
        },
        "actor": {"user": {"name": _who(record)}},
        "unmapped": dict(record.record),
    }
    if login:
        return {**event, "user": {"name": _who(record)}}
    return {**event, "api": {"operation": record.kind}, "src_endpoint": {"name": "localhost"}}


def cef(record: AuditRecord, vault_id: str, version: str) -> str:
    """One record as a line of the Common Event Format, version 0."""
    head = "|".join(_head(part) for part in ("assistant", "assistant", version, record.kind, record.kind))
    severity = 7 if record.kind in _HIGH else 5 if record.record.get("status") == "blocked" else 2
    policy = record.record.get("policy")
    fields = {
        "rt": str(int(_moment(record).timestamp() * 1000)),
        "externalId": record.id,
        "cnt": str(record.seq),
        "suser": _who(record),
        "outcome": str(record.record.get("status", "")),
        "deviceExternalId": vault_id,
        "cs1Label": "policy",
        "cs1": str(policy.get("sha256", "")) if isinstance(policy, dict) else str(policy or ""),
        "cs2Label": "model",
        "cs2": str(record.record.get("model", "")),
    }
    return f"CEF:0|{head}|{severity}|" + " ".join(f"{name}={_value(value)}" for name, value in fields.items() if value)


def _moment(record: AuditRecord) -> datetime:
    return datetime.strptime(record.at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _who(record: AuditRecord) -> str:
    return str(record.record.get("principal") or record.record.get("user") or "")


def _head(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _value(text: str) -> str:
    return text.replace("\\", "\\\\").replace("=", "\\=").replace("\n", "\\n")
