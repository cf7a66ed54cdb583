"""The catalog of models and the check that every answer-time open goes through.

A model is usable if it stands in the shipped `catalog.toml` or in the site's own one in the model store, and if the SHA-256 of
each of its files is the pinned one. Nothing here reaches the network.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from assistant.config import model_store
from assistant.errors import ConfigError, IntegrityError, ModelError
from assistant.models.digest import sha256_of

ROLES: Final = ("writer", "embedder", "ner", "reader")
SHIPPED: Final = Path(__file__).with_name("catalog.toml")
OFFERED: Final = Path(__file__).with_name("offered.toml")
USER_CATALOG: Final = "catalog.toml"
_PULL: Final = "run `assistant models pull`"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_KEYS: Final = frozenset(
    ("name", "role", "summary", "licence", "parameters", "context", "chat_template", "ram_mb", "path", "files")
)
_OPTIONAL: Final = frozenset(("source", "rewritten_sha256", "terms", "provenance"))
PROVENANCE: Final = frozenset(("source_sha256", "type", "importance_sha256", "tool"))


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model: its path below the model's own, the wheel member it comes from, its bytes and its SHA-256.

    `pieces` are members, of one wheel or several, that make the file when they are put together in this order.
    """

    path: str
    sha256: str
    size: int
    member: str = ""
    pieces: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[str, ...]:
        """The wheel members that make the file; empty where no package carries it."""
        return self.pieces or ((self.member,) if self.member else ())


@dataclass(frozen=True, slots=True)
class Source:
    """The registry package that carries a model; `download` is the size of its wheels in bytes.

    `parts` are packages of the same version that carry it instead, piece by piece, where one would be too large.
    """

    package: str
    version: str
    download: int = 0
    parts: tuple[str, ...] = ()

    @property
    def packages(self) -> tuple[str, ...]:
        """What is downloaded."""
        return self.parts or (self.package,)


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model of the catalog. `context` is in tokens, `ram_mb` is resident memory with the default context.

    `path` is the file or folder in the model store. `rewritten_sha256` pins the form the second engine reads, which is made
    from the model (see `gguf_v2`); `own` marks a model that the site added itself. `terms` is set where the licence is no free
    one: what it asks, in a sentence; such a model is pulled by name only, by someone who names the licence. `provenance` says
    from what a model made here was made (keys: `PROVENANCE`).
    """

    name: str
    role: str
    summary: str
    licence: str
    parameters: int
    context: int
    chat_template: str
    ram_mb: int
    path: str
    files: tuple[ModelFile, ...]
    source: Source | None = None
    rewritten_sha256: str = ""
    own: bool = False
    terms: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def optional(self) -> bool:
        """Whether nothing is amiss where it is not there: its licence must be taken first, or it is one of the site's own."""
        return bool(self.terms) and not self.own

    @property
    def is_folder(self) -> bool:
        """Whether the model is a folder of files; a single file has its own name as its only `files` path."""
        return not (len(self.files) == 1 and self.files[0].path == self.path)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class ModelState:
    """Whether a model is in the store and is what the catalog pins. `problem` is empty where it is."""

    entry: ModelEntry
    path: Path
    present: bool
    verified: bool
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All models that may be loaded; names are unique."""

    models: tuple[ModelEntry, ...]

    def get(self, name: str) -> ModelEntry:
        """The model of that name; ModelError where the catalog has none, for an unpinned model is never loaded."""
        for entry in self.models:
            if entry.name == name:
                return entry
        known = ", ".join(entry.name for entry in self.models)
        raise ModelError(
            "no model of that name is pinned in the catalog",
            path=name,
            remedy=f"choose one of: {known}; or add your own with `assistant models import FILE --as NAME --license ID`",
        )

    def default(self, role: str) -> ModelEntry:
        """The first model of a role; ModelError where there is none."""
        for entry in self.models:
            if entry.role == role:
                return entry
        raise ModelError(
            f"the catalog has no model for the role {role}", path=SHIPPED, remedy="install the package again"
        )

    def owner(self, sha256: str) -> tuple[ModelEntry, ModelFile] | None:
        """The model and file that have this hash."""
        for entry in self.models:
            for file in entry.files:
                if file.sha256 == sha256:
                    return entry, file
        return None


def load_catalog(store: Path | None = None) -> Catalog:
    """The shipped catalog, what is offered beside it, and the site's own (`STORE/catalog.toml`), which never replaces one.

    Raises ConfigError with file and key where either is malformed.
    """
    shipped = read_catalog(SHIPPED) + read_catalog(OFFERED)
    own_path = (store or model_store()) / USER_CATALOG
    own = read_catalog(own_path) if own_path.is_file() else ()
    names = {entry.name.lower() for entry in shipped}
    paths = {entry.path.lower() for entry in shipped}
    for entry in own:
        if entry.name.lower() in names or entry.path.lower() in paths:
            raise ConfigError(
                "the site's catalog repeats the name or path of another model", path=own_path, remedy="rename its entry"
            )
        names.add(entry.name.lower())
        paths.add(entry.path.lower())
    return Catalog(shipped + tuple(replace(entry, own=True) for entry in own))


def read_catalog(path: Path) -> tuple[ModelEntry, ...]:
    """The entries of one catalog file. Raises ConfigError on an unknown key, a wrong type or an unsafe path."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"the model catalog cannot be read: {type(error).__name__}", path=path) from error
    if raw.get("schema") != 1 or not isinstance(raw.get("model", []), list) or set(raw) - {"schema", "model"}:
        raise ConfigError("the model catalog must hold `schema = 1` and [[model]] tables", path=path)
    entries = tuple(parse_entry(table, path) for table in raw.get("model", []))
    if len({entry.name.lower() for entry in entries}) != len(entries):
        raise ConfigError("two models of the catalog have the same name", path=path)
    return entries


