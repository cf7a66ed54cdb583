"""YAML files that people edit, read strictly: every complaint names the file and the line, nothing is guessed or dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from assistant.errors import AssistantError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 4_000_000
"""A pack file is read by people; anything larger is a mistake or an attack on memory."""
_MAX_NESTING = 64
"""Levels of lists and mappings inside one another; our files have six at most."""

T = TypeVar("T")


class _Loader(_Base):  # type: ignore[misc]
    """Only `true` and `false` are truth values: YAML 1.1 also takes NO, on and yes for them, and 2026-01-01 for a date."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, shape) for tag, shape in found if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, found in _Base.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), list("tf"))


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The parsed content of one file and its node tree, which knows the line of each key."""

    path: Path
    value: object
    node: yaml.Node | None

    def line(self, location: Sequence[str | int]) -> int:
        """The line, counted from 1, of the key or item at `location`; of the nearest parent that exists otherwise."""
        node, line = self.node, 1
        if node is not None:
            line = node.start_mark.line + 1
        for step in location:
            child, at = _child(node, step)
            if at is None:
                break
            node, line = child, at
        return line


def read_yaml(path: Path, error: type[AssistantError]) -> YamlFile:
    """Parse one YAML document; duplicate keys, aliases, tags, and two documents in one file are refused.

    Raises `error` with file and line.
    """
    text = read_text(path, error)
    loader = None
    try:
        _refuse_odd_events(text, path, error)
        loader = _Loader(text)
        node: yaml.Node | None = loader.get_single_node()
        if node is not None:
            _refuse_ambiguity(node, path, error)
        value = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else None
        message = f"not valid YAML: {problem.problem or 'syntax error'}"
        raise error(message, path=path, line=line, remedy="correct the syntax at this line") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise error("not valid YAML", path=path, remedy="check for control characters and impossible dates") from None
    finally:
        if loader is not None:
            loader.dispose()
    return YamlFile(path, value, node)


def read_text(path: Path, error: type[AssistantError]) -> str:
    """The file as UTF-8 text, bounded in size. Raises `error`."""
    try:
        with path.open("rb") as handle:
            data = handle.read(_MAX_BYTES + 1)
    except OSError as problem:
        reason = problem.strerror or "unreadable"
        raise error(
            f"cannot be read: {reason}", path=path, remedy="check that the file is there and readable"
        ) from None
    if len(data) > _MAX_BYTES:
        raise error(f"larger than {_MAX_BYTES:,} bytes", path=path, remedy="split the file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise error("not UTF-8 text", path=path, line=line, remedy="save the file as UTF-8") from None


def validate(file: YamlFile, shape: type[T], error: type[AssistantError]) -> T:
    """The content as a pydantic model or any annotated type; raises `error` at the line of the first offending key."""
    adapter: TypeAdapter[T] = TypeAdapter(shape)
    try:
        return adapter.validate_python(file.value)
    except ValidationError as problem:
        # A misspelt key is an unknown one and a missing one; the unknown one is where the reader has to look.
        found = problem.errors(include_url=False, include_context=False, include_input=False)
        first = min(found, key=lambda error: error["type"] != "extra_forbidden")
        known = _known_keys(shape)
        raise _located(file, first["type"], first["loc"], first["msg"], known, error) from None


def _located(
    file: YamlFile, kind: str, location: tuple[str | int, ...], said: str, known: str, error: type[AssistantError]
) -> AssistantError:
    where = ".".join(str(step) for step in location) or "the file"
    line = file.line(location)
    if kind == "extra_forbidden":
        hint = f"correct the spelling or remove the key{known if len(location) == 1 else ''}"
        return error(f"unknown key '{where}'", path=file.path, line=line, remedy=hint)
    if kind == "missing":
        return error(f"key '{where}' is missing", path=file.path, line=line, remedy="add the key")
    message = f"'{where}': {said.removeprefix('Value error, ')}"
    return error(message, path=file.path, line=line, remedy="correct the value")


def _known_keys(shape: object) -> str:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        names = [field.alias or name for name, field in shape.model_fields.items()]
        return f"; known keys: {', '.join(names)}"
    return ""


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, int | None]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        item = node.value[step]
        return item, item.start_mark.line + 1
    return node, None


def _refuse_ambiguity(root: yaml.Node, path: Path, error: type[AssistantError]) -> None:
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            raise error("YAML aliases are not allowed", path=path, line=line, remedy="write the value out")
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        if isinstance(node, yaml.MappingNode):
            waiting.extend(_checked_members(node, path, error))


def _checked_members(node: yaml.MappingNode, path: Path, error: type[AssistantError]) -> list[yaml.Node]:
    keys: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise error("a key must be plain text", path=path, line=line, remedy="quote the key")
        # YAML lets the later of two equal keys win without a word; half of what somebody wrote would be ignored.
        if key.value in keys:
            raise error(f"key '{key.value}' stands twice", path=path, line=line, remedy="merge the two entries")
        keys.add(key.value)
    return [value for _, value in node.value]


def _refuse_odd_events(text: str, path: Path, error: type[AssistantError]) -> None:
    # The C composer recurses once a level without a limit of its own and would crash the process; events come in a flat row.
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if getattr(event, "tag", None) is not None:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise error("YAML tags are not allowed", path=path, line=line, remedy="remove the tag")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_NESTING:
                line = event.start_mark.line + 1 if event.start_mark else None
                raise error(f"nested deeper than {_MAX_NESTING}", path=path, line=line, remedy="flatten the structure")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
