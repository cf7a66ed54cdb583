"""`assistant docs ...`: what is in the vault, and erasing it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import AccessDenied, ExitCode, UsageError
from assistant.frontends import console
from assistant.frontends.commands.ingest import entries as checked
from assistant.frontends.losses import loss_json, loss_lines
from assistant.frontends.option_groups import AccessOptions, grouped
from assistant.frontends.options import (
    EngineOption,
    JsonOption,
    first_line,
)

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.types import Document

PROVE_EXAMPLES = """Examples:
  assistant docs prove-erased 4f0c... --question "What did the note of ward 7 say?"
  echo "a sentence that stood in it" | assistant docs prove-erased 4f0c... --marker-file -"""

PAGE_EXAMPLES = """Examples:
  assistant docs page 4f0c... 3 --out page3.png --quote "The usual dose is one gram."
"""

ERASE_EXAMPLES = """Examples:
  echo "Grace Whitcombe" | assistant docs erase-subject - --user olga --dry-run
  assistant docs erase-subject mrn.txt --user olga --yes"""

app = typer.Typer(help="The documents in the vault.", no_args_is_help=True)
DocumentId = Annotated[str, typer.Argument(metavar="ID", help="Document id, as `docs list` shows it.")]


@app.command("list")
@grouped
def list_documents(
    collection: Annotated[
        str | None, typer.Option("--collection", metavar="NAME", help="Only this collection.")
    ] = None,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """List the documents that you may see; for who may erase also the others, without title and source."""
    with access.opened() as assistant:
        found = assistant.inventory(collection)
        shown = {info.id for info in assistant.documents(collection)}
    if as_json:
        rows = [
            {k: sorted(v) if isinstance(v, frozenset) else v for k, v in asdict(info).items() if k != "content_hmac"}
            for info in found
        ]
        console.say_json({"documents": rows})
        return
    for info in found:
        labels = ",".join(sorted(info.labels))
        repeats = f"  duplicate of {info.duplicate_of}" if info.duplicate_of else ""
        named = f"{info.title}  ({info.source})" if info.id in shown else "(not for you to read)"
        line = f"{info.id}  {info.passages:>5} passages  {labels:<12}  {named}{repeats}"
        console.say(line.replace("\n", "\\n"))
    console.talk(f"{len(found)} documents")


@app.command("page", epilog=PAGE_EXAMPLES)
@grouped
def page(
    document_id: DocumentId,
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="The page, from 1.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write the picture (PNG) there.")],
    quote: Annotated[str, typer.Option("--quote", metavar="TEXT", help="Mark these words on it.")] = "",
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Draw a page of a kept PDF as it is printed, with a quote marked. The picture is readable to whoever has the file."""
    from assistant.curating.pages import document_page

    with access.opened() as assistant:
        drawn = document_page(assistant, document_id, number, quote)
    console.put(drawn.picture, out)
    if as_json:
        console.say_json({"document": document_id, "page": drawn.page, "bytes": len(drawn.picture), "file": str(out)})
    else:
        console.talk(f"wrote page {drawn.page} to {out}")


