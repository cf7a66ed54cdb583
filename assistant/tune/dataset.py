"""A training set from a corpus: questions, their sources, near misses from the search, and cases without an answer.

Every row goes back to statements past the training checks (`tune.corpus`). The shipped reader filters: a question that it
does not find answered in its own sentence is dropped, and so is an unanswerable one that it does find answered.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Protocol

from pydantic import ConfigDict, Field, with_config

from assistant.language.words import content_stems
from assistant.protocols import Progress, no_progress
from assistant.reading.reader import Reading
from assistant.reading.snippets import spoken_row
from assistant.tune.corpus import Statement
from assistant.tune.questions import GeneratedQuestion, Parser, questions
from assistant.tune.rows import NOT_IN_SOURCES, Answerable, Kind, Piece, Row, Split, Style
from assistant.tune.wordings import Wordings

# The reader's calibrated probability: below the first a question is no longer taken to be answered by its own sentence, from
# the second on an unanswerable one is taken to be answered after all. Rows that a rule made from a sentence are right far more
# often than a search hit is, so the first lies well under the line at which the product answers.
ANSWERED: Final = 0.15
NOT_ANSWERED: Final = 0.35
# A share of documents (by hash, so that one added later moves no other) is never learned.
HELD_SHARE: Final = 0.2
PARTLY_SHARE: Final = 0.12
TWO_SHARE: Final = 0.15
UNANSWERABLE_SHARE: Final = 0.4
_MOST_SOURCES: Final = 3


class Reads(Protocol):
    """The reader, as far as filtering needs it."""

    def read(self, question: str, contexts: Sequence[str], headings: Sequence[str] | None = None) -> list[Reading]: ...


Search = Callable[[str], Sequence[str]]
"""Sentences and rows of the passages nearest to a question, best first."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Settings:
    """`most` rows of each kind and document keep one long document from outweighing the others; 0 means all."""

    seed: int = 1
    most: Annotated[int, Field(ge=0)] = 40


@dataclass(frozen=True, slots=True)
class Made:
    """The rows, in a fixed order, and what the filter left out."""

    rows: tuple[Row, ...]
    left_out: dict[str, int]


