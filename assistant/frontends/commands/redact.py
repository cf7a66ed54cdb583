"""`assistant redact`: hide identifiers in a file or in what is piped in; needs no vault."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from assistant.errors import ReaderError, UsageError
from assistant.frontends import console
from assistant.frontends.options import DomainOption, JsonOption

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
    """Print the text with its identifiers hidden."""
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
    if as_json:
        rows = [
            {
                "entity": f.entity,
                "start": f.start,
                "end": f.end,
                "score": round(f.score, 3),
                "replacement": f.replacement,
            }
            for f in findings
        ]
        console.say_json({"text": redacted, "findings": rows})
    else:
        sys.stdout.write(redacted)
        console.talk(f"{len(findings)} identifiers hidden")


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
