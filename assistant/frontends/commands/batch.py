"""`assistant batch ...`: a summary of every patient's record, and the opening of sealed ones."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from assistant.engines.registry import DEFAULT_ENGINE, WRITERS
from assistant.errors import ExitCode, UsageError
from assistant.frontends import console
from assistant.frontends.option_groups import RecordOptions, grouped
from assistant.frontends.options import JsonOption, ModelOption
from assistant.protocols import Progress

if TYPE_CHECKING:
    from assistant.batch.pool import Pool
    from assistant.batch.run import Report
    from assistant.batch.sealed import Sealer
    from assistant.batch.settings import Settings
    from assistant.vault.keys import Secret

app = typer.Typer(help="Summaries of many records: summarize, decrypt.", no_args_is_help=True)
EXAMPLES = """Examples:
  assistant batch summarize exports/ --out summaries/
  assistant batch summarize bulk-export/ --out summaries/ --policy base --jobs 4
  assistant batch summarize exports/ --out summaries/ --encrypt --out-key-file site.key --format fhir
  assistant batch summarize exports/ --out summaries/ --engine ray --ray-address ray://head:10001
A run that was stopped goes on where it was when the same command is given again."""
_TELL_EVERY_S: Final = 15.0

OutOption = Annotated[Path, typer.Option("--out", metavar="OUT", help="Folder for the summaries; made if needed.")]
OutKeyOption = Annotated[
    Path | None, typer.Option("--out-key-file", metavar="FILE", help="Key file that opens the sealed output.")
]
OutPassOption = Annotated[
    Path | None,
    typer.Option("--out-passphrase-file", metavar="FILE", help="Passphrase of the sealed output, on the first line."),
]


@app.command("summarize", epilog=EXAMPLES)
@grouped
def summarize(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A record, or a folder of records.")],
    out: OutOption,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="json, md, fhir, ward or patient (pages to print); may be repeated [default: json and md].",
        ),
    ] = None,
    narrative: Annotated[
        str | None, typer.Option("--narrative", metavar="NAME", help="template or model [default: the policy's].")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Day on which care gaps are judged [default: today].")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="NAME", help="local (processes) or ray.")] = "local",
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, max=512, help="Workers [default: one a core].")] = None,
    ray_address: Annotated[
        str,
        typer.Option("--ray-address", metavar="ADDRESS", help="A running Ray cluster [default: one is started here]."),
    ] = "",
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Seal every file; see `batch decrypt`.")] = False,
    out_key_file: OutKeyOption = None,
    out_passphrase_file: OutPassOption = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try records again that failed before.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget an earlier run into OUT and make all anew.")] = False,
    writer: Annotated[
        str,
        typer.Option("--writer", metavar="NAME", help=f"Engine of the model narrative: {', '.join(WRITERS)}."),
    ] = DEFAULT_ENGINE,
    model: ModelOption = None,
    *,
    access: RecordOptions,
    as_json: JsonOption = False,
) -> None:
    """Summarize every patient's record under IN: facts as the record gives them, each with its resource."""
    from assistant.batch.manifest import Manifest, head
    from assistant.batch.plan import discover
    from assistant.batch.run import Run
    from assistant.frontends.entering import entered

    if engine not in ("local", "ray"):
        raise UsageError(
            f"there is no batch engine '{engine}'", remedy="local or ray; --writer chooses the model's engine"
        )
    scans, skipped = discover(source, out)
    known = None if fresh else head(out)
    with entered(access) as entry:
        settings = entry.settings(
            formats=_formats(form),
            narrative=_narrative(narrative),
            as_of=_day(as_of, known),
            engine=writer,
            model=model or "",
        )
        sealer = _sealer(out_key_file, out_passphrase_file, known) if encrypt else None
        manifest = Manifest(out, settings, sealer, fresh=fresh)
        pool = _pool(engine, settings, jobs, ray_address)
        try:
            with _progress() as progress, _stoppable():
                entry.audit("batch.begin", {"policy_sha256": settings.policy_sha256, "files": len(scans)})
                run = Run(
                    pool,
                    manifest,
                    masked=entry.policy.records.identifiers == "mask",
                    retry_failed=retry_failed,
                    audit=entry.audit,
                    progress=progress,
                )
                run.report.skipped = len(skipped)
                report = run(scans, source)
                entry.audit("batch.end", {"done": report.done, "failed": report.failed, "unchanged": report.unchanged})
        finally:
            pool.close()
            manifest.close()
    _tell(report, out, as_json=as_json)
    if report.failed:
        raise typer.Exit(int(ExitCode.FAILED))


