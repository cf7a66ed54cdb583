"""Which files a set of paths stands for: in one order, without hidden, temporary and version-control files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from assistant.protocols import FileProblem
from assistant.readers.registry import READERS, source_of

_IGNORED: Final = frozenset("cvs _darcs __pycache__ node_modules thumbs.db desktop.ini __macosx".split())
_TEMPORARY: Final = ("~$", ".~", "._")
_TEMPORARY_ENDINGS: Final = ("~", ".tmp", ".swp", ".part", ".crdownload", ".lock")


@dataclass(slots=True)
class Walk:
    """What was found. `skipped` are files of a folder that no reader reads; `roots` the folders as given.

    `lost` are folders that could not be listed: what was ingested from them earlier is not taken for removed.
    """

    files: list[Path] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    skipped: list[FileProblem] = field(default_factory=list)
    roots: list[Path] = field(default_factory=list)
    lost: list[Path] = field(default_factory=list)

    @property
    def sources(self) -> list[str]:
        """The files as the vault names them, those that could not be reached included."""
        return [source_of(path) for path in (*self.files, *(problem.path for problem in self.problems))]


def walk(paths: Iterable[Path]) -> Walk:
    """The files that the paths stand for, each once, folders in the order of their names.

    A link inside a folder is followed where it stays inside; one that leads out is a problem, since nobody asked for
    what lies there. A path given by name is taken as it is, hidden or not.
    """
    found = Walk()
    seen: set[Path] = set()
    for path in paths:
        try:
            is_folder = path.is_dir()
        except (OSError, ValueError):
            is_folder = False
        files = _folder(path, found) if is_folder else iter((path,))
        if is_folder:
            found.roots.append(path)
        for file in files:
            if file not in seen:
                seen.add(file)
                found.files.append(file)
    return found


def _folder(root: Path, found: Walk) -> Iterator[Path]:
    try:
        home = root.resolve(strict=True)
    except (OSError, RuntimeError):
        found.problems.append(FileProblem(root, "the folder cannot be reached", "check the path and its links"))
        return
    stack = [root]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            reason, remedy = "the folder cannot be listed", "give this user read permission for it"
            found.problems.append(FileProblem(folder, reason, remedy))
            found.lost.append(folder)
            continue
        below: list[Path] = []
        for entry in entries:
            path = folder / entry.name
            if is_ignored(entry.name):
                continue
            if entry.is_symlink() and not _stays(path, home, found):
                continue
            if entry.is_dir():
                # A linked folder inside the root is walked where it really stands.
                if not entry.is_symlink():
                    below.append(path)
            elif path.suffix.lower() in READERS:
                yield path
            else:
                found.skipped.append(FileProblem(path, "no reader for this kind of file"))
        stack.extend(reversed(below))


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is passed over inside a folder: hidden, temporary, version control."""
    lowered = name.lower()
    return (
        name.startswith((".", *_TEMPORARY)) or lowered.endswith(_TEMPORARY_ENDINGS) or lowered in _IGNORED
    )  # fmt: skip


def _stays(path: Path, home: Path, found: Walk) -> bool:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        found.problems.append(
            FileProblem(path, "the symbolic link leads nowhere or back to itself", "remove the link or mend its target")
        )
        return False
    if target.is_relative_to(home):
        return True
    found.problems.append(
        FileProblem(path, "the symbolic link leads out of the folder", "name its target on the command line instead")
    )
    return False


def is_under(source: str, root: Path) -> bool:
    """Whether a stored source lies under a folder as it was given."""
    folder = source_of(root)
    if folder == ".":
        return not source.startswith(("/", ".." + os.sep)) and not Path(source).is_absolute()
    return source.startswith(folder.rstrip(os.sep) + os.sep)
