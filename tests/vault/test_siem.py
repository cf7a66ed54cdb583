"""Audit records in the words of other systems: what class, how grave, and that no field can break out of its line."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.vault.audit import AuditRecord
from assistant.vault.siem import cef, ocsf


def record(kind: str, **fields: Any) -> AuditRecord:
    return AuditRecord(7, "2026-03-04T05:06:07Z", kind, "a7", {"principal": "nora", **fields})


@pytest.mark.parametrize(
    ("kind", "fields", "uid", "activity", "status", "severity"),
    [
        ("answer", {"status": "answered"}, 6003, 2, 1, 1),
        ("answer", {"status": "blocked"}, 6003, 2, 2, 1),
        ("ingest", {}, 6003, 1, 1, 1),
        ("erase", {}, 6003, 4, 1, 1),
        ("document.labels", {}, 6003, 3, 1, 1),
        ("something.new", {}, 6003, 99, 1, 1),
        ("login", {}, 3002, 1, 1, 1),
        ("login.failed", {}, 3002, 1, 2, 3),
        ("vault.loss-accepted", {}, 6003, 99, 1, 3),
    ],
)
def test_a_record_is_an_event_of_its_class(
    kind: str, fields: dict[str, str], uid: int, activity: int, status: int, severity: int
) -> None:
    event = ocsf(record(kind, **fields), "v1", "0.1")
    assert (event["class_uid"], event["activity_id"], event["type_uid"]) == (uid, activity, uid * 100 + activity)
    assert (event["category_uid"], event["status_id"], event["severity_id"]) == (uid // 1000, status, severity)
    assert event["time"] == 1772600767000
    assert event["actor"] == {"user": {"name": "nora"}}
    assert ("user" in event, "api" in event) == (uid == 3002, uid == 6003)


def test_a_line_says_who_what_and_when() -> None:
    line = cef(record("answer", status="blocked", policy={"sha256": "abc"}, model="m"), "v1", "0.1")
    assert line == (
        "CEF:0|assistant|assistant|0.1|answer|answer|5|rt=1772600767000 externalId=a7 cnt=7 suser=nora outcome=blocked "
        "deviceExternalId=v1 cs1Label=policy cs1=abc cs2Label=model cs2=m"
    )


def test_no_field_breaks_out_of_its_line_or_head() -> None:
    line = cef(record("a|b\\c", status="x\ny=z\\"), "v1", "0.1")
    assert "\n" not in line
    assert "|a\\|b\\\\c|" in line
    assert "outcome=x\\ny\\=z\\\\ " in line


def test_the_name_of_a_user_stands_in_where_there_is_no_principal() -> None:
    plain = AuditRecord(1, "2026-03-04T05:06:07Z", "login", "a1", {"user": "ann"})
    assert ocsf(plain, "v1", "0.1")["user"] == {"name": "ann"}
    assert " suser=ann " in cef(plain, "v1", "0.1")
