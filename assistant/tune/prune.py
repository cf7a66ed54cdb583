"""`tune prune`: take out what a model needs least, then let it recover.

Depth: layers that change their input least, by one minus the cosine of what goes in and comes out (Men et al. 2024, "ShortGPT").
Width: groups of attention heads and neurons of the feed-forward layers by what they add to the output on the set (Molchanov et al.
2017; Sun et al. 2023, "Wanda"). Two of four: of each four weights in a row the two smaller ones become zero, which processors with
sparse kernels use; it makes no file smaller and no other processor faster.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import ConfigDict, Field, with_config

from assistant.errors import UsageError
from assistant.packs.pack import Prompts
from assistant.protocols import Progress, no_progress
from assistant.tune.base import Base
from assistant.tune.distill import DistillSettings, DistillTask, layer_map, whole
from assistant.tune.examples import Encoded, Example, encode
from assistant.tune.export import write_model
from assistant.tune.loop import Run, Schedule, padded
from assistant.tune.lora import Tuned, trainable
from assistant.tune.provenance import fingerprint_of, manifest, write_manifest
from assistant.tune.rows import Row
from assistant.tune.writer_task import spread

if TYPE_CHECKING:
    from torch import Tensor

READ: Final = 32
"""Examples that importance is measured on."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class PruneSettings:
    """`layers`, `head_groups` (a key head with its query heads) and `neurons` (of each feed-forward layer) to take out; `sparse`
    leaves two of four weights. `temperature`, `soft` and `train` are those of the recovery, whose teacher is the whole model."""

    layers: int = 0
    head_groups: int = 0
    neurons: int = 0
    sparse: bool = False
    temperature: Annotated[float, Field(gt=0)] = 2.0
    soft: Annotated[float, Field(ge=0, le=1)] = 0.7
    train: str = "full"


class SparseTask(DistillTask):
    """Recovery that keeps the zeros."""

    masks: Mapping[str, Tensor] = {}

    def after_step(self) -> None:
        """What was zero stays zero."""
        import torch

        with torch.no_grad():
            for name, mask in self.masks.items():
                if name in self._trained:
                    self._trained[name].mul_(mask)


def tune_prune(
    base: Base,
    rows: Sequence[Row],
    prompts: Prompts,
    settings: PruneSettings,
    schedule: Schedule,
    folder: Path,
    *,
    progress: Progress = no_progress,
    say: Callable[[str], None] | None = None,
) -> Tuned:
    """Prune, recover against the whole model as teacher, and write `model.gguf` with its manifest.

    What is taken out depends on base and set alone, so a run that resumes takes out the same. Raises UsageError where the settings
    take out nothing, or more than there is.
    """
    import torch

    torch.manual_seed(schedule.seed)
    examples = encode(rows, prompts, base.template, base.tokenizer)
    teacher = base.model.float()
    student = copy.deepcopy(teacher)
    read = spread(examples.train, READ)
    taken = prune(student, read, settings)
    task = _recovery(student, teacher, examples, settings, schedule.seed, taken)
    about = fingerprint_of("prune", rows, settings, base.sha256)
    result = Run(task, schedule, folder, about).go(progress, say)
    file = write_model(student, base.path, folder / "model.gguf")
    told = {**asdict(settings), **asdict(schedule), "taken_layers": taken.layers, "size": size_of(student)}
    made = manifest("prune", base, rows, told, result, file)
    write_manifest(made, folder)
    return Tuned(file, result, made)


@dataclass(frozen=True, slots=True)
class Taken:
    """The layers that were taken out, by their number in the whole model, and the masks of sparse matrices by name."""

    layers: tuple[int, ...]
    masks: Mapping[str, Tensor]


def prune(model: Any, read: Sequence[Example], settings: PruneSettings) -> Taken:
    """Prune a model in place. Raises UsageError where the settings do not fit it."""
    _fitting(model.config, settings)
    if settings.head_groups or settings.neurons:
        heads, neurons = _importance(model, read)
        if settings.head_groups:
            drop_heads(model, heads, settings.head_groups)
        if settings.neurons:
            drop_neurons(model, neurons, settings.neurons)
    taken: tuple[int, ...] = ()
    if settings.layers:
        taken = tuple(sorted(_least(block_importance(model, read), settings.layers)))
        drop_layers(model, taken)
    return Taken(taken, two_of_four(model) if settings.sparse else {})


