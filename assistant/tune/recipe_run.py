"""`tune recipe`: data, train, export, quantize, evaluate, compare and register, each step once, wherever it was stopped.

Everything lies in one folder, which is asked for by name: the set (redacted), the checkpoint, the model, the outcomes, the report and the
journal that says what was made of what.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, cast

from assistant.engines.llamacpp import LlamaCpp
from assistant.errors import ModelError
from assistant.evaluate.answers import throwaway
from assistant.models.bundle import import_file
from assistant.models.catalog import load_catalog
from assistant.packs.pack import load_pack
from assistant.policy.tools import Tools
from assistant.protocols import Progress, no_progress
from assistant.tune.base import Base, fingerprint, load_base
from assistant.tune.distill import tune_distill
from assistant.tune.export import merged, write_model
from assistant.tune.grounded import Outcome, engine_writer, quoted, sample, score, summary
from assistant.tune.journal import Done, Journal
from assistant.tune.loop import best_weights
from assistant.tune.lora import Tuned, trainable, tune_lora
from assistant.tune.making import make_set, pack_assistant, write_set
from assistant.tune.provenance import MANIFEST
from assistant.tune.prune import PruneSettings, tune_prune
from assistant.tune.recipe import Recipe
from assistant.tune.recipe_report import REPORT, WRITERS, Decision, decide, write_report
from assistant.tune.review import BesideFile, read_reviewed
from assistant.tune.rows import Row, Split, digest

Quantize = Callable[[Path, Path, str], None]
"""Writes the first file as the second in a type of llama.cpp ("Q4_K_M")."""
Step = tuple[list[Path], Mapping[str, object]]
DATA: Final = "data.jsonl"
STEPS: Final = ("data", "train", "export", "quantize", "evaluate", "compare", "register")


@dataclass(frozen=True, slots=True)
class Finished:
    """What a recipe came to."""

    folder: Path
    report: Path
    decision: Decision
    registered: str
    """The name in the catalog; empty where nothing was registered."""

    def as_json(self) -> dict[str, object]:
        """As plain JSON values."""
        return {
            "folder": str(self.folder),
            "report": str(self.report),
            "passed": self.decision.passed,
            "registered": self.registered,
            "metrics": {who: dict(found) for who, found in self.decision.metrics.items()},
            "worse": list(self.decision.worse),
        }


def run_recipe(
    recipe: Recipe,
    folder: Path,
    *,
    policy: str | None = None,
    quantize: Quantize | None = None,
    progress: Progress = no_progress,
    say: Callable[[str], None] = lambda _: None,
) -> Finished:
    """Do what is not done yet. Raises what the steps raise; what is finished is kept and not done again."""
    folder.mkdir(parents=True, exist_ok=True)
    return _Running(recipe, folder.resolve(), policy, quantize, progress, say).go()


class _Running:
    def __init__(
        self,
        recipe: Recipe,
        folder: Path,
        policy: str | None,
        quantize: Quantize | None,
        progress: Progress,
        say: Callable[[str], None],
    ) -> None:
        self._recipe, self._folder, self._policy = recipe, folder, policy
        self._quantize, self._progress, self._say = quantize, progress, say
        self._pack = load_pack(recipe.domain)
        self._journal = Journal(folder)

    def go(self) -> Finished:
        recipe = self._recipe
        data = self._step("data", [recipe.domain, recipe.data, self._policy], self._data)
        base = Path(recipe.base)
        how = [recipe.lora, recipe.distill, recipe.prune, recipe.schedule, recipe.template, recipe.dtype]
        models = [recipe.base, fingerprint(base) if base.exists() else "", recipe.teacher]
        looked = [self._review] if self._review else []
        train = self._step("train", [data.sha256, *how, *models, *looked], self._train)
        export = self._step("export", [train.sha256, recipe.ship], self._export)
        small = self._step("quantize", [export.sha256, recipe.quantize], self._smaller)
        measured = self._step(
            "evaluate", [data.sha256, small.sha256, *models, *looked, recipe.evaluate], self._evaluate
        )
        compared = self._step("compare", [measured.sha256, train.sha256, recipe.gates], self._compare)
        registered = self._step("register", [compared.sha256, small.sha256, recipe.register_], self._register)
        name = str(registered.found.get("name", ""))
        return Finished(self._folder, self._folder / REPORT, decide(measured.found, recipe.gates), name)

    def _step(self, name: str, inputs: Sequence[object], make: Callable[[], Step]) -> Done:
        given = [repr(part) for part in inputs]
        kept = ", done before" if self._journal.is_done(name, given) else ""
        self._say(f"step {STEPS.index(name) + 1} of {len(STEPS)}: {name}{kept}")
        return self._journal.step(name, given, make)

    # ------------------------------------------------------------ the steps

    def _data(self) -> Step:
        part = self._recipe.data
        with pack_assistant(self._recipe.domain, self._policy, self._progress) as assistant:
            made = make_set(
                assistant,
                licence=part.licence,
                labels=frozenset(part.labels),
                settings=part.make,
                progress=self._progress,
            )
        return write_set(made, self._folder / DATA), {"rows": made.card.rows, "left_out": made.card.left_out}

    def _train(self) -> Step:
        recipe, rows = self._recipe, self._rows()
        base, folder, prompts, schedule = self._base(), self._training, self._pack.prompts, recipe.schedule
        made: Tuned
        if recipe.lora is not None:
            made = tune_lora(base, rows, prompts, recipe.lora, schedule, folder, progress=self._progress, say=self._say)
        elif recipe.distill is not None:
            teacher = load_base(recipe.teacher, template=recipe.template, dtype="float32")
            made = tune_distill(
                base, teacher, rows, prompts, recipe.distill, schedule, folder, progress=self._progress, say=self._say
            )
        else:
            made = tune_prune(
                base, rows, prompts, recipe.prune or PruneSettings(), schedule, folder,
                progress=self._progress, say=self._say,
            )  # fmt: skip
        # The seconds that a run took are no part of what it found: a resumed one takes others.
        return [made.file, folder / MANIFEST], {"run": dict(made.manifest.run), "file": self._name(made.file)}

    def _export(self) -> Step:
        """An adapter that is shipped as a model is merged; everything else is ready."""
        recipe, trained = self._recipe, self._folder / str(self._found("train")["file"])
        if recipe.ship == "adapter" or recipe.lora is None or recipe.lora.train != "adapter":
            return [trained], {"file": self._name(trained)}
        base = self._base()
        best_weights(self._training, trainable(base.model, recipe.lora, recipe.schedule.seed))
        model = write_model(merged(base.model), base.path, self._training / "model.gguf")
        return [model], {"file": self._name(model)}

    def _smaller(self) -> Step:
        kind, file = self._recipe.quantize, self._folder / str(self._found("export")["file"])
        if kind != "none":
            target = file.with_name(f"model-{kind}.gguf")
            target.unlink(missing_ok=True)
            (self._quantize or shipped_quantizer())(file, target, kind)
            file = target
        return [file], {"file": self._name(file), "bytes": file.stat().st_size}

    def _evaluate(self) -> Step:
        rows = sample([row for row in self._rows() if row.split is Split.HELD], self._recipe.evaluate.rows)
        found: dict[str, object] = {}
        files: list[Path] = []
        with throwaway(policy=self._policy, domain=self._recipe.domain, engine="extractive") as assistant:
            for who in WRITERS:
                self._say(f"answers of {who}")
                with self._writer(who) as (write, version):
                    about = digest(f"{version}{self._journal.done('data').sha256}{self._review}{len(rows)}")[:8]
                    files.append(self._folder / f"outcomes-{who}-{about}.jsonl")
                    found[who] = summary(_scored(rows, write, assistant.tools, files[-1], self._progress))
        return files, found

    def _compare(self) -> Step:
        found = self._found("evaluate")
        decision = decide(found, self._recipe.gates)
        run = cast(Mapping[str, object], self._found("train")["run"])
        size = cast(int, self._found("quantize")["bytes"])
        return write_report(self._folder, self._recipe, decision, run, size), {"passed": decision.passed}

    def _register(self) -> Step:
        """Into the site's catalog, where the recipe asks for it and no gate metric is worse."""
        wanted = self._recipe.register_
        decision = decide(self._found("evaluate"), self._recipe.gates)
        if wanted is None or not decision.passed:
            why = "not asked for" if wanted is None else f"worse: {', '.join(decision.worse)}"
            return [], {"name": "", "why": why}
        file = self._folder / str(self._found("quantize")["file"])
        return [], {"name": import_file(file, name=wanted.name, licence=wanted.licence)[0]}

    # ------------------------------------------------------------ parts

    @property
    def _training(self) -> Path:
        """The folder of the run: a recipe that was changed begins a new one, one that was killed goes on."""
        recipe = self._recipe
        how = [recipe.lora, recipe.distill, recipe.prune, recipe.schedule, recipe.dtype, recipe.base, recipe.teacher]
        return self._folder / f"train-{digest(repr(how) + self._journal.done('data').sha256 + self._review)[:8]}"

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self._folder))

    def _found(self, step: str) -> Mapping[str, object]:
        return self._journal.done(step).found

    def _rows(self) -> list[Row]:
        return read_reviewed(self._folder / DATA)

    @property
    def _review(self) -> str:
        """What a person decided on the rows; empty where nobody looked. The set is trained anew where that has changed."""
        return BesideFile(self._folder / DATA).read() or ""

    def _base(self) -> Base:
        return load_base(self._recipe.base, template=self._recipe.template, dtype=self._recipe.dtype)

    @contextmanager
    def _writer(self, who: str) -> Iterator[tuple[Callable[[Row], str], str]]:
        """The writer and a hash of what it is."""
        if who == "quotes":
            yield quoted, who
            return
        file = self._folder / str(self._found("quantize")["file"])
        adapter = file if who == "candidate" and self._recipe.ship == "adapter" else None
        whole = file if who == "candidate" and adapter is None else None
        engine = self._engine(whole, adapter)
        try:
            yield (
                engine_writer(engine, self._pack.prompts),
                fingerprint(file) if who == "candidate" else self._recipe.base,
            )
        finally:
            engine.close()

    def _engine(self, file: Path | None, adapter: Path | None) -> LlamaCpp:
        """The engine over the base, or over a file that is not in the catalog: pinned in a store of the recipe's own."""
        given = Path(self._recipe.base)
        if file is None and not given.is_file():
            return LlamaCpp(load_catalog().get(self._recipe.base).name, adapter=adapter)
        path, store = file or given, self._folder / "store"
        store.mkdir(exist_ok=True)
        name = import_file(path, name=f"m-{fingerprint(path)[:12]}", licence="unknown", store=store)[0]
        if not (store / load_catalog(store).get(name).path).exists():
            # Pinned in the shipped catalog, and its file is elsewhere.
            return LlamaCpp(name, adapter=adapter)
        return LlamaCpp(name, store=store, adapter=adapter)


