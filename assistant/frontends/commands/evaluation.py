"""`assistant eval ...`: measure retrieval, answers, redaction and injection on data of your own or public data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from assistant.frontends import console
from assistant.frontends.option_groups import grouped
from assistant.frontends.options import DomainOption, EngineOption, JsonOption, ModelOption, PolicyOption

app = typer.Typer(help="Evaluate on a data set; everything runs in a throw-away vault.", no_args_is_help=True)
DataOption = Annotated[Path, typer.Option("--data", metavar="PATH", help="The data set.")]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N items.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write raw predictions, one JSON object a line.")
]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How much of the data is measured, where the predictions go, and under which pack and policy."""

    limit: LimitOption = None
    out: OutOption = None
    domain: DomainOption = None
    policy: PolicyOption = None


def _show(result: dict[str, object], as_json: bool) -> None:
    if as_json:
        console.say_json(result)
        return
    for name, value in _flat(result["metrics"]):
        console.say(f"{name:<48}{value}")
    console.say(f"{result['n']} items from {result['data']} in {result['seconds']:.1f} s")


def _flat(value: object, prefix: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [row for key, item in value.items() for row in _flat(item, f"{prefix}.{key}" if prefix else str(key))]
    return [(prefix, f"{value:.4f}" if isinstance(value, float) else str(value))]


@app.command("retrieval", epilog="Example:\n  assistant eval retrieval --data scifact/")
@grouped
def retrieval(
    data: DataOption,
    *,
    run: RunOptions,
    as_json: JsonOption = False,
) -> None:
    """Rank a BEIR folder: nDCG@10, recall@100, MRR@10, MAP with intervals."""
    from assistant.evaluate.retrieval import evaluate

    with console.progress_bar("Evaluating retrieval", unit="items") as progress:
        _show(evaluate(data, limit=run.limit, out=run.out, progress=progress), as_json)


@app.command("answers", epilog="Example:\n  assistant eval answers --data questions.jsonl --limit 100")
@grouped
def answers(
    data: DataOption,
    documents: Annotated[
        Path | None,
        typer.Option(
            "--documents", metavar="DIR", help="Open setting: ingest this folder and search it for every question."
        ),
    ] = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="DIR", help="Write a Markdown report with plots into this folder."),
    ] = None,
    *,
    run: RunOptions,
    as_json: JsonOption = False,
) -> None:
    """Ask every question; how many released answers are right, how many unanswerable ones are refused."""
    from assistant.evaluate.answers import evaluate

    with console.progress_bar("Evaluating answers", unit="questions") as progress:
        result = evaluate(
            data,
            limit=run.limit,
            out=run.out,
            documents=documents,
            domain=run.domain,
            policy=run.policy,
            engine=engine,
            model=model,
            report=report,
            progress=progress,
        )
    _show(result, as_json)


@app.command(
    "calibrate",
    epilog="Examples:\n\n  assistant eval calibrate --data reviewed.jsonl --documents leaflets/ --min-precision 0.95\n\n"
    "  assistant eval calibrate --data reviewed.jsonl --documents leaflets/ --report curve/",
)
def calibrate(
    data: DataOption,
    documents: Annotated[
        Path | None, typer.Option("--documents", metavar="DIR", help="The documents that the questions are asked of.")
    ] = None,
    wanted: Annotated[
        float, typer.Option("--min-precision", min=0.5, max=0.999, help="How often a released answer must be right.")
    ] = 0.92,
    confidence: Annotated[
        float, typer.Option("--confidence", min=0.5, max=0.999, help="How sure the lower bounds are.")
    ] = 0.9,
    limit: LimitOption = None,
    domain: DomainOption = None,
    policy: PolicyOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write the curve as SVG and JSON into this folder.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Set the risk-coverage dial by a site's reviewed questions: the lines of the policy that hold a wanted precision."""
    from assistant.evaluate.answers import calibrate as measure
    from assistant.evaluate.dial_report import policy_lines, table, write

    with console.progress_bar("Asking without a line", unit="questions") as progress:
        found = measure(
            data,
            wanted,
            documents=documents,
            domain=domain,
            policy=policy,
            limit=limit,
            confidence=confidence,
            progress=progress,
        )
    if report is not None:
        write(report, found)
    if as_json:
        console.say_json(asdict(found))
        return
    for line in table(found):
        console.say(line)
    console.say(policy_lines(found))


@app.command("redaction", epilog="Example:\n  assistant eval redaction --data notes.jsonl --stock")
@grouped
def redaction(
    data: DataOption,
    stock: Annotated[bool, typer.Option("--stock", help="Run stock Presidio on the same texts beside ours.")] = False,
    *,
    run: RunOptions,
    as_json: JsonOption = False,
) -> None:
    """Recall and precision of de-identification, by entity; how many clinical terms are hidden by mistake."""
    from assistant.evaluate.redaction import evaluate
    from assistant.packs.pack import load_pack
    from assistant.privacy.redact import build_redactor
    from assistant.wiring import DEFAULT_DOMAIN

    with console.progress_bar("Evaluating redaction", unit="texts") as progress:
        pack = load_pack(run.domain or DEFAULT_DOMAIN)
        result = evaluate(
            data,
            limit=run.limit,
            out=run.out,
            redactor_factory=lambda: build_redactor(pack),
            stock=stock,
            progress=progress,
        )
    _show(result, as_json)


@app.command("injection", epilog="Example:\n  assistant eval injection --data prompts.jsonl")
@grouped
def injection(
    data: DataOption,
    *,
    run: RunOptions,
    as_json: JsonOption = False,
) -> None:
    """Recall and false-positive rate of the injection detector."""
    from assistant.evaluate.injection import evaluate
    from assistant.policy.model import load_policy

    _show(evaluate(data, load_policy(run.policy or "base"), limit=run.limit, out=run.out), as_json)


@app.command("fairness", epilog="Example:\n  assistant eval fairness --data data/ --limit 600")
@grouped
def fairness(
    data: DataOption,
    engine: EngineOption = None,
    model: ModelOption = None,
    *,
    run: RunOptions,
    as_json: JsonOption = False,
) -> None:
    """BBQ, CrowS-Pairs and StereoSet of a folder (bbq/, crows_pairs/, stereoset/): bare writer and assistant, with intervals."""
    from assistant.evaluate.fairness import evaluate

    with console.progress_bar("Evaluating fairness", unit="items") as progress:
        found = evaluate(
            data,
            limit=run.limit,
            out=run.out,
            domain=run.domain,
            policy=run.policy,
            engine=engine,
            model=model,
            progress=progress,
        )
    _show(found, as_json)
