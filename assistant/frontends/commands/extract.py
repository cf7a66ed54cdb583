"""`assistant extract`: named fields of records and texts, each with what it rests on."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import ExitCode, UsageError
from assistant.frontends import console
from assistant.frontends.option_groups import RecordOptions, grouped
from assistant.frontends.options import JsonOption

if TYPE_CHECKING:
    from assistant.charts.fields import FieldSpec
    from assistant.frontends.entering import Entry

EXAMPLES = """Examples:
  assistant extract exports/ --schema fields.yaml --out fields.csv
  assistant extract contracts/ --schema questions.yaml --json
A schema:
  schema: 1
  fields:
    - {name: hba1c, from: results, codes: ["4548-4"], give: value}
    - {name: penicillin, from: allergies, match: [penicillin], take: count}
    - {name: warranty, ask: "How long is the warranty?"}      (from texts, through the gate)"""


@grouped
def extract(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A record or text, or a folder of them.")],
    schema: Annotated[Path, typer.Option("--schema", metavar="FILE", help="The fields, as YAML or JSON.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write here: .csv, or JSON [default: stdout].")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="json or csv [default: by --out].")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=512, help="Workers for records.")] = 1,
    *,
    access: RecordOptions,
    as_json: JsonOption = False,
) -> None:
    """Take named fields out of every record or text; a field that is not there stays empty."""
    from assistant.charts.fields import load_fields
    from assistant.frontends.entering import entered

    if not source.exists():
        raise UsageError("there is no such file or folder", path=source, remedy="check the name")
    fields = load_fields(schema)
    coded, questions = _kinds(fields, schema)
    wanted = form or ("csv" if out is not None and out.suffix.lower() == ".csv" and not as_json else "json")
    if wanted not in ("json", "csv"):
        raise UsageError(f"there is no output format '{wanted}'", remedy="json or csv")
    with entered(access, records=bool(coded)) as entry:
        rows, failures = _records(entry, source, coded, jobs) if coded else _texts(entry, source, questions)
        entry.audit("extract", {"rows": len(rows), "fields": len(fields), "failed": len(failures)})
    for name, reason in failures:
        console.talk(f"failed: {console.printable(name)}: {reason}", style="yellow")
    _give(rows, failures, fields, wanted, out)
    if failures:
        raise typer.Exit(int(ExitCode.FAILED))


def _kinds(fields: Sequence[FieldSpec], schema: Path) -> tuple[list[FieldSpec], list[FieldSpec]]:
    """The fields that are coded in records, and those that are asked of texts; a schema has one kind."""
    coded, questions = [f for f in fields if f.ask is None], [f for f in fields if f.ask is not None]
    if coded and questions:
        raise UsageError(
            "a schema is for records or for texts", path=schema, remedy="put 'ask' fields in a file of their own"
        )
    return coded, questions


def _records(
    entry: Entry, source: Path, fields: Sequence[FieldSpec], jobs: int
) -> tuple[list[dict[str, object]], list[tuple[str, str]]]:
    from datetime import date

    from assistant.batch import plan
    from assistant.batch.pool import LocalPool
    from assistant.batch.settings import Failed, Made
    from assistant.records.part import Part

    scans, _ = plan.discover(source, source / ".none")
    today = date.today().isoformat()  # noqa: DTZ011 - the site's own calendar day
    settings = entry.settings(
        formats=("json",), narrative="template", as_of=today, engine="extractive", model="", fields=tuple(fields)
    )
    masked = entry.policy.records.identifiers == "mask"
    failures: list[tuple[str, str]] = []
    pool = LocalPool(settings, jobs)
    try:
        parts: dict[object, list[Part]] = {}
        for task, outcome in pool.run(iter(scans)):
            if isinstance(outcome, list):
                parts[task] = outcome
            elif isinstance(outcome, Failed):
                name = f"file {scans.index(task) + 1}" if masked else Path(task.paths[0]).name  # type: ignore[union-attr,arg-type]
                failures.append((name, outcome.reason))
        units = plan.units([part for scan in scans for part in parts.get(scan, ())], masked=masked)
        made: dict[str, dict[str, object]] = {}
        for unit, outcome in pool.run(iter(units)):
            if isinstance(outcome, Made):
                made[unit.name] = json.loads(outcome.files[".fields.json"])  # type: ignore[union-attr]
            elif isinstance(outcome, Failed):
                failures.append((unit.name, outcome.reason))  # type: ignore[union-attr]
    finally:
        pool.close()
    return [made[unit.name] for unit in units if unit.name in made], failures


def _texts(
    entry: Entry, source: Path, fields: Sequence[FieldSpec]
) -> tuple[list[dict[str, object]], list[tuple[str, str]]]:
    from assistant.batch.asking import asked

    if entry.assistant is None:
        raise UsageError("questions to texts need a vault", remedy="make one with `assistant init`")
    files = (
        [source]
        if source.is_file()
        else sorted(p for p in source.rglob("*") if p.is_file() and not p.name.startswith("."))
    )
    rows, failures = [], []
    for path in files:
        shown = path.name if source.is_file() else str(path.relative_to(source))
        row = asked(entry.assistant, path, shown, fields)
        if "error" in row:
            failures.append((shown, str(row["error"])))
        else:
            rows.append(row)
    return rows, failures


def _give(
    rows: list[dict[str, object]],
    failures: list[tuple[str, str]],
    fields: Sequence[FieldSpec],
    form: str,
    out: Path | None,
) -> None:
    if form == "csv":
        text = _csv(rows, fields)
    else:
        failed = [{"name": name, "reason": reason} for name, reason in failures]
        text = json.dumps({"rows": rows, "failures": failed}, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    from assistant.batch.manifest import write

    write(out, text.encode())
    console.talk(f"{len(rows)} rows written")


def _csv(rows: Sequence[dict[str, object]], fields: Sequence[FieldSpec]) -> str:
    """A row a patient or text; beside each field the resources or quotes that it rests on."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["of", *(name for spec in fields for name in (spec.name, f"{spec.name}_source"))])
    for row in rows:
        writer.writerow([_inert(str(row.get("patient_id") or row.get("source", ""))), *_cells(row, fields)])
    return buffer.getvalue()


def _cells(row: dict[str, Any], fields: Sequence[FieldSpec]) -> Iterator[str]:
    for spec in fields:
        field = row["fields"][spec.name]
        yield _inert(_plain(field["value"]))
        yield _inert("; ".join(str(c.get("resource") or c.get("quote", "")) for c in field["citations"]))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return f"{value['value']} {value['unit']}".strip()
    if isinstance(value, list):
        return "; ".join(map(_plain, value))
    return "" if value is None else str(value)


def _inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t") or (text[:1] == "-" and not text[1:2].isdigit()) else text
