"""JSON and JSON lines: records with a text become documents of their own, flat records sections of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode
from assistant.formats.limits import JSON_LIMIT, MAX_DEPTH, MAX_DOCUMENTS
from assistant.readers.compose import Composer, stem, tidy
from assistant.readers.fhir import read_resources
from assistant.readers.identifiers import Known, entity_of
from assistant.records.fhir.bundle import is_fhir
from assistant.types import Document

_TEXT_KEYS: Final = (
    "text",
    "body",
    "content",
    "note",
    "abstract",
    "answer",
    "article",
    "message",
    "transcript",
    "description",
)
_TITLE_KEYS: Final = ("title", "name", "subject", "headline", "question", "heading")
_ID_KEYS: Final = ("_id", "id", "doc_id", "document_id", "uid", "key")
_LONG: Final = 80
"""A field of a text's name that holds at least this many characters makes its record a document."""


def read_json(data: bytes, source: str) -> list[Document]:
    """A JSON file: FHIR by its resource type, else a list of records, else one nested object as headings and lines."""
    _limit(data, source)
    value = _loads(decode(data, source), source, None)
    if is_fhir(value):
        return read_resources([value], source)
    if isinstance(value, list) and value and all(map(is_fhir, value)):
        return read_resources(value, source)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return _records([(i + 1, item) for i, item in enumerate(value)], source, "item", "application/json")
    composer, known = Composer(source), Known()
    _nested(value, composer, known, source)
    title = _first(value, _TITLE_KEYS) if isinstance(value, dict) else ""
    return [composer.build(title=title or stem(source), media_type="application/json", fields=known.fields)]


def read_jsonl(data: bytes, source: str) -> list[Document]:
    """A file of one JSON value a line: FHIR resources grouped by patient, else records."""
    _limit(data, source)
    values = []
    # Only a line feed parts records: JSON strings may hold the other line separators of Unicode.
    for number, line in enumerate(decode(data, source).split("\n"), 1):
        if line.strip():
            values.append((number, _loads(line, source, number)))
    if not values:
        raise ReaderError("the file holds no records", path=source, remedy="leave this file out")
    if all(is_fhir(value) for _, value in values):
        return read_resources([value for _, value in values], source)
    return _records(values, source, "line", "application/jsonl")


def _limit(data: bytes, source: str) -> None:
    if len(data) > JSON_LIMIT:
        raise ReaderError(
            f"the JSON file is larger than {JSON_LIMIT // 1024**2} MiB",
            path=source,
            remedy="split it into several files",
        )