class Maker:
    """Makes the rows of one corpus. The same corpus, search, reader and settings give the same rows."""

    def __init__(
        self,
        statements: Sequence[Statement],
        *,
        parse: Parser,
        reader: Reads,
        near: Search,
        wordings: Wordings,
        settings: Settings,
    ) -> None:
        self._statements = statements
        self._parse, self._reader, self._near, self._wordings = parse, reader, near, wordings
        self._settings = settings
        self._split = splits_of(statement.document for statement in statements)
        self._left_out: Counter[str] = Counter()
        # What a search finds is shown to the model only as a statement that passed the training checks itself.
        self._known = {_key(statement.text): statement for statement in statements}
        self._by_place: dict[tuple[str, int], list[Statement]] = defaultdict(list)
        for statement in statements:
            self._by_place[statement.document, statement.section].append(statement)

    def make(self, progress: Progress = no_progress) -> Made:
        """All rows."""
        rows: list[Row] = []
        documents = sorted({statement.document for statement in self._statements})
        for done, document in enumerate(documents, 1):
            progress(done, len(documents), f"document {done}")
            rng = random.Random(f"{self._settings.seed}:{document}")  # noqa: S311 - a choice of rows, no secret
            mine = [s for s in self._statements if s.document == document]
            asked = self._kept([a for s in mine for a in questions(s, self._parse)], rng)
            singles = [row for a in asked for row in self._single(a, rng)]
            rows += singles
            rows += self._pairs(asked, rng)
        unique = {(row.question.casefold(), row.evidence): row for row in rows}
        return Made(tuple(unique.values()), dict(self._left_out))

    def _kept(self, asked: list[GeneratedQuestion], rng: random.Random) -> list[GeneratedQuestion]:
        """Those that the reader finds answered, at most so many of a kind."""
        rng.shuffle(asked)
        kept: list[GeneratedQuestion] = []
        counts: Counter[Kind] = Counter()
        for one in asked:
            if self._settings.most and counts[one.kind] >= self._settings.most:
                self._left_out["more of a kind than a document may have"] += 1
            elif one.kind in (Kind.ROW, Kind.LIST) or self._answered(one.question, (one.statement,)) >= ANSWERED:
                # A row answers by its column's name, which the reader was not trained to see.
                kept.append(one)
                counts[one.kind] += 1
            else:
                self._left_out["not answered by its own sentence, says the reader"] += 1
        return kept

    def _answered(self, question: str, statements: Sequence[Statement]) -> float:
        if not statements:
            return 0.0
        texts = [statement.text for statement in statements]
        heads = [f"{statement.title}, {statement.heading}".strip(", ") for statement in statements]
        return max(reading.answerable for reading in self._reader.read(question, texts, heads))

    def _single(self, asked: GeneratedQuestion, rng: random.Random) -> Iterator[Row]:
        """The row of one question with near misses beside its source, its other wordings, and its unanswerable twin."""
        others = self._misses(asked.question, (asked.statement,))
        yield self._row(asked.kind, Style.PLAIN, asked.question, [(asked, asked.statement)], others, rng)
        for style, question in self._wordings.of(asked.question, asked.answer):
            partner = asked.question if style is Style.COUNTERFACTUAL else ""
            yield self._row(asked.kind, style, question, [(asked, asked.statement)], others, rng, partner)
        if others and rng.random() < UNANSWERABLE_SHARE:
            if self._answered(asked.question, others) < NOT_ANSWERED:
                style, question = rng.choice(
                    [(Style.PLAIN, asked.question), *self._wordings.of(asked.question, asked.answer)]
                )
                style = Style.PLAIN if style is Style.COUNTERFACTUAL else style
                yield self._row(asked.kind, style, question, [], others, rng, document=asked.statement.document)
            else:
                self._left_out["answered by a near miss, says the reader"] += 1

    def _misses(self, question: str, answering: Sequence[Statement]) -> list[Statement]:
        """Statements near the question that do not answer it: from the search, else neighbours of the source."""
        taken = {statement.text for statement in answering}
        split = self._split[answering[0].document]
        found: list[Statement] = []
        for text in self._near(question):
            known = self._known.get(_key(text))
            # Held-out documents stay unseen, also as near misses.
            if known and known.text not in taken and self._split[known.document] is split:
                found.append(known)
                taken.add(known.text)
        for statement in answering:
            around = self._by_place[statement.document, statement.section]
            found += [other for other in around if other.text not in taken and other.form != "row"][:1]
        ranked = sorted(found, key=lambda other: -_overlap(question, other.text))[: 2 * _MOST_SOURCES]
        # What shares the whole answer would make the row ask for two sources.
        return [other for other in ranked if len(other.text.split()) <= 60][:_MOST_SOURCES]

    def _pairs(self, asked: list[GeneratedQuestion], rng: random.Random) -> Iterator[Row]:
        """Two questions in one: both answered by two sources, or only the first."""
        plain = [a for a in asked if a.kind is not Kind.LIST and len(a.question.split()) <= 16]
        for one in plain:
            draw = rng.random()
            if draw >= TWO_SHARE + PARTLY_SHARE:
                continue
            other = rng.choice(plain)
            if other.statement.text == one.statement.text or other.question == one.question:
                continue
            question = f"{one.question.rstrip('?')}, and {other.question[:1].lower()}{other.question[1:]}"
            if draw < TWO_SHARE:
                both = [(one, one.statement), (other, other.statement)]
                yield self._row(Kind.TWO, Style.PLAIN, question, both, [], rng)
            elif self._answered(other.question, (one.statement,)) < NOT_ANSWERED:
                misses = [m for m in self._misses(other.question, (one.statement, other.statement)) if m]
                if self._answered(other.question, misses) < NOT_ANSWERED:
                    yield self._row(
                        Kind.TWO, Style.PLAIN, question, [(one, one.statement)], misses[:1], rng, partly=True
                    )

    def _row(
        self,
        kind: Kind,
        style: Style,
        question: str,
        answers: Sequence[tuple[GeneratedQuestion, Statement]],
        others: Sequence[Statement],
        rng: random.Random,
        partner: str = "",
        *,
        document: str = "",
        partly: bool = False,
    ) -> Row:
        """A row with the answering statements and up to `_MOST_SOURCES` in all, in a random order."""
        shown = [statement for _, statement in answers]
        shown += list(others)[: rng.randint(0 if shown else 1, max(1, _MOST_SOURCES - len(shown)))]
        rng.shuffle(shown)
        numbers = {id(statement): n for n, statement in enumerate(shown, 1)}
        said = [f"{asked.answer.rstrip('.')} [{numbers[id(statement)]}]." for asked, statement in answers]
        if partly or not said:
            said.append(NOT_IN_SOURCES)
        answerable = Answerable.PARTLY if partly else Answerable.YES if answers else Answerable.NO
        home = document or answers[0][1].document
        return Row(
            kind=kind,
            style=style,
            answerable=answerable,
            question=question,
            evidence=tuple(_piece(n, statement) for n, statement in enumerate(shown, 1)),
            answer=" ".join(said),
            citations=tuple(sorted(numbers[id(statement)] for _, statement in answers)),
            document=home,
            split=self._split[home],
            partner=partner,
        )


def splits_of(documents: Iterable[str]) -> dict[str, Split]:
    """The split of each document, by its hash alone; of a few of which none would be held out, the first by hash is."""
    ordered = sorted(set(documents))
    held = [d for d in ordered if int(d[:8], 16) / 0xFFFFFFFF < HELD_SHARE] or ordered[:1]
    return {document: Split.HELD if document in held else Split.TRAIN for document in ordered}


def _piece(n: int, statement: Statement) -> Piece:
    return Piece(n=n, title=statement.title, heading=statement.heading, text=spoken_row(statement.text))


def _key(text: str) -> str:
    return " ".join(sorted(set(content_stems(text))))


def _overlap(question: str, text: str) -> float:
    asked = set(content_stems(question))
    return len(asked & set(content_stems(text))) / (len(asked) or 1)