def verify(name: str, store: Path | None = None) -> Path:
    """The path of a model whose every file has its pinned hash; call it before each load.

    All bytes are read: 98 MB take 0.1 s with SHA instructions, less than a cache that could be fooled is worth.
    Raises ModelError where the model is unknown or missing, IntegrityError where a file is not what the catalog pins.
    """
    folder = store or model_store()
    return verify_entry(load_catalog(folder).get(name), folder)


def verify_entry(entry: ModelEntry, store: Path) -> Path:
    """As `verify`, for an entry at hand."""
    path = store / entry.path
    remedy = "import its file again" if entry.own else _PULL
    if not path.exists():
        raise ModelError(f"the model {entry.name} is not in the model store", path=path, remedy=remedy)
    root = path if entry.is_folder else store
    for file in entry.files:
        where = root / file.path
        if not where.is_file():
            raise IntegrityError(f"a file of the model {entry.name} is missing", path=where, remedy=remedy)
        if where.stat().st_size != file.size or sha256_of(where) != file.sha256:
            raise IntegrityError(
                f"a file of the model {entry.name} is not the pinned one (SHA-256 differs)",
                path=where,
                remedy=f"remove it and {remedy}",
            )
    if entry.is_folder:
        # A library may load whatever lies in the folder, so nothing unpinned may lie there.
        pinned = {root / file.path for file in entry.files}
        for found in sorted(root.rglob("*")):
            if found.is_symlink() or (found not in pinned and not found.is_dir()):
                raise IntegrityError(
                    f"an unpinned file lies in the folder of the model {entry.name}", path=found, remedy="remove it"
                )
    return path


def states(store: Path | None = None) -> list[ModelState]:
    """What `models list` and `doctor` show: every model of the catalog, checked; optional ones only where they are there."""
    folder = store or model_store()
    found = []
    for entry in load_catalog(folder).models:
        path = folder / entry.path
        if entry.optional and not path.exists():
            continue
        try:
            verify_entry(entry, folder)
        except (ModelError, IntegrityError, OSError) as error:
            problem = getattr(error, "message", type(error).__name__)
            found.append(ModelState(entry, path, path.exists(), False, problem, getattr(error, "remedy", "")))
        else:
            found.append(ModelState(entry, path, True, True))
    return found


