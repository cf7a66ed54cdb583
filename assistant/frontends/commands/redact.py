"""`assistant redact`: hide identifiers in a file or in what is piped in; needs no vault."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

from assistant.errors import ReaderError, UsageError
from assistant.frontends import console
from assistant.frontends.options import DomainOption, JsonOption
from assistant.types import Finding, Span

EXAMPLES = """Examples:
  assistant redact note.txt > redacted.txt
  cat note.txt | assistant redact - --operator replace --json"""


def redact(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A text, table or record file, or - for stdin.")],
    operator: Annotated[
        str,
        typer.Option(
            "--operator", metavar="NAME", help="pseudonym, replace, mask, hash, remove, generalize or date_shift."
        ),
    ] = "replace",
    domain: DomainOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the text with its identifiers hidden; on stderr how sure each is, and what to look at yourself."""
    from assistant.packs.pack import load_pack
    from assistant.privacy.redact import build_redactor
    from assistant.wiring import DEFAULT_DOMAIN

    text = sys.stdin.read() if file == "-" else _read(Path(file))
    redactor = build_redactor(load_pack(domain or DEFAULT_DOMAIN))
    try:
        spans = [*redactor.find(text), *redactor.find_known(text, _fields(file))]
        redacted, findings = redactor.apply(text, spans, operator)
    except KeyError:
        raise UsageError(f"there is no operator '{operator}'", remedy="see `assistant redact --help`") from None
    doubtful = _doubtful(findings, redactor.near(text, [Span(f.entity, f.start, f.end) for f in findings]))
    if as_json:
        rows = [{**_row(f.entity, f.start, f.end, f.score), "replacement": f.replacement} for f in findings]
        look = [{**_row(d.entity, d.start, d.end, d.score), "hidden": d.hidden} for d in doubtful]
        console.say_json({"text": redacted, "findings": rows, "look_at": look})
    else:
        sys.stdout.write(redacted)
        for line in _summary(text, findings, doubtful):
            console.talk(line)


class _Doubtful(NamedTuple):
    """Something near the line between what is hidden and what stays."""

    entity: str
    start: int
    end: int
    score: float
    hidden: bool


def _doubtful(findings: Sequence[Finding], near: Sequence[Span]) -> list[_Doubtful]:
    """What a person should look at: hidden on weak evidence, or left with some, in the order of the text."""
    from assistant.privacy.patterns import MARGIN, THRESHOLD

    unsure = [_Doubtful(f.entity, f.start, f.end, f.score, True) for f in findings if f.score < THRESHOLD + MARGIN]
    left = [_Doubtful(s.entity, s.start, s.end, s.score, False) for s in near]
    return sorted([*unsure, *left], key=lambda d: d.start)


def _row(entity: str, start: int, end: int, score: float) -> dict[str, object]:
    return {"entity": entity, "start": start, "end": end, "score": round(score, 3)}


def _summary(text: str, findings: Sequence[Finding], doubtful: Sequence[_Doubtful]) -> list[str]:
    """How much of what was hidden, how sure it is, and where to look: places and kinds, no text."""
    kinds = Counter(f.entity for f in findings)
    named = ", ".join(f"{count} {entity}" for entity, count in sorted(kinds.items()))
    lines = [f"{len(findings)} identifiers hidden{f' ({named})' if named else ''}"]
    unsure = sum(d.hidden for d in doubtful)
    lines.append(
        f"{len(findings) - unsure} of them surely, {unsure} on weak evidence; {len(doubtful)} places to look at"
    )
    for d in doubtful:
        line, column = text.count("\n", 0, d.start) + 1, d.start - text.rfind("\n", 0, d.start)
        done = "hidden" if d.hidden else "not hidden"
        lines.append(
            f"  line {line}, column {column}: {d.entity}? {done}, {d.end - d.start} characters, score {d.score:.2f}"
        )
    return lines


# Formats whose fields say what they hold: their values are hidden by field, whatever they look like.
_FIELDED: Final = frozenset({".csv", ".tsv", ".json", ".ndjson", ".jsonl", ".hl7", ".xml"})


def _fields(file: str) -> dict[str, list[str]]:
    """What the reader of a structured file knows by field; nothing for plain text or a file that is not what its name says."""
    from assistant.readers.registry import read_file

    found: dict[str, list[str]] = {}
    if Path(file).suffix.lower() not in _FIELDED:
        return found
    try:
        documents = read_file(Path(file))
    except ReaderError:
        return found
    for document in documents:
        for entity, values in document.fields.items():
            found.setdefault(entity, []).extend(values)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ReaderError(
            "not UTF-8 text", path=path, remedy="convert it, or ingest it: ingest reads many formats"
        ) from None
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", path=path, remedy="check name and permissions") from None
