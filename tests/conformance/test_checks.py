"""What every registered check is held to, wherever it may stand: broken or late, it blocks; and its parameters are strict.

Each check in turn is replaced at each stage and grain where it may stand by one that raises, sleeps past its limit, or
returns something else. The rest of the path is the real gate.
"""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

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
KEEPING = [
    (name, stage)
    for name, spec in sorted(CHECKS.items())
    for stage in (Stage.INGEST, Stage.TRAINING)
    if stage in spec.grains
]


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_misspelt_parameter_is_refused(name: str) -> None:
    told = f'give Params of {name} model_config = ConfigDict(extra="forbid", frozen=True): a policy\'s misspelling must be an error'
    try:
        CHECKS[name].params.model_validate({"no_such_parameter": 1})
    except ValidationError as error:
        assert "extra_forbidden" in {problem["type"] for problem in error.errors()}, told
    else:
        pytest.fail(told)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_every_check_stands_somewhere_and_can_be_explained(name: str) -> None:
    spec = CHECKS[name]
    assert spec.grains and all(spec.grains.values()), f"say in CHECKS at which stages {name} may stand"
    assert all(words and words.strip(" .") == words for words in spec.says), (
        f"say in Says what {name} does, no full stop"
    )
    assert spec.says.fails.startswith("if ")


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


def stages_of(*names: str) -> list[tuple[str, Stage]]:
    """Each stage where these checks may stand, those of a question and those where texts are kept alike."""
    return [(name, stage) for name in names for stage in CHECKS[name].grains]


def outcome_at(gate: Gate, stage: Stage) -> tuple[bool, str]:
    """Whether the gate lets the source through at a stage, and what the check there said."""
    if stage is Stage.INGEST:
        kept, verdicts = gate.ingest(Document("t", SOURCE, "s"), READER)
    elif stage is Stage.TRAINING:
        kept, verdicts = gate.train(SOURCE, READER)  # type: ignore[assignment]
    else:
        answer = ask(gate)
        return answer.status is not Status.BLOCKED, answer.reason
    return kept is not None, verdicts[-1].reason


@pytest.mark.parametrize(("name", "stage"), stages_of(*sorted(CHECKS)))
def test_a_broken_check_blocks_in_monitor_mode_too(
    name: str, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHECKS, name, dataclasses.replace(CHECKS[name], check=raises, ready=None))
    through, said = outcome_at(gate_with(tmp_path, name, stage, Action.FLAG, "monitor"), stage)
    assert not through
    assert "raised RuntimeError" in said


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


@pytest.mark.parametrize(("name", "stage"), stages_of(*sorted(name for name, spec in CHECKS.items() if spec.needs)))
def test_a_tool_that_cannot_be_loaded_blocks(name: str, stage: Stage, tmp_path: Path) -> None:

    class Broken:
        @property
        def embedder(self) -> Any:
            raise OSError("model file is gone")

        redactor = pack = vault = embedder

    rule = f"- {{id: one, stage: {stage}, use: {name}, on_fail: flag}}"
    through, said = outcome_at(Gate(policy(tmp_path, rule), Broken()), stage)  # type: ignore[arg-type]
    assert not through
    assert "raised OSError" in said


@pytest.mark.parametrize("stage", [Stage.INGEST, Stage.TRAINING])
def test_a_check_that_stands_only_where_texts_are_kept_is_held_to_this_too(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = dataclasses.replace(CHECKS["toxicity"], grains={stage: frozenset({Grain.PART})})
    monkeypatch.setitem(CHECKS, "only", only)
    ((name, where),) = stages_of("only")
    assert outcome_at(gate_with(tmp_path, name, where, Action.FLAG, "monitor"), where)[0]
    test_a_broken_check_blocks_in_monitor_mode_too(name, where, tmp_path, monkeypatch)


def test_the_path_answers_where_nothing_is_broken(tmp_path: Path) -> None:
    assert ask(Gate(policy(tmp_path), Parts())).status is Status.ANSWERED
