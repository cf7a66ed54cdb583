"""The command line's way to a running agent: send the command, show what comes back.

Every start of `assistant` passes here, so nothing beyond the standard library and the ground floor is imported.
"""

from __future__ import annotations

import io
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from assistant import __version__
from assistant.config import default_vault
from assistant.errors import AssistantError, ExitCode
from assistant.frontends.agent.address import connect, socket_path
from assistant.frontends.agent.allowed_commands import SERVED, Request, Value, parse
from assistant.frontends.agent.wire import MAX_REPLY, WireError, receive, send

INTERRUPTED: Final = 130
# An agent takes a connection at once or is stopped; then the command runs as without one.
_CONNECT_S: Final = 2.0
# The longest silence in an answer: the policy's limits of all stages together are below it.
_SILENCE_S: Final = 300.0
# What names a thing that may be a file of the folder the user stands in, where the agent does not stand.
_PATHS: Final = ("policy", "domain")


def through_agent(argv: Sequence[str]) -> int | None:
    """The exit code of a command that the agent of its vault has run; None where it is to be run here.

    That is so for a command that agents do not know, where none listens, and where it declines (another model, another
    user). Its words are on stdout and stderr as the command's own would be.
    """
    request = parse(argv)
    if request is None:
        return None
    try:
        line = connect(socket_path(vault_of(request)), _CONNECT_S)
    except (AssistantError, OSError):
        # A folder that is not ours alone, say. `assistant unlock` tells the reason; here the vault opens as without an agent.
        return None
    if line is None:
        return None
    try:
        with line:
            line.settimeout(_SILENCE_S)
            return _converse(line, request)
    except KeyboardInterrupt:
        _talk("interrupted; what was finished is kept")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.DONE)


def vault_of(request: Request) -> Path:
    """The vault that a command is about."""
    named = request.values.get("vault")
    return Path(named) if isinstance(named, str) else default_vault()


def asked(line: socket.socket, command: str, values: Mapping[str, Value]) -> None:
    """Send a request. Raises OSError where the agent is gone."""
    send(line, {"version": __version__, "command": command, "values": dict(values)})


def state_of(folder: Path) -> Mapping[str, object] | None:
    """What the agent of a vault says of itself; None where none runs. Raises ConfigError for a folder that is not ours alone."""
    line = connect(socket_path(folder), _CONNECT_S)
    if line is None:
        return None
    with line:
        try:
            asked(line, "state", {})
            reply = receive(line, MAX_REPLY) or {}
        except (OSError, WireError):
            return None
    state = reply.get("state")
    return state if isinstance(state, dict) else None


def _values(request: Request) -> dict[str, Value]:
    """What the agent is told: the question read from stdin, paths made whole, the user named; the vault it knows."""
    values = {name: value for name, value in request.values.items() if name != "vault"}
    if values.get("question") == "-":
        text = sys.stdin.read()
        values["question"] = text
        # Where the agent declines, the command reads it again.
        sys.stdin = io.StringIO(text)
    for name in _PATHS:
        if isinstance(path := values.get(name), str) and Path(path).exists():
            values[name] = str(Path(path).resolve())
    if "user" in SERVED[request.command].kinds and (user := os.environ.get("ASSISTANT_USER")):
        values.setdefault("user", user)
    return values


def _converse(line: socket.socket, request: Request) -> int | None:
    try:
        asked(line, request.command, _values(request))
    except OSError:
        return None
    shown = False
    while (reply := _next(line)) is not None:
        if (why := reply.get("decline")) is not None:
            if why:
                _talk(f"not by way of the agent: {why}")
            return None
        if isinstance(code := reply.get("exit"), int):
            return code
        shown |= _show(reply)
    if not shown:
        return None
    _talk("error: the agent ended before the answer did Remedy: ask again")
    return int(ExitCode.FAILED)


def _next(line: socket.socket) -> dict[str, object] | None:
    try:
        return receive(line, MAX_REPLY)
    except (OSError, WireError):
        return None


def _show(reply: Mapping[str, object]) -> bool:
    if isinstance(text := reply.get("out"), str):
        sys.stdout.write(text)
        sys.stdout.flush()
        return True
    if isinstance(text := reply.get("err"), str):
        sys.stderr.write(text)
        sys.stderr.flush()
        return True
    return False


def _talk(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
