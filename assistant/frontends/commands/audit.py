"""`assistant audit ...`: the hash-chained record of what was asked, decided and erased."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.config import default_vault
from assistant.errors import IntegrityError
from assistant.frontends import console
from assistant.frontends.options import JsonOption, KeyFileOption, PassphraseFileOption, VaultOption, secret

app = typer.Typer(help="The audit record: ids, hashes and verdicts, never text.", no_args_is_help=True)


@app.command("verify")
def verify(
    head: Annotated[
        str | None, typer.Option("--head", metavar="HEAD", help="A head exported earlier: also notices a cut-off end.")
    ] = None,
    vault: VaultOption = None,
    passphrase_file: PassphraseFileOption = None,
    key_file: KeyFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the whole chain; exit code 5 where a record was changed, removed, reordered or cut."""
    from assistant.vault.store import Vault

    with Vault.open(vault or default_vault(), secret(passphrase_file, key_file)) as opened:
        report = opened.audit.verify(head) if head else opened.audit.verify()
    if not report.ok:
        raise IntegrityError(
            f"the audit chain is broken: {report.damage} at record {report.bad_seq}",
            path=vault or default_vault(),
            remedy="keep the vault as evidence and restore a backup",
        )
    if as_json:
        console.say_json(asdict(report))
    else:
        console.say(f"{report.records} records, the chain holds; head {report.head}")


@app.command("show")
def show(
    since: Annotated[int, typer.Option("--since", metavar="N", help="Only records after this number.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Export as JSON lines.")] = None,
    vault: VaultOption = None,
    passphrase_file: PassphraseFileOption = None,
    key_file: KeyFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show or export the records."""
    from assistant.vault.store import Vault

    with Vault.open(vault or default_vault(), secret(passphrase_file, key_file)) as opened:
        rows = [asdict(record) for record in opened.audit.records(since)]
    if out is not None:
        out.write_text("".join(json.dumps(row, sort_keys=True) + "\n" for row in rows), encoding="utf-8")
        console.talk(f"wrote {len(rows)} records to {out}")
    elif as_json:
        console.say_json({"records": rows})
    else:
        for row in rows:
            status = row["record"].get("status", "")
            console.say(f"{row['seq']:>6}  {row['at']}  {row['kind']:<10} {row['id']}  {status}")