def _loads(text: str, source: str, line: int | None) -> object:
    """JSON with decimals kept as the text they are: 7.10 stays 7.10."""
    try:
        return json.loads(text, parse_int=_number, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise ReaderError(
            f"the JSON is malformed at column {error.colno}",
            path=source,
            line=line or error.lineno,
            remedy="mend or export the file again",
        ) from None
    except RecursionError:
        raise ReaderError("the JSON is nested too deeply", path=source, line=line, remedy="flatten the file") from None


def _number(digits: str) -> int | str:
    # A number of thousands of digits is no number; Python would refuse it.
    return int(digits) if len(digits) < 1000 else digits


def _records(values: list[tuple[int, object]], source: str, unit: str, media_type: str) -> list[Document]:
    texts = sum(isinstance(value, dict) and bool(_text_key(value)) for _, value in values)
    if texts * 2 >= len(values):
        if len(values) > MAX_DOCUMENTS:
            raise ReaderError(
                f"the file holds more than {MAX_DOCUMENTS:,} documents", path=source, remedy="split the file"
            )
        found = [d for n, v in values for d in _document(v, source, f"{unit} {n}", media_type)]
        if found:
            return found
    composer, known = Composer(source), Known()
    for number, value in values:
        composer.open("", f"{unit} {number}")
        for line in _lines(value, known, source):
            composer.add(line, "\n")
    return [composer.build(title=stem(source), media_type=media_type, fields=known.fields)]


def _document(value: object, source: str, locator: str, media_type: str) -> Iterator[Document]:
    """One record as a document: its text in paragraphs, its other fields as lines under it."""
    composer, known = Composer(source), Known()
    record = value if isinstance(value, dict) else {"text": value}
    key, title, name = _text_key(record), _first(record, _TITLE_KEYS), _first(record, _ID_KEYS)
    if key:
        composer.open("", locator)
        composer.add(str(record[key]))
    rest = {k: v for k, v in record.items() if k != key and k not in _ID_KEYS and v != title}
    lines = list(_lines(rest, known, source))
    if lines:
        composer.open("", locator)
        for line in lines:
            composer.add(line, "\n")
    if composer.empty:
        return
    yield composer.build(
        title=title or f"{stem(source)}, {locator}",
        media_type=media_type,
        metadata={"record": name or locator, "locator": locator},
        fields=known.fields,
    )


def _text_key(record: Mapping[str, object]) -> str:
    for key in _TEXT_KEYS:
        value = record.get(key)
        if isinstance(value, str) and len(value) >= _LONG:
            return key
    return ""


def _first(record: Mapping[str, object], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = record.get(key)
        if isinstance(value, str | int) and str(value).strip():
            return tidy(str(value))[:300]
    return ""


def _lines(value: object, known: Known, source: str) -> Iterator[str]:
    """Every leaf as "path: value", the keys of the path parted by dots; a list of plain values stands on one line."""
    stack: list[tuple[str, object, int]] = [("", value, 0)]
    while stack:
        path, item, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise ReaderError("the JSON is nested too deeply", path=source, remedy="flatten the file")
        if not _is_leaf(item):
            stack.extend((_joined(path, key), inner, depth + 1) for key, inner in reversed(_inner(item)))
            continue
        shown = _shown(item)
        if shown.strip():
            known.note(entity_of(path.rsplit(".", 1)[-1]), shown)
            yield f"{path}: {shown}" if path else shown


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path and key else path or key


def _inner(item: object) -> list[tuple[str, object]]:
    """What a branch holds, by key; the items of a list have none."""
    if isinstance(item, dict):
        return [(str(k), v) for k, v in item.items()]
    return [("", v) for v in item] if isinstance(item, list) else []


def _shown(leaf: object) -> str:
    """A leaf on one line: the plain values of a list parted by commas."""
    return ", ".join(_plain(v) for v in leaf if v is not None) if isinstance(leaf, list) else _plain(leaf)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _nested(value: object, composer: Composer, known: Known, source: str) -> None:
    """An object as a reader would set it out: branches as headings, leaves as lines, prose as paragraphs."""
    stack: list[tuple[tuple[str, ...], object]] = [((), value)]
    while stack:
        path, item = stack.pop()
        if len(path) > MAX_DEPTH:
            raise ReaderError("the JSON is nested too deeply", path=source, remedy="flatten the file")
        inner = [("", item)] if _is_leaf(item) and not isinstance(item, list) else _inner(item)
        leaves = [(key, value) for key, value in inner if _is_leaf(value)]
        if leaves:
            composer.open(" > ".join(p[:200] for p in path), ".".join(p[:80] for p in path))
            for key, leaf in leaves:
                _leaf(key, leaf, composer, known)
        branches = [((*path, key) if key else path, value) for key, value in inner if not _is_leaf(value)]
        stack.extend(reversed(branches))


def _is_leaf(value: object) -> bool:
    return not isinstance(value, dict | list) or (
        isinstance(value, list) and not any(isinstance(v, dict | list) for v in value)
    )


def _leaf(key: str, value: object, composer: Composer, known: Known) -> None:
    if isinstance(value, list):
        prose = [_plain(v) for v in value]
        if any(len(p) > _LONG for p in prose):
            for p in prose:
                composer.add(f"- {p}", "\n")
            return
        shown = ", ".join(p for p in prose if p)
    else:
        shown = _plain(value)
    if not shown.strip():
        return
    known.note(entity_of(key), shown)
    prose_key = not key or (key.lower() in _TEXT_KEYS and len(shown) > _LONG)
    composer.add(shown if prose_key else f"{key}: {shown}", "\n")
