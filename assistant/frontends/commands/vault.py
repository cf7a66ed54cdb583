"""`assistant init` and `assistant vault ...`: the encrypted folder and its keys."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.config import default_vault
from assistant.errors import AssistantError, IntegrityError, UsageError
from assistant.frontends import console
from assistant.frontends.option_groups import KeyOptions, grouped
from assistant.frontends.options import (
    DomainOption,
    JsonOption,
    KeyFileOption,
    PassphraseFileOption,
    PolicyOption,
    VaultOption,
    first_line,
    secret,
)

if TYPE_CHECKING:
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

INIT_EXAMPLES = """Examples:
  assistant init
  assistant init --domain customer-service --samples      (with the pack's documents of an invented house, to try things with)
  assistant init --vault ./clinic --domain healthcare --policy healthcare"""

app = typer.Typer(help="The encrypted folder: state, keys, backups.", no_args_is_help=True)


def init(
    vault: VaultOption = None,
    policy: PolicyOption = None,
    domain: DomainOption = None,
    passphrase_file: PassphraseFileOption = None,
    key_file: KeyFileOption = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Take in the pack's sample documents, so that it can be asked at once.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a new encrypted vault."""
    from assistant.wiring import create_vault

    folder = vault or default_vault()
    made = create_vault(folder, secret(passphrase_file, key_file, confirm=True), policy=policy, domain=domain)
    shown: dict[str, object] = {"vault": str(folder), "vault_id": made.vault_id}
    console.talk(f"made the vault {folder}. Without its passphrase nobody can read it, and nobody can recover it.")
    if samples:
        shown["samples"] = _with_samples(made, folder)
    else:
        made.close()
        console.talk(f"next: assistant ingest PATH --vault {folder}")
    if as_json:
        console.say_json(shown)


def _with_samples(made: Vault, folder: Path) -> dict[str, int]:
    """Take the pack's documents in and say what to ask them; closes the vault. Raises AssistantError where a model is missing."""
    from assistant.frontends.samples import take_samples
    from assistant.wiring import assemble

    with closing(assemble(made)) as assistant, console.progress_bar("Taking the samples in") as progress:
        reports = take_samples(assistant, progress)
        question = assistant.pack.scope.inside[0]
    if any(report.partial for report in reports):
        raise KeyboardInterrupt
    took = {
        "documents": sum(len(report.added) for report in reports),
        "passages": sum(report.passages for report in reports),
        "problems": sum(len(report.problems) for report in reports),
    }
    console.talk(f"took in {took['documents']} sample documents of an invented house: {took['passages']} passages")
    console.talk(f'next: assistant ask "{question}" --vault {folder}')
    return took


@app.command("status")
@grouped
def status(
    verify: Annotated[bool, typer.Option("--verify", help="Read every page and every audit record.")] = False,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Open a vault whose last commits are gone; this is audited.")
    ] = False,
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """Show what the vault holds; with --verify also whether every byte is as it was written."""
    with key.opened(accept_loss=accept_loss) as opened:
        shown: dict[str, object] = asdict(opened.status())
        shown["unlocked"] = _unlocked(opened.folder)
        if verify:
            damage = opened.integrity()
            report = opened.audit.verify()
            shown["integrity"] = damage or ["ok"]
            shown["audit"] = asdict(report)
            if damage or not report.ok:
                what = damage[0] if damage else f"the audit chain is {report.damage} at record {report.bad_seq}"
                raise IntegrityError(what, path=opened.folder, remedy="restore a backup with `assistant vault restore`")
    if as_json:
        console.say_json(_plain(shown))
    else:
        for name, value in shown.items():
            console.say(f"{name:>14}  {value}")


@app.command("slots")
@grouped
def slots(
    add_keyfile: Annotated[
        Path | None, typer.Option("--add-key-file", metavar="FILE", help="Make a key file and a slot for it.")
    ] = None,
    add_keyring: Annotated[
        bool, typer.Option("--add-keyring", help="Put a random key into the system's keyring and make a slot for it.")
    ] = False,
    add_passphrase_file: Annotated[
        Path | None, typer.Option("--add-passphrase-file", metavar="FILE", help="Make a slot for another passphrase.")
    ] = None,
    add: Annotated[
        str,
        typer.Option("--add", metavar="pkcs11|transit", help="Make a slot for a key on a token or in a key service."),
    ] = "",
    rotate: Annotated[
        str,
        typer.Option("--rotate", metavar="ID", help="Renew a token's or key service's slot under a new key (version)."),
    ] = "",
    remove: Annotated[str, typer.Option("--remove", metavar="ID", help="Remove a slot (never the last).")] = "",
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """List, add or remove the keys that open the vault."""
    from assistant.vault.keys import Secret

    with key.opened() as opened:
        if add_keyfile is not None:
            opened.add_slot(Secret.keyfile(Secret.new_keyfile(add_keyfile)), label=add_keyfile.stem[:32] or "keyfile")
        if add_keyring:
            opened.add_slot(Secret.keyring(), label="keyring")
        if add_passphrase_file is not None:
            opened.add_slot(Secret.passphrase(first_line(add_passphrase_file)), label="passphrase")
        if add:
            opened.add_slot(_kept(add), label=add)
        if rotate:
            _rotate(opened, rotate)
        if remove:
            opened.remove_slot(remove)
        found = [asdict(slot) for slot in opened.slots()]
    if as_json:
        console.say_json({"slots": found})
    else:
        for slot in found:
            console.say(f"{slot['id']}  {slot['kind']:<10}  {slot['label']}  {slot['created']}")


@app.command("rekey")
@grouped
def rekey(
    full: Annotated[bool, typer.Option("--full", help="Encrypt everything again under a new vault key.")] = False,
    new_passphrase_file: Annotated[
        Path | None,
        typer.Option("--new-passphrase-file", metavar="FILE", help="The new passphrase of the slot in use."),
    ] = None,
    drop_others: Annotated[
        bool, typer.Option("--drop-others", help="With --full: remove the slots whose secrets are not given.")
    ] = False,
    slot_id: Annotated[
        str, typer.Option("--slot", metavar="ID", help="Which slot gets the new passphrase, where there are several.")
    ] = "",
    *,
    key: KeyOptions,
) -> None:
    """Change the passphrase (at once), or with --full the key of every page."""
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

    if not full and new_passphrase_file is None:
        raise UsageError("nothing to change", remedy="give --new-passphrase-file FILE or --full")
    current = key.secret()
    # A secret is wiped after use, so the one that the full rekey wraps the new key for is read again.
    again = key.secret()
    with Vault.open(key.folder, current) as opened:
        if new_passphrase_file is not None:
            slot = slot_id or _only_slot(opened)
            new = first_line(new_passphrase_file)
            opened.rekey_kek(slot, Secret.passphrase(new))
            again = Secret.passphrase(new)
            console.talk("the passphrase of this slot is changed")
        if full:
            opened.rekey_full(again, drop_others=drop_others)
            console.talk("every page is encrypted under a new key")


@app.command("backup")
@grouped
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the encrypted backup.")],
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """Write an encrypted, verified copy of the whole vault."""
    from assistant.vault.backup import backup as make

    with key.opened() as opened:
        make(opened, target)
    size = target.stat().st_size
    if as_json:
        console.say_json({"backup": str(target), "bytes": size})
    else:
        console.talk(f"wrote {target} ({size / 1e6:.1f} MB)")


@app.command("restore")
@grouped
def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="A backup made by `assistant vault backup`.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a vault that is there.")] = False,
    *,
    key: KeyOptions,
) -> None:
    """Restore a backup into an empty folder; documents erased since stay erased."""
    from assistant.vault.backup import restore as put_back

    folder = key.folder
    put_back(archive, folder, key.secret(), replace_existing=replace).close()
    console.talk(f"restored {archive} to {folder}")


