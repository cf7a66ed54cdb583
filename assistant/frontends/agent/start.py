"""Starting an agent: in a process of its own that outlives the command, or in this one for a service manager."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final

from assistant.errors import AssistantError, EngineError, ExitCode, IntegrityError, LockedError, UsageError, VaultError
from assistant.frontends.agent.address import socket_path
from assistant.frontends.agent.memory import lock_memory
from assistant.frontends.agent.resources import Resources
from assistant.frontends.opening import Opening

State = Mapping[str, object]
# Opening, verifying and loading take some five seconds on two idle cores; a busy machine is given its time.
_START_S: Final = 180.0
# An agent that is told to end does so at once, unless it is just closing its vault.
_END_S: Final = 10.0
_SECRETS: Final = ("ASSISTANT_PASSPHRASE", "ASSISTANT_PASSWORD", "ASSISTANT_NEW_PASSWORD")
_ERRORS: Final[Mapping[ExitCode, type[AssistantError]]] = {
    ExitCode.USAGE: UsageError,
    ExitCode.LOCKED: LockedError,
    ExitCode.INTEGRITY: IntegrityError,
    ExitCode.FAILED: VaultError,
}


@dataclass(frozen=True, slots=True)
class Order:
    """All that an agent needs to start. It goes to it through a pipe: arguments and environments can be read by others.

    `idle_minutes` may only shorten the policy's time. `key_file` is what `--key-file` was given.
    """

    opening: Opening
    passphrase: str | None = field(default=None, repr=False)
    key_file: str | None = None
    password: str | None = field(default=None, repr=False)
    idle_minutes: float | None = None

    def to_json(self) -> str:
        """One line of JSON."""
        raw = asdict(self)
        raw["opening"]["vault"] = str(self.opening.vault)
        return json.dumps(raw)

    @classmethod
    def of_json(cls, line: str) -> Order:
        """The order of such a line."""
        raw = json.loads(line)
        opening = raw.pop("opening")
        roles = opening.pop("roles")
        known = Opening(vault=Path(opening.pop("vault")), roles=None if roles is None else tuple(roles), **opening)
        return cls(opening=known, **raw)


def serve(order: Order, ready: Callable[[State], None]) -> str:
    """Open the vault, load the models, tell `ready`, and answer until it is locked; then the reason.

    Raises LockedError, VaultError (also where an agent runs already), IntegrityError, PolicyError, PackError, AccessDenied.
    """
    from assistant.frontends.agent.server import Server
    from assistant.frontends.options import kept_key
    from assistant.vault.keys import Secret

    os.umask(0o077)
    if order.key_file is not None:
        key = kept_key(order.key_file) or Secret.keyfile(Path(order.key_file))
    elif order.passphrase is not None:
        key = Secret.passphrase(order.passphrase)
    else:
        raise LockedError("no passphrase", remedy="give one, or a key file")
    note = lock_memory()
    held = Resources.open(order.opening, key, order.password)
    try:
        held.warm()
        minutes = min(filter(None, (order.idle_minutes, float(held.idle_minutes))))
        server = Server(held, socket_path(order.opening.vault), idle_s=60.0 * minutes, note=note)
    except BaseException:
        held.close()
        raise
    ready(server.state())
    return server.run()


def launch(order: Order) -> State:
    """Start an agent in a session of its own and wait until it answers; its state.

    Raises what stood in its way, as `serve` does, and EngineError where it ended without a word or does not come up.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    # -P: a folder that somebody happens to stand in is no place to import from.
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "assistant.frontends.agent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
        text=True,
    )
    try:
        return _started(child, order)
    except BaseException:
        _end(child)
        raise


def _end(child: subprocess.Popen[str]) -> None:
    """No agent is left when this returns, nor a dead process that a long-lived caller would keep."""
    child.terminate()
    try:
        child.wait(_END_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _started(child: subprocess.Popen[str], order: Order) -> State:
    told, heard = child.stdin, child.stdout
    if told is None or heard is None:
        raise EngineError("the agent has no pipes", remedy="try again")
    with told, heard:
        try:
            told.write(order.to_json() + "\n")
            told.close()
        except BrokenPipeError:
            raise _silent() from None
        line = _line(heard)
    if not line:
        raise _silent()
    said = json.loads(line)
    if "error" in said:
        error = said["error"]
        kind = _ERRORS.get(ExitCode(error["exit_code"]), VaultError)
        raise kind(error["message"], path=error["path"], line=error["line"], remedy=error["remedy"])
    state: State = said["ready"]
    return state


def _line(heard: IO[str]) -> str:
    deadline = time.monotonic() + _START_S
    with selectors.DefaultSelector() as waiting:
        waiting.register(heard, selectors.EVENT_READ)
        return heard.readline() if waiting.select(deadline - time.monotonic()) else ""


def _silent() -> EngineError:
    return EngineError("the agent did not come up", remedy="run `assistant doctor`, or `assistant unlock --foreground`")
