"""`tune lora`: a low-rank adapter on a base, or some or all of its layers, trained on a set.

LoRA: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models". The base stays as it is; the adapter is a file of a few
megabytes that the engine loads beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import ConfigDict, Field, with_config

from assistant.errors import UsageError
from assistant.packs.pack import Prompts
from assistant.protocols import Progress, no_progress
from assistant.tune.base import Base
from assistant.tune.examples import encode
from assistant.tune.export import write_adapter, write_model
from assistant.tune.fake_quant import fake_quantized
from assistant.tune.loop import Result, Run, Schedule
from assistant.tune.provenance import Manifest, fingerprint_of, manifest, write_manifest
from assistant.tune.rows import Row
from assistant.tune.writer_task import WriterTask

if TYPE_CHECKING:
    from torch import Tensor


TARGETS: Final = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_LAYER: Final = re.compile(r"\.layers\.(\d+)\.")


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class LoraSettings:
    """`train`: "adapter", "full", or "last:N" for the last N layers and the final norm. `rank` and `alpha` are those of the adapter,
    `targets` the matrices that get one. `fairness` weighs the pairing penalty; 0 leaves it out. `fake_quant` trains for a file of that
    type: linear layers compute with weights rounded as it will round them (`tune.fake_quant`)."""

    train: str = "adapter"
    rank: Annotated[int, Field(ge=1, le=256)] = 8
    alpha: Annotated[float, Field(gt=0)] = 16.0
    targets: tuple[str, ...] = TARGETS
    fairness: Annotated[float, Field(ge=0)] = 0.0
    fake_quant: Annotated[str, Field(pattern="^(?:none|Q4_0|Q8_0)$")] = "none"


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of a run: the file for the engine, how the run ended, and its provenance."""

    file: Path
    result: Result
    manifest: Manifest


def tune_lora(
    base: Base,
    rows: Sequence[Row],
    prompts: Prompts,
    settings: LoraSettings,
    schedule: Schedule,
    folder: Path,
    *,
    progress: Progress = no_progress,
    say: Callable[[str], None] | None = None,
) -> Tuned:
    """Train and export. The folder gets `checkpoint.pt`, `adapter.gguf` or `model.gguf`, and `manifest.json`.

    A run that was killed goes on from its checkpoint. Raises ModelError, UsageError, ConfigError.
    """
    import torch

    torch.manual_seed(schedule.seed)
    examples = encode(rows, prompts, base.template, base.tokenizer)
    trained = trainable(base.model, settings, schedule.seed)
    about = fingerprint_of("lora", rows, settings, base.sha256)
    task = WriterTask(base.model, examples, trained, fairness=settings.fairness)
    with fake_quantized(base.model, settings.fake_quant):
        result = Run(task, schedule, folder, about).go(progress, say)
    if settings.train == "adapter":
        file = write_adapter(base, folder / "adapter.gguf", alpha=settings.alpha, rank=settings.rank)
    else:
        file = write_model(base.model, base.path, folder / "model.gguf")
    made = manifest("lora", base, rows, {**asdict(settings), **asdict(schedule)}, result, file)
    write_manifest(made, folder)
    return Tuned(file, result, made)


def trainable(model: Any, settings: LoraSettings, seed: int) -> Mapping[str, Tensor]:
    """The parameters to train by name, all others frozen; adapters are put into the model, the same ones for the same seed.

    Raises UsageError where the settings name no part of the model.
    """
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    if settings.train == "adapter":
        return _adapters(model, settings, seed)
    names = set(_chosen(model, settings.train))
    for name, parameter in model.named_parameters():
        # A whole model does not learn in bfloat16: updates are smaller than its steps.
        if name in names:
            parameter.data = parameter.data.float()
            parameter.requires_grad_(True)
    if names:
        model.float()
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def _chosen(model: Any, train: str) -> list[str]:
    names = [name for name, _ in model.named_parameters()]
    if train == "full":
        return names
    last = re.fullmatch(r"last:(\d+)", train)
    layers = model.config.num_hidden_layers
    if last is None or not 1 <= int(last[1]) <= layers:
        raise UsageError(
            f"'{train}' is no part of the model", remedy=f"say adapter, full, or last:N with N from 1 to {layers}"
        )
    first = layers - int(last[1])
    return [n for n in names if ((m := _LAYER.search(n)) and int(m[1]) >= first) or n.endswith("model.norm.weight")]


def _adapters(model: Any, settings: LoraSettings, seed: int) -> dict[str, Tensor]:
    import torch
    from peft import LoraConfig, inject_adapter_in_model

    known = {name.rsplit(".", 1)[-1] for name, _ in model.named_modules()}
    if missing := [target for target in settings.targets if target not in known]:
        raise UsageError(
            f"the model has no matrix '{missing[0]}'",
            remedy=f"choose among: {', '.join(t for t in TARGETS if t in known)}",
        )
    torch.manual_seed(seed)
    config = LoraConfig(
        r=settings.rank, lora_alpha=settings.alpha, target_modules=list(settings.targets), lora_dropout=0.0, bias="none"
    )
    inject_adapter_in_model(config, model)
    found = {name: p for name, p in model.named_parameters() if p.requires_grad}
    for parameter in found.values():
        parameter.data = parameter.data.float()  # the base may compute in bfloat16, too coarse for small updates
    return found
