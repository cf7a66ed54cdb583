"""A writer in other types, each beside its source: made, measured, held to the policy's limits, and registered where it holds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.config import model_store
from assistant.errors import ModelError
from assistant.evaluate.answers import throwaway
from assistant.evaluate.grounded import questions
from assistant.evaluate.perplexity import Reading, importance, moved, read, windows
from assistant.evaluate.running import Run, run
from assistant.evaluate.weights import fill, load
from assistant.models.catalog import ModelEntry, load_catalog, verify_entry
from assistant.models.derived import (
    derived_entry,
    derived_name,
    importance_sha256,
    refuse_taken,
    register,
    tool_version,
)  # fmt: skip
from assistant.models.ggml import name_of
from assistant.models.gguf_file import read_gguf
from assistant.models.own import add_own
from assistant.models.quantize import preset_of, quantize
from assistant.models.store import incoming
from assistant.packs.pack import load_pack
from assistant.policy.model import load_policy
from assistant.policy.sections import Quantization
from assistant.protocols import Progress, no_progress

if TYPE_CHECKING:
    from assistant.models.ggml import Floats
    from assistant.packs.pack import Pack

DEFAULT_DOMAIN: Final = "healthcare"
_PLAIN: Final = (".md", ".txt")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to make: types, from which model, held to which policy. `questions` 0 asks all that fit; `windows` of 256 tokens.

    `weighted`: with an importance from the pack's documents. `compare` off makes the files and registers them unmeasured.
    `keep` off registers nothing. `answers` off measures on texts alone, in a tenth of the time: limits on answers and groups
    are then not looked at, and nothing is registered.
    """

    model: str
    types: Sequence[str]
    domain: str
    policy: str = ""
    name: str = ""
    weighted: bool = True
    compare: bool = True
    keep: bool = True
    answers: bool = True
    questions: int = 16
    windows: int = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one file; `run` only where it was also put to work.

    `ratio`, `divergence` (nats a token) and `same_first` are against the source.
    """

    bytes: int
    perplexity: float
    ratio: float
    divergence: float
    same_first: float
    run: Run | None


@dataclass(frozen=True, slots=True)
class Made:
    """One type: its figures, why the policy refuses it (empty where it does not), and the name it was registered under."""

    type: str
    mixture: Mapping[str, int]
    figures: Figures | None
    refused: tuple[str, ...] = ()
    registered: str = ""
    importance_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The source and all types made from it, in one table. `text` says on what they were measured."""

    source: str
    source_sha256: str
    source_type: str
    base: Figures | None
    made: tuple[Made, ...]
    text: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)


@dataclass(slots=True)
class _Bench:
    """What stays loaded between types."""

    entry: ModelEntry
    path: Path
    pack: Pack
    model: Any = None
    reading: Reading | None = None
    weights: Mapping[str, Floats] = field(default_factory=dict)
    text: dict[str, object] = field(default_factory=dict)


def compare(
    wanted: Wanted,
    progress: Progress = no_progress,
    store: Path | None = None,
    told: Callable[[Comparison], None] | None = None,
) -> Comparison:
    """Make each type, measure it beside the source, and register what the policy's limits let pass.

    `told` is given what there is after each type, for a run of hours.
    Raises UsageError for an unknown type or a name that is taken, ModelError where the model is missing or of an architecture
    that cannot be compared, PolicyError and PackError. Ctrl-C leaves neither a half file nor a pinned model without its file.
    """
    folder = store or model_store()
    entry = load_catalog(folder).get(wanted.model)
    if entry.role != "writer":
        raise ModelError(f"{entry.name} does not write", remedy="choose a model of the role writer")
    path = verify_entry(entry, folder)
    pack = load_pack(wanted.domain)
    limits = load_policy(wanted.policy or pack.policy).quantization
    for kind in wanted.types:
        preset_of(kind)
        if wanted.keep:
            refuse_taken(_name(wanted, entry, kind), folder)
    bench = _Bench(entry, path, pack)
    _prepare(bench, wanted, progress)
    base = None
    if wanted.compare:
        with incoming(folder) as work:
            base = _measured(bench, entry, path, work, wanted, None)
    found = Comparison(entry.name, entry.files[0].sha256, _mixture_words(path), base, (), dict(bench.text))
    for number, kind in enumerate(wanted.types, 1):
        made = _make(bench, wanted, kind, base, limits, folder, progress)
        found = replace(found, made=(*found.made, made))
        progress(number, len(wanted.types), kind)
        if told is not None:
            told(found)
    return found


def refusals(base: Figures, figures: Figures, limits: Quantization) -> tuple[str, ...]:
    """Which limits of the policy a type passes, in words with both figures."""
    found = []
    if figures.ratio > limits.perplexity_ratio:
        found.append(f"perplexity is {figures.ratio:.3f} times the source's, {limits.perplexity_ratio:g} allowed")
    if figures.divergence > limits.divergence_nats:
        found.append(f"divergence is {figures.divergence:.4f} nats a token, {limits.divergence_nats:g} allowed")
    if base.run is None or figures.run is None:
        return tuple(found)
    if (drop := base.run.grounded - figures.run.grounded) > limits.grounded_drop:
        found.append(f"grounded answers fell by {drop:.3f}, {limits.grounded_drop:g} allowed")
    if (grown := figures.run.gap - base.run.gap) > limits.fairness_gap_nats:
        found.append(f"the gap between groups grew by {grown:.3f} nats, {limits.fairness_gap_nats:g} allowed")
    return tuple(found)


