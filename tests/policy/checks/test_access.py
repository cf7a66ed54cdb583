"""Who may ask, and which labels may be shown."""

from __future__ import annotations

from assistant.policy.checks import access
from assistant.protocols import Subject
from assistant.types import Principal, Stage
from tests.policy.checks.support import answer
from tests.policy.support import READER, Parts, evidence


class TestAccess:
    def test_roles_and_labels(self) -> None:
        params = access.Params(roles={"reader"}, forbid_labels={"notes"}, unless_roles={"psychiatry"})
        tools = Parts()
        assert access.check(params, answer("x"), tools).ok
        other = Subject(Stage.QUERY, "x", Principal("p", frozenset({"guest"})))
        assert not access.check(params, other, tools).ok
        assert not access.check(access.Params(), Subject(Stage.QUERY, "x", Principal("p")), tools).ok
        notes = (evidence("x.", labels=frozenset({"notes"})),)
        assert not access.check(params, Subject(Stage.ANSWER, "x", READER, "", notes), tools).ok
        both = Principal("p", frozenset({"reader", "psychiatry"}))
        assert access.check(params, Subject(Stage.ANSWER, "x", both, "", notes), tools).ok

    def test_a_question_is_not_judged_by_the_labels_that_its_asker_may_see(self) -> None:
        subject = Subject(Stage.QUERY, "x", READER, labels=frozenset({"notes"}))
        assert access.check(access.Params(forbid_labels={"notes"}), subject, Parts()).ok
