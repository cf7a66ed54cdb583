"""`assistant unlock` and `assistant lock`: the agent that keeps a vault and its models open."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from assistant.config import default_vault
from assistant.errors import VaultError
from assistant.frontends import console
from assistant.frontends.agent import address, client
from assistant.frontends.option_groups import AskOptions, grouped
from assistant.frontends.options import (
    JsonOption,
    VaultOption,
    passphrase,
    password,
)

EXAMPLES = """Examples:
  assistant unlock
  assistant ask "..."                (answers at once: vault and models are open)
  assistant lock
  assistant unlock --idle 5 --role nurse
The agent runs as you, listens on a socket of yours alone and locks by itself after the policy's idle minutes."""
_END_S: Final = 3.0


@grouped
def unlock(
    idle: Annotated[
        float | None,
        typer.Option(
            "--idle",
            metavar="MINUTES",
            min=0.01,
            help="Lock after so long without use [default and most: the policy's].",
        ),
    ] = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay in this process until it is locked (for a service manager).")
    ] = False,
    *,
    opening: AskOptions,
    as_json: JsonOption = False,
) -> None:
    """Keep the vault and its models open until `assistant lock`, so that commands answer at once."""
    from assistant.frontends.agent.start import Order, launch, serve
    from assistant.vault import slots

    folder = (opening.vault or default_vault()).resolve()
    if state := client.state_of(folder):
        _say(state, as_json, "is unlocked already")
        return
    slots.load(folder)  # no vault, no question for its passphrase
    name, key_file = opening.user or os.environ.get("ASSISTANT_USER") or None, opening.key_file
    order = Order(
        opening=replace(
            opening.opening(), vault=folder, policy=_whole(opening.policy), domain=_whole(opening.domain), user=name
        ),
        passphrase=None if key_file is not None else passphrase(opening.passphrase_file),
        key_file=_whole(None if key_file is None else str(key_file)),
        password=None if name is None else password(),
        idle_minutes=idle,
    )
    if foreground:
        reason = serve(order, lambda state: _say(state, as_json, "is unlocked"))
        console.talk(f"locked: {reason}")
        return
    console.talk("opening the vault and loading the models ...")
    _say(launch(order), as_json, "is unlocked")


def lock(
    everything: Annotated[bool, typer.Option("--all", help="Lock every vault that you have unlocked.")] = False,
    vault: VaultOption = None,
    as_json: JsonOption = False,
) -> None:
    """End the agent of the vault: its keys are zeroed and the models let go."""
    paths = _sockets() if everything else [address.socket_path(vault or default_vault())]
    ended = [path for path in paths if _end(path)]
    if as_json:
        console.say_json({"locked": len(ended)})
    elif everything:
        console.talk(f"{len(ended)} vaults locked")
    else:
        console.talk("locked" if ended else "it was not unlocked")


def _end(path: Path) -> bool:
    """Order an agent to lock and wait for its end; one that does not obey is killed. Whether there was one."""
    line = address.connect(path, 2.0)
    if line is None:
        return False
    with line:
        process = address.own(line)
        line.settimeout(_END_S)
        try:
            client.asked(line, "lock", {})
            while line.recv(1024):
                pass
            return True
        except ConnectionError:
            return True
        except OSError:
            pass
    if not process:
        raise VaultError("the agent does not answer", path=path, remedy="end its process")
    os.kill(process, signal.SIGKILL)
    time.sleep(0.1)
    return True


def _sockets() -> list[Path]:
    folder = address.runtime_folder()
    return sorted(folder.glob("*.sock")) if address.private(folder) else []


def _whole(name: str | None) -> str | None:
    """What may be a file of the folder the user stands in by its whole path: the agent stands elsewhere."""
    return name if name is None or not Path(name).exists() else str(Path(name).resolve())


def _say(state: Mapping[str, object], as_json: bool, what: str) -> None:
    if as_json:
        console.say_json(dict(state))
    else:
        console.talk(
            f"the vault {what} for {state['user']} until {state['idle_minutes']} minutes without use; {state['memory']}"
        )


__all__ = ["EXAMPLES", "lock", "unlock"]
