"""A training set looked through by a person: each row accepted, edited or rejected, before anything learns it.

Decisions are kept apart from the rows, under the hash of each, so that they can be taken back, survive the end of the session, and hold
for the same row of a set that is made again. What is edited passes the training checks of the policy once more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from pydantic import ValidationError

from assistant.errors import ConfigError, UsageError
from assistant.tune.rows import NOT_IN_SOURCES, Answerable, Row, digest, lines_of, read_rows

_MARK: Final = re.compile(r"\[(\d{1,2})\]")
REVIEW: Final = ".review.json"
Passes = Callable[[str], bool]
"""Whether a text may be learned as it is: the training checks of the policy change and stop nothing of it."""


class State(StrEnum):
    """What was decided on a row."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


class Kept(Protocol):
    """Where the decisions of one set are kept."""

    def read(self) -> str | None:
        """The decisions as they were written last."""
        ...

    def write(self, text: str) -> None:
        """Keep them, whole or not at all."""
        ...


class BesideFile:
    """Beside a set that is a file: `set.jsonl` has its decisions in `set.review.json`, readable by its owner alone."""

    def __init__(self, rows: Path) -> None:
        self._path = rows.with_suffix(REVIEW)

    def read(self) -> str | None:
        """Raises ConfigError where the file is there and cannot be read."""
        try:
            return self._path.read_text(encoding="utf-8") if self._path.is_file() else None
        except (OSError, UnicodeDecodeError):
            raise ConfigError("the review cannot be read", path=self._path, remedy="remove it to begin again") from None

    def write(self, text: str) -> None:
        """Raises ConfigError where it cannot be written."""
        part = self._path.with_name(self._path.name + ".part")
        try:
            part.touch(mode=0o600, exist_ok=True)
            part.write_text(text, encoding="utf-8")
            part.replace(self._path)
        except OSError as problem:
            raise ConfigError(f"the review cannot be written: {problem.strerror}", path=self._path) from None


class Review:
    """The rows of a set and what was decided on them; each decision is kept at once."""

    def __init__(self, rows: Sequence[Row], kept: Kept, passes: Passes) -> None:
        self.rows = tuple(rows)
        self._kept, self._passes = kept, passes
        self._keys = [key_of(row) for row in self.rows]
        self._decisions = _decisions(kept.read())

    def state(self, at: int) -> State:
        """What was decided on the row of that number, from 0."""
        found = self._decisions.get(self._keys[at])
        return State(found["state"]) if found is not None else State.OPEN

    def row(self, at: int) -> Row:
        """The row as it stands after editing."""
        return _after(self.rows[at], self._decisions.get(self._keys[at]))

    def accept(self, at: int) -> None:
        """The row is right; an edited one stays edited."""
        if self.state(at) is not State.EDITED:
            self._decide(at, {"state": State.ACCEPTED})

    def reject(self, at: int) -> None:
        """Nothing learns the row."""
        self._decide(at, {"state": State.REJECTED})

    def reopen(self, at: int) -> None:
        """Take the decision back."""
        self._decisions.pop(self._keys[at], None)
        self._write()

    def edit(self, at: int, question: str, answer: str) -> None:
        """Other words for question and answer; the answer's marks are its citations.

        Raises UsageError where they cite what is not there, answer without a mark, or hold what may not be learned.
        """
        changed = edited(self.rows[at], question, answer)
        if not all(self._passes(text) for text in (changed.question, changed.answer)):
            raise UsageError(
                "the training checks of the policy do not let these words be learned",
                remedy="leave identifiers, secrets and instructions out",
            )
        self._decide(at, {"state": State.EDITED, "question": changed.question, "answer": changed.answer})

    def counts(self) -> dict[State, int]:
        """How many rows are in each state."""
        found = dict.fromkeys(State, 0)
        for at in range(len(self.rows)):
            found[self.state(at)] += 1
        return found

    def next_open(self, after: int) -> int | None:
        """The next row that nothing was decided on, going round at the end; None where all are decided."""
        numbers = [(after + step) % len(self.rows) for step in range(1, len(self.rows) + 1)]
        return next((at for at in numbers if self.state(at) is State.OPEN), None)

    def _decide(self, at: int, decision: Mapping[str, str]) -> None:
        self._decisions[self._keys[at]] = dict(decision)
        self._write()

    def _write(self) -> None:
        self._kept.write(json.dumps(self._decisions, ensure_ascii=False, sort_keys=True))


def key_of(row: Row) -> str:
    """By what a row is known again."""
    return digest(lines_of([row]))[:24]


def edited(row: Row, question: str, answer: str) -> Row:
    """The row with other words. Raises UsageError where they do not fit its sources."""
    question, answer = " ".join(question.split()), " ".join(answer.split())
    cited = tuple(sorted({int(number) for number in _MARK.findall(answer)}))
    refuses = NOT_IN_SOURCES in answer
    answerable = Answerable.PARTLY if refuses and cited else Answerable.NO if refuses else Answerable.YES
    values = {**row.model_dump(), "question": question, "answer": answer, "citations": cited, "answerable": answerable}
    try:
        return Row.model_validate(values)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        raise UsageError(
            first["msg"].removeprefix("Value error, "),
            remedy=f"mark each sentence with its source, as [1], or answer {NOT_IN_SOURCES}",
        ) from None


def reviewed(rows: Sequence[Row], decisions: str | None, *, decided: bool = False) -> list[Row]:
    """The rows that may be learned: edited ones in their new words, rejected ones left out; open ones as they are, or, where only what
    was `decided` counts, not at all."""
    found = _decisions(decisions)
    left_out = (State.REJECTED, State.OPEN) if decided else (State.REJECTED,)
    states = [State(found.get(key_of(row), {}).get("state", State.OPEN)) for row in rows]
    return [
        _after(row, found.get(key_of(row))) for row, state in zip(rows, states, strict=True) if state not in left_out
    ]


def read_reviewed(path: Path, *, decided: bool = False) -> list[Row]:
    """The rows of a file after its review. Raises ConfigError as `read_rows` does, and where none is left."""
    rows = reviewed(read_rows(path), BesideFile(path).read(), decided=decided)
    if not rows:
        raise ConfigError(
            "no row was accepted" if decided else "every row was rejected",
            path=path,
            remedy="look through the set in the workshop of `assistant tui`",
        )
    return rows


def _after(row: Row, decision: Mapping[str, str] | None) -> Row:
    if decision is None or decision["state"] != State.EDITED:
        return row
    return edited(row, decision["question"], decision["answer"])


def _decisions(text: str | None) -> dict[str, dict[str, str]]:
    if text is None:
        return {}
    try:
        found = {str(key): {str(k): str(v) for k, v in value.items()} for key, value in json.loads(text).items()}
        for value in found.values():
            if State(value["state"]) is State.EDITED:
                value["question"], value["answer"]
        return found
    except (ValueError, AttributeError, KeyError):
        raise ConfigError(
            "the decisions on a training set cannot be read", remedy="remove the review and begin again"
        ) from None