@app.command("show")
@grouped
def show(
    document_id: DocumentId,
    restore: Annotated[
        bool,
        typer.Option("--restore", help="Put the originals of its pseudonyms back: by the policy's roles, audited."),
    ] = False,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Print one document as it is stored (redacted where the policy redacts at ingest)."""
    with access.opened() as assistant:
        if document_id not in {info.id for info in assistant.documents()}:
            # The same words whether it is missing or hidden: the difference would tell that it exists.
            raise UsageError("there is no such document for you", remedy="see `assistant docs list`")
        document = assistant.vault.document(document_id)
        text = _restored(assistant, document) if restore else document.text
    if as_json:
        console.say_json(
            {
                "id": document.id,
                "title": document.title,
                "source": document.source,
                "labels": sorted(document.labels),
                "losses": [loss_json(loss) for loss in document.losses],
                "text": text,
            }
        )
    else:
        console.say(text)
        for line in loss_lines(document.losses):
            console.talk(f"not in this text as it was, or not surely: {console.printable(line)}", style="yellow")


def _restored(assistant: Assistant, document: Document) -> str:
    """The text with its originals. Raises AccessDenied for roles that the policy does not name; either way it is audited."""
    from assistant.frontends.restoring import document_scopes, restored

    return restored(assistant, [document.text], document_scopes(assistant, document), about=document.id)[0]


@app.command("delete")
@grouped
def delete(
    document_id: DocumentId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Erase a document: its text, passages, vectors, index rows, pseudonyms and mentions in conversations."""
    with access.opened() as assistant:
        if document_id not in {info.id for info in assistant.inventory()}:
            raise UsageError("there is no such document for you", remedy="see `assistant docs list`")
        if not yes and not typer.confirm(f"Erase {document_id} for good?", err=True):
            raise AccessDenied("nothing was erased")
        erasure = assistant.delete(document_id)
    if as_json:
        console.say_json({k: v for k, v in asdict(erasure).items() if isinstance(v, str | int | float | bool)})
    else:
        console.talk(f"erased {document_id}")


@app.command("erase-subject", epilog=ERASE_EXAMPLES)
@grouped
def erase_subject(
    subject_file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A name or number of the person, on the first line; - reads stdin.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Erase what is stored of a person, without reading it: for the roles that the policy names in erase_roles."""
    subject = first_line(subject_file)
    with access.opened() as assistant:
        found = assistant.about(subject)
        for info in found:
            console.talk(
                f"{info.id}  {info.passages:>5} passages  {','.join(sorted(info.labels)):<12}  {info.added_at}"
            )
        if found and not dry_run:
            if not yes and not typer.confirm(f"Erase these {len(found)} documents for good?", err=True):
                raise AccessDenied("nothing was erased")
            assistant.erase_subject(subject)
    if as_json:
        console.say_json({"documents": [info.id for info in found], "erased": bool(found) and not dry_run})
    else:
        console.talk(f"{len(found)} documents {'would go' if dry_run else 'erased'}")


@app.command("access")
@grouped
def access(
    document_id: DocumentId,
    label: Annotated[
        list[str] | None, typer.Option("--label", metavar="LABEL", help="Its labels from now on (may be repeated).")
    ] = None,
    reader: Annotated[
        list[str] | None,
        typer.Option("--reader", metavar="user:NAME|group:NAME", help="Only these may read it (may be repeated)."),
    ] = None,
    anybody: Annotated[bool, typer.Option("--anybody", help="Take its access list away; the labels decide.")] = False,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Show or change the labels and the access list of a document that you may see. A change is audited."""
    entries = checked(reader)
    with access.opened() as assistant:
        if label or entries or anybody:
            labels = assistant.set_access(
                document_id, frozenset(label or ()) or None, None if not (entries or anybody) else entries
            )
        else:
            labels = assistant.visible_info(document_id).labels
    if as_json:
        console.say_json({"id": document_id, "labels": sorted(labels)})
    else:
        console.say(f"{document_id}  {', '.join(sorted(labels))}")


@app.command("prove-erased", epilog=PROVE_EXAMPLES)
@grouped
def prove_erased(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the document that was erased.")],
    marker_file: Annotated[
        str,
        typer.Option(
            "--marker-file",
            metavar="FILE|-",
            help="A stretch of 12 bytes or more that stood in it, on the first line; - reads stdin.",
        ),
    ] = "",
    question: Annotated[
        str,
        typer.Option("--question", metavar="TEXT", help="Also ask this, and see that the document answers it no more."),
    ] = "",
    engine: EngineOption = None,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Show that nothing of an erased document is left: no key, no row, no byte, no answer. Exit code 5 where something is."""
    from assistant.erasing import prove_erased as prove

    marker = first_line(marker_file) if marker_file else ""
    with access.opened(engine=engine) as assistant:
        proof = prove(assistant, document_id, marker=marker, question=question)
    shown = proof.as_json()
    if as_json:
        console.say_json(shown)
    else:
        console.say(f"erased     {shown['erased_at']}")
        console.say(f"keys       {shown['keys']} columns point at it")
        console.say(f"rows       {shown['rows']} other values name it")
        console.say(
            f"bytes      {shown['bytes']} places in {shown['pages']} pages ({shown['fingerprints']} fingerprints)"
        )
        console.say(f"answers    {shown['answers']} of {shown['questions_asked']} questions")
        console.say(f"audit      {shown['audit_id']}")
        console.say("proven: nothing of it is left" if proof.holds else "NOT proven")
    if not proof.holds:
        raise typer.Exit(int(ExitCode.INTEGRITY))
