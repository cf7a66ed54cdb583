"""Promises that no single module keeps: what marks a record brings, the audit of every way to a passage, receipts that last."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.facade import Assistant
from assistant.types import Document, Principal
from assistant.vault import KdfCost, Secret
from assistant.vault.receipts import check_receipt, read_receipt
from assistant.wiring import assemble, create_vault, keep_no_longer
from tests.frontends.web.support import serving, wait_ready

pytestmark = pytest.mark.weights
CHEAP = KdfCost(memory_kib=1024, iterations=1, lanes=1)
CLINICIAN = Principal("c", frozenset({"clinician"}))
PSYCHIATRY = Principal("p", frozenset({"clinician", "psychiatry"}))
RESTRICTED = Principal("r", frozenset({"clinician", "restricted-care"}))
SHOP_TEXT = "# Delivery\n\nStandard delivery takes 3 to 5 working days. Express delivery takes one day."
SHOP_QUESTION = "How long does standard delivery take?"
PSYCHOTHERAPY = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "p1", "name": [{"family": "Whitcombe", "given": ["Grace"]}]}},
        {
            "resource": {
                "resourceType": "Condition", "id": "open", "subject": {"reference": "Patient/p1"},
                "code": {"text": "Hypertension"}, "clinicalStatus": {"coding": [{"code": "active"}]},
            }
        },
        {
            "resource": {
                "resourceType": "Condition", "id": "secret", "subject": {"reference": "Patient/p1"},
                "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSYTHPN"}]},
                "code": {"text": "Dissociative amnesia"}, "clinicalStatus": {"coding": [{"code": "active"}]},
            }
        },
    ],
}  # fmt: skip
RESTRICTED_CCDA = """<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Care note</title>
<confidentialityCode code="{code}" codeSystem="2.16.840.1.113883.5.25"/>
<recordTarget><patientRole><id extension="4711"/><patient><name><given>Grace</given><family>Whitcombe</family></name>
</patient></patientRole></recordTarget>
<component><structuredBody><component><section><title>Problems</title>
<text>Dissociative amnesia was found in spring.</text></section></component></structuredBody></component></ClinicalDocument>"""


def _made(folder: Path, domain: str) -> Assistant:
    secret = Secret.passphrase("four quiet words here")
    return assemble(create_vault(folder / "vault", secret, policy=None, domain=domain, kdf=CHEAP), engine="extractive")


@pytest.fixture
def hospital(tmp_path: Path, models: Path) -> Iterator[Assistant]:
    made = _made(tmp_path, "healthcare")
    yield made
    made.close()


@pytest.fixture
def shop(tmp_path: Path, models: Path) -> Iterator[Assistant]:
    made = _made(tmp_path, "customer-service")
    made.ingest([Document("Delivery", SHOP_TEXT, "delivery.md")], labels=frozenset({"internal"}))
    yield made
    made.close()


def _everything(assistant: Assistant, who: Principal) -> str:
    """All that a question, a search and the list of documents show to somebody."""
    questions = ("Does the patient have dissociative amnesia?", "Which conditions does Grace Whitcombe have?")
    shown: list[str] = []
    for question in questions:
        answer = assistant.ask(question, principal=who)
        shown += [
            answer.answer,
            # A word of the asker's own that no document they may see has is named in quotes, whether or not a hidden one has it.
            re.sub(r'"[^"]*"', "", answer.reason),
            *(c.quote for c in answer.citations),
            *(near.text for near in answer.closest),
        ]
        shown += [f"{passage.title} {passage.text}" for passage in assistant.search(question, principal=who)]
    return "\n".join(shown).lower()


def _taken(assistant: Assistant, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    report = assistant.ingest([folder / name])
    assert not report.problems
    assert report.documents


def test_a_psychotherapy_note_of_fhir_is_shown_to_its_own_role_only(hospital: Assistant, tmp_path: Path) -> None:
    _taken(hospital, tmp_path, "chart.json", json.dumps(PSYCHOTHERAPY))
    assert "hypertension" in _everything(hospital, CLINICIAN)
    assert "amnesia" not in _everything(hospital, CLINICIAN)
    assert "amnesia" in _everything(hospital, PSYCHIATRY)


def test_a_restricted_document_of_ccda_is_shown_to_its_own_role_only(hospital: Assistant, tmp_path: Path) -> None:
    _taken(hospital, tmp_path, "note.xml", RESTRICTED_CCDA.format(code="R"))
    assert "amnesia" not in _everything(hospital, CLINICIAN)
    assert "amnesia" in _everything(hospital, RESTRICTED)


def test_an_ordinary_document_of_ccda_is_shown_to_the_ordinary_role(hospital: Assistant, tmp_path: Path) -> None:
    """The other side of the test above: it is the mark that keeps the note back."""
    _taken(hospital, tmp_path, "note.xml", RESTRICTED_CCDA.format(code="N"))
    assert "amnesia" in _everything(hospital, CLINICIAN)


def _kinds(assistant: Assistant, since: int) -> list[str]:
    return [record.kind for record in assistant.vault.audit.records(since)]


def _last(assistant: Assistant) -> int:
    return int(assistant.vault.audit.head().split(":")[1])


def test_no_way_to_a_passage_goes_unrecorded(shop: Assistant) -> None:
    """The programming interface, LlamaIndex and the HTTP embeddings: each leaves a record, without a word of the text."""
    from assistant.integrations.llama_index import GatedRetriever

    before = _last(shop)
    assert shop.search(SHOP_QUESTION)
    assert _kinds(shop, before) == ["search"]
    # LlamaIndex takes the thread's event loop and leaves it open where there was none.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        assert GatedRetriever(shop).retrieve(SHOP_QUESTION)
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    assert _kinds(shop, before) == ["search", "search"]
    with serving(shop) as running:
        wait_ready(running.base)
        key = running.services.access.add_key("program", ["agent"], shop.gate.policy)
        before_http = _last(shop)
        body = {"model": "all-MiniLM-L6-v2", "input": SHOP_QUESTION}
        made = httpx.post(
            f"{running.base}/v1/embeddings", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=60
        )
        assert made.status_code == 200, made.text
        assert "embeddings" in _kinds(shop, before_http)
    records = list(shop.vault.audit.records(before))
    assert "delivery" not in json.dumps([dict(record.record) for record in records])


def test_a_receipt_can_be_had_as_long_as_the_longest_policy_promised(
    shop: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A policy that keeps less does not take away what an earlier one promised; past the promise the record goes."""
    long, short = (shop.gate.policy.model_copy(update={"audit_retention_days": days}) for days in (3000, 30))
    answer = shop.ask(SHOP_QUESTION)
    for policy in (long, short):
        keep_no_longer(shop.vault, policy)
    _later(monkeypatch, days=2900)
    keep_no_longer(shop.vault, short)
    made = read_receipt(json.dumps(shop.vault.receipt(answer.audit_id)).encode())
    assert check_receipt(made, shop.vault.receipt_key(), texts={"answer": answer.answer})
    _later(monkeypatch, days=3100)
    keep_no_longer(shop.vault, short)
    assert answer.audit_id not in {record.id for record in shop.vault.audit.records()}


def _later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let the retention's clock stand `days` ahead."""
    import datetime

    from assistant import wiring

    class Ahead(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Ahead:
            return datetime.datetime.now(tz) + datetime.timedelta(days=days)  # type: ignore[return-value]

    monkeypatch.setattr(wiring, "datetime", Ahead)
