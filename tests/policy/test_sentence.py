from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from assistant.errors import SealError
from assistant.policy.gate import Gate
from assistant.policy.sections import AnswerLimits
from assistant.policy.sentence import START, Course, Release, SentenceResult, fitting, marked
from assistant.types import Action, Query, Stage, Verdict
from tests.policy.support import READER, Parts, evidence, policy

TEXT = "Take 500 mg twice a day. Do not take it with milk. Store it dry."
SLOW = Verdict("ground", Stage.ANSWER, Action.ABSTAIN, "the check had no time", 0.0, late=True)


@pytest.fixture
def gate(tmp_path: Any) -> Gate:
    return Gate(policy(tmp_path), Parts(), None)


@pytest.fixture
def query(gate: Gate) -> Query:
    return gate.admit("How much?", READER)


def results(gate: Gate, query: Query, item: Any = None) -> list[SentenceResult]:
    item = item or evidence(TEXT)
    return [gate.quote(query, item, quote) for quote in item.quotes]


def test_only_the_gate_builds_a_result_and_for_its_own_query(gate: Gate, query: Query) -> None:
    one = results(gate, query)[0]
    with pytest.raises(SealError):
        dataclasses.replace(one, seal=object())
    with pytest.raises(SealError):
        SentenceResult(True, "x", (), (), Action.PASS, True, query)


def test_marks_follow_the_sentence_each_number_once(gate: Gate, query: Query) -> None:
    one = results(gate, query)[0]
    assert one.marked == "Take 500 mg twice a day. [1]"
    twice = dataclasses.replace(one, citations=one.citations * 2)
    assert twice.marked == one.marked
    assert dataclasses.replace(one, citations=()).marked == one.text
    assert marked(results(gate, query)[:2]) == "Take 500 mg twice a day. [1] Do not take it with milk. [1]"


@pytest.mark.parametrize(
    ("change", "speaks"), [({"action": Action.BLOCK}, True), ({"verdicts": (SLOW,)}, True), ({}, False)]
)
def test_a_block_or_a_check_without_time_decides_about_the_whole(
    gate: Gate, query: Query, change: Any, speaks: bool
) -> None:
    assert dataclasses.replace(results(gate, query)[0], released=False, **change).speaks is speaks


def limits(**more: int) -> AnswerLimits:
    return AnswerLimits.model_validate({"max_sentences": 2, "max_words": 50, **more})


def test_what_fits_is_released_of_this_query_cited_and_within_the_length(gate: Gate, query: Query) -> None:
    item = evidence(TEXT)
    found = results(gate, query, item)
    assert fitting(query, Release(found, [item]), limits()) == found[:2]
    assert fitting(query, Release(found, [item]), limits(max_words=11)) == found[:1]
    long = evidence("Take one of the small white tablets at night with a whole glass of water.")
    (first,) = results(gate, query, long)
    assert fitting(query, Release([first], [long]), limits(max_words=10)) == [first], "the first is always whole"


def test_what_does_not_fit_is_left_out_and_the_next_takes_its_place(gate: Gate, query: Query) -> None:
    item = evidence(TEXT)
    one, two, three = results(gate, query, item)
    held = dataclasses.replace(one, released=False)
    bare = dataclasses.replace(one, citations=())
    foreign = results(gate, gate.admit("Another question?", READER), item)[0]
    assert fitting(query, Release([held, bare, foreign, two, three], [item]), limits()) == [two, three]
    assert fitting(query, Release([one], [evidence("Another text.")]), limits()) == [], (
        "its quote stands in no evidence"
    )


def test_a_course_adds_verdicts_and_says_whether_one_blocks() -> None:
    passed = Verdict("a", Stage.QUERY, Action.PASS, "fine", 1.0)
    blocked = Verdict("b", Stage.QUERY, Action.BLOCK, "no", 1.0)
    course = START.adding([passed])
    assert course.verdicts == (passed,) and not course.blocks and START.verdicts == ()
    assert course.adding([blocked]).blocks


def test_taken_as_quoted_a_release_is_in_no_engine_s_words(gate: Gate, query: Query) -> None:
    one, two, _ = results(gate, query)
    course = Course((), "model", {}, engine=object())  # type: ignore[arg-type]
    quoted = Release([one], [evidence(TEXT)], course, fallback=[two]).quoted(course)
    assert list(quoted.sentences) == [two] and list(quoted.fallback) == []
    assert quoted.course.engine is None and quoted.course.model == "model"
