from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from assistant.policy.answering import AnswerChecks
from assistant.policy.checks import CHECKS
from assistant.policy.checks.grounding import Supported
from assistant.policy.citing import cite
from assistant.policy.gate import Gate
from assistant.policy.ruling import Runner
from assistant.protocols import Outcome, Subject
from assistant.types import Action, Query
from tests.policy.support import READER, Parts, evidence, finds, policy, spec

TEXT = "Take 500 mg twice a day. Do not take it with milk."


class Counts:
    """A check that counts how often it is asked."""

    def __init__(self, supported: Supported | None = None) -> None:
        self.seen: list[str] = []
        self._supported = supported

    def __call__(self, params: Any, subject: Subject, tools: Any) -> Outcome:
        self.seen.append(subject.text)
        return Outcome("bad" not in subject.text, "a bad word", handed=self._supported)


def checks(tmp_path: Any, monkeypatch: Any, lines: str, **registered: Any) -> tuple[AnswerChecks, Query]:
    for name, found in registered.items():
        monkeypatch.setitem(CHECKS, name, found)
    rules = policy(tmp_path, lines)
    return AnswerChecks(rules, Runner(rules, Parts())), Gate(rules, Parts(), None).admit("How much?", READER)


LINE = "- {id: c, stage: answer, use: count, on_fail: block}"


def test_the_first_check_that_stops_ends_the_others(tmp_path: Any, monkeypatch: Any) -> None:
    later = Counts()
    lines = f"{LINE}\n- {{id: l, stage: answer, use: later, on_fail: block}}"
    made, query = checks(tmp_path, monkeypatch, lines, count=spec(Counts()), later=spec(later))
    stopped = made.part(query, "a bad sentence", (evidence(TEXT),), quoted=False)
    assert stopped.stopped and stopped.reason == "a bad word" and later.seen == []
    fine = made.part(query, "a good sentence", (evidence(TEXT),), quoted=False)
    assert not fine.stopped and fine.reason == "" and later.seen == ["a good sentence"]


def test_a_mended_text_is_what_later_checks_and_people_see(tmp_path: Any, monkeypatch: Any) -> None:
    lines = "- {id: m, stage: answer, use: mend, on_fail: redact}\n- {id: c, stage: answer, use: count, on_fail: block}"
    counts = Counts()
    made, query = checks(tmp_path, monkeypatch, lines, mend=spec(finds("Grace", "[P] rests")), count=spec(counts))
    checked = made.part(query, "Grace rests", (evidence(TEXT),), quoted=False)
    assert checked.text == "[P] rests" and counts.seen == ["[P] rests"] and not checked.stopped


def test_quoted_words_need_no_comparison_with_the_sources(tmp_path: Any, monkeypatch: Any) -> None:
    made, query = checks(tmp_path, monkeypatch, LINE, count=spec(Counts(), support=True))
    assert made.part(query, "bad", (evidence(TEXT),), quoted=False).stopped
    assert not made.part(query, "bad", (evidence(TEXT),), quoted=True).stopped


def test_the_same_quote_is_judged_once_for_a_question(tmp_path: Any, monkeypatch: Any) -> None:
    counts = Counts()
    made, query = checks(tmp_path, monkeypatch, LINE, count=spec(counts))
    for _ in range(3):
        made.part(query, "a quote", (evidence(TEXT),), quoted=True)
    made.part(query, "a quote", (evidence(TEXT, 2),), quoted=True)
    assert counts.seen == ["a quote"] * 2, "another source is another judgement"


def test_backing_is_what_grounding_found_else_what_was_claimed(tmp_path: Any, monkeypatch: Any) -> None:
    one, two = evidence(TEXT), evidence("It is taken twice a day.", 2)
    made, query = checks(tmp_path, monkeypatch, LINE, count=spec(Counts(Supported(0.9, (2,)))))
    checked = made.part(query, "It is taken twice a day.", (one, two), quoted=False)
    assert {c.n for c in checked.backing((one,), (one, two))} == {2}
    plain, query = checks(tmp_path, monkeypatch, LINE, count=spec(Counts()))
    unfounded = plain.part(query, "Take 500 mg twice a day.", (one, two), quoted=False)
    assert {c.n for c in unfounded.backing((one,), (one, two))} == {1}


def test_a_citation_s_quote_and_place_are_checked_too(tmp_path: Any, monkeypatch: Any) -> None:
    counts = Counts()
    made, query = checks(tmp_path, monkeypatch, LINE, count=spec(counts))
    item = evidence(TEXT)
    shown, stopper = made.shown(query, [cite(item, item.quotes[0])], [item])
    assert stopper is None and shown is not None and shown[0].quote == "Take 500 mg twice a day."
    assert {"Take 500 mg twice a day.", "Title 1"} <= set(counts.seen)
    titled = dataclasses.replace(item, passage=dataclasses.replace(item.passage, title="a bad title"))
    nothing, stopper = made.shown(query, [cite(titled, titled.quotes[0])], [titled])
    assert nothing is None and stopper is not None and stopper.action is Action.BLOCK


def test_vouched_words_are_given_only_with_a_source_that_says_what_is_quoted(tmp_path: Any, monkeypatch: Any) -> None:
    made, query = checks(tmp_path, monkeypatch, LINE, count=spec(Counts()))
    item = evidence(TEXT)
    told, citations = made.vouched(query, "Twice a day.", item)
    assert not told.stopped and citations
    unsure = dataclasses.replace(item, passage=dataclasses.replace(item.passage, sure=False))
    hidden = evidence(TEXT, labels=frozenset({"psychotherapy"}))
    changed = dataclasses.replace(
        item, passage=dataclasses.replace(item.passage, text="Another text of the same length is here.")
    )
    for other in (unsure, hidden, changed, dataclasses.replace(item, quotes=())):
        assert made.vouched(query, "Twice a day.", other)[1] == ()
    stopped, _ = made.vouched(query, "a bad word", item)
    assert stopped.stopped


def test_near_passages_are_bounded_and_those_that_may_not_be_shown_are_left_out(
    tmp_path: Any, monkeypatch: Any
) -> None:
    made, query = checks(tmp_path, monkeypatch, LINE, count=spec(Counts()))
    hidden = evidence(TEXT, 1, labels=frozenset({"psychotherapy"}))
    given = [
        hidden,
        evidence(TEXT, 2),
        dataclasses.replace(evidence(TEXT, 3), quotes=()),
        evidence(TEXT, 4),
        evidence(TEXT, 5),
    ]
    near, blocked = made.near(query, given, 2)
    assert blocked is None and [one.citation.n for one in near] == [2, 4]


def test_a_near_passage_that_a_check_blocks_blocks_all(tmp_path: Any, monkeypatch: Any) -> None:
    made, query = checks(tmp_path, monkeypatch, LINE, count=spec(Counts()))
    near, blocked = made.near(query, [evidence(TEXT), evidence("A bad text.", 2), evidence("bad.", 3)], 3)
    assert near == () and blocked is not None and blocked.action is Action.BLOCK


@pytest.mark.parametrize("labels", [frozenset({"clinical"}), frozenset({"public"})])
def test_a_rule_for_some_labels_judges_only_their_evidence(
    tmp_path: Any, monkeypatch: Any, labels: frozenset[str]
) -> None:
    lines = "- {id: c, stage: answer, use: count, on_fail: block, labels: [clinical]}"
    made, query = checks(tmp_path, monkeypatch, lines, count=spec(Counts()))
    item = evidence(TEXT, labels=labels)
    assert made.part(query, "bad", (item,), quoted=False).stopped is ("clinical" in labels)
