"""Which labels a stored document may be given, by the access rules of a small policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import AccessDenied, BlockedError, UsageError
from assistant.intake.relabel import relabelled
from assistant.policy.model import Policy, load_policy
from assistant.types import Principal
from tests.policy.support import policy_file

NURSE = Principal("nora", frozenset({"nurse"}))
ADMIN = Principal("ada", frozenset({"nurse", "admin"}))
INTERNAL, OWN = frozenset({"internal"}), frozenset({"user:nora"})


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = policy_file(
        tmp_path,
        """
        checks:
          - {id: hide, stage: ingest, use: redaction, on_fail: redact, labels: [clinical]}
        """,
    )
    rules = """access:
  - {effect: permit, labels: [public]}
  - {effect: permit, roles: [nurse], labels: [internal, clinical]}
"""
    text = path.read_text()
    before, _, after = text.partition("access:\n")
    path.write_text(before + rules + after.partition("\n")[2])
    return load_policy(path)


def test_what_is_left_out_stays_as_it_is(policy: Policy) -> None:
    stored = INTERNAL | OWN
    assert relabelled(stored, None, None, policy, NURSE) == stored
    assert relabelled(stored, INTERNAL, None, policy, NURSE) == stored
    assert relabelled(INTERNAL, None, OWN, policy, NURSE) == stored


def test_a_label_of_no_rule_is_refused_with_those_that_there_are(policy: Policy) -> None:
    with pytest.raises(UsageError, match="interal") as caught:
        relabelled(INTERNAL, frozenset({"interal"}), None, policy, ADMIN)
    assert caught.value.remedy == "use one of: clinical, internal, public"


def test_labels_that_ask_for_redaction_that_was_not_done_are_refused_to_admins_too(policy: Policy) -> None:
    with pytest.raises(BlockedError, match="not redacted"):
        relabelled(INTERNAL, frozenset({"clinical"}), None, policy, ADMIN)
    assert relabelled(frozenset({"clinical"}), INTERNAL, None, policy, NURSE) == INTERNAL


@pytest.mark.parametrize(
    ("stored", "labels", "readers"),
    [
        (INTERNAL, frozenset({"public"}), None),
        (INTERNAL | OWN, None, frozenset()),
        (INTERNAL | OWN, None, OWN | {"user:otto"}),
    ],
    ids=["more roles", "no list any more", "a longer list"],
)
def test_only_an_admin_shows_it_to_more_people(
    policy: Policy, stored: frozenset[str], labels: frozenset[str] | None, readers: frozenset[str] | None
) -> None:
    with pytest.raises(AccessDenied):
        relabelled(stored, labels, readers, policy, NURSE)
    assert relabelled(stored, labels, readers, policy, ADMIN) != stored
