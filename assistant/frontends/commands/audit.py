"""`assistant audit ...`: the hash-chained record of what was asked, decided and erased."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import IntegrityError, UsageError
from assistant.frontends import console
from assistant.frontends.option_groups import KeyOptions, grouped
from assistant.frontends.options import JsonOption

RECEIPT_EXAMPLES = """Examples:
  assistant audit receipt a17-4f0c2b9d1e33 --out receipt.json
  assistant audit key                                          (give this to those who check)
  assistant audit receipt --verify receipt.json --public-key 9d3c... --answer-file answer.txt"""

app = typer.Typer(help="The audit record: ids, hashes and verdicts, never text.", no_args_is_help=True)


@app.command("verify")
@grouped
def verify(
    head: Annotated[
        str | None, typer.Option("--head", metavar="HEAD", help="A head exported earlier: also notices a cut-off end.")
    ] = None,
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """Check the whole chain; exit code 5 where a record was changed, removed, reordered or cut."""
    with key.opened() as opened:
        report, folder = opened.audit.verify(head) if head else opened.audit.verify(), opened.folder
    if not report.ok:
        raise IntegrityError(
            f"the audit chain is broken: {report.damage} at record {report.bad_seq}",
            path=folder,
            remedy="keep the vault as evidence and restore a backup",
        )
    if as_json:
        console.say_json(asdict(report))
    else:
        console.say(f"{report.records} records, the chain holds; head {report.head}")


@app.command("show")
@grouped
def show(
    since: Annotated[int, typer.Option("--since", metavar="N", help="Only records after this number.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Export as JSON lines.")] = None,
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """Show or export the records."""
    with key.opened() as opened:
        rows = [asdict(record) for record in opened.audit.records(since)]
    if out is not None:
        console.put("".join(json.dumps(row, sort_keys=True) + "\n" for row in rows), out)
        console.talk(f"wrote {len(rows)} records to {out}")
    elif as_json:
        console.say_json({"records": rows})
    else:
        for row in rows:
            status = row["record"].get("status", "")
            console.say(f"{row['seq']:>6}  {row['at']}  {row['kind']:<10} {row['id']}  {status}")


@app.command("receipt", epilog=RECEIPT_EXAMPLES)
@grouped
def receipt(
    audit_id: Annotated[str, typer.Argument(metavar="[ID]", help="Audit id of an answer.")] = "",
    verify: Annotated[
        Path | None, typer.Option("--verify", metavar="FILE", help="Check a receipt; needs no vault and no network.")
    ] = None,
    public_key: Annotated[
        str, typer.Option("--public-key", metavar="HEX", help="With --verify: the vault's key, had by another way.")
    ] = "",
    question_file: Annotated[
        Path | None, typer.Option("--question-file", metavar="FILE", help="With --verify: the question it is about.")
    ] = None,
    answer_file: Annotated[
        Path | None, typer.Option("--answer-file", metavar="FILE", help="With --verify: the answer it is about.")
    ] = None,
    quote_file: Annotated[
        Path | None, typer.Option("--quote-file", metavar="FILE", help="With --verify: a sentence that it cites.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there.")] = None,
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """Give a signed receipt of an answer, or check one: exit code 5 where it was changed."""
    if bool(audit_id) == (verify is not None):
        raise UsageError("give the id of an answer, or --verify FILE", remedy="see `assistant audit receipt --help`")
    if verify is not None:
        _verify(verify, public_key, {"question": question_file, "answer": answer_file, "quote": quote_file}, as_json)
        return
    with key.opened() as opened:
        made = opened.receipt(audit_id)
    if out is not None:
        console.put(json.dumps(made, indent=1, sort_keys=True) + "\n", out)
        console.talk(f"wrote the receipt of {audit_id} to {out}")
    else:
        console.say_json(made)


def _verify(file: Path, public_key: str, texts: dict[str, Path | None], as_json: bool) -> None:
    from assistant.vault.receipts import check_receipt, read_receipt

    try:
        data = file.read_bytes()
        given = {
            name: path.read_text(encoding="utf-8").rstrip("\n") for name, path in texts.items() if path is not None
        }
    except (OSError, UnicodeDecodeError):
        raise UsageError("the file cannot be read", path=file, remedy="check name and permissions") from None
    found = read_receipt(data)
    known = check_receipt(found, public_key, texts=given)
    if as_json:
        console.say_json({"ok": True, "key_given": known, "checked": sorted(given), "receipt": found})
        return
    answer, audit = found["answer"], found["audit"]
    console.say(f"the receipt holds: answer {audit['id']} of {audit['at']}, {answer['status']}")
    console.say(f"policy {answer['policy']['id']} {answer['policy']['version']}, sha256 {answer['policy']['sha256']}")
    if given:
        console.say(f"compared with it and the same: {', '.join(sorted(given))}")
    if not known:
        console.talk(
            "signed by the key inside it only: give --public-key to know that it is the vault's", style="yellow"
        )


@app.command("key")
@grouped
def key(
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """Print the public key that checks this vault's receipts (Ed25519, hex)."""
    with key.opened() as opened:
        public = opened.receipt_key()
    if as_json:
        console.say_json({"public_key": public, "algorithm": "ed25519"})
    else:
        console.say(public)


class Format(StrEnum):
    """How records are exported."""

    JSONL = "jsonl"
    OCSF = "ocsf"
    CEF = "cef"


@app.command("export")
@grouped
def export(
    form: Annotated[
        Format, typer.Option("--format", help="JSON lines, OCSF events (JSON lines) or CEF lines.")
    ] = Format.JSONL,
    since: Annotated[int, typer.Option("--since", metavar="N", help="Only records after this number.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write there instead of stdout.")] = None,
    *,
    key: KeyOptions,
) -> None:
    """Export the records for another system of the house; the number of the last one goes to stderr, for --since."""
    from assistant import __version__
    from assistant.vault import siem

    with key.opened() as opened:
        identity, records = opened.vault_id, list(opened.audit.records(since))
    if form is Format.CEF:
        lines = [siem.cef(record, identity, __version__) for record in records]
    else:
        values = [siem.ocsf(r, identity, __version__) if form is Format.OCSF else asdict(r) for r in records]
        lines = [json.dumps(value, sort_keys=True) for value in values]
    if out is not None:
        console.put("".join(line + "\n" for line in lines), out)
    else:
        for line in lines:
            console.say(line)
    console.talk(f"{len(lines)} records, the last is {records[-1].seq if records else since}")
