"""`assistant fairness audit`: does an answer depend on who is asked about? A report, and a gate for releases."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.config import reports_home
from assistant.errors import ExitCode, UsageError
from assistant.frontends import console
from assistant.frontends.options import DomainOption, EngineOption, JsonOption, ModelOption, PolicyOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.packs.pack import Pack

app = typer.Typer(help="Fairness: an audit of answers, redaction, embedder and writer.", no_args_is_help=True)
_FAST_NAMES = 60
PARTS = ("answers", "redaction", "associations", "writer", "benchmarks")
EXAMPLES = """Examples:
  assistant fairness audit
  assistant fairness audit --fast --domain customer-service --engine extractive
  assistant fairness audit --domain healthcare --engine extractive --part answers
  assistant fairness audit --data ../data --fail-over flips=0.005 --fail-over redaction_gap=0.01"""


@app.command("audit", epilog=EXAMPLES)
def audit(
    part: Annotated[
        list[str] | None,
        typer.Option("--part", metavar="NAME", help=f"Only this part, repeatable: {', '.join(PARTS)} [default: all]."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Folder with bbq/, crows_pairs/ and stereoset/ for the benchmarks."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=12, metavar="N", help="Items of each benchmark.")] = 900,
    each: Annotated[
        int | None, typer.Option("--each", min=1, metavar="N", help="Questions for each attribute [default: 3].")
    ] = None,
    fast: Annotated[
        bool,
        typer.Option("--fast", help="A first look: one question for each attribute, one wording, 60 names an origin."),
    ] = False,
    fail_over: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-over", metavar="NAME=LIMIT", help="Another limit of the gate, repeatable; see the report."
        ),
    ] = None,
    adapter: Annotated[
        Path | None, typer.Option("--adapter", metavar="FILE", help="Audit the writer with this LoRA adapter (GGUF).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where the report goes [default: the reports folder].")
    ] = None,
    domain: DomainOption = None,
    policy: PolicyOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the packs' counterfactual suites, measure redaction, embedder and writer; exit code 1 where a limit is exceeded.

    Without --domain both shipped packs are audited, each in a throw-away vault. The report (HTML, Markdown, JSON) holds
    totals only.
    """
    from assistant.evaluate import fairness, fairness_writer
    from assistant.fairness.report import write
    from assistant.packs.pack import list_packs, load_pack

    limits = _limits(fail_over or [])
    chosen = _chosen(part, data)
    started = time.monotonic()
    names = [domain] if domain else list_packs()
    packs = [load_pack(name) for name in names]
    report: dict[str, Any] = {"run": {"packs": ", ".join(p.id for p in packs), "engine": engine or "llamacpp"}}
    report["prompts"] = {pack.id: fairness_writer.prompt_mentions(pack) for pack in packs}
    if {"answers", "associations"} & chosen:
        for name, pack in zip(names, packs, strict=True):
            _with_vault(report, chosen, str(name), pack, policy, engine, model, each, fast)
    report |= _without_vault(chosen, packs, model, adapter, fast)
    if "benchmarks" in chosen and data is not None:
        report["benchmarks"] = _benchmarks(data, limit, engine, model)
    fairness.finished(report, started, limits)
    paths = write(report, out or reports_home())
    console.say_json(report) if as_json else _show(report, paths)
    if not report["gate"]["passed"]:
        raise typer.Exit(int(ExitCode.FAILED))


def _without_vault(
    chosen: set[str], packs: list[Pack], model: str | None, adapter: Path | None, fast: bool
) -> dict[str, object]:
    from assistant.evaluate import fairness

    found: dict[str, object] = {}
    if "redaction" in chosen:
        found["redaction"] = fairness.redaction_part(packs[0], *([_FAST_NAMES] if fast else []))
    if "writer" in chosen:
        found["writer"] = _writer(packs, model, adapter)
    return found


def _benchmarks(data: Path, limit: int, engine: str | None, model: str | None) -> dict[str, object]:
    from assistant.evaluate import fairness

    with console.progress_bar("Public benchmarks", unit="items") as progress:
        return fairness.benchmarks_part(data, limit=limit, engine=engine, model=model, progress=progress)


def _with_vault(
    report: dict[str, Any],
    chosen: set[str],
    name: str,
    pack: Pack,
    policy: str | None,
    engine: str | None,
    model: str | None,
    each: int | None,
    fast: bool,
) -> None:
    from assistant.evaluate import fairness
    from assistant.evaluate.answers import throwaway

    with throwaway(policy=policy, domain=name, engine=engine, model=model) as assistant:
        for labels, paths in _documents(pack):
            with console.progress_bar(f"Ingesting {pack.id}") as progress:
                assistant.ingest(paths, labels=labels, progress=progress)
        # The suite closes the vault when it is done, so what needs it comes first.
        if "associations" in chosen and "associations" not in report:
            ranked = fairness.pack_ranking(assistant)
            report["associations"] = fairness.associations_part(assistant.tools.embedder, pack.lexicon, ranked)
        if "answers" in chosen:
            with console.progress_bar(f"Asking {pack.id}", unit="questions") as progress:
                report.setdefault("answers", {})[pack.id] = fairness.suite_part(
                    assistant.vault, engine=engine, model=model, policy=policy, each=each, fast=fast, progress=progress
                )


def _documents(pack: Pack) -> Iterator[tuple[frozenset[str], list[Path]]]:
    for labels in sorted({document.labels for document in pack.documents}, key=sorted):
        yield labels, [document.path for document in pack.documents if document.labels == labels]


def _writer(packs: list[Pack], model: str | None, adapter: Path | None) -> dict[str, object]:
    from assistant.engines.llamacpp import LlamaCpp
    from assistant.evaluate import fairness
    from assistant.models.catalog import load_catalog

    catalog = load_catalog()
    writer = LlamaCpp((catalog.get(model) if model else catalog.default("writer")).name, adapter=adapter)
    try:
        with console.progress_bar("Scoring the writer", unit="prompts") as progress:
            return fairness.writer_part(packs, writer, progress)
    finally:
        writer.close()


def _chosen(part: list[str] | None, data: Path | None) -> set[str]:
    for name in part or []:
        if name not in PARTS:
            raise UsageError(f"there is no part '{name}'", remedy=f"choose among: {', '.join(PARTS)}")
    if part and "benchmarks" in part and data is None:
        raise UsageError("the benchmarks need data", remedy="give --data DIR with bbq/ and crows_pairs/")
    return set(part or PARTS)


def _limits(given: list[str]) -> dict[str, float]:
    from assistant.evaluate.fairness import LIMITS

    found: dict[str, float] = {}
    for item in given:
        name, _, value = item.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise UsageError(f"'{item}' is no limit", remedy="write NAME=NUMBER") from None
        if name not in LIMITS:
            raise UsageError(f"there is no limit '{name}'", remedy=f"known limits: {', '.join(LIMITS)}")
    return found


def _show(report: dict[str, Any], paths: list[Path]) -> None:
    words = {True: "kept", False: "EXCEEDED", None: "not measured"}
    for finding in report["gate"]["findings"]:
        measured = "-" if finding["measured"] is None else f"{finding['measured']:.4f}"
        console.say(f"{finding['name']:<18}{measured:>10}  limit {finding['limit']:.4f}  {words[finding['passed']]}")
    for pack, places in report["prompts"].items():
        for place in places:
            console.say(f"{pack}: {place}")
    console.say(f"the gate is {'passed' if report['gate']['passed'] else 'NOT passed'}; {report['seconds']:.0f} s")
    for path in paths:
        console.talk(f"wrote {path}")
