"""Domain packs: everything that makes the assistant one of a hospital or of a support centre, as data that people edit.

A pack is a folder with `pack.yaml` and the files it names. Loading checks all of them; a misspelt key anywhere is an
error that names file and line, because a word that silently does nothing is a hole in a pack as it is in a policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.config import shipped
from assistant.errors import ConfigError, PackError
from assistant.formats.yamlfile import YamlFile, read_text, read_yaml, validate
from assistant.packs.contact import Contact
from assistant.packs.intents import IntentFile, Intents
from assistant.packs.lexicon import Lexicon, LexiconFile, Pattern, Term, Terms

MANIFEST: Final = "pack.yaml"
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

Checksum = Literal["luhn", "npi", "nhs", "dea", "iban"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _inside(value: str) -> str:
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or "\\" in value or path == PurePosixPath("."):
        raise ValueError("must be a relative path inside the pack, with '/' between folders")
    return value


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("must be small letters, digits and single hyphens")
    return value


def _entity(value: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", value):
        raise ValueError("an entity is written in capitals, digits and underscores")
    return value


Inside = Annotated[str, AfterValidator(_inside)]
Name = Annotated[str, AfterValidator(_name)]
Entity = Annotated[str, AfterValidator(_entity)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class PatternSpec(_Strict):
    """One regular expression of a recognizer; `score` is the confidence (0 to 1) of a match without context or checksum.

    `continues`: a weak match also counts where it goes on from one of the same entity, as a town after its street.
    """

    name: Term
    regex: Pattern
    score: float = Field(ge=0.0, le=1.0)
    continues: bool = False


class RecognizerSpec(_Strict):
    """How one kind of identifier is found: patterns, words nearby that raise the score, a checksum, and fixed strings.

    `unless_after`: words that say of the number after them (and "number", "no.", "code") that it is of another kind.
    """

    entity: Entity
    patterns: tuple[PatternSpec, ...] = ()
    context: Terms = ()
    unless_after: Terms = ()
    checksum: Checksum | None = None
    deny: Terms = ()


class _Folder(_Strict):
    folder: Inside
    labels: Annotated[tuple[Name, ...], Field(min_length=1)]
    records: bool = False


class _PromptFiles(_Strict):
    system: Inside
    answer: Inside


class Scope(_Strict):
    """What the pack answers: topics as words, and example questions that serve as anchors for the scope check."""

    topics_in: Annotated[Terms, Field(min_length=1)]
    topics_out: Annotated[Terms, Field(min_length=1)]
    inside: Annotated[tuple[Text, ...], Field(min_length=1)]
    outside: Annotated[tuple[Text, ...], Field(min_length=1)]


class _Reading(_Strict):
    """How files of this domain are read. `ocr`: text in pictures of pages is recognized (needs the extra `ocr`)."""

    ocr: bool = False


class _Manifest(_Strict):
    schema_: int = Field(alias="schema", ge=1, le=1)
    id: Name
    title: Text
    version: Annotated[str, Field(pattern=r"^\d{4}\.\d+$")]
    description: Text
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    roles: Annotated[Mapping[Name, Text], Field(min_length=1)]
    policy: Name
    documents: Annotated[tuple[_Folder, ...], Field(min_length=1)]
    scope: Scope
    prompts: _PromptFiles
    lexicon: Inside
    recognizers: Inside
    eval: Annotated[tuple[Inside, ...], Field(min_length=1)]
    rules: Inside | None = None
    reading: _Reading = _Reading()
    intents: Inside | None = None
    contact: Contact = Contact()


class Example(_Strict):
    """One solved question shown to the model: numbered sources, question, answer with citation numbers."""

    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    question: Text
    answer: Text


class _AnswerFile(_Strict):
    schema_: int = Field(alias="schema", ge=1, le=1)
    source: Text
    template: Text
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Prompts:
    """The wording given to the model. `source` has the places {n} and {text}, `template` {sources} and {question}."""

    system: str
    source: str
    template: str
    examples: tuple[Example, ...]

    def user(self, sources: Sequence[tuple[int, str]], question: str) -> str:
        """The user message for numbered source texts and a question.

        The parts are inserted by plain replacement, once each: braces in a document are never read as places.
        """
        shown = "\n".join(_fill(self.source, {"{n}": str(n), "{text}": text}) for n, text in sources)
        return _fill(self.template, {"{sources}": shown, "{question}": question})

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The examples as (user message, answer) pairs."""
        return tuple((self.user(tuple(enumerate(e.sources, 1)), e.question), e.answer) for e in self.examples)


