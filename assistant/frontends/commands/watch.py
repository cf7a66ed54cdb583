"""`assistant watch`: alerts from a stream of vital signs, as they come."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from assistant.errors import ExitCode, PackError, ReaderError, UsageError
from assistant.frontends import console
from assistant.frontends.options import DomainOption, JsonOption, PolicyOption, VaultOption

if TYPE_CHECKING:
    from assistant.monitor.alerts import Monitor
    from assistant.monitor.vitals import Sample, VitalsReader

EXAMPLES = """Examples:
  tail -f vitals.csv | assistant watch -
  assistant watch observations.ndjson --format fhir > flags.ndjson
  assistant watch day.csv --json
CSV begins with a header: person,time,sign,value,unit. NDJSON lines hold the same names, or FHIR Observations."""
_MAX_LINE = 1 << 20


def watch(
    source: Annotated[
        str, typer.Argument(metavar="FILE|-", help="CSV, NDJSON or FHIR Observations; - for stdin.")
    ] = "-",
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="json (a line an alert) or fhir (a line a Flag).")
    ] = "json",
    people: Annotated[
        int, typer.Option("--people", min=1, max=1_000_000, help="How many people are remembered at most.")
    ] = 10_000,
    vault: VaultOption = None,
    policy: PolicyOption = None,
    domain: DomainOption = None,
    as_json: JsonOption = False,
) -> None:
    """Raise alerts by the pack's thresholds and each person's own baseline. No model, nothing stored."""
    from assistant.charts.rules import load_rules
    from assistant.monitor.alerts import Monitor
    from assistant.monitor.vitals import VitalsReader
    from assistant.packs.pack import load_pack
    from assistant.wiring import DEFAULT_DOMAIN

    if form not in ("json", "fhir"):
        raise UsageError(f"there is no output format '{form}'", remedy="json or fhir")
    pack = load_pack(domain or DEFAULT_DOMAIN)
    rules = load_rules(pack)
    if rules.baseline is None:
        raise PackError(f"the pack '{pack.id}' has no thresholds", path=pack.root, remedy="give --domain healthcare")
    reader, monitor = VitalsReader(rules.thresholds), Monitor(rules, most_people=people)
    collected: list[dict[str, object]] = []
    counts: Counter[str] = Counter()
    try:
        with _opened(source) as stream:
            for sample in _samples(reader, stream, source):
                for alert in monitor.observe(sample):
                    counts[alert.level] += 1
                    row = alert.as_flag() if form == "fhir" else alert.as_json()
                    collected.append(row) if as_json else _line(row)
    finally:
        if as_json:
            console.say_json({"alerts": collected, **_told(reader, monitor, counts)})
        _talk(reader, counts)
    tally = reader.tally
    if tally.lines and not tally.samples:
        raise typer.Exit(int(ExitCode.FAILED))


def _line(row: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _told(reader: VitalsReader, monitor: Monitor, counts: Mapping[str, int]) -> dict[str, object]:
    tally = reader.tally
    return {
        "counts": dict(counts),
        "lines": tally.lines,
        "samples": tally.samples,
        "left_out": tally.left_out,
        "late": monitor.late,
        "forgotten_people": monitor.forgotten,
    }


def _talk(reader: VitalsReader, counts: Mapping[str, int]) -> None:
    tally = reader.tally
    left_out = ", ".join(f"{n} {reason}" for reason, n in tally.left_out.items())
    alerts = ", ".join(f"{n} {level}" for level, n in counts.items()) or "none"
    console.talk(f"{tally.samples} values; alerts: {alerts}" + (f"; left out: {left_out}" if left_out else ""))


def _samples(reader: VitalsReader, stream: TextIO, source: str) -> Iterator[Sample]:
    """What a stream holds line by line, and a `.json` file that is one value over many lines as a whole."""
    from assistant.monitor.vitals import MAX_FILE

    if source.lower().endswith(".json"):
        text = stream.read(MAX_FILE + 1)
        first = text.lstrip("\ufeff \r\n").partition("\n")[0].strip()
        if len(text) <= MAX_FILE and first[:1] in ("{", "[") and first[-1:] not in ("}", "]"):
            return reader.read_whole(text.lstrip("\ufeff"))
        stream.seek(0)
    return _placed(reader.read(_lines(stream)), source)


def _placed(samples: Iterator[Sample], source: str) -> Iterator[Sample]:
    """The samples; where the first line is no header, the error says of which file."""
    try:
        yield from samples
    except ReaderError as error:
        where = "standard input" if source == "-" else source
        raise ReaderError(error.message, path=where, line=error.line or 1, remedy=error.remedy) from None


def _opened(source: str) -> TextIO:
    if source == "-":
        return sys.stdin
    path = Path(source)
    try:
        return path.open(encoding="utf-8-sig", errors="replace", newline="")
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", path=path, remedy="check the name") from None


def _lines(stream: TextIO) -> Iterator[str]:
    """Lines of bounded length: what is longer comes in pieces, none of which is a value."""
    return iter(lambda: stream.readline(_MAX_LINE), "")