@app.command("decrypt", epilog="Example:\n  assistant batch decrypt summaries/ --to opened/ --out-key-file site.key")
def decrypt(
    sealed: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a sealed run.")],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder for the opened files.")],
    out_key_file: OutKeyOption = None,
    out_passphrase_file: OutPassOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open the files of a sealed run. Whatever was changed since is refused."""
    from assistant.batch.manifest import SEALED, head, read, write
    from assistant.batch.sealed import Sealer

    known = head(sealed)
    if known is None or not known.get("encrypted"):
        raise UsageError("no sealed run is here", path=sealed, remedy="give the folder of `batch summarize --encrypt`")
    sealer = Sealer.opened(_out_secret(out_key_file, out_passphrase_file), known["key"])
    details = json.loads(sealer.open(read(sealed / SEALED), SEALED))
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = 0
    for entry in details["patients"]:
        for ending in (".json", ".md", ".fhir.json"):
            name = f"{entry['key']}{ending}"
            stored = f"{sealer.name(name)}.sealed"
            if stored in entry.get("files", {}):
                write(to / name, sealer.open(read(sealed / stored), name))
                opened += 1
    plain = {key: value for key, value in known.items() if key not in ("encrypted", "key")}
    write(to / "manifest.json", (json.dumps(plain | details, ensure_ascii=False, indent=1) + "\n").encode())
    if as_json:
        console.say_json({"opened": opened, "to": str(to)})
    else:
        console.say(f"{opened} files opened")


# ---------------------------------------------------------------- options


def _formats(given: list[str] | None) -> tuple[str, ...]:
    from assistant.batch.settings import FORMATS

    names = [name for text in given or ["json", "md"] for name in text.split(",") if name]
    for name in names:
        if name not in FORMATS:
            raise UsageError(f"there is no output format '{name}'", remedy=f"formats: {', '.join(FORMATS)}")
    # The JSON is what a later run checks and other programs read; the others are made of it.
    return tuple(name for name in FORMATS if name in names or name == "json")


def _narrative(given: str | None) -> str | None:
    if given not in (None, "template", "model"):
        raise UsageError(f"there is no narrative '{given}'", remedy="template or model")
    return given


def _day(given: str | None, known: dict[str, Any] | None) -> str:
    """The day asked for, that of the run which is gone on with, or today."""
    if given is None:
        earlier = (known or {}).get("settings", {}).get("as_of")
        return str(earlier) if earlier else date.today().isoformat()  # noqa: DTZ011 - the site's own calendar day
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise UsageError("--as-of is no date", remedy="write it as 2026-11-23") from None


def _out_secret(key_file: Path | None, passphrase_file: Path | None) -> Secret:
    from assistant.frontends.options import first_line, secret
    from assistant.vault.keys import Secret

    if key_file is not None:
        if not key_file.exists():
            raise UsageError(
                "there is no such key file", path=key_file, remedy="make one: `assistant vault slots --help`"
            )
        return Secret.keyfile(key_file)
    if passphrase_file is not None:
        return Secret.passphrase(first_line(passphrase_file))
    if value := os.environ.get("ASSISTANT_OUT_PASSPHRASE"):
        return Secret.passphrase(value)
    return secret(None)


def _sealer(key_file: Path | None, passphrase_file: Path | None, known: dict[str, Any] | None) -> Sealer:
    from assistant.batch.sealed import Sealer

    given = _out_secret(key_file, passphrase_file)
    return Sealer.opened(given, known["key"]) if known and known.get("encrypted") else Sealer.new(given.chosen())


def _pool(engine: str, settings: Settings, jobs: int | None, address: str) -> Pool:
    from assistant.config import threads

    count = jobs or threads()
    if engine == "ray":
        from assistant.batch.cluster import RayPool

        return RayPool(settings, count, address=address)
    from assistant.batch.pool import LocalPool

    return LocalPool(settings, count)


# ---------------------------------------------------------------- talk


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar in a terminal; elsewhere a line now and then with the rate and the time left."""
    if sys.stderr.isatty():
        with console.progress_bar("Summarizing", unit="patients") as bar:
            yield bar
        return
    started = told = time.monotonic()

    def tell(done: int, total: int, what: str) -> None:
        nonlocal started, told
        now = time.monotonic()
        if done == 0:
            started = now
        if what != "reading" and done and now - told > _TELL_EVERY_S:
            told = now
            rate = done / (now - started)
            left = (total - done) / rate
            console.talk(f"{done} of {total} patients, {rate * 60:.0f} a minute, {left / 60:.1f} minutes left")

    yield tell


@contextmanager
def _stoppable() -> Iterator[None]:
    """A polite end (SIGTERM) is taken like Ctrl-C: what is finished is recorded."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(report: Report, out: Path, *, as_json: bool) -> None:
    for name, reason, remedy in report.failures[:20]:
        console.talk(f"failed: {console.printable(name)}: {reason}. {remedy}".replace("\n", " "), style="yellow")
    if len(report.failures) > 20:
        console.talk(f"and {len(report.failures) - 20} more; all are in the manifest", style="yellow")
    if as_json:
        console.say_json(
            {
                "out": str(out),
                "manifest": str(out / "manifest.json"),
                "patients": report.planned,
                "done": report.done,
                "unchanged": report.unchanged,
                "failed": report.failed,
                "skipped_files": report.skipped,
                "seconds": round(report.seconds, 2),
                "patients_per_minute": round(report.per_minute, 1),
                "failures": [{"name": n, "reason": r, "remedy": m} for n, r, m in report.failures],
            }
        )
    else:
        console.say(
            f"{report.done} summarized, {report.unchanged} unchanged, {report.failed} failed of {report.planned} patients "
            f"in {report.seconds:.1f} s ({report.per_minute:.0f} a minute)"
        )