class PackDocument(NamedTuple):
    """A file that the pack brings and the access labels it is stored under."""

    path: Path
    labels: frozenset[str]


class PackFolder(NamedTuple):
    """A folder of the pack's table, the labels of what lies below it, and whether that is records of people."""

    path: Path
    labels: frozenset[str]
    records: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """One loaded domain pack. `policy` is the name of the policy that goes with it; `evaluation` are question files."""

    id: str
    title: str
    version: str
    description: str
    language: str
    root: Path
    roles: Mapping[str, str]
    policy: str
    documents: tuple[PackDocument, ...]
    scope: Scope
    prompts: Prompts
    lexicon: Lexicon
    recognizers: tuple[RecognizerSpec, ...]
    evaluation: tuple[Path, ...]
    # What is looked for in charts and streams; see `assistant.charts.rules`.
    rules: Path | None = None
    folders: tuple[PackFolder, ...] = ()
    ocr: bool = False
    intents: Intents = field(default_factory=Intents)
    contact: Contact = field(default_factory=Contact)

    @property
    def labels(self) -> frozenset[str]:
        """Every access label that the pack's documents carry."""
        return frozenset().union(*(document.labels for document in self.documents))


def domains_root() -> Path:
    """The folder of the shipped packs. Raises PackError where the installation lacks it."""
    try:
        return shipped("domains")
    except ConfigError as problem:
        raise PackError(problem.message, path=problem.path, remedy=problem.remedy) from None


def list_packs() -> tuple[str, ...]:
    """Names of the shipped packs, sorted."""
    return tuple(sorted(found.parent.name for found in domains_root().glob(f"*/{MANIFEST}")))


def load_pack(name_or_path: str | Path) -> Pack:
    """Load and check a pack: a shipped one by name, or any by its folder or its `pack.yaml`.

    Raises PackError with file and line for an unknown key, a wrong value, a missing file, or a document without labels.
    """
    root = _find(name_or_path)
    file = read_yaml(root / MANIFEST, PackError)
    manifest = validate(file, _Manifest, PackError)
    lexicon_path = _member(file, root, ("lexicon",), manifest.lexicon)
    recognizers_path = _member(file, root, ("recognizers",), manifest.recognizers)
    return Pack(
        id=manifest.id,
        title=manifest.title,
        version=manifest.version,
        description=manifest.description,
        language=manifest.language,
        root=root,
        roles=dict(manifest.roles),
        policy=manifest.policy,
        documents=_documents(file, root, manifest.documents),
        scope=manifest.scope,
        prompts=_prompts(file, root, manifest.prompts),
        lexicon=Lexicon.of(validate(read_yaml(lexicon_path, PackError), LexiconFile, PackError)),
        recognizers=load_recognizers(recognizers_path),
        evaluation=tuple(_member(file, root, ("eval", at), name) for at, name in enumerate(manifest.eval)),
        rules=_member(file, root, ("rules",), manifest.rules) if manifest.rules else None,
        folders=tuple(PackFolder(root / f.folder, frozenset(f.labels), f.records) for f in manifest.documents),
        ocr=manifest.reading.ocr,
        intents=_intents(file, root, manifest.intents),
        contact=manifest.contact,
    )


def _intents(file: YamlFile, root: Path, name: str | None) -> Intents:
    if name is None:
        return Intents()
    path = _member(file, root, ("intents",), name)
    return Intents.of(validate(read_yaml(path, PackError), IntentFile, PackError).intents)


