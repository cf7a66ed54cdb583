"""A student learns from its teacher, and only from one that reads the same tokens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ModelError, UsageError
from assistant.tune.base import load_base
from assistant.tune.distill import DistillSettings, DistillTask, layer_map, same_tokens, tune_distill
from assistant.tune.examples import encode
from assistant.tune.export import write_model
from assistant.tune.loop import Schedule
from assistant.tune.rows import Row

from .conftest import random_model
from .test_lora import PROMPTS

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def small(header: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = random_model(seed=2, num_hidden_layers=2, hidden_size=32)
    return write_model(model, header, tmp_path_factory.mktemp("small") / "small.gguf")


def test_a_student_comes_nearer_to_its_teacher(small: Path, tiny: Path, rows: list[Row], tmp_path: Path) -> None:
    student, teacher = (load_base(str(path), dtype="float32") for path in (small, tiny))
    examples = encode(rows, PROMPTS, student.template, student.tokenizer)
    trained = dict(student.model.named_parameters())
    settings = DistillSettings(soft=1.0, hidden=0.1)
    task = DistillTask(student.model, teacher.model, examples, trained, settings, layer_map(2, 4))
    assert "bridge.weight" in task.parameters()
    with torch.no_grad():
        before = float(task.loss([0, 1, 2]))
    made = tune_distill(
        student, teacher, rows, PROMPTS, settings, Schedule(steps=20, batch=3, every=20, rate=3e-3), tmp_path
    )
    with torch.no_grad():
        after = float(task.loss([0, 1, 2]))
    assert after < before
    assert made.manifest.settings["teacher_sha256"] == teacher.sha256
    assert load_base(str(made.file), dtype="float32").model.config.num_hidden_layers == 2


def test_a_model_that_is_its_own_teacher_has_nothing_to_learn(tiny: Path, rows: list[Row]) -> None:
    student, teacher = (load_base(str(tiny), dtype="float32") for _ in range(2))
    examples = encode(rows, PROMPTS, student.template, student.tokenizer)
    settings = DistillSettings(soft=1.0, hidden=1.0)
    task = DistillTask(
        student.model, teacher.model, examples, dict(student.model.named_parameters()), settings, layer_map(4, 4)
    )
    with torch.no_grad():
        assert float(task.loss([0, 1])) == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("inside", ["hidden", "relations", "attention"])
def test_each_term_within_the_layers_is_learned_and_is_nought_for_the_teacher_itself(
    inside: str, small: Path, tiny: Path, rows: list[Row]
) -> None:
    student, teacher = (load_base(str(path), dtype="float32") for path in (small, tiny))
    examples = encode(rows, PROMPTS, student.template, student.tokenizer)
    plain, only = DistillSettings(soft=1.0), DistillSettings(soft=1.0, **{inside: 1.0})
    trained = dict(student.model.named_parameters())
    # Built in this order: attention that is compared is computed by another kernel, which both shall use.
    with_term = DistillTask(student.model, teacher.model, examples, trained, only, layer_map(2, 4))
    without = DistillTask(student.model, teacher.model, examples, trained, plain, layer_map(2, 4))

    def term() -> float:
        with torch.no_grad():
            return float(with_term.loss([0, 1, 2]) - without.loss([0, 1, 2]))

    before = term()
    assert before > 1e-4
    optimizer = torch.optim.Adam(trained.values(), lr=3e-3)
    for _ in range(15):
        optimizer.zero_grad()
        (with_term.loss([0, 1, 2]) - without.loss([0, 1, 2])).backward()
        optimizer.step()
    assert term() < 0.8 * before
    itself = load_base(str(tiny), dtype="float32")
    same = DistillTask(
        itself.model, teacher.model, examples, dict(itself.model.named_parameters()), only, layer_map(4, 4)
    )
    with torch.no_grad():
        assert float(same.loss([0, 1])) == pytest.approx(0.0, abs=1e-5)


def test_a_teacher_of_other_tokens_teaches_by_its_texts(tiny: Path, rows: list[Row], tmp_path: Path) -> None:
    """The tokens are told apart by the template here; a teacher that has learned the set says what the set says."""
    settings = DistillSettings(sequence=True)
    schedule = Schedule(steps=20, batch=3, every=20, rate=3e-3)
    student, teacher = (load_base(str(tiny), dtype="float32") for _ in range(2))
    other = replace(teacher, template="llama3")
    with pytest.raises(ModelError, match="--sequence"):
        tune_distill(student, other, rows, PROMPTS, DistillSettings(), schedule, tmp_path / "a")
    made = tune_distill(student, other, rows, PROMPTS, settings, schedule, tmp_path / "b")
    assert made.result.best.held < made.result.history[0].held
    # A random teacher says nothing that the set bears out, so that the set's own answers are learned.
    assert made.manifest.settings["taught_rows"] == 0
    with pytest.raises(UsageError, match="no layers"):
        tune_distill(student, other, rows, PROMPTS, replace(settings, hidden=1.0), schedule, tmp_path / "c")


def test_other_tokens_and_adapters_are_refused(tiny: Path, rows: list[Row], tmp_path: Path) -> None:
    base = load_base(str(tiny), dtype="float32")
    with pytest.raises(ModelError, match="same tokens"):
        same_tokens(base, replace(base, template="llama3"))
    with pytest.raises(UsageError, match="trained itself"):
        tune_distill(base, base, rows, PROMPTS, DistillSettings(train="adapter"), Schedule(), tmp_path)


def test_layers_are_paired_by_depth() -> None:
    assert layer_map(2, 4) == [(1, 2), (2, 4)]
    assert layer_map(20, 30)[-1] == (20, 30)
