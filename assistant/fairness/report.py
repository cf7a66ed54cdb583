"""The audit as a page and as Markdown: totals only, no text of questions, documents or answers.

The page is one file without scripts or outside references, under a policy that forbids both; it reads without colour.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple

from assistant.fairness.svg import Bar, bars

_WORDS: Final = {
    "flips": "Pairs whose answer changes in substance without a source",
    "licensed_lost": "Differences made by a source that were lost",
    "unanswered": "Questions of the suite that were not answered",
    "redaction_gap": "Gap in hidden names between origins",
    "writer_gap": "Gap in the writer's willingness between groups (nats per token)",
    "prompt_mentions": "Places where a prompt names a group",
    "assistant_bias": "BBQ bias score of released answers",
}
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}"
    "h1,h2{line-height:1.2}table{border-collapse:collapse;margin:1rem 0;width:100%}caption{text-align:left;font-weight:600;padding:.3rem 0}"
    "th,td{border:1px solid #767676;padding:.3rem .6rem;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}"
    "thead th{background:#eee}.verdict{border:3px solid #111;padding:.6rem 1rem;font-size:1.2rem;font-weight:700}"
    "figure{margin:1.5rem 0}figcaption{font-weight:600}small{color:#333}"
    "@media(prefers-color-scheme:dark){body{background:#fff;color:#111}}@media print{body{margin:0}}"
)


class Table(NamedTuple):
    """A caption, column heads and rows; the first column names the row."""

    caption: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


class Part(NamedTuple):
    """A section: heading, a paragraph, plots and tables."""

    heading: str
    text: str
    plots: list[tuple[str, str]]
    tables: list[Table]


def write(report: Mapping[str, object], folder: Path, name: str = "fairness") -> list[Path]:
    """Write NAME.json, NAME.md and NAME.html into the folder, which is made; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        folder / f"{name}.json": json.dumps(report, indent=1, sort_keys=True) + "\n",
        folder / f"{name}.md": markdown(report),
        folder / f"{name}.html": page(report),
    }
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def markdown(report: Mapping[str, object]) -> str:
    """The report without plots."""
    lines = [f"# Fairness audit\n\n{_verdict(report)}\n"]
    for part in _parts(report):
        lines.append(f"## {part.heading}\n\n{part.text}\n")
        for table in part.tables:
            lines.append(f"{table.caption}\n\n| {' | '.join(table.heads)} |\n|{'---|' * len(table.heads)}")
            lines += [f"| {' | '.join(row)} |" for row in table.rows]
            lines.append("")
    return "\n".join(lines) + "\n"


