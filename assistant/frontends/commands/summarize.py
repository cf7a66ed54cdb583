"""`assistant summarize`: the central sentences of a document, verbatim and located."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import ExitCode
from assistant.frontends import console
from assistant.frontends.option_groups import DocumentOptions, grouped
from assistant.frontends.options import JsonOption
from assistant.frontends.showing import show_backing
from assistant.types import Status

EXAMPLES = """Examples:
  assistant summarize discharge-letter.pdf
  assistant summarize note.txt --sentences 3 --json"""


@grouped
def summarize(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A document; it is read, not stored.")],
    sentences: Annotated[int, typer.Option("--sentences", min=1, max=20, help="How many sentences.")] = 5,
    *,
    access: DocumentOptions,
    as_json: JsonOption = False,
) -> None:
    """Summarize a document by its most central sentences, after the policy's ingest and answer checks."""
    with access.opened() as assistant:
        answer = assistant.summarize(path, limit=sentences)
    if as_json:
        console.say_json(answer.as_json())
    else:
        console.say(answer.answer)
        show_backing(answer, workings=False)
    if answer.status is Status.BLOCKED:
        raise typer.Exit(int(ExitCode.BLOCKED))
