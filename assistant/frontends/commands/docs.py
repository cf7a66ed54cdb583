"""`assistant docs ...`: what is in the vault, and erasing it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from assistant.errors import AccessDenied, UsageError
from assistant.frontends import console
from assistant.frontends.options import (
    JsonOption,
    KeyFileOption,
    PassphraseFileOption,
    PolicyOption,
    RoleOption,
    VaultOption,
    opened,
)

app = typer.Typer(help="The documents in the vault.", no_args_is_help=True)
DocumentId = Annotated[str, typer.Argument(metavar="ID", help="Document id, as `docs list` shows it.")]


@app.command("list")
def list_documents(
    collection: Annotated[
        str | None, typer.Option("--collection", metavar="NAME", help="Only this collection.")
    ] = None,
    vault: VaultOption = None,
    policy: PolicyOption = None,
    role: RoleOption = None,
    passphrase_file: PassphraseFileOption = None,
    key_file: KeyFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the documents that you may see."""
    with opened(vault, passphrase_file=passphrase_file, key_file=key_file, policy=policy, roles=role) as assistant:
        found = assistant.documents(collection)
    if as_json:
        rows = [
            {k: sorted(v) if isinstance(v, frozenset) else v for k, v in asdict(info).items() if k != "content_hmac"}
            for info in found
        ]
        console.say_json({"documents": rows})
        return
    for info in found:
        labels = ",".join(sorted(info.labels))
        console.say(
            f"{info.id}  {info.passages:>5} passages  {labels:<12}  {info.title}  ({info.source})".replace("\n", "\\n")
        )
    console.talk(f"{len(found)} documents")


@app.command("show")
def show(
    document_id: DocumentId,
    vault: VaultOption = None,
    policy: PolicyOption = None,
    role: RoleOption = None,
    passphrase_file: PassphraseFileOption = None,
    key_file: KeyFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print one document as it is stored (redacted where the policy redacts at ingest)."""
    with opened(vault, passphrase_file=passphrase_file, key_file=key_file, policy=policy, roles=role) as assistant:
        if document_id not in {info.id for info in assistant.documents()}:
            # The same words whether it is missing or hidden: the difference would tell that it exists.
            raise UsageError("there is no such document for you", remedy="see `assistant docs list`")
        document = assistant.vault.document(document_id)
    if as_json:
        console.say_json(
            {
                "id": document.id,
                "title": document.title,
                "source": document.source,
                "labels": sorted(document.labels),
                "text": document.text,
            }
        )
    else:
        console.say(document.text)


@app.command("delete")
def delete(
    document_id: DocumentId,
    vault: VaultOption = None,
    policy: PolicyOption = None,
    role: RoleOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    passphrase_file: PassphraseFileOption = None,
    key_file: KeyFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a document: its text, passages, vectors, index rows, pseudonyms and mentions in conversations."""
    with opened(vault, passphrase_file=passphrase_file, key_file=key_file, policy=policy, roles=role) as assistant:
        if document_id not in {info.id for info in assistant.documents()}:
            raise UsageError("there is no such document for you", remedy="see `assistant docs list`")
        if not yes and not typer.confirm(f"Erase {document_id} for good?", err=True):
            raise AccessDenied("nothing was erased")
        erasure = assistant.delete(document_id)
    if as_json:
        console.say_json({k: v for k, v in asdict(erasure).items() if isinstance(v, str | int | float | bool)})
    else:
        console.talk(f"erased {document_id}")
