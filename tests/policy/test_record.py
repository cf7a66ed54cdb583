from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest

from assistant.errors import VaultError
from assistant.policy.gate import Gate
from assistant.policy.record import AuditTrail, record_search
from assistant.types import Principal, Query
from tests.policy.support import READER, Parts, passage, policy

QUESTION = "How much does Grace Whitcombe take?"


class Vault:
    def content_hmac(self, data: bytes) -> str:
        return hmac.new(b"key", data, "sha256").hexdigest()

    def receipt_salt(self, nonce: str) -> bytes:
        return nonce.encode()


class Log:
    """An audit that keeps what it is given and numbers it."""

    def __init__(self) -> None:
        self.records: list[tuple[str, Mapping[str, object]]] = []

    def __call__(self, kind: str, fields: Mapping[str, object]) -> str:
        self.records.append((kind, fields))
        return f"a{len(self.records)}"

    def text(self) -> str:
        return json.dumps([dict(fields) for _, fields in self.records])


@pytest.fixture
def query(tmp_path: Any) -> Query:
    return Gate(policy(tmp_path), Parts(vault=Vault()), None).admit(QUESTION, READER)


def test_a_search_is_recorded_by_ids_labels_and_a_keyed_hash_of_the_question(query: Query, tmp_path: Any) -> None:
    log = Log()
    found = [passage("one", 2, frozenset({"clinical"})), passage("two", 1), passage("three", 1)]
    assert record_search(log, Parts(vault=Vault()), query, found, policy(tmp_path).ref) == "a1"
    kind, fields = log.records[0]
    assert kind == "search" and fields["status"] == "found"
    assert fields["documents"] == ["doc1", "doc2"] and fields["passages"] == [2, 1, 1]
    assert fields["labels"] == ["clinical", "public"]
    assert fields["question"] == hmac.new(b"key", QUESTION.encode(), "sha256").hexdigest()
    assert "Whitcombe" not in log.text() and "three" not in log.text()


def test_nothing_found_and_a_blocked_question_are_told_apart(query: Query, tmp_path: Any) -> None:
    log, gate = Log(), Gate(policy(tmp_path), Parts(vault=Vault()), None)
    record_search(log, Parts(vault=Vault()), query, [], gate.policy.ref)
    record_search(log, Parts(vault=Vault()), gate.admit("", READER), [], gate.policy.ref)
    assert [fields["status"] for _, fields in log.records] == ["nothing", "blocked"]


def test_each_sentence_is_recorded_before_it_is_shown_and_points_to_the_first(query: Query) -> None:
    log = Log()
    trail = AuditTrail(log, Parts(vault=Vault()), query)
    trail.showing("Take 500 mg.", ["d2", "d1", "d2"])
    trail.showing("Not with milk.", ["d1"])
    assert [kind for kind, _ in log.records] == ["sentence", "sentence"]
    assert [fields["first"] for _, fields in log.records] == ["", "a1"]
    assert log.records[0][1]["documents"] == ["d1", "d2"]
    assert trail.shown == ["a1", "a2"] and "500" not in log.text()


def test_an_end_without_an_answer_names_its_sentences_and_its_reason(query: Query) -> None:
    log = Log()
    trail = AuditTrail(log, Parts(vault=Vault()), query)
    trail.showing("Take 500 mg.", [])
    trail.broke_off("GeneratorExit")
    kind, fields = log.records[-1]
    assert (kind, fields["why"], fields["sentences"]) == ("answer.broken-off", "GeneratorExit", ["a1"])


def test_a_sentence_that_cannot_be_recorded_is_not_counted_as_shown(query: Query) -> None:
    def full(kind: str, fields: Mapping[str, object]) -> str:
        raise VaultError("the disk is full", remedy="free some space")

    trail = AuditTrail(full, Parts(vault=Vault()), query)
    with pytest.raises(VaultError):
        trail.showing("Take 500 mg.", [])
    assert trail.shown == []


def test_without_a_vault_nothing_is_recorded_and_so_nothing_shown(query: Query) -> None:
    with pytest.raises(VaultError, match="no vault"):
        AuditTrail(Log(), Parts(), query).showing("Take 500 mg.", [])


def test_a_lone_surrogate_in_a_question_can_be_recorded(tmp_path: Any) -> None:
    gate = Gate(policy(tmp_path), Parts(vault=Vault()), None)
    odd = gate.admit("How much \ud800?", Principal("r", frozenset({"reader"})))
    record_search(Log(), Parts(vault=Vault()), odd, [], gate.policy.ref)
