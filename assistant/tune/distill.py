"""`tune distill`: a smaller student learns what a teacher says, not only what the set says.

Softened targets: Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network": the Kullback-Leibler divergence of the
two next-token distributions at a temperature, times its square, beside the cross-entropy of the answers. Hidden states (Romero et al.
2015, "FitNets") are compared layer by layer through a learned matrix where the widths differ; relations between tokens (Park et al. 2019,
"Relational Knowledge Distillation") and attention (Wang et al. 2020, "MiniLM") need none. Both models read the same tokens; where they
do not, the student learns what the teacher writes (`tune.sequence`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import ConfigDict, Field, with_config

from assistant.errors import ModelError, UsageError
from assistant.packs.pack import Prompts
from assistant.protocols import Progress, no_progress
from assistant.tune.base import Base
from assistant.tune.examples import Encoded, Example, encode
from assistant.tune.export import write_model
from assistant.tune.loop import Run, Schedule, padded
from assistant.tune.lora import LoraSettings, Tuned, trainable
from assistant.tune.provenance import fingerprint_of, manifest, write_manifest
from assistant.tune.rows import Row
from assistant.tune.sequence import greedy, taught_by
from assistant.tune.writer_task import WriterTask

if TYPE_CHECKING:
    from torch import Tensor


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class DistillSettings:
    """`temperature` softens both distributions; `soft` is the share of the divergence in the loss, the rest is cross-entropy.
    `hidden` weighs the distance of hidden states, `relations` that of the cosines between tokens in paired layers, `attention` the
    divergence of what the last layers look at; 0 leaves each out. `sequence`: the student learns the teacher's texts instead, which
    needs no common tokens. `train` as in `LoraSettings`, without adapters."""

    temperature: Annotated[float, Field(gt=0)] = 2.0
    soft: Annotated[float, Field(ge=0, le=1)] = 0.7
    hidden: Annotated[float, Field(ge=0)] = 0.0
    relations: Annotated[float, Field(ge=0)] = 0.0
    attention: Annotated[float, Field(ge=0)] = 0.0
    sequence: bool = False
    train: str = "full"

    @property
    def inside(self) -> bool:
        """Whether layers are compared, not only what comes out."""
        return bool(self.hidden or self.relations or self.attention)


class DistillTask(WriterTask):
    """The writer's task with a teacher beside it. `layers` pairs student layers with teacher layers, counted from 1; layer 0 is
    the embedding."""

    def __init__(
        self,
        student: Any,
        teacher: Any,
        examples: Encoded,
        trained: Mapping[str, Tensor],
        settings: DistillSettings,
        layers: Sequence[tuple[int, int]],
    ) -> None:
        import torch

        super().__init__(student, examples, trained)
        self._teacher, self._settings, self._layers = teacher, settings, list(layers)
        if settings.attention:
            for model in (student, teacher):
                # The faster kernels never hold the probabilities that are compared here.
                model.set_attn_implementation("eager")
        wide, narrow = teacher.config.hidden_size, student.config.hidden_size
        self._bridge: Any = None
        if settings.hidden and wide != narrow:
            self._bridge = torch.nn.Linear(narrow, wide, bias=False)
            self._trained["bridge.weight"] = self._bridge.weight

    def loss(self, chosen: Sequence[int]) -> Tensor:
        """Cross-entropy and divergence in their shares, and the distance of hidden states."""
        import torch

        examples = [self._train[at] for at in chosen]
        with torch.no_grad():
            theirs = _read(self._teacher, examples, self._settings)
        ours = _read(self.model, examples, self._settings)
        t = self._settings.temperature
        divergence = torch.nn.functional.kl_div(
            torch.log_softmax(ours.logits.float() / t, -1),
            torch.log_softmax(theirs.logits.float() / t, -1),
            log_target=True,
            reduction="batchmean",
        )
        hard = torch.nn.functional.cross_entropy(ours.logits.float(), ours.wanted)
        loss = self._settings.soft * t * t * divergence + (1 - self._settings.soft) * hard
        return loss + self._within(ours, theirs) if self._settings.inside else loss

    def _within(self, ours: _Seen, theirs: _Seen) -> Tensor:
        """What the layers differ in, each term with its weight."""
        import torch

        settings, total = self._settings, torch.zeros(())
        if settings.hidden:
            total = total + settings.hidden * self._distance(ours.states, theirs.states)
        if settings.relations:
            pairs = [(ours.states[mine], theirs.states[other]) for mine, other in self._layers]
            total = total + settings.relations * sum(_relations(mine, other) for mine, other in pairs) / len(pairs)
        if settings.attention:
            total = total + settings.attention * _looked_at(ours.attention, theirs.attention)
        return total

    def _distance(self, ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> Tensor:
        """Mean squared distance of the directions of paired hidden states; lengths differ from layer to layer by orders."""
        import torch

        total = torch.zeros(())
        for mine, other in self._layers:
            state = ours[mine].float()
            state = self._bridge(state) if self._bridge is not None else state
            unit = torch.nn.functional.normalize
            total = total + ((unit(state, dim=-1) - unit(theirs[other].float(), dim=-1)) ** 2).sum(-1).mean()
        return total / len(self._layers)


def tune_distill(
    student: Base,
    teacher: Base,
    rows: Sequence[Row],
    prompts: Prompts,
    settings: DistillSettings,
    schedule: Schedule,
    folder: Path,
    *,
    progress: Progress = no_progress,
    say: Callable[[str], None] | None = None,
) -> Tuned:
    """Train the student and write it as `model.gguf` with its manifest. Raises ModelError where the two do not read alike."""
    import torch

    torch.manual_seed(schedule.seed)
    about = fingerprint_of("distill", rows, settings, student.sha256, teacher.sha256)
    told = {**asdict(settings), **asdict(schedule), "teacher": teacher.name, "teacher_sha256": teacher.sha256}
    trained = trainable(student.model, whole(settings.train), schedule.seed)
    task: WriterTask
    if settings.sequence:
        if settings.inside:
            raise UsageError("texts have no layers to compare", remedy="leave out hidden, relations and attention")
        taught = taught_by(greedy(teacher, prompts), rows, folder, f"{teacher.sha256}{prompts}", progress)
        told["taught_rows"] = taught.taught
        task = WriterTask(student.model, encode(taught.rows, prompts, student.template, student.tokenizer), trained)
    else:
        same_tokens(student, teacher)
        examples = encode(rows, prompts, student.template, student.tokenizer)
        layers = layer_map(student.model.config.num_hidden_layers, teacher.model.config.num_hidden_layers)
        task = DistillTask(student.model, teacher.model.float(), examples, trained, settings, layers)
    result = Run(task, schedule, folder, about).go(progress, say)
    file = write_model(student.model, student.path, folder / "model.gguf")
    made = manifest("distill", student, rows, told, result, file)
    write_manifest(made, folder)
    return Tuned(file, result, made)


def whole(train: str) -> LoraSettings:
    """The settings for training layers themselves. Raises UsageError for adapters: a student is exported whole."""
    if train == "adapter":
        raise UsageError("a student or pruned model is trained itself", remedy="say full, or last:N")
    return LoraSettings(train=train)


def same_tokens(student: Base, teacher: Base) -> None:
    """Raises ModelError where the two tokenizers differ: distributions over different tokens cannot be compared."""
    if student.tokenizer.get_vocab() != teacher.tokenizer.get_vocab() or student.template != teacher.template:
        raise ModelError(
            f"{student.name} and {teacher.name} do not read the same tokens",
            remedy="choose a teacher of the same family, or say --sequence: the student then learns what the teacher writes",
        )


def layer_map(student: int, teacher: int) -> list[tuple[int, int]]:
    """Each student layer with the teacher layer at the same depth, the last with the last."""
    return [(at, round(at * teacher / student)) for at in range(1, student + 1)]


class _Seen(NamedTuple):
    """At the answers' tokens: logits, shape (tokens, vocabulary), the tokens; hidden states of all layers, and the attention of the last
    one as a mean over its heads, shape (tokens, length), where they were asked for."""

    logits: Tensor
    wanted: Tensor
    states: Sequence[Tensor]
    attention: Tensor | None


def _read(model: Any, examples: Sequence[Example], settings: DistillSettings) -> _Seen:
    import torch

    ids, mask = padded(example.ids for example in examples)
    out = model.model(
        input_ids=ids, attention_mask=mask, use_cache=False,
        output_hidden_states=settings.inside, output_attentions=bool(settings.attention),
    )  # fmt: skip
    rows = [row for row, example in enumerate(examples) for _ in example.answer]
    columns = [len(example.prompt) - 1 + at for example in examples for at in range(len(example.answer))]
    wanted = torch.tensor([token for example in examples for token in example.answer])
    hidden = [state[rows, columns] for state in out.hidden_states] if settings.inside else []
    looked = out.attentions[-1].mean(1)[rows, columns] if settings.attention else None
    return _Seen(model.lm_head(out.last_hidden_state[rows, columns]), wanted, hidden, looked)


def _relations(mine: Tensor, other: Tensor) -> Tensor:
    """Mean squared difference of the cosines between all pairs of tokens; the widths need not be the same."""
    import torch

    first, second = (torch.nn.functional.normalize(state.float(), dim=-1) for state in (mine, other))
    return ((first @ first.T - second @ second.T) ** 2).mean()


def _looked_at(mine: Tensor | None, other: Tensor | None) -> Tensor:
    """Kullback-Leibler divergence of the student's attention from the teacher's, nats a token."""
    import torch

    if mine is None or other is None:
        return torch.zeros(())
    smallest = torch.finfo(torch.float32).tiny
    first, second = (given.float().clamp(min=smallest) for given in (mine, other))
    return (second * (second.log() - first.log())).sum(-1).mean()
