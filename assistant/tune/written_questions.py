"""Training rows in people's own words: documents and questions that were written for this, under `knowledge/reading`.

The open sets ask of encyclopaedias in whole sentences. People ask of leaflets, price lists and guidelines, in a hurry, in lay
words, with their situation in the same breath. Each question names the sentences, rows or items that answer it word for word,
or says that nothing in its document does. The documents are read and cut as a vault's are, and each question is searched among
all of its collection, so that it is trained beside the passages that it will be found with.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.reading.focus import focus
from assistant.reading.reader import READ_WORDS
from assistant.reading.snippets import units
from assistant.tune.collection import Collection
from assistant.tune.reader_data import Row, bucket
from assistant.tune.reader_words import reworded

_ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = _ROOT / "knowledge" / "reading"
"""Where the collections lie in a checkout; an installed wheel has none."""

if TYPE_CHECKING:
    from assistant.protocols import Embedder

SOURCE: Final = "plain"
# Share of the documents (by name) that nothing is trained on: releases and choices are calibrated with them.
HELD_OUT: Final = 0.16
# Negatives of a question, and how far each is trusted: the passages of its own document surely do not answer it, those of another
# organisation may happen to.
_MOST: Final = 4
_OWN, _OTHER = 0.8, 0.35
# Words of a passage that are read: as many as at run time in one row of two, more or fewer in the other.
_WORDS: Final = (70, 120)
_REWORDED: Final = 0.25
_MARKS: Final = re.compile(r"[\s*_`|]+")


@dataclass(frozen=True, slots=True)
class WrittenPassage:
    """One passage of a collection; `above` is its title and heading as the reader is shown them."""

    document: str
    above: str
    text: str


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """One written question. `answers` stand word for word in its document; none: nothing there answers it."""

    collection: str
    document: str
    kind: str
    question: str
    answers: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether its document is kept from training."""
        return bucket(f"{self.collection}/{self.document}") < HELD_OUT


def passages_of(folder: Path) -> list[WrittenPassage]:
    """The passages of all documents of a collection, cut as a vault's are. Raises ReaderError for a file that cannot be read."""
    from assistant.readers.registry import read_file
    from assistant.retrieval.chunk import chunk

    found = []
    for name, path in _documents(folder).items():
        for document in read_file(path):
            for part in chunk(document):
                above = " — ".join(text for text in (document.title, part.heading) if text.strip())
                found.append(WrittenPassage(name, above, part.text))
    return found


def _documents(folder: Path) -> dict[str, Path]:
    """The documents by the names that the questions have for them: those in the folder, else of a pack, named from the checkout's root."""
    own = {path.name: path for path in sorted(folder.glob("*.md"))}
    return own or {name: _ROOT / name for name in sorted({one.document for one in questions_of(folder)})}


def questions_of(folder: Path) -> list[WrittenQuestion]:
    """The questions of a collection. Raises ReaderError with the line of one that does not fit."""
    path = folder / "questions.jsonl"
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            raw = json.loads(line)
            answers = tuple(str(answer) for answer in raw["answers"])
            found.append(WrittenQuestion(folder.name, str(raw["doc"]), str(raw["kind"]), str(raw["question"]), answers))
        except (ValueError, KeyError, TypeError):
            raise ReaderError(
                "not a written question", path=path, line=number, remedy="see knowledge/reading"
            ) from None
    return found


def locate(answer: str, text: str) -> tuple[int, int] | None:
    """Where a text holds an answer: the stretch itself, or the row or item with all of a table row's cells; None: nowhere."""
    if answer.strip().startswith("|"):
        cells = [_plain(cell) for cell in answer.strip().strip("|").split("|") if cell.strip()]
        for unit in units(text):
            said = _plain(text[unit.start : unit.end])
            if all(cell in said for cell in cells):
                return unit.start, unit.end
        return None
    words = [re.escape(word) for word in _MARKS.split(answer.strip()) if word]
    match = re.search(r"[\s*_`|]*".join(words), text) if words else None
    return match.span() if match else None