def shipped_quantizer() -> Quantize:
    """The quantizer of `assistant models quantize`. Raises ModelError where this installation has none."""
    try:
        module = importlib.import_module("assistant.models.quantize")
    except ModuleNotFoundError:
        raise ModelError(
            "this installation cannot quantize", remedy="say quantize: none in the recipe, or update the product"
        ) from None
    return cast(Quantize, module.quantize)


def _kept(path: Path) -> list[Outcome]:
    """The outcomes that an earlier, interrupted evaluation left; a half line at the end is none."""
    found: list[Outcome] = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(Outcome(**json.loads(line)))
            except (ValueError, TypeError):
                break
    return found


def _scored(
    rows: Sequence[Row], write: Callable[[Row], str], tools: Tools, path: Path, told: Progress
) -> list[Outcome]:
    """The outcomes of all rows, those that are kept in the file not measured again."""
    found = _kept(path)[: len(rows)]
    with path.open("w", encoding="utf-8") as sink:
        sink.writelines(json.dumps(asdict(outcome)) + "\n" for outcome in found)
        for row in rows[len(found) :]:
            found += score([row], write, tools)
            sink.write(json.dumps(asdict(found[-1])) + "\n")
            sink.flush()
            told(len(found), len(rows), f"row {len(found)}")
    return found
