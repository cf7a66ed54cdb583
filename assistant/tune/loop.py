"""The one training loop: low-rank adapters, whole models, students of a teacher and pruned models are all trained here.

A run keeps its state in one checkpoint file, written whole or not at all. Killed at any moment, it goes on from there and ends
with the same weights: the order of the examples and every random number depend on seed and step alone, and arithmetic on one
machine with the same number of threads repeats itself. (A limit in minutes breaks that, and the result says so.)
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Protocol

from pydantic import ConfigDict, Field, with_config

from assistant.errors import ConfigError
from assistant.protocols import Progress, no_progress

if TYPE_CHECKING:
    from torch import Tensor

CHECKPOINT: Final = "checkpoint.pt"
_NO_DECAY: Final = ("norm", "bias")
_WORST: Final = math.inf
_Count = Annotated[int, Field(ge=1)]
_Positive = Annotated[float, Field(gt=0)]
_Share = Annotated[float, Field(ge=0, le=1)]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to learn.

    `steps` updates of `batch` examples at `rate` (AdamW), warmed up over the first `warmup` share and then falling along half a
    cosine. Every `every` steps the held-out loss is measured and the state kept; after `patience` measures without a better one
    the run ends. `minutes` ends it by the clock, 0 meaning never.
    """

    steps: _Count = 300
    batch: _Count = 4
    rate: _Positive = 3e-4
    warmup: _Share = 0.05
    weight_decay: _Share = 0.01
    clip: _Positive = 1.0
    every: _Count = 25
    patience: _Count = 4
    minutes: Annotated[float, Field(ge=0)] = 0.0
    seed: int = 1


class Task(Protocol):
    """What a run trains: parameters by name, a loss on chosen examples, and a measure on held-out ones (less is better)."""

    @property
    def size(self) -> int:
        """Examples to learn from."""
        ...

    def parameters(self) -> Mapping[str, Tensor]:
        """The trained parameters by name, in a fixed order."""
        ...

    def loss(self, chosen: Sequence[int]) -> Tensor:
        """Mean loss of the examples with these numbers, to be differentiated."""
        ...

    def held_out(self) -> float:
        """The measure that a run stops by."""
        ...

    def after_step(self) -> None:
        """Put right what an update may not change, as the zeros of a pruned matrix."""
        ...