def _unlocked(folder: Path) -> dict[str, object] | None:
    """The state of the agent that keeps the vault open; None where none does, or one cannot be told from a stranger's."""
    from assistant.frontends.agent.client import state_of

    try:
        state = state_of(folder)
    except AssistantError:
        return None
    return None if state is None else dict(state)


def _only_slot(opened: Vault) -> str:
    found = [slot.id for slot in opened.slots() if slot.kind == "passphrase"]
    if len(found) != 1:
        raise UsageError(
            "there are several passphrase slots", remedy="choose one with --slot ID; see `assistant vault slots`"
        )
    return found[0]


def _kept(name: str, *, fresh: bool = False) -> Secret:
    from assistant.frontends.options import SERVICE, TOKEN, kept_key

    made = kept_key(name, fresh=fresh) if name in (TOKEN, SERVICE) else None
    if made is None:
        raise UsageError("only a token's or a key service's slot works so", remedy=f"give {TOKEN} or {SERVICE}")
    return made


def _rotate(opened: Vault, slot_id: str) -> None:
    kind = next((slot.kind for slot in opened.slots() if slot.id == slot_id), "")
    if not kind:
        raise UsageError("there is no such slot", remedy="see `assistant vault slots`")
    opened.rekey_kek(slot_id, _kept(kind, fresh=True))
    console.talk("the slot has a new secret; the old key is needed for older backups only")


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
