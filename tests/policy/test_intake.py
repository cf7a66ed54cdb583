"""Documents on their way in: what is about nobody is stored word for word, and what is changed is told by place and kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import PolicyError
from assistant.packs.pack import load_pack
from assistant.policy.intake import Intake
from assistant.policy.model import load_policy
from assistant.policy.ruling import Runner
from assistant.privacy.redact import build_redactor
from assistant.types import Action, Document, LossKind, Section
from tests.policy.support import READER, Parts, policy

GUIDELINE = "Dr. Amara Okonkwo wrote this leaflet on 3 March 2024. Call (555) 555-0145 in an emergency."
RULE = "- {id: hide, stage: ingest, use: redaction, with: {operator: replace}, on_fail: redact}"


@pytest.fixture(scope="module")
def tools(models: Path) -> Parts:
    return Parts(redactor=build_redactor(load_pack("healthcare")))


def _intake(folder: Path, tools: Parts, more: str = "") -> Intake:
    made = policy(folder, RULE, f"ingest: {{default_labels: [public]{more}}}")
    return Intake(made, Runner(made, tools))


@pytest.mark.parametrize("labels", [{"public"}, {"public", "user:ann"}])
def test_what_is_impersonal_is_stored_word_for_word(tmp_path: Path, tools: Parts, labels: set[str]) -> None:
    document = Document("Leaflet of Dr. Okonkwo", GUIDELINE, "s", labels=frozenset(labels))
    stored, _ = _intake(tmp_path, tools, ", impersonal_labels: [public]").ingest(document, READER, "s")
    assert stored == document


@pytest.mark.parametrize(
    ("labels", "more"),
    [
        ({"public"}, ""),
        ({"clinical"}, ", impersonal_labels: [public]"),
        ({"public", "clinical"}, ", impersonal_labels: [public]"),
    ],
)
def test_anything_else_is_redacted(tmp_path: Path, tools: Parts, labels: set[str], more: str) -> None:
    document = Document("Note", GUIDELINE, "s", labels=frozenset(labels))
    stored, verdicts = _intake(tmp_path, tools, more).ingest(document, READER, "s")
    assert stored is not None and "Okonkwo" not in stored.text
    assert [v.action for v in verdicts] == [Action.REDACT]


def test_every_change_is_in_the_loss_report_by_place_and_kind_without_text(tmp_path: Path, tools: Parts) -> None:
    first = "Amara Okonkwo, MRN: 6103355, was seen.\n"
    text = f"{first}Diet as usual.\nCall (555) 555-0145.\n"
    at = len(first)
    sections = (
        Section(0, at, "Visit", "page 1"),
        Section(at, at + 15, "Diet", "page 2"),
        Section(at + 15, len(text), "", "page 3"),
    )
    document = Document("Note of Amara Okonkwo", text, "s", sections=sections, labels=frozenset({"clinical"}))
    stored, _ = _intake(tmp_path, tools).ingest(document, READER, "s")
    assert stored is not None
    assert [(loss.kind, loss.place, loss.detail) for loss in stored.losses] == [
        (LossKind.CHANGED, "page 1", "1 MRN, 1 PERSON, by hide"),
        (LossKind.CHANGED, "page 3", "1 PHONE_NUMBER, by hide"),
        (LossKind.CHANGED, "title, headings or metadata", "by hide"),
    ]
    assert not any(word in repr(stored.losses) for word in ("Okonkwo", "6103355", "0145"))


def test_an_unchanged_document_has_no_such_loss(tmp_path: Path, tools: Parts) -> None:
    document = Document("Diet", "Diet as usual.", "s", labels=frozenset({"clinical"}))
    stored, _ = _intake(tmp_path, tools).ingest(document, READER, "s")
    assert stored is not None and stored.losses == ()


def test_of_a_table_with_many_rows_the_sum_is_told(tmp_path: Path, tools: Parts) -> None:
    row = "MRN: 6103355\n"
    text = row * 60
    sections = tuple(Section(n * len(row), (n + 1) * len(row), "", f"row {n + 1}") for n in range(60))
    document = Document("Table", text, "s", sections=sections, labels=frozenset({"clinical"}))
    stored, _ = _intake(tmp_path, tools).ingest(document, READER, "s")
    assert stored is not None
    assert [(loss.place, loss.detail) for loss in stored.losses] == [("", "60 MRN, by hide")]


@pytest.mark.parametrize(
    ("checks", "more", "said"),
    [
        (RULE.replace("on_fail", "labels: [public], on_fail"), "ingest: {impersonal_labels: [public]}", "would redact"),
        ("", "ingest: {impersonal_labels: [clinical], record_labels: [clinical]}", "not impersonal"),
        ("", "ingest: {impersonal_labels: [identified]}", "not impersonal"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(tmp_path: Path, checks: str, more: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        policy(tmp_path, checks, more)


@pytest.mark.parametrize("name", ["healthcare", "customer-service", "base"])
def test_shipped_policies_call_public_texts_impersonal(name: str) -> None:
    shipped = load_policy(name)
    assert shipped.redacts(frozenset({"public"})) == frozenset()
    assert "public" in shipped.ingest.impersonal_labels