def load_recognizers(path: Path) -> tuple[RecognizerSpec, ...]:
    """Load one recognizer file. Raises PackError with file and line, also for an entity that stands twice."""
    file = read_yaml(path, PackError)
    specs = validate(file, tuple[RecognizerSpec, ...], PackError)
    seen: set[str] = set()
    for at, spec in enumerate(specs):
        if spec.entity in seen:
            line = file.line((at, "entity"))
            raise PackError(f"entity {spec.entity} stands twice", path=path, line=line, remedy="merge the two entries")
        if not spec.patterns and not spec.deny:
            line = file.line((at, "entity"))
            raise PackError(
                f"entity {spec.entity} can find nothing", path=path, line=line, remedy="add patterns or deny"
            )
        seen.add(spec.entity)
    return specs


def _find(name_or_path: str | Path) -> Path:
    given = Path(name_or_path)
    if isinstance(name_or_path, str) and _NAME.fullmatch(name_or_path):
        shipped_names = list_packs()
        if name_or_path in shipped_names:
            return domains_root() / name_or_path
        if not (given / MANIFEST).is_file():
            known = ", ".join(shipped_names) or "none"
            raise PackError(f"there is no pack '{name_or_path}'", remedy=f"shipped packs: {known}; or give a folder")
    root = given.parent if given.name == MANIFEST else given
    if not (root / MANIFEST).is_file():
        raise PackError(
            f"no {MANIFEST} here", path=root, remedy="give the folder of a pack or the name of a shipped one"
        )
    return root.resolve()


def _member(file: YamlFile, root: Path, location: tuple[str | int, ...], name: str, *, folder: bool = False) -> Path:
    path = root / name
    # A link out of the pack would let a pack ship any file of the machine into the collection.
    if not path.resolve().is_relative_to(root.resolve()):
        raise PackError(
            f"'{name}' leads out of the pack", path=file.path, line=file.line(location), remedy="copy it in"
        )
    if not (path.is_dir() if folder else path.is_file()):
        kind = "folder" if folder else "file"
        line = file.line(location)
        raise PackError(f"{kind} '{name}' is missing", path=file.path, line=line, remedy="correct the name or add it")
    return path


def _documents(file: YamlFile, root: Path, folders: tuple[_Folder, ...]) -> tuple[PackDocument, ...]:
    found: dict[Path, frozenset[str]] = {}
    for at, entry in enumerate(folders):
        base = _member(file, root, ("documents", at, "folder"), entry.folder, folder=True)
        for path in _files(base):
            if path in found or not path.resolve().is_relative_to(root.resolve()):
                line = file.line(("documents", at, "folder"))
                raise PackError(
                    f"'{path.relative_to(root)}' is in two listed folders or leads out of the pack",
                    path=file.path,
                    line=line,
                    remedy="list folders that do not contain one another",
                )
            found[path] = frozenset(entry.labels)
    _refuse_unlabelled(file, root, folders, found)
    return tuple(PackDocument(path, found[path]) for path in sorted(found))


def _refuse_unlabelled(
    file: YamlFile, root: Path, folders: tuple[_Folder, ...], found: Mapping[Path, frozenset[str]]
) -> None:
    for top in sorted({PurePosixPath(entry.folder).parts[0] for entry in folders}):
        stray = next((path for path in _files(root / top) if path not in found), None)
        if stray is not None:
            raise PackError(
                f"document '{stray.relative_to(root)}' has no labels",
                path=file.path,
                line=file.line(("documents",)),
                remedy="move it into a listed folder or list its folder with labels",
            )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _prompts(file: YamlFile, root: Path, names: _PromptFiles) -> Prompts:
    system = read_text(_member(file, root, ("prompts", "system"), names.system), PackError).strip()
    answer_file = read_yaml(_member(file, root, ("prompts", "answer"), names.answer), PackError)
    answer = validate(answer_file, _AnswerFile, PackError)
    for key, template, places in (
        ("source", answer.source, ("{n}", "{text}")),
        ("template", answer.template, ("{sources}", "{question}")),
    ):
        for place in places:
            if template.count(place) != 1:
                line = answer_file.line((key,))
                raise PackError(f"'{key}' needs {place} once", path=answer_file.path, line=line, remedy="add the place")
    return Prompts(system, answer.source, answer.template, answer.examples)


def _fill(template: str, values: Mapping[str, str]) -> str:
    places = re.compile("|".join(map(re.escape, values)))
    return places.sub(lambda match: values[match.group()], template)
