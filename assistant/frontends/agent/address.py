"""Where an agent listens, and who is at the other end: a private folder, a socket a vault, the peer's user id.

Only the standard library is imported here: the command line asks on every start whether an agent is there.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import sys
from pathlib import Path
from typing import Final

from assistant.errors import AccessDenied, ConfigError

# `sun_path` of Linux holds 108 bytes, that of macOS 104, both with the final zero.
_LONGEST: Final = 103
_XUCRED: Final = struct.Struct("=IIh")
_LOCAL_PEERCRED: Final = 1


def runtime_folder() -> Path:
    """The folder of the agents' sockets: `$XDG_RUNTIME_DIR/assistant`, else one in /tmp that is named by the user's id.

    It is not made here, and nothing is said of who owns it; see `private`.
    """
    base = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    return base / "assistant" if base.is_absolute() else Path(f"/tmp/assistant-{os.getuid()}")  # noqa: S108 - see `private`


def private(folder: Path, *, make: bool = False) -> bool:
    """Whether the folder is there for this user alone; `make` makes it so.

    Raises ConfigError where somebody else owns it, others may enter it, or it is a link: who made it could put a socket
    of his own there.
    """
    try:
        if make:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigError(
            "the folder for the agent's socket cannot be used",
            path=folder,
            remedy="set XDG_RUNTIME_DIR to one of yours",
        ) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise ConfigError(
            "the folder for the agent's socket is not yours alone",
            path=folder,
            remedy="it must be a folder of yours with mode 0700; remove it, or set XDG_RUNTIME_DIR",
        )
    return True


def socket_path(vault: Path) -> Path:
    """The socket of the agent of a vault: named by a digest of the folder's real path.

    Raises ConfigError where the path is longer than the system lets a socket's name be.
    """
    name = hashlib.blake2b(os.fsencode(os.path.realpath(vault)), digest_size=8).hexdigest()
    path = runtime_folder() / f"{name}.sock"
    if len(os.fsencode(path)) > _LONGEST:
        raise ConfigError(
            "the path of the agent's socket is too long", path=path, remedy="set a shorter XDG_RUNTIME_DIR"
        )
    return path


def connect(path: Path, timeout_s: float) -> socket.socket | None:
    """A connection to the agent at `path`; None where nobody listens there, or on a system without such sockets.

    Raises ConfigError for a folder that others can write to, AccessDenied where another user's process answers.
    """
    if not hasattr(socket, "AF_UNIX") or not private(path.parent):
        return None
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(timeout_s)
    try:
        line.connect(str(path))
        own(line)
    except (FileNotFoundError, ConnectionError, BlockingIOError, TimeoutError):
        # A socket that a killed agent left behind refuses: there is no agent.
        line.close()
        return None
    except BaseException:
        line.close()
        raise
    return line


def own(line: socket.socket) -> int:
    """The process id at the other end, 0 where the system does not tell it. Raises AccessDenied unless it is this user's."""
    if sys.platform == "darwin":
        raw = line.getsockopt(0, _LOCAL_PEERCRED, _XUCRED.size)
        user, process = _XUCRED.unpack(raw)[1], 0
    elif hasattr(socket, "SO_PEERCRED"):
        process, user, _ = struct.unpack("=iII", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    else:
        raise AccessDenied(
            "this system does not tell who is at the other end of a socket", remedy="work without the agent"
        )
    if user != os.geteuid():
        raise AccessDenied("the process at the other end of the agent's socket is another user's")
    return int(process)