def _plain(text: str) -> str:
    return _MARKS.sub(" ", text).strip().casefold()


def searched(parts: Sequence[WrittenPassage], embedder: Embedder) -> Collection:
    """The passages as a vault searches them."""
    return Collection({piece.text: piece.above for piece in parts}, embedder)


def rows(question: WrittenQuestion, parts: Sequence[WrittenPassage], collection: Collection) -> Iterator[Row]:
    """The passages that answer a question and the nearest that do not, each as one row, whole, its `title` what stands above."""
    answering = _answering(question, parts)
    if question.answers and not answering:
        return
    for number, at in answering.items():
        yield _row(question, parts[number], at)
    # What the question is searched with is what was typed.
    texts = {parts[number].text for number in answering}
    by_text = {piece.text: piece for piece in parts}
    others = [by_text[text] for text, _ in collection.search(question.question) if text not in texts]
    for piece in others[:_MOST]:
        sure = 1.0 if not question.answers else _OWN if piece.document == question.document else _OTHER
        yield replace(_row(question, piece, None), weight=sure)


def _answering(question: WrittenQuestion, parts: Sequence[WrittenPassage]) -> dict[int, tuple[int, int]]:
    """The passages of its document that answer, by number, and the stretch from the first answer to the last in each."""
    found = {}
    for number, piece in enumerate(parts):
        if piece.document != question.document:
            continue
        places = [at for answer in question.answers if (at := locate(answer, piece.text)) is not None]
        if places:
            found[number] = min(start for start, _ in places), max(end for _, end in places)
    return found


def _row(question: WrittenQuestion, piece: WrittenPassage, at: tuple[int, int] | None) -> Row:
    start, end = at or (-1, -1)
    label, group = int(at is not None), f"{question.collection}/{question.document}"
    return Row("answer", question.question, piece.text, start, end, label, 1.0, SOURCE, group, piece.above, loose=True)


def shown(row: Row, rng: random.Random) -> Row | None:
    """A row in the words that are read of it, under what stands above; None where they leave out the answer."""
    limit = READ_WORDS if rng.random() < 0.5 else rng.randint(*_WORDS)
    chosen = focus(row.question, row.passage, limit)
    head = f"{row.title} — " if row.title else ""
    wording = reworded(row.question, rng, _REWORDED)
    found = replace(row, question=wording, passage=head + chosen.text, start=-1, end=-1)
    if row.start < 0:
        return found
    inside = [span for span in chosen.spans if span[1] < row.end and row.start < span[2]]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    start = first[0] + max(0, row.start - first[1])
    end = last[0] + min(last[2], row.end) - last[1]
    return replace(found, start=len(head) + start, end=len(head) + end)


def collections(folder: Path = FOLDER) -> list[Path]:
    """The folders of the collections, in order. Raises ReaderError where there is none."""
    found = sorted(path.parent for path in folder.glob("*/questions.jsonl"))
    if not found:
        raise ReaderError("no collection of questions lies here", path=folder, remedy="train from a checkout")
    return found


def written(embedder: Embedder, *, held: bool, folder: Path = FOLDER) -> list[Row]:
    """The rows of all collections: those that are trained on, or those of the documents that are not (`held`)."""
    found: list[Row] = []
    for path in collections(folder):
        parts = passages_of(path)
        collection = searched(parts, embedder)
        for question in questions_of(path):
            if question.held == held:
                found += rows(question, parts, collection)
    return found


def training(embedder: Embedder, seed: int, folder: Path = FOLDER) -> list[Row]:
    """The rows that are trained on, as they are read."""
    rng = random.Random(f"{seed} written")  # noqa: S311 (reproducible, no secret)
    return [row for one in written(embedder, held=False, folder=folder) if (row := shown(one, rng)) is not None]
