"""Sequence-level distillation: the set with a teacher's own answers in it, for a student that reads other tokens.

Kim and Rush 2016, "Sequence-Level Knowledge Distillation": what the teacher writes becomes what the student learns to write. Distributions
over different vocabularies cannot be compared; texts can. A teacher is not believed: its answer stands in for the set's only where it
says the same (decision, quantities, most content words) and cites sources of the row, so that nothing is learned which the set does
not bear out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.asking.drafts import drafts
from assistant.engines.prompt import render
from assistant.errors import ConfigError
from assistant.protocols import Progress, no_progress
from assistant.tune.base import Base
from assistant.tune.examples import LONGEST, prompt_of
from assistant.tune.grounded import MOST_SENTENCES, says
from assistant.tune.rows import NOT_IN_SOURCES, Answerable, Row, Split, digest, lines_of

if TYPE_CHECKING:
    from assistant.packs.pack import Prompts

ANSWERS: Final = "teacher.jsonl"
MOST_TOKENS: Final = 96
"""Tokens of an answer; those of the sets have some 40."""
Writes = Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Taught:
    """The rows to learn, and how many of them have the teacher's words."""

    rows: tuple[Row, ...]
    taught: int


def greedy(model: Base, prompts: Prompts) -> Writes:
    """The likeliest answer of a model that is being trained, a line at most; empty where the prompt is longer than rows may be."""
    import torch

    def write(row: Row) -> str:
        ids = model.tokenizer(render(prompt_of(row, prompts), model.template).text, add_special_tokens=False)[
            "input_ids"
        ]
        if len(ids) > LONGEST:
            return ""
        given = torch.tensor([ids])
        with torch.no_grad():
            made = model.model.generate(
                input_ids=given, attention_mask=torch.ones_like(given), do_sample=False, max_new_tokens=MOST_TOKENS,
                pad_token_id=model.tokenizer.pad_token_id or 0,
            )  # fmt: skip
        text: str = model.tokenizer.decode(made[0][len(ids) :], skip_special_tokens=True)
        return text.strip().split("\n", 1)[0].strip()

    return write


def taught_by(write: Writes, rows: Sequence[Row], folder: Path, about: str, progress: Progress = no_progress) -> Taught:
    """The set with the teacher's answers in the rows that are learned. `about` names teacher, prompts and set.

    What the teacher wrote is kept in `teacher.jsonl` of the folder after each row, so that a run that is killed goes on. Raises
    ConfigError where it cannot be written.
    """
    learned = [row for row in rows if row.split is Split.TRAIN]
    told = _answers(write, learned, folder / ANSWERS, digest(about + lines_of(learned)), progress)
    texts = iter(told)
    believed = [_believed(row, next(texts)) if row.split is Split.TRAIN else None for row in rows]
    made = tuple(new or row for new, row in zip(believed, rows, strict=True))
    return Taught(made, sum(new is not None for new in believed))


def _believed(row: Row, text: str) -> Row | None:
    """The row with the teacher's answer, where that says what the row's does."""
    if row.answerable is not Answerable.YES:
        # There is one way to say that, and half an answer is told by the set alone.
        return None
    written = drafts([text], limit=MOST_SENTENCES)
    cited = tuple(sorted({n for draft in written for n in draft.citations}))
    known = {piece.n for piece in row.evidence}
    if not cited or not set(row.citations) <= set(cited) or not set(cited) <= known:
        return None
    if NOT_IN_SOURCES.rstrip(".") in text.upper() or not says(text, row):
        return None
    return row.model_copy(update={"answer": text, "citations": cited})


def _answers(write: Writes, rows: Sequence[Row], path: Path, about: str, progress: Progress) -> list[str]:
    found = _kept(path, about)[: len(rows)]
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch(mode=0o600)
        part.write_text("".join(json.dumps(line) + "\n" for line in ({"about": about}, *found)), encoding="utf-8")
        part.replace(path)
        with path.open("a", encoding="utf-8") as sink:
            for row in rows[len(found) :]:
                found.append(write(row))
                sink.write(json.dumps(found[-1]) + "\n")
                sink.flush()
                progress(len(found), len(rows), "answers of the teacher")
    except OSError as problem:
        raise ConfigError(
            f"cannot be written: {problem.strerror}", path=path, remedy="free some space, or choose another folder"
        ) from None
    return found


def _kept(path: Path, about: str) -> list[str]:
    """What the same teacher wrote to the same rows before; a half line at the end is none."""
    if not path.is_file():
        return []
    found: list[object] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    if not found or found[0] != {"about": about}:
        return []
    return [text for text in found[1:] if isinstance(text, str)]
