"""What every registered check is held to, wherever it may stand: broken or late, it blocks the answer; and it is pure.

Each check in turn is replaced at each stage and grain where it may stand by one that raises, sleeps past its limit, or
returns something else. The rest of the path is the real gate.
"""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.policy.checks import CHECKS
from assistant.policy.checks.spec import Grain
from assistant.policy.gate import Gate
from assistant.policy.sections import ALLOWED_ACTIONS, MENDING
from assistant.policy.sentence import Course, Release
from assistant.types import Action, Answer, Document, DraftSentence, Stage, Status
from tests.policy.support import READER, Parts, evidence, passage, policy

SOURCE = "Take 500 mg twice a day. Do not take it with milk."


def raises(params: Any, subject: Any, tools: Any) -> Any:
    raise RuntimeError(f"secret {subject.text}")


def exits(params: Any, subject: Any, tools: Any) -> Any:
    raise SystemExit(0)


def sleeps(params: Any, subject: Any, tools: Any) -> Any:
    time.sleep(2)


def nothing(params: Any, subject: Any, tools: Any) -> Any:
    return None


PLACES = [
    (name, stage, grain)
    for name, spec in sorted(CHECKS.items())
    for stage, grains in spec.grains.items()
    for grain in sorted(grains)
    if stage in (Stage.QUERY, Stage.CONTEXT, Stage.ANSWER)
]


def ask(gate: Gate) -> Answer:
    """The path of a question, as the assistant walks it, with the model's part fixed."""
    query = gate.admit("How much?", READER)
    if query.blocked:
        return gate.refuse(query)
    passages, said = gate.veil(query, [passage(SOURCE)])
    items = [dataclasses.replace(evidence(p.text), passage=p) for p in passages]
    judgement = gate.judge(query, items)
    said = (*said, *judgement.verdicts)
    if not judgement.proceed:
        return gate.abstain(query, judgement.reason, items, Course(said))
    results = [gate.sentence(query, DraftSentence("Take 500 mg twice a day.", (1,)), items)]
    if not results[0].released:
        results += [gate.quote(query, item, quote) for item in items for quote in item.quotes]
    return gate.release(query, Release(results, items, Course(said)))


def gate_with(folder: Path, name: str, stage: Stage, on_fail: Action, mode: str = "enforce") -> Gate:
    rule = f"- {{id: one, stage: {stage}, use: {name}, on_fail: {on_fail}, timeout_ms: 60}}"
    return Gate(policy(folder, rule, f"mode: {mode}"), Parts(embedder=_Ready(), redactor=_Ready()))


class _Ready:
    """A tool that is there and is never really asked: the check that would use it has been replaced."""

    def query(self, texts: Any) -> Any:
        return []

    def find(self, text: str, entities: Any = None) -> Any:
        return []


@pytest.mark.parametrize("replacement", [raises, exits, sleeps, nothing], ids=lambda f: f.__name__)
@pytest.mark.parametrize(("name", "stage", "grain"), PLACES, ids=lambda v: str(v))
def test_a_broken_check_blocks(
    name: str, stage: Stage, grain: Grain, replacement: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = CHECKS[name]
    # Only at this grain, so that the other does not block first.
    broken = dataclasses.replace(spec, check=replacement, ready=None, grains={stage: frozenset({grain})})
    monkeypatch.setitem(CHECKS, name, broken)
    for on_fail in sorted(ALLOWED_ACTIONS[stage] - (frozenset() if spec.mends else MENDING))[:2]:
        answer = ask(gate_with(tmp_path, name, stage, on_fail))
        # A check that had no time forbids nothing, and shows nothing either.
        late = replacement is sleeps
        assert answer.status is (Status.ABSTAINED if late else Status.BLOCKED)
        assert (answer.level, answer.answer == "Refused.") == ("retry" if late else "", not late)
        assert answer.citations == answer.closest == ()
        assert f"check failed: {name}" in answer.reason
        assert "500" not in str(answer.as_json())
        assert "secret" not in str(answer.as_json())


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_broken_check_blocks_in_monitor_mode_too(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = CHECKS[name]
    stage = next(iter(spec.grains.keys() & {Stage.QUERY, Stage.CONTEXT, Stage.ANSWER}))
    monkeypatch.setitem(CHECKS, name, dataclasses.replace(spec, check=raises))
    assert ask(gate_with(tmp_path, name, stage, Action.FLAG, "monitor")).status is Status.BLOCKED


KEEPING: list[tuple[str, Stage]] = [
    (name, stage)
    for name, spec in sorted(CHECKS.items())
    for stage in (Stage.INGEST, Stage.TRAINING)
    if stage in spec.grains
]


def test_what_hides_or_finds_attacks_stands_where_texts_are_kept() -> None:
    assert {name for name, _ in KEEPING} >= {"injection", "redaction", "toxicity"}


@pytest.mark.parametrize(("name", "stage"), KEEPING)
def test_a_broken_check_keeps_documents_and_training_texts_out(
    name: str, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = CHECKS[name]
    for replacement in (raises, sleeps, nothing):
        monkeypatch.setitem(CHECKS, name, dataclasses.replace(spec, check=replacement))
        gate = gate_with(tmp_path, name, stage, Action.FLAG)
        if stage is Stage.INGEST:
            kept, verdicts = gate.ingest(Document("t", SOURCE, "s"), READER)
        else:
            kept, verdicts = gate.train(SOURCE, READER)  # type: ignore[assignment]
        assert kept is None
        assert verdicts[-1].action is Action.BLOCK


@pytest.mark.parametrize("name", sorted(name for name, spec in CHECKS.items() if spec.needs))
def test_a_tool_that_cannot_be_loaded_blocks(name: str, tmp_path: Path) -> None:
    spec = CHECKS[name]
    stage = next(iter(spec.grains.keys() & {Stage.QUERY, Stage.CONTEXT, Stage.ANSWER}))

    class Broken:
        @property
        def embedder(self) -> Any:
            raise OSError("model file is gone")

        redactor = pack = vault = embedder

    rule = f"- {{id: one, stage: {stage}, use: {name}, on_fail: flag}}"
    answer = ask(Gate(policy(tmp_path, rule), Broken()))  # type: ignore[arg-type]
    assert answer.status is Status.BLOCKED
    assert "raised OSError" in answer.reason


def test_the_path_answers_where_nothing_is_broken(tmp_path: Path) -> None:
    assert ask(Gate(policy(tmp_path), Parts())).status is Status.ANSWERED