def block_importance(model: Any, read: Sequence[Example]) -> list[float]:
    """For each layer how far it turns its input, 0 to 2: one minus the mean cosine of its input and output."""
    import torch

    ids, mask = padded(example.ids for example in read)
    found: list[float] = []

    def measure(_: object, given: tuple[Tensor, ...], made: Tensor | tuple[Tensor, ...]) -> None:
        out = made[0] if isinstance(made, tuple) else made
        cosine = torch.nn.functional.cosine_similarity(given[0].float(), out.float(), dim=-1)
        found.append(1 - float((cosine * mask).sum() / mask.sum()))

    hooks = [layer.register_forward_hook(measure) for layer in model.model.layers]
    try:
        with torch.no_grad():
            model.model(input_ids=ids, attention_mask=mask, use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def drop_layers(model: Any, taken: Sequence[int]) -> None:
    """Take layers out."""
    import torch

    kept = [layer for at, layer in enumerate(model.model.layers) if at not in set(taken)]
    for at, layer in enumerate(kept):
        layer.self_attn.layer_idx = at
    model.model.layers = torch.nn.ModuleList(kept)
    model.config.num_hidden_layers = len(kept)
    if getattr(model.config, "layer_types", None):
        model.config.layer_types = model.config.layer_types[: len(kept)]


def drop_heads(model: Any, importance: Sequence[Tensor], count: int) -> None:
    """Take the least important groups of heads out of each layer: a key head, its value head and the query heads that share it."""
    config = model.config
    groups, head = config.num_key_value_heads, model.model.layers[0].self_attn.head_dim
    shared = config.num_attention_heads // groups
    for layer, weights in zip(model.model.layers, importance, strict=True):
        lost = _least(weights.reshape(groups, shared).sum(1).tolist(), count)
        kept = [group for group in range(groups) if group not in lost]
        keys = [group * head + at for group in kept for at in range(head)]
        queries = [(group * shared + s) * head + at for group in kept for s in range(shared) for at in range(head)]
        attention = layer.self_attn
        _rows(attention.k_proj, keys)
        _rows(attention.v_proj, keys)
        _rows(attention.q_proj, queries)
        _columns(attention.o_proj, queries)
    config.num_key_value_heads, config.num_attention_heads = groups - count, (groups - count) * shared
    # Else transformers would reckon the width of a head from the number of heads.
    config.head_dim = head


def drop_neurons(model: Any, importance: Sequence[Tensor], count: int) -> None:
    """Take the least important neurons out of each feed-forward layer."""
    for layer, weights in zip(model.model.layers, importance, strict=True):
        lost = set(_least(weights.tolist(), count))
        kept = [at for at in range(len(weights)) if at not in lost]
        _rows(layer.mlp.gate_proj, kept)
        _rows(layer.mlp.up_proj, kept)
        _columns(layer.mlp.down_proj, kept)
        layer.mlp.intermediate_size = len(kept)
    model.config.intermediate_size -= count


def two_of_four(model: Any) -> dict[str, Tensor]:
    """Zero the two smaller of each four weights of the layers' matrices; the masks by parameter name."""
    import torch

    masks: dict[str, Tensor] = {}
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if ".layers." not in name or parameter.ndim != 2 or parameter.shape[1] % 4:
                continue
            fours = parameter.abs().reshape(parameter.shape[0], -1, 4)
            kept = fours.topk(2, dim=-1).indices
            mask = torch.zeros_like(fours).scatter_(-1, kept, 1.0).reshape(parameter.shape)
            parameter.mul_(mask)
            masks[name] = mask
    return masks


def size_of(model: Any) -> int:
    """Parameters, a shared one once."""
    return sum(int(parameter.numel()) for parameter in model.parameters())


def _importance(model: Any, read: Sequence[Example]) -> tuple[list[Tensor], list[Tensor]]:
    """For each layer what its heads and its neurons add: mean size of the activation times the norm of the column that reads it."""
    import torch

    ids, mask = padded(example.ids for example in read)
    seen: dict[int, Tensor] = {}

    def measure(module: object, given: tuple[Tensor, ...]) -> None:
        there = mask.reshape(-1).bool()
        seen[id(module)] = given[0].reshape(-1, given[0].shape[-1])[there].abs().mean(0)

    modules = [m for layer in model.model.layers for m in (layer.self_attn.o_proj, layer.mlp.down_proj)]
    hooks = [module.register_forward_pre_hook(measure) for module in modules]
    try:
        with torch.no_grad():
            model.model(input_ids=ids, attention_mask=mask, use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    added = [seen[id(module)] * module.weight.detach().norm(dim=0) for module in modules]
    heads = [each.reshape(model.config.num_attention_heads, -1).sum(1) for each in added[::2]]
    return heads, added[1::2]


def _recovery(
    student: Any, teacher: Any, examples: Encoded, settings: PruneSettings, seed: int, taken: Taken
) -> SparseTask:
    trained = trainable(student, whole(settings.train), seed)
    softened = DistillSettings(settings.temperature, settings.soft, train=settings.train)
    layers = layer_map(student.config.num_hidden_layers, teacher.config.num_hidden_layers)
    task = SparseTask(student, teacher, examples, trained, softened, layers)
    task.masks = taken.masks
    return task


def _fitting(config: Any, settings: PruneSettings) -> None:
    limits = {
        "layers": config.num_hidden_layers,
        "head_groups": config.num_key_value_heads,
        "neurons": config.intermediate_size,
    }
    if not settings.sparse and not any(getattr(settings, name) for name in limits):
        raise UsageError("nothing is to be taken out", remedy="give layers, head groups, neurons or two-of-four")
    for name, most in limits.items():
        if not 0 <= getattr(settings, name) < most:
            raise UsageError(f"the model has {most} {name.replace('_', ' ')}", remedy="take out fewer")


def _least(values: Sequence[float], count: int) -> list[int]:
    return sorted(range(len(values)), key=lambda at: (values[at], at))[:count]


def _rows(linear: Any, kept: Sequence[int]) -> None:
    import torch

    linear.weight = torch.nn.Parameter(linear.weight.detach()[list(kept)].clone())
    if linear.bias is not None:
        linear.bias = torch.nn.Parameter(linear.bias.detach()[list(kept)].clone())
    linear.out_features = len(kept)


def _columns(linear: Any, kept: Sequence[int]) -> None:
    import torch

    linear.weight = torch.nn.Parameter(linear.weight.detach()[:, list(kept)].clone())
    linear.in_features = len(kept)