def parse_entry(table: object, path: Path) -> ModelEntry:
    """One entry from its plain form; `path` is the file it stands in. Raises ConfigError where anything about it is wrong."""

    def wrong(what: str) -> ConfigError:
        return ConfigError(
            f"model catalog: {what}", path=path, remedy="compare with the entries of the shipped catalog"
        )

    if not isinstance(table, dict) or not set(table) >= _KEYS or set(table) - _KEYS - _OPTIONAL:
        raise wrong("an entry lacks a key or has an unknown one")
    _typed(table, wrong)
    if not _NAME.fullmatch(table["name"]) or table["role"] not in ROLES:
        raise wrong("`name` or `role` is not allowed")
    if not _NAME.fullmatch(table["path"]) or table["path"] == USER_CATALOG:
        raise wrong("`path` must be one plain file or folder name")
    if not table["licence"] or not isinstance(table["files"], list) or not table["files"]:
        raise wrong("`licence` and `files` must not be empty")
    files = tuple(_file(item, wrong) for item in table["files"])
    source = _source(table["source"], wrong) if "source" in table else None
    plain = {key: table[key] for key in _KEYS - {"files"}}
    return ModelEntry(
        **plain,
        files=files,
        source=source,
        rewritten_sha256=table.get("rewritten_sha256", ""),
        terms=table.get("terms", ""),
        provenance=_provenance(table.get("provenance", {}), wrong),
    )


_Wrong = Callable[[str], ConfigError]


def _typed(table: Mapping[str, object], wrong: _Wrong) -> None:
    for key in ("parameters", "context", "ram_mb"):
        value = table[key]
        if not isinstance(value, int) or value < 0:
            raise wrong(f"`{key}` must be a whole number")
    for key in ("name", "role", "summary", "licence", "chat_template", "path"):
        if not isinstance(table[key], str):
            raise wrong(f"`{key}` must be a string")
    rewritten = table.get("rewritten_sha256", "")
    if not isinstance(rewritten, str) or (rewritten and not _HASH.fullmatch(rewritten)):
        raise wrong("`rewritten_sha256` must be a SHA-256")
    if not isinstance(table.get("terms", ""), str):
        raise wrong("`terms` must be a string")


def _provenance(item: object, wrong: _Wrong) -> dict[str, str]:
    if not isinstance(item, dict) or set(item) - PROVENANCE or not all(isinstance(v, str) for v in item.values()):
        raise wrong("`provenance` has an unknown key or one that is no string")
    return {str(key): str(value) for key, value in item.items()}


def _file(item: object, wrong: _Wrong) -> ModelFile:
    if not isinstance(item, dict) or set(item) - {"path", "member", "pieces", "size", "sha256"}:
        raise wrong("a file has an unknown key")
    path, member, size, sha256 = item.get("path"), item.get("member", ""), item.get("size"), item.get("sha256")
    if (
        not isinstance(path, str)
        or not isinstance(member, str)
        or not isinstance(size, int)
        or not isinstance(sha256, str)
    ):
        raise wrong("a file needs path, size and sha256")
    parts = path.split("/")
    if "\\" in path or ":" in path or any(part in ("", ".", "..") for part in parts):
        raise wrong("the path of a file must stay inside the model")
    if not _HASH.fullmatch(sha256) or size < 0:
        raise wrong("a file needs a SHA-256 of 64 hexadecimal digits and its size")
    return ModelFile(path, sha256, size, member, _strings(item.get("pieces", []), wrong))


def _strings(item: object, wrong: _Wrong) -> tuple[str, ...]:
    if not isinstance(item, list) or not all(isinstance(value, str) for value in item):
        raise wrong("`pieces` and `parts` must be lists of strings")
    return tuple(item)


def _source(item: object, wrong: _Wrong) -> Source:
    if not isinstance(item, dict) or set(item) - {"package", "version", "download", "parts"}:
        raise wrong("`source` needs package and version")
    package, version, download = item.get("package"), item.get("version"), item.get("download", 0)
    if not isinstance(package, str) or not isinstance(version, str) or not isinstance(download, int):
        raise wrong("`source` needs package and version")
    # Both end up on the command line of pip, so neither may look like an option or a path.
    parts = _strings(item.get("parts", []), wrong)
    if not all(map(_NAME.fullmatch, (package, version, *parts))):
        raise wrong("`source` holds a character that is not allowed")
    return Source(package, version, download, parts)
