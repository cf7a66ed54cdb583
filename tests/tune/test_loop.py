"""The loop: killed and resumed it ends in the same bytes, it stops when nothing gets better, and takes no foreign checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ConfigError
from assistant.tune.loop import CHECKPOINT, Run, Schedule, batch_of, weights_hash

torch = pytest.importorskip("torch")


class Line:
    """Fits a line with noise drawn at each step, so that a run that resumed with other random numbers would show."""

    size = 8

    def __init__(self) -> None:
        self.weight = torch.nn.Parameter(torch.zeros(3))
        self.held = 0
        self.dies_at = -1

    def parameters(self) -> Mapping[str, Any]:
        return {"weight": self.weight}

    def loss(self, chosen: Sequence[int]) -> Any:
        self.dies_at -= 1
        if self.dies_at == 0:
            raise KeyboardInterrupt
        noise = torch.randn(3) * 0.1
        target = torch.tensor([float(sum(chosen)), 1.0, -1.0]) / 8
        return ((self.weight + noise - target) ** 2).mean()

    def held_out(self) -> float:
        return float(((self.weight - torch.tensor([1.5, 0.1, -0.1])) ** 2).mean())

    def after_step(self) -> None:
        pass


def test_a_run_that_was_killed_ends_with_the_same_weights(tmp_path: Path) -> None:
    schedule = Schedule(steps=20, batch=2, every=4, rate=0.05, patience=100)
    whole = Run(Line(), schedule, tmp_path / "whole", "x").go()
    for death in (3, 10, 19):
        folder = tmp_path / f"killed-{death}"
        task = Line()
        task.dies_at = death
        with pytest.raises(KeyboardInterrupt):
            Run(task, schedule, folder, "x").go()
        resumed = Run(Line(), schedule, folder, "x").go()
        assert resumed.weights_sha256 == whole.weights_sha256
        assert resumed.history == whole.history


def test_a_checkpoint_is_for_its_owner_alone_whatever_a_killed_run_left(tmp_path: Path) -> None:
    left = tmp_path / f"{CHECKPOINT}.part"
    left.touch()
    left.chmod(0o666)
    task = Line()
    task.dies_at = 1  # the first checkpoint took the left file's place, and no other is written
    with pytest.raises(KeyboardInterrupt):
        Run(task, Schedule(steps=2, batch=2), tmp_path, "x").go()
    assert (tmp_path / CHECKPOINT).stat().st_mode & 0o777 == 0o600


def test_another_seed_ends_elsewhere(tmp_path: Path) -> None:
    one = Run(Line(), Schedule(steps=8, batch=2, seed=1), tmp_path / "1", "x").go()
    other = Run(Line(), Schedule(steps=8, batch=2, seed=2), tmp_path / "2", "x").go()
    assert one.weights_sha256 != other.weights_sha256


def test_it_stops_when_nothing_gets_better_and_keeps_the_best(tmp_path: Path) -> None:
    class Worse(Line):
        def held_out(self) -> float:
            self.held += 1
            return float(self.held)

    task = Worse()
    result = Run(task, Schedule(steps=100, batch=2, every=2, patience=3, rate=0.1), tmp_path, "x").go()
    assert (result.why, result.best.step, result.steps) == ("no better", 0, 6)
    assert torch.equal(task.weight, torch.zeros(3))


def test_the_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    Run(Line(), Schedule(steps=2), tmp_path, "one set").go()
    with pytest.raises(ConfigError, match="another run"):
        Run(Line(), Schedule(steps=2), tmp_path, "another set").go()
    with pytest.raises(ConfigError, match="another run"):
        Run(Line(), Schedule(steps=3), tmp_path, "one set").go()


def test_a_broken_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT).write_bytes(b"half")
    with pytest.raises(ConfigError, match="not a checkpoint"):
        Run(Line(), Schedule(steps=2), tmp_path, "x").go()


def test_every_example_is_read_once_a_pass() -> None:
    seen = [at for step in range(4) for at in batch_of(8, 2, step, seed=3)]
    again = [at for step in range(4, 8) for at in batch_of(8, 2, step, seed=3)]
    assert sorted(seen) == sorted(again) == list(range(8))
    assert seen != again


def test_the_hash_of_weights_tells_a_single_number_from_another() -> None:
    one, two = ({"sharpness": torch.tensor(value)} for value in (1.0, 2.0))
    assert weights_hash(one) == weights_hash({"sharpness": torch.tensor(1.0)}) != weights_hash(two)
