"""Erasing and moving documents by roles, over a real vault with the shipped policy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import AccessDenied, BlockedError, UsageError
from assistant.facade import Assistant
from assistant.types import Document, Principal
from assistant.vault import KdfCost, Secret
from assistant.wiring import assemble, create_vault

ALL = ("n1", "n2", "g1")
NOTE = "Patient Grace Whitcombe, MRN 00482913, was seen on ward seven. Oramorph 5 mg was given."
OTHER = "Patient Tomas Lindgren, MRN 00771204, was seen on ward seven. Paracetamol was given."


@pytest.fixture
def hospital(tmp_path: Path, models: Path) -> Iterator[Assistant]:
    vault = create_vault(
        tmp_path / "vault",
        Secret.passphrase("four quiet words here"),
        policy=None,
        domain="healthcare",
        kdf=KdfCost(1024, 1, 1),
    )
    made = assemble(vault, engine="extractive")
    made.ingest([Document("Whitcombe's note", NOTE, "n1"), Document("Lindgren", OTHER, "n2")])
    made.ingest([Document("Rota", "Rotas are printed on Friday.", "g1")])
    yield made
    made.close()


def _as(assistant: Assistant, *roles: str) -> Assistant:
    assistant.principal = Principal("olga", frozenset(roles))
    return assistant


def test_an_officer_counts_and_erases_without_reading(hospital: Assistant) -> None:
    officer = _as(hospital, "erasure-officer")
    assert officer.documents() == []
    found = officer.inventory()
    assert len(found) == len(ALL)
    assert {(info.title, info.source, info.record) for info in found} == {("", "", "")}
    assert sorted(sorted(info.labels) for info in found) == [["clinical"], ["clinical"], ["internal"]]
    officer.delete(found[0].id)
    assert len(officer.inventory()) == len(ALL) - 1
    record = list(officer.vault.audit.records())[-1]
    assert (record.kind, record.record["principal"], record.record["by"]) == ("erase", "olga", "id")


@pytest.mark.parametrize("subject", ["Grace Whitcombe", "grace whitcombe", "00482913", "MRN 00482913"])
def test_a_subject_is_erased_by_name_or_number_and_nobody_else(hospital: Assistant, subject: str) -> None:
    officer = _as(hospital, "erasure-officer")
    if subject.startswith("MRN"):
        assert officer.about(subject) == [], "the number is looked for as it is known, without the word before it"
        return
    (info,) = officer.about(subject)
    assert info.title == ""
    officer.erase_subject(subject)
    left = {found.source for found in officer.vault.documents()}
    assert left == {"n2", "g1"}
    assert officer.vault.known_originals({"Grace Whitcombe", "Tomas Lindgren"}) == {"Tomas Lindgren"}
    assert "Whitcombe" not in json.dumps([dict(record.record) for record in officer.vault.audit.records()])


def test_others_may_erase_what_they_see_and_no_more(hospital: Assistant) -> None:
    hidden = next(info.id for info in hospital.vault.documents() if info.source == "n1")
    front = _as(hospital, "front-desk")
    assert front.inventory() == front.documents() == []
    with pytest.raises(UsageError) as unseen:
        front.delete(hidden)
    with pytest.raises(UsageError) as unknown:
        front.delete("nothing")
    assert str(unseen.value) == str(unknown.value)
    with pytest.raises(AccessDenied):
        front.about("Grace Whitcombe")
    with pytest.raises(AccessDenied):
        front.erase_subject("Grace Whitcombe")
    assert len(front.vault.documents()) == len(ALL)


def test_labels_and_access_lists_change_for_who_sees_a_document(hospital: Assistant) -> None:
    rota = next(info.id for info in hospital.vault.documents() if info.source == "g1")
    clinician = _as(hospital, "clinician")
    assert clinician.set_access(rota, None, frozenset({"user:olga"})) == {"internal", "user:olga"}
    assert rota in {info.id for info in clinician.documents()}
    other = Assistant(hospital.tools, Principal("otto", frozenset({"clinician"})))  # type: ignore[arg-type]
    assert rota not in {info.id for info in other.documents()}
    with pytest.raises(UsageError):
        other.set_access(rota, None, frozenset())
    for wider in ((frozenset({"public"}), None), (None, frozenset()), (None, frozenset({"user:olga", "user:otto"}))):
        with pytest.raises(AccessDenied):
            clinician.set_access(rota, *wider)
    admin = _as(hospital, "clinician", "admin")
    assert admin.set_access(rota, frozenset({"public"}), None) == {"public", "user:olga"}
    assert admin.set_access(rota, None, frozenset()) == {"public"}
    with pytest.raises(UsageError):
        clinician.set_access(rota, frozenset({"interal"}), None)
    with pytest.raises(BlockedError, match="redacted"):
        clinician.set_access(rota, frozenset({"clinical"}), None)
    kinds = [record.kind for record in hospital.vault.audit.records()]
    assert kinds.count("document.labels") == 3
