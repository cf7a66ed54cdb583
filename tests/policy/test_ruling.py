"""One check on one subject: whatever goes wrong with it blocks, what has no time decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.policy.checks import CHECKS
from assistant.policy.ruling import Ruling, Runner
from assistant.protocols import Outcome, Subject
from assistant.types import Action, Finding, Stage
from tests.policy.support import READER, Parts, finds, fine, policy, spec

Run = Callable[..., Ruling]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def ruled(
        check: Any,
        on_fail: str = "block",
        stage: Stage = Stage.ANSWER,
        text: str = "a bad word",
        more: str = "",
        **rule: Any,
    ) -> Ruling:
        monkeypatch.setitem(CHECKS, "test", spec(check))
        limit = f", timeout_ms: {rule['timeout_ms']}" if rule else ""
        made = policy(tmp_path, f"- {{id: t, stage: {stage}, use: test, on_fail: {on_fail}{limit}}}", more)
        return Runner(made, Parts()).run(made.checks[0], Subject(stage, text, READER, "?"))

    return ruled


def test_what_a_check_does_not_mind_passes(run: Run) -> None:
    found = run(fine)
    assert (found.action, found.verdict.action, found.verdict.reason, found.text) == (
        Action.PASS,
        Action.PASS,
        "fine",
        None,
    )
    assert not found.failed


@pytest.mark.parametrize("action", ["flag", "drop", "extract", "abstain", "block"])
def test_what_it_finds_is_treated_as_the_policy_says(run: Run, action: str) -> None:
    found = run(finds("bad"), action)
    assert (found.action, found.verdict.action) == (Action(action), Action(action))
    assert found.text is None


def test_a_mended_text_is_handed_on(run: Run) -> None:
    found = run(finds("bad", "a good word"), "redact")
    assert (found.action, found.text) == (Action.REDACT, "a good word")


def test_a_check_that_says_fine_and_changed_the_text_found_something(run: Run) -> None:
    def sly(params: Any, subject: Subject, tools: Any) -> Outcome:
        return Outcome(True, "fine", text="another", findings=(Finding("X", 0, 1, 1.0, "y"),))

    assert run(sly, "block").action is Action.BLOCK


def test_what_should_be_mended_and_could_not_be_is_not_shown(run: Run) -> None:
    assert run(finds("bad"), "redact").action is Action.BLOCK
    assert run(finds("bad"), "neutralize").action is Action.EXTRACT
    assert run(finds("bad"), "neutralize", Stage.QUERY).action is Action.BLOCK


@pytest.mark.parametrize("error", [ValueError("secret text"), RecursionError(), SystemExit(0), MemoryError()])
def test_whatever_a_check_raises_blocks_and_only_its_class_is_told(run: Run, error: BaseException) -> None:
    def raises(params: Any, subject: Subject, tools: Any) -> Outcome:
        raise error

    found = run(raises, "flag")
    assert (found.action, found.failed) == (Action.BLOCK, True)
    assert type(error).__name__ in found.verdict.reason
    assert "secret" not in found.verdict.reason


@pytest.mark.parametrize("answer", [None, True, "fine", Outcome("yes", "fine"), Outcome(True, None)])  # type: ignore[arg-type]
def test_what_is_no_outcome_blocks(run: Run, answer: Any) -> None:
    assert run(lambda params, subject, tools: answer, "flag").action is Action.BLOCK


@pytest.mark.parametrize(
    ("stage", "action", "late"), [(Stage.ANSWER, Action.ABSTAIN, True), (Stage.INGEST, Action.BLOCK, False)]
)
def test_a_check_without_time_decides_nothing_about_a_question_and_keeps_a_document_out(
    run: Run, stage: Stage, action: Action, late: bool
) -> None:
    def slow(params: Any, subject: Subject, tools: Any) -> Outcome:
        time.sleep(0.5)
        return Outcome(True, "fine")

    found = run(slow, "flag", stage, timeout_ms=20)
    assert (found.action, found.verdict.late, found.failed) == (action, late, True)
    assert "20 ms" in found.verdict.reason


def test_a_check_that_is_gone_from_the_registry_blocks(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = run(fine).rule
    monkeypatch.delitem(CHECKS, "test")
    found = Runner(policy(tmp_path), Parts()).run(made, Subject(Stage.ANSWER, "x", READER, "?"))
    assert (found.action, found.failed) == (Action.BLOCK, True)


def test_in_monitor_mode_a_finding_is_told_and_a_failure_still_blocks(run: Run) -> None:
    found = run(finds("bad", "good"), "redact", more="mode: monitor\n")
    assert (found.action, found.verdict.action, found.text) == (Action.PASS, Action.FLAG, None)
    assert found.verdict.reason.startswith("monitor only, would redact")
    assert run(lambda *_: None, more="mode: monitor\n").action is Action.BLOCK