def _prepare(bench: _Bench, wanted: Wanted, progress: Progress) -> None:
    """Domain text through the training checks; every other document weighs, the rest measures."""
    if not (wanted.weighted or wanted.compare):
        return
    from assistant.engines.bpe import Bpe

    texts, dropped = gated_texts(bench.pack, wanted.policy or None, progress)
    bpe = Bpe.of(bench.path)
    bench.model = load(bench.path)
    weighing = windows(bpe.encode("\n\n".join(texts[::2])), wanted.windows)
    measuring = windows(bpe.encode("\n\n".join(texts[1::2])), wanted.windows)
    if not weighing or not measuring:
        raise ModelError("the pack has too little plain text that the training checks let pass", path=bench.pack.root)
    if wanted.weighted:
        bench.weights = importance(bench.model, weighing)
    if wanted.compare:
        bench.reading = read(bench.model, measuring)
    bench.text = {
        "pack": bench.pack.id,
        "documents": len(texts),
        "dropped_by_the_gate": dropped,
        "weighing_tokens": sum(map(len, weighing)) if wanted.weighted else 0,
        "measuring_tokens": sum(map(len, measuring)),
    }


def gated_texts(pack: Pack, policy: str | None, progress: Progress = no_progress) -> tuple[list[str], int]:
    """The pack's plain documents that speak of nobody, as the policy's training checks let them pass; and how many they dropped.

    What people's records hold is no text to weigh a model by, so folders of records are left out altogether.
    """
    records = [folder.path for folder in pack.folders if folder.records]
    chosen = [
        document.path
        for document in pack.documents
        if document.path.suffix in _PLAIN and not any(document.path.is_relative_to(folder) for folder in records)
    ]
    found = []
    with throwaway(policy=policy, domain=str(pack.root), engine="extractive") as assistant:
        for number, path in enumerate(chosen, 1):
            text, _ = assistant.gate.train(path.read_text("utf-8"), assistant.principal)
            if text is not None:
                found.append(text)
            progress(number, len(chosen), "training checks")
    return found, len(chosen) - len(found)


def _make(
    bench: _Bench,
    wanted: Wanted,
    kind: str,
    base: Figures | None,
    limits: Quantization,
    store: Path,
    progress: Progress,
) -> Made:
    name = _name(wanted, bench.entry, kind)
    with incoming(store) as work:
        file = work / f"{name}.gguf"
        weights = bench.weights if wanted.weighted and kind not in ("F16", "Q8_0") else {}
        quantize(bench.path, file, kind, weights or None, progress)
        provenance = {
            "source_sha256": bench.entry.files[0].sha256,
            "type": kind,
            "importance_sha256": importance_sha256(weights) if weights else "",
            "tool": tool_version(),
        }
        entry = derived_entry(bench.entry, file, name, provenance)
        mixture = _mixture(file)
        figures = _measured(bench, entry, file, work, wanted, base) if wanted.compare else None
        refused = refusals(base, figures, limits) if base and figures else ()
        registered = ""
        if wanted.keep and not refused and (wanted.answers or not wanted.compare):
            register(entry, file, work, store)
            registered = name
        return Made(kind, mixture, figures, refused, registered, provenance["importance_sha256"])


def _measured(
    bench: _Bench, entry: ModelEntry, file: Path, folder: Path, wanted: Wanted, base: Figures | None
) -> Figures:
    """Figures of a file; `folder` holds it. A trial is seen by the engine through a catalog that dies with its folder."""
    source = bench.reading
    if source is None:
        raise ModelError("there is nothing to compare with")
    reading = source
    if base is not None:
        fill(bench.model, file)
        reading = read(bench.model, source.windows)
    change = moved(source, reading)
    found = _put_to_work(bench, entry, file, folder, wanted) if wanted.answers else None
    return Figures(
        entry.size,
        reading.perplexity,
        reading.perplexity / (base.perplexity if base else reading.perplexity),
        change.divergence,
        change.same_first,
        found,
    )


def _put_to_work(bench: _Bench, entry: ModelEntry, file: Path, folder: Path, wanted: Wanted) -> Run:
    asked = questions(bench.pack, wanted.questions)
    with tempfile.TemporaryDirectory(prefix="trial-", dir=folder) as scratch:
        trial = Path(scratch)
        (trial / entry.path).hardlink_to(file)
        if entry.own:
            add_own(entry, trial)
        return run(entry.name, trial, asked, str(bench.pack.root))


def _mixture(file: Path) -> dict[str, int]:
    """How many weights a file has of each type, matrices only."""
    found: dict[str, int] = {}
    for tensor in read_gguf(file).tensors:
        if len(tensor.shape) > 1:
            name = name_of(tensor.kind)
            found[name] = found.get(name, 0) + tensor.weights
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _mixture_words(file: Path) -> str:
    return ", ".join(_mixture(file))


def _name(wanted: Wanted, entry: ModelEntry, kind: str) -> str:
    if wanted.name and len(wanted.types) == 1:
        return wanted.name
    return derived_name(entry, kind)