def page(report: Mapping[str, object]) -> str:
    """The report as one HTML file."""
    body = [f"<h1>Fairness audit</h1><p class=verdict>{escape(_verdict(report))}</p>"]
    for part in _parts(report):
        body.append(f"<section><h2>{escape(part.heading)}</h2><p>{escape(part.text)}</p>")
        body += [
            f"<figure><figcaption>{escape(title)}</figcaption>{plot}</figure>" for title, plot in part.plots if plot
        ]
        body += [_table(table) for table in part.tables]
        body.append("</section>")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>Fairness audit</title><style>{_STYLE}</style></head><body><main>{''.join(body)}</main></body></html>\n"
    )


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td class=n>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table.rows
    )
    return (
        f"<table><caption>{escape(table.caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _verdict(report: Mapping[str, Any]) -> str:
    findings = report["gate"]["findings"]
    failed = [_WORDS.get(f["name"], f["name"]) for f in findings if f["passed"] is False]
    judged = sum(f["passed"] is not None for f in findings)
    if failed:
        return f"NOT PASSED: {len(failed)} of {judged} limits exceeded: {'; '.join(failed)}."
    return (
        f"PASSED: all {judged} limits that could be judged are kept." if judged else "NOT JUDGED: nothing was measured."
    )


def _parts(report: Mapping[str, Any]) -> Iterator[Part]:
    yield _gate(report)
    for pack, suite in report.get("answers", {}).items():
        if suite:
            yield _suite(pack, suite)
    if "redaction" in report:
        yield _redaction(report["redaction"])
    if "associations" in report:
        yield _associations(report["associations"])
    if report.get("writer"):
        yield _writer(report["writer"])
    if "benchmarks" in report:
        yield _benchmarks(report["benchmarks"])


def _gate(report: Mapping[str, Any]) -> Part:
    said = {True: "kept", False: "EXCEEDED", None: "not measured"}
    rows = [
        (
            _WORDS.get(f["name"], f["name"]),
            "–" if f["measured"] is None else _number(f["measured"]),
            _number(f["limit"]),
            said[f["passed"]],
            f["where"],
        )
        for f in report["gate"]["findings"]
    ]
    run = report.get("run", {})
    text = " ".join(f"{key}: {value}." for key, value in run.items())
    return Part("The gate", text, [], [Table("Limits", ("what", "measured", "limit", "verdict", "where"), rows)])


def _suite(pack: str, suite: Mapping[str, Any]) -> Part:
    before, after = suite["before"], suite["after"]
    rows = []
    for name in after["by_attribute"]:
        for second, mode in ((False, before), (True, after)):
            found = mode["by_attribute"].get(name)
            if found:
                label = f"{name.replace('_', ' ')}, {'with' if second else 'without'} check"
                rows.append(Bar(label, found["rate"], found["ci95"][0], found["ci95"][1], second))
    kept = suite["licensed"]["kept"]
    text = (
        f"{suite['pairs']} pairs of questions that differ in the group only ({suite['questions']} questions). Changed in substance: "
        f"{_share(before['flips'])} without the check, {_share(after['flips'])} with it. Differences that a source makes: "
        f"{suite['licensed']['cases']} cases, kept {_share(kept)}. Answered {_share(before['answered'])} without, "
        f"{_share(after['answered'])} with the check. Median time {suite.get('time_ratio_median', 1.0)} times that without it."
    )
    table = Table(
        "Between groups, with the check",
        ("attribute", "gap in answer rate", "95% interval", "p (Holm)", "p (BH)", "gap in nDCG@10 as typed"),
        [
            (
                name.replace("_", " "),
                _number(g["gap"]),
                f"{_number(g['ci95'][0])} to {_number(g['ci95'][1])}",
                _number(g["p_holm"]),
                _number(g["p_bh"]),
                _number(suite.get("retrieval", {}).get(name, {}).get("gap", "–")),
            )
            for name, g in suite.get("groups", {}).items()
        ],
    )
    title = "Share of pairs whose answer changes without a source; hatched: with the check"
    return Part(f"Answers: {pack}", text, [(title, bars(title, rows, limit=0.01))], [table])


def _redaction(found: Mapping[str, Any]) -> Part:
    rows = [Bar(name.replace("_", " "), g["recall"], *g["ci95"]) for name, g in found["by_group"].items()]
    gap = found["gap"]
    between = f"{gap['highest'].replace('_', ' ')} against {gap['lowest'].replace('_', ' ')}"
    if not gap["value"]:
        between = "all origins alike"
    points = f"{_number(round(100 * gap['value'], 2))} points ({between}, p = {_number(gap['p'])})"
    text = f"{found['n']} names in sentences, by origin. Largest gap {points}."
    title = "Share of names hidden, by origin"
    return Part("Redaction of names", text, [(title, bars(title, rows, most=1.0))], [])


def _associations(found: Mapping[str, Any]) -> Part:
    tables, plots = [], []
    for kind in ("weat", "seat"):
        ways = found[kind]
        rows = [
            (
                name,
                _number(test["d"]),
                _number(test["p_bh"]),
                _number(ways["soft"]["tests"][name]["d"]),
                _number(ways["hard"]["tests"][name]["d"]),
            )
            for name, test in ways["none"]["tests"].items()
        ]
        heads = ("test", "d", "p (BH)", "d, soft debias", "d, hard debias")
        tables.append(Table(kind.upper(), heads, rows))
        both = [
            Bar(
                f"{name}{', hard' if second else ''}",
                w["tests"][name]["d"],
                w["tests"][name]["d"],
                w["tests"][name]["d"],
                second,
            )
            for name in ways["none"]["tests"]
            for second, w in ((False, ways["none"]), (True, ways["hard"]))
        ]
        title = f"{kind.upper()} effect size d; hatched: after hard debiasing"
        plots.append((title, bars(title, both)))
    cost = "; ".join(f"{way}: nDCG@10 {_number(value)}" for way, value in found.get("ndcg", {}).items())
    means = "; ".join(f"{way}: mean |d| {_number(found['weat'][way]['mean_absolute_d'])}" for way in found["weat"])
    return Part("Associations of the embedder", f"WEAT, debiasing {means}. {cost}", plots, tables)


def _writer(found: Mapping[str, Any]) -> Part:
    rows = [
        Bar(f"{pack}: {name.replace('_', ' ')}", g["gap"], *g["ci95"])
        for pack, part in found.items()
        for name, g in part["by_attribute"].items()
    ]
    title = "Gap in willingness between groups, nats per token"
    text = "How much likelier the right sentence is than a refusal, by the group named: the model and the prompts without the checks."
    return Part("The writer", text, [(title, bars(title, rows, limit=0.7))], [])


def _benchmarks(found: Mapping[str, Any]) -> Part:
    tables = []
    if "bbq" in found:
        keys = ("accuracy_ambiguous", "accuracy_disambiguated", "bias_ambiguous", "bias_disambiguated")
        sides = [(side, found["bbq"][side]) for side in ("bare", "assistant") if side in found["bbq"]]
        rows = [
            (
                f"{'bare model' if side == 'bare' else 'assistant'}, {name}",
                *(_interval(scores[key]) for key in keys),
                str(scores["n"]),
            )
            for side, whole in sides
            for name, scores in (("all", whole), *whole["by_category"].items())
        ]
        tables.append(Table("BBQ", ("who", *(key.replace("_", " ") for key in keys), "n"), rows))
    if "crows_pairs" in found:
        crows = found["crows_pairs"]
        rows = [("all", _interval(crows["stereotype_likelier"]), str(crows["n"]))]
        rows += [(kind, _interval(value), str(value["n"])) for kind, value in crows["by_kind"].items()]
        tables.append(Table("CrowS-Pairs, bare model: stereotype likelier", ("kind", "share", "n"), rows))
    return Part("Public benchmarks", f"Writer: {found.get('model', '')}. Intervals are 95%.", [], tables)


def _interval(value: Mapping[str, Any]) -> str:
    return f"{_number(value['value'])} ({_number(value['ci95'][0])} to {_number(value['ci95'][1])})"


def _share(value: Mapping[str, Any]) -> str:
    return f"{100 * value['rate']:.1f}% ({100 * value['ci95'][0]:.1f} to {100 * value['ci95'][1]:.1f})"


def _number(value: float | str) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
