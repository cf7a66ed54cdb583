"""The texts that a set may be made of: what the principal may see, licensed, past the training checks, each statement once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from assistant.facade import Assistant
from assistant.language.sentences import sentences
from assistant.language.words import content_stems
from assistant.protocols import Progress, no_progress
from assistant.tune.rows import Source, digest
from assistant.types import Document, Section

# Statements of fewer content words say nothing that could be asked for; "See below." has none.
_LEAST_STEMS: Final = 3
# "The dose is 5 mg daily" is another statement in another document; five content words name what they are about.
_SPEAKS_FOR_ITSELF: Final = 5
_LICENCE_KEYS: Final = ("licence", "license")
_ITEM: Final = re.compile(r"^\s*(?:[-*+•‣▪]|\d{1,3}[.)])\s+")
_ROW: Final = re.compile(r"[^:;\n]{1,60}: [^\n]+?(?:(?:; |\n)[^:;\n]{1,60}: [^\n]+?)+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item or table row of a document, as it may be learned.

    `document` is the hash of the whole; `section` numbers its place, so that neighbours can be told; `form` is "sentence",
    "item" or "row".
    """

    document: str
    title: str
    heading: str
    text: str
    section: int
    form: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The statements, the documents that they come from, and how many documents were left out for which reason."""

    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]
    left_out: dict[str, int]


def collect(
    assistant: Assistant,
    *,
    licence: str = "",
    labels: frozenset[str] = frozenset(),
    progress: Progress = no_progress,
) -> Corpus:
    """The corpus of a vault as its principal sees it.

    `licence` is what the site declares for documents whose metadata name none; without it they are left out, for a model
    gives on what it has learned. `labels` narrows to documents that carry one of them. What a training check stops is left
    out section by section. Raises what the vault raises.
    """
    infos = assistant.documents()
    left_out = {"without a licence": 0, "other labels": 0, "nothing that may be learned": 0}
    statements: list[Statement] = []
    sources: list[Source] = []
    heard: set[str] = set()
    for done, info in enumerate(infos, 1):
        progress(done, len(infos), f"document {done}")
        document = assistant.vault.document(info.id)
        declared = next((document.metadata[key] for key in _LICENCE_KEYS if document.metadata.get(key)), licence)
        if labels and not labels & frozenset(info.labels):
            left_out["other labels"] += 1
        elif not declared:
            left_out["without a licence"] += 1
        else:
            found, source = _learnable(assistant, document, declared, heard)
            if not found:
                left_out["nothing that may be learned"] += 1
            statements += found
            sources.append(source)
    return Corpus(tuple(statements), tuple(sources), {why: n for why, n in left_out.items() if n})


def _learnable(
    assistant: Assistant, document: Document, licence: str, heard: set[str]
) -> tuple[list[Statement], Source]:
    """The statements of one document that were not heard before; `heard` grows."""
    gate, principal = assistant.gate, assistant.principal
    small: dict[str, str | None] = {"": ""}

    def passed(text: str) -> str | None:
        if text not in small:
            small[text] = gate.train(text, principal, scope=document.id)[0]
        return small[text]

    title = passed(document.title)
    stopped = doubles = 0
    texts: list[tuple[int, str, str]] = []
    sections = document.sections or (Section(0, len(document.text)),)
    for number, section in enumerate(sections):
        heading = passed(section.heading)
        text = gate.train(document.text[section.start : section.end], principal, scope=document.id)[0]
        if title is None or heading is None or text is None or not section.sure:
            stopped += 1
        else:
            texts.append((number, heading, text))
    whole = digest("\n".join(text for _, _, text in texts))
    found: list[Statement] = []
    for number, heading, text in texts:
        for statement in _statements(whole, title or "", heading, text, number):
            key = _key(statement)
            doubles += key in heard
            if key not in heard:
                heard.add(key)
                found.append(statement)
    return found, Source(whole, licence, len(sections), stopped, doubles, 0)


def _key(statement: Statement) -> str:
    """What two statements that say the same have in common; a short one says another thing under another title."""
    stems = set(content_stems(statement.text))
    if len(stems) < _SPEAKS_FOR_ITSELF:
        stems |= set(content_stems(statement.title))
    return " ".join(sorted(stems))


def _statements(document: str, title: str, heading: str, text: str, section: int) -> Iterator[Statement]:
    for sentence in sentences(text):
        said = sentence.text.strip()
        form = "sentence"
        if _ROW.fullmatch(said):
            form = "row"
        elif _ITEM.match(said):
            form, said = "item", _ITEM.sub("", said)
        said = " ".join(said.split()) if form != "row" else said
        if not said.startswith("#") and len(set(content_stems(said))) >= _LEAST_STEMS:
            yield Statement(document, title, heading, said, section, form)


def with_rows(sources: tuple[Source, ...], rows: dict[str, int]) -> tuple[Source, ...]:
    """The sources with the number of rows that were made of each."""
    return tuple(replace(source, rows=rows.get(source.sha256, 0)) for source in sources)
