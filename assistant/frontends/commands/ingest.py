"""`assistant ingest`: take files and folders into the vault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import ExitCode, UsageError
from assistant.frontends import console
from assistant.frontends.losses import loss_json, report_lines
from assistant.frontends.option_groups import DocumentOptions, grouped
from assistant.frontends.options import JsonOption

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.intake.run import IngestReport
    from assistant.protocols import FileProblem

ENTRY = re.compile(r"(?:user|group):[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
EXAMPLES = """Examples:
  assistant ingest guidelines/
  assistant ingest notes/ --label clinical
  assistant ingest letters/ --label clinical --reader group:ward-7
  assistant ingest inbox/ --watch             (take in what comes, until Ctrl-C)
  assistant ingest guidelines/ --prune        (also forget files that are gone)"""


@grouped
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH..", help="Files and folders.")],
    label: Annotated[
        list[str] | None, typer.Option("--label", metavar="LABEL", help="Access label (may be repeated).")
    ] = None,
    reader: Annotated[
        list[str] | None,
        typer.Option("--reader", metavar="user:NAME|group:NAME", help="Only these may read them (may be repeated)."),
    ] = None,
    as_it_is: Annotated[
        bool,
        typer.Option("--as-it-is", help="Let --label put redacted documents under a label that redacts nothing."),
    ] = False,
    collection: Annotated[
        str, typer.Option("--collection", metavar="NAME", help="Collection to put them in.")
    ] = "default",
    prune: Annotated[
        bool, typer.Option("--prune", help="Erase documents whose file is gone from the folders given.")
    ] = False,
    max_mb: Annotated[
        int | None,
        typer.Option(
            "--max-mb",
            metavar="MIB",
            min=1,
            max=4096,
            help="Take files up to this size, in place of the limits by kind.",
        ),
    ] = None,
    skip_duplicates: Annotated[
        bool, typer.Option("--skip-duplicates", help="Leave out documents whose words are those of one already stored.")
    ] = False,
    ocr: Annotated[
        bool | None,
        typer.Option("--ocr/--no-ocr", help="Recognize text in scanned pages (default: as the domain pack says)."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on looking for new and changed files, until Ctrl-C.")
    ] = False,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.1, max=86400, help="How often --watch looks.")
    ] = 5.0,
    details: Annotated[
        bool, typer.Option("--details", help="Name every place that was left out or changed, not only how many.")
    ] = False,
    *,
    access: DocumentOptions,
    as_json: JsonOption = False,
) -> None:
    """Take files and folders in. Unchanged files are skipped; a bad file is reported and the others are in."""
    if watch and prune:
        raise UsageError("--watch erases nothing", remedy="run once more with --prune after it")
    for path in paths:
        if not path.exists():
            raise UsageError("there is no such file or folder", path=path, remedy="check the name")
    with access.opened() as assistant, console.progress_bar("Ingesting") as progress:
        labels = frozenset(label) if label else None
        readers = entries(reader)

        def take(files: list[Path]) -> IngestReport:
            return assistant.ingest(
                files,
                labels=labels,
                readers=readers,
                as_it_is=as_it_is,
                collection=collection,
                prune=prune,
                limit_bytes=max_mb * 2**20 if max_mb else None,
                skip_duplicates=skip_duplicates,
                ocr=ocr,
                progress=progress,
            )

        if watch:
            _watch(assistant, paths, take, every=every, as_json=as_json, details=details)
            return
        report = take(paths)
    if as_json:
        console.say_json(_plain(report))
    else:
        _tell(report, prune=prune, details=details)
    if report.partial:
        raise KeyboardInterrupt
    if report.problems and not (report.added or report.replaced or report.unchanged):
        raise typer.Exit(int(ExitCode.FAILED))


def entries(readers: list[str] | None) -> frozenset[str]:
    """An access list as it was typed. Raises UsageError for an entry that names neither a user nor a group."""
    found = frozenset(readers or ())
    if any(not ENTRY.fullmatch(entry) for entry in found):
        raise UsageError(
            "an access list names user:NAME or group:NAME", remedy="give --reader user:ann --reader group:ward-7"
        )
    return found


def _watch(
    assistant: Assistant,
    paths: list[Path],
    take: Callable[[list[Path]], IngestReport],
    *,
    every: float,
    as_json: bool,
    details: bool,
) -> None:
    """Take in what comes until Ctrl-C; with --json one document a look, on one line each."""
    from assistant.intake.watching import watch

    console.talk(f"watching {len(paths)} folder(s), every {every:g} s; Ctrl-C ends it")
    for report, gone in watch(paths, take, assistant.vault, every=every):
        if as_json:
            shown = {**(_plain(report) if report else {}), "gone": [str(path) for path in gone]}
            console.say(json.dumps(shown))
            continue
        if report is not None:
            _tell(report, prune=False, details=details)
        for path in gone:
            console.talk(f"gone from disk, still in the vault: {console.printable(str(path))}")
    console.talk("watching ended")


def _tell(report: IngestReport, *, prune: bool, details: bool) -> None:
    for problem in report.problems:
        name = console.printable(str(problem.path)).replace("\n", "\\n")
        console.talk(f"not taken in: {name}: {problem.reason}. {problem.remedy}", style="yellow")
    for skipped in report.skipped:
        console.talk(f"left out: {console.printable(str(skipped.path))}: {skipped.reason}")
    for source in report.removed:
        console.talk(
            f"gone from disk{' and erased' if prune else ', still in the vault (--prune erases)'}: {console.printable(source)}"
        )
    _tell_of_stored(report)
    for line in report_lines(report.losses, details=details):
        console.talk(console.printable(line), style="" if line.startswith(" ") else "yellow")
    console.say(
        f"{len(report.added)} added, {len(report.replaced)} replaced, {len(report.unchanged)} unchanged, "
        f"{len(report.problems)} with problems, "
        f"{len(report.duplicates)} duplicates; {report.passages} passages in {report.seconds:.1f} s"
    )


def _tell_of_stored(report: IngestReport) -> None:
    """Doubles, labels and who can read them."""
    for source, other, share in report.duplicates:
        kind = "the same words as" if share == 1.0 else f"{share:.0%} alike"
        console.talk(f"duplicate: {console.printable(source)}: {kind} {console.printable(other)}")
    for source in report.quarantined:
        console.talk(
            f"kept from everybody, since its new version may not come in: {console.printable(source)}", style="yellow"
        )
    for source, notice in report.notices:
        console.talk(f"labels: {console.printable(source)}: {notice}", style="yellow")
    if report.labels:
        console.say("stored: " + ", ".join(f"{n} under {name or 'no label'}" for name, n in report.labels.items()))
    for role, count in report.roles.items():
        console.say(f"role {role} can read {count} documents")


def _plain(report: IngestReport) -> dict[str, object]:
    def told(problems: tuple[FileProblem, ...]) -> list[dict[str, str]]:
        return [{"path": str(p.path), "reason": p.reason, "remedy": p.remedy} for p in problems]

    return {
        "added": list(report.added),
        "replaced": list(report.replaced),
        "unchanged": list(report.unchanged),
        "removed": list(report.removed),
        "problems": told(report.problems),
        "skipped": told(report.skipped),
        "duplicates": [
            {"source": source, "duplicate_of": other, "likeness": round(share, 2)}
            for source, other, share in report.duplicates
        ],
        "losses": [{"source": source, **loss_json(loss)} for source, loss in report.losses],
        "documents": report.documents,
        "passages": report.passages,
        "seconds": round(report.seconds, 2),
        "pruned": report.pruned,
        "partial": report.partial,
        "verdicts": dict(report.verdicts),
        "labels": dict(report.labels),
        "roles": dict(report.roles),
        "notices": [{"source": source, "notice": notice} for source, notice in report.notices],
        "quarantined": list(report.quarantined),
    }
