"""Writing a question in the editor of whoever sits there, while the screen waits; the text lies in memory, never on the disk."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.frontends.tui.host import Host

# Folders of a file system in memory: the session's own first.
_IN_MEMORY: Final = ("/dev/shm",)  # noqa: S108 - a folder of one's own is made in it


def memory_folder() -> Path:
    """A folder whose files are never written to a disk. Raises UsageError where this system has none."""
    for place in (os.environ.get("XDG_RUNTIME_DIR", ""), *_IN_MEMORY):
        if place and Path(place).is_dir() and os.access(place, os.W_OK) and _is_memory(Path(place)):
            return Path(place)
    raise UsageError(
        "there is no folder in memory for the editor's file", remedy="paste the text: the question box keeps its lines"
    )


def _is_memory(folder: Path) -> bool:
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    kinds = {fields[1]: fields[2] for line in mounts if len(fields := line.split()) > 2}
    here = folder.resolve()
    nearest = next((str(place) for place in (here, *here.parents) if str(place) in kinds), "/")
    return kinds.get(nearest) in ("tmpfs", "ramfs")


def editor() -> list[str]:
    """The editor's command. Raises UsageError where none is set."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise UsageError("no editor is set", remedy="set EDITOR, for example EDITOR=nano")
    return command


def edited(app: Host, text: str) -> str:
    """The text after the editor has ended; the vault's idle lock goes on counting, and ends the editor.

    Raises UsageError where there is no editor, no folder in memory, or the editor fails.
    """
    command, folder = editor(), memory_folder()
    with tempfile.TemporaryDirectory(prefix="assistant-", dir=folder) as place:
        file = Path(place) / "question.txt"
        file.write_text(text, encoding="utf-8")
        with app.suspend():
            failure = _run([*command, str(file)], app.idle_left_s)
        if failure:
            raise UsageError(failure, remedy="the question stands as it was before; try EDITOR=nano")
        app.last_use = time.monotonic()
        return file.read_text(encoding="utf-8", errors="replace").rstrip("\n")


def _run(command: list[str], seconds: float) -> str:
    """Run the editor for at most so long; what went wrong, or ""."""
    try:
        child = subprocess.Popen(command)
    except OSError as error:
        return f"the editor cannot be started ({error.strerror})"
    try:
        code = child.wait(timeout=max(1.0, seconds))
    except subprocess.TimeoutExpired:
        child.terminate()
        child.wait()
        return "the editor was open for longer than the vault may be unused"
    return f"the editor ended with code {code}" if code else ""
