from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.intake.admission import Admission, NotAdmitted, scope_of
from assistant.intake.labels import Labelling
from assistant.types import Document, Loss, LossKind
from tests.intake.support import READER, Gate

NOTE = Document("Note", "Dear Grace, rest.", "note.txt")


def admission(gate: Any = None, labels: frozenset[str] | None = frozenset({"public"})) -> Admission:
    return Admission(gate, READER, Labelling(gate.policy if gate else None, None, labels))


def test_a_document_comes_in_under_the_labels_given_in_the_form_the_checks_leave() -> None:
    made = admission(Gate(changes=("Grace", "[P]")))
    (admitted,) = made.admit(NOTE, "", ())  # type: ignore[misc]
    assert admitted.text == "Dear [P], rest." and admitted.labels == {"public"}
    assert made.verdicts == {"phi:redact": 1}, "a check that let pass is not counted"


def test_where_the_policy_keeps_both_the_original_comes_beside_it() -> None:
    both = admission(Gate(changes=("Grace", "[P]"), original=True)).admit(NOTE, "", ())
    assert [d.text for d in both] == ["Dear [P], rest.", "Dear Grace, rest."]  # type: ignore[union-attr]


def test_what_the_policy_keeps_out_says_why_and_that_the_older_version_goes_too() -> None:
    kept = admission(Gate(keeps="Grace")).admit(NOTE, "", ())
    assert isinstance(kept, NotAdmitted) and kept.forbidden and "planted (inject)" in kept.reason and kept.remedy


def test_without_a_gate_only_labels_are_judged() -> None:
    (admitted,) = admission().admit(NOTE, "", ())  # type: ignore[misc]
    assert admitted.text == NOTE.text


@pytest.mark.parametrize(
    ("metadata", "scope"), [({"patient_id": "p1"}, "p1"), ({}, "note.txt"), ({"patient_id": ""}, "note.txt")]
)
def test_stand_ins_are_consistent_inside_a_patient_else_a_file(metadata: dict[str, str], scope: str) -> None:
    assert scope_of(replace(NOTE, metadata=metadata)) == scope


def keeping(**ingest: Any) -> Gate:
    gate = Gate()
    gate.policy = gate.policy.model_copy(
        update={"ingest": gate.policy.ingest.model_copy(update={"keep_files": True, **ingest})}
    )
    return gate


def test_the_file_itself_is_kept_only_where_nothing_of_it_was_or_would_be_changed() -> None:
    gate = keeping()
    made, data = admission(gate), b"%PDF"
    stored = replace(NOTE, labels=frozenset({"public"}))
    expected = b"" if gate.policy.redacts(stored.labels) else data
    assert made.file_of([stored], data) == expected
    changed = replace(stored, losses=(Loss(LossKind.CHANGED),))
    assert (
        made.file_of([changed], data) == b""
        and made.file_of([stored, stored], data) == b""
        and made.file_of([], data) == b""
    )
    assert admission(Gate()).file_of([stored], data) == b"" and admission().file_of([stored], data) == b""