@dataclass(frozen=True, slots=True)
class Measure:
    """The state of learning at one step; losses in nats per token."""

    step: int
    train: float
    held: float


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended. `why` is "all steps", "no better" or "time"; only the last leaves the weights to chance."""

    best: Measure
    history: tuple[Measure, ...]
    steps: int
    why: str
    weights_sha256: str


@dataclass(slots=True)
class _State:
    step: int = 0
    best: Measure = field(default_factory=lambda: Measure(0, _WORST, _WORST))
    history: list[Measure] = field(default_factory=list)
    stale: int = 0
    weights: dict[str, Tensor] = field(default_factory=dict)
    seconds: float = 0.0


class Run:
    """One training run in a folder. `fingerprint` names all that it depends on: a checkpoint of another run is refused."""

    def __init__(self, task: Task, schedule: Schedule, folder: Path, fingerprint: str) -> None:
        import torch

        self._task, self._schedule, self._folder = task, schedule, folder
        self._fingerprint = hashlib.sha256(f"{fingerprint}{json.dumps(asdict(schedule))}".encode()).hexdigest()
        self._parameters = dict(task.parameters())
        decayed = [p for name, p in self._parameters.items() if not any(word in name for word in _NO_DECAY)]
        plain = [p for name, p in self._parameters.items() if any(word in name for word in _NO_DECAY)]
        groups = [{"params": decayed, "weight_decay": schedule.weight_decay}, {"params": plain, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW([g for g in groups if g["params"]], lr=schedule.rate)
        self._state = _State()

    def go(self, progress: Progress = no_progress, say: Callable[[str], None] | None = None) -> Result:
        """Train, or go on from the checkpoint; the task is left with its best weights.

        Raises ConfigError where the folder holds the checkpoint of another run or cannot be written.
        """
        schedule, state = self._schedule, self._state
        self._resume()
        if not state.history:
            self._measure(_WORST)
        began, before = time.monotonic(), state.seconds
        why = "all steps"
        lately: list[float] = []
        while state.step < schedule.steps:
            if state.stale >= schedule.patience:
                why = "no better"
                break
            if schedule.minutes and state.seconds > 60 * schedule.minutes:
                why = "time"
                break
            lately.append(self._update())
            state.step += 1
            state.seconds = before + time.monotonic() - began
            left = (schedule.steps - state.step) * state.seconds / state.step
            progress(state.step, schedule.steps, f"loss {lately[-1]:.3f}, {_clock(left)} left")
            if state.step % schedule.every == 0 or state.step == schedule.steps:
                self._measure(sum(lately) / len(lately))
                lately = []
                if say is not None:
                    last = state.history[-1]
                    say(
                        f"step {last.step} of {schedule.steps}: loss {last.train:.4f}, held out {last.held:.4f} "
                        f"(best {state.best.held:.4f} at {state.best.step}), {_clock(left)} left"
                    )
        self._restore(state.weights)
        return Result(state.best, tuple(state.history), state.step, why, weights_hash(self._parameters))

    def _update(self) -> float:
        import torch

        schedule, step = self._schedule, self._state.step
        # Whatever draws random numbers in a step draws the same after a restart.
        torch.manual_seed(schedule.seed * 1_000_003 + step)
        for group in self._optimizer.param_groups:
            group["lr"] = schedule.rate * _pace(step, schedule)
        loss = self._task.loss(batch_of(self._task.size, schedule.batch, step, schedule.seed))
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self._parameters.values()), schedule.clip)
        self._optimizer.step()
        self._task.after_step()
        return float(loss.detach())

    def _measure(self, train: float) -> None:
        """Measure on held-out examples, keep the best weights, write the checkpoint."""
        import torch

        state = self._state
        with torch.no_grad():
            found = Measure(state.step, train, self._task.held_out())
        state.history.append(found)
        if found.held < state.best.held:
            state.best, state.stale = found, 0
            state.weights = {name: p.detach().clone() for name, p in self._parameters.items()}
        else:
            state.stale += 1
        self._keep()

    def _keep(self) -> None:
        import torch

        state = self._state
        value = {
            "fingerprint": self._fingerprint,
            "step": state.step,
            "stale": state.stale,
            "seconds": state.seconds,
            "history": [list(asdict(m).values()) for m in state.history],
            "best": list(asdict(state.best).values()),
            "weights": {name: p.detach() for name, p in self._parameters.items()},
            "best_weights": state.weights,
            "optimizer": self._optimizer.state_dict(),
        }
        path = self._folder / CHECKPOINT
        part = path.with_name(path.name + ".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.touch(mode=0o600)
            part.chmod(0o600)  # one that a killed run left keeps its mode otherwise
            torch.save(value, part)
            part.replace(path)
        except (OSError, RuntimeError):
            raise ConfigError(
                "the checkpoint cannot be written", path=path, remedy="free some space, or choose another folder"
            ) from None

    def _resume(self) -> None:
        import torch

        path = self._folder / CHECKPOINT
        if not path.is_file():
            return
        try:
            value = torch.load(path, weights_only=True, map_location="cpu")
            same = value["fingerprint"] == self._fingerprint
        except (OSError, RuntimeError, ValueError, KeyError, EOFError):
            raise ConfigError("not a checkpoint", path=path, remedy="remove the file and start again") from None
        if not same:
            raise ConfigError(
                "the checkpoint is of another run: data, base, settings or version differ",
                path=path,
                remedy="choose another folder, or remove the file to start again",
            )
        self._restore(value["weights"])
        self._optimizer.load_state_dict(value["optimizer"])
        self._state.step, self._state.stale = value["step"], value["stale"]
        self._state.seconds, self._state.weights = value["seconds"], value["best_weights"]
        self._state.history = [Measure(int(m[0]), m[1], m[2]) for m in value["history"]]
        best = value["best"]
        self._state.best = Measure(int(best[0]), best[1], best[2])

    def _restore(self, weights: Mapping[str, Tensor]) -> None:
        import torch

        with torch.no_grad():
            for name, parameter in self._parameters.items():
                if name in weights:
                    parameter.copy_(weights[name])


def best_weights(folder: Path, parameters: Mapping[str, Tensor]) -> None:
    """Put the best weights of a run's checkpoint into parameters of the same names. Raises ConfigError where there are none."""
    import torch

    path = folder / CHECKPOINT
    try:
        found = torch.load(path, weights_only=True, map_location="cpu")["best_weights"]
    except (OSError, RuntimeError, ValueError, KeyError, EOFError):
        raise ConfigError("not a checkpoint", path=path, remedy="train first") from None
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(found[name])


def batch_of(size: int, batch: int, step: int, seed: int) -> list[int]:
    """The examples of a step: each pass goes through all of them in an order of its own."""
    chosen: list[int] = []
    for at in range(step * batch, (step + 1) * batch):
        turn, place = divmod(at, size)
        order = list(range(size))
        random.Random(f"{seed}:{turn}").shuffle(order)  # noqa: S311 - an order, no secret
        chosen.append(order[place])
    return chosen


def weights_hash(parameters: Mapping[str, Tensor]) -> str:
    """SHA-256 over names, shapes and bytes of the parameters."""
    import torch

    found = hashlib.sha256()
    for name, parameter in sorted(parameters.items()):
        value = parameter.detach().contiguous().cpu()
        found.update(f"{name}{tuple(value.shape)}{value.dtype}".encode())
        found.update(value.reshape(-1).view(torch.uint8).numpy().tobytes() if value.numel() else b"")
    return found.hexdigest()


def padded(sequences: Iterable[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Token ids and attention mask, zeros at the right."""
    import torch

    rows = list(sequences)
    width = max(len(row) for row in rows)
    ids = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask


def _pace(step: int, schedule: Schedule) -> float:
    warm = max(1, round(schedule.warmup * schedule.steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, schedule.steps - warm)))


def _clock(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
