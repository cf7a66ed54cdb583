"""Access rules: nothing is seen by default, a forbid wins, every label counts, an access list narrows and never widens."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.policy.access import allowed_labels, may_see
from assistant.policy.sections import AccessRule
from assistant.types import Principal


def rule(effect: str, *labels: str, **more: Any) -> AccessRule:
    return AccessRule.model_validate({"effect": effect, "labels": list(labels), **more})


def who(*roles: str, name: str = "nora", groups: frozenset[str] = frozenset()) -> Principal:
    return Principal(name, frozenset(roles), groups=groups)


RULES = (
    rule("permit", "public"),
    rule("permit", "clinical", "therapy", roles=["nurse", "psychiatrist"]),
    rule("forbid", "therapy", unless_roles=["psychiatrist"]),
    rule("forbid", "clinical", roles=["trainee"]),
)


@pytest.mark.parametrize(
    ("roles", "labels", "seen"),
    [
        (("nurse",), {"public"}, True),
        (("nurse",), {"clinical"}, True),
        (("nurse",), {"clinical", "public"}, True),
        (("nurse",), {"clinical", "secret"}, False),
        (("nurse",), set(), False),
        (("nurse",), {"therapy"}, False),
        (("psychiatrist",), {"therapy", "clinical"}, True),
        (("clerk",), {"clinical"}, False),
        (("nurse", "trainee"), {"clinical"}, False),
        ((), {"public"}, False),
    ],
)
def test_who_sees_what(roles: tuple[str, ...], labels: set[str], seen: bool) -> None:
    assert may_see(RULES, who(*roles), frozenset(labels)) is seen


def test_a_role_that_a_permit_exempts_has_no_use_of_it() -> None:
    rules = (rule("permit", "public", unless_roles=["guest"]),)
    assert may_see(rules, who("nurse"), frozenset({"public"}))
    assert not may_see(rules, who("guest"), frozenset({"public"}))


def test_being_spared_by_a_forbid_is_no_permit() -> None:
    rules = (rule("forbid", "therapy", unless_roles=["psychiatrist"]),)
    assert not may_see(rules, who("psychiatrist"), frozenset({"therapy"}))


@pytest.mark.parametrize(
    ("entries", "seen"),
    [({"user:nora"}, True), ({"group:ward"}, True), ({"user:otto"}, False), ({"user:otto", "user:nora"}, True)],
)
def test_an_access_list_is_asked_beside_the_labels(entries: set[str], seen: bool) -> None:
    reader = who("nurse", groups=frozenset({"ward"}))
    assert may_see(RULES, reader, frozenset({"clinical"} | entries)) is seen
    assert not may_see(RULES, who("clerk", groups=frozenset({"ward"})), frozenset({"clinical"} | entries))


def test_a_list_alone_shows_nothing() -> None:
    assert not may_see(RULES, who("nurse"), frozenset({"user:nora"}))


def test_the_labels_that_are_seen_alone() -> None:
    assert allowed_labels(iter(RULES), who("nurse")) == {"public", "clinical"}
    assert allowed_labels(RULES, who("psychiatrist")) == {"public", "clinical", "therapy"}
    assert allowed_labels((), who("nurse")) == frozenset()
