"""What a policy says of learning from use, and what it means where it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import PolicyError
from assistant.policy.explain import explain, objections
from assistant.policy.model import list_policies, load_policy
from tests.policy.support import policy


def test_a_silent_policy_keeps_nothing_and_lets_nobody_vouch(tmp_path: Path) -> None:
    silent = policy(tmp_path)
    assert not silent.gaps.keep
    assert silent.verified.authors == frozenset()
    assert "Questions without an answer are not kept." in explain(silent)


def test_a_policy_that_keeps_them_says_for_whom_and_how_long(tmp_path: Path) -> None:
    keeping = policy(
        tmp_path, more="gaps: {keep: true, days: 30, roles: [lead]}\nverified: {authors: [lead], days: 10}\n"
    )
    assert keeping.roles >= {"lead"}
    told = " ".join(explain(keeping))
    assert "kept for 30 days" in told and "lead" in told and "10 days at most" in told
    for_nobody = policy(tmp_path, more="gaps: {keep: true}\n")
    assert any("gaps.roles" in said for said in objections(for_nobody))


@pytest.mark.parametrize("wrong", ["gaps: {keeps: true}", "gaps: {days: 0}", "verified: {authors: [Not A Role]}"])
def test_a_wrong_key_or_value_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(PolicyError):
        policy(tmp_path, more=f"{wrong}\n")


def test_the_shipped_policies_say_what_they_keep() -> None:
    kept = {name: load_policy(name).gaps.keep for name in list_policies()}
    assert kept == {"base": False, "customer-service": True, "healthcare": False}
