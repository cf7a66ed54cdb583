"""Receipts of answers: checked without the vault, broken by any change, silent about what was said."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from assistant.errors import IntegrityError, UsageError
from assistant.vault import Vault
from assistant.vault.receipts import check_receipt, read_receipt, text_hash

QUESTION, ANSWER, QUOTE = "How much?", "500 mg.", "Take 500 mg."


@pytest.fixture
def receipt(vault: Vault) -> dict[str, Any]:
    nonce = "5eed"
    salt = vault.receipt_salt(nonce)
    hashes = {
        "question": text_hash(salt, QUESTION),
        "answer": text_hash(salt, ANSWER),
        "spans": [text_hash(salt, QUOTE)],
    }
    audit_id = vault.audit.append("answer", {"status": "answered", "model": "m", "nonce": nonce, "hashes": hashes})
    return read_receipt(json.dumps(vault.receipt(audit_id)).encode())


def test_a_receipt_holds_by_itself_and_by_the_vaults_key(vault: Vault, receipt: dict[str, Any]) -> None:
    assert check_receipt(receipt) is False, "the key inside proves nothing about who signed"
    assert check_receipt(receipt, f" {vault.receipt_key().upper()} ") is True
    texts = {"question": QUESTION, "answer": ANSWER, "quote": QUOTE}
    assert check_receipt(receipt, vault.receipt_key(), texts=texts) is True
    assert not any(text in json.dumps(receipt) for text in texts.values())


@pytest.mark.parametrize("name", ["question", "answer", "quote"])
def test_another_text_is_not_the_one_of_the_receipt(receipt: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        check_receipt(receipt, texts={name: "Take 5000 mg."})


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("answer", "status"), "blocked"),
        (("hashes", "answer"), "00"),
        (("audit", "seq"), 99),
        (("signature",), "00" * 64),
        (("signature",), "no hex"),
        (("vault",), "another"),
    ],
)
def test_every_change_is_noticed(receipt: dict[str, Any], place: tuple[str, ...], value: object) -> None:
    changed = copy.deepcopy(receipt)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(IntegrityError, match="signed"):
        check_receipt(changed)


def test_a_foreign_signature_does_not_pass_under_the_known_key(receipt: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        check_receipt(receipt, "11" * 32)
    with pytest.raises(UsageError, match="public key"):
        check_receipt(receipt, "too short")


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\xff", b'{"type": "assistant-answer-receipt", "version": 2}', b"[" * 9999]
)
def test_what_is_no_receipt_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(UsageError, match="no receipt"):
        read_receipt(data)


def test_only_answers_have_receipts(vault: Vault) -> None:
    with pytest.raises(UsageError):
        vault.receipt(vault.audit.append("ingest", {"nonce": "5eed", "hashes": {}}))
    with pytest.raises(UsageError):
        vault.receipt(vault.audit.append("answer", {"status": "answered"}))
    with pytest.raises(UsageError):
        vault.receipt("nothing")
