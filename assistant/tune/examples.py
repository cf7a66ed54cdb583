"""Rows as token ids, laid out exactly as the running assistant asks its writer.

Only the answer is learned: what stands before it is the question and its sources, which the model is given anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant.engines.prompt import render
from assistant.errors import ModelError
from assistant.packs.pack import Prompts
from assistant.protocols import Prompt
from assistant.tune.rows import Row, Split

LONGEST: Final = 512
"""Tokens of a row; longer ones are left out. The rows of the packs have about 150."""


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of a prompt and its answer. `partner` is the prompt of the counterfactual question, where there is one."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    partner: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Prompt and answer."""
        return self.prompt + self.answer


@dataclass(frozen=True, slots=True)
class Encoded:
    """The examples that are learned, those that measure, and how many rows were too long."""

    train: tuple[Example, ...]
    held: tuple[Example, ...]
    too_long: int


def prompt_of(row: Row, prompts: Prompts) -> Prompt:
    """What the writer is asked for a row."""
    return _prompt(row, row.question, prompts)


def encode(rows: Sequence[Row], prompts: Prompts, family: str, tokenizer: Any, *, longest: int = LONGEST) -> Encoded:
    """The rows as examples, in their order.

    `family` is the chat family of the model. Raises ModelError for an unknown one, or where no row is short enough to learn.
    """
    found: dict[Split, list[Example]] = {split: [] for split in Split}
    too_long = 0

    def ids(text: str) -> tuple[int, ...]:
        return tuple(tokenizer(text, add_special_tokens=False)["input_ids"])

    for row in rows:
        rendered = render(prompt_of(row, prompts), family)
        end = rendered.stop[0] if rendered.stop else ""
        partner = ids(render(_prompt(row, row.partner, prompts), family).text) if row.partner else ()
        example = Example(ids(rendered.text), ids(row.answer + end), partner)
        if len(example.ids) > longest:
            too_long += 1
        else:
            found[row.split].append(example)
    if not found[Split.TRAIN]:
        raise ModelError(
            "no row of the training set is short enough to learn", remedy=f"rows have {longest} tokens at most"
        )
    return Encoded(tuple(found[Split.TRAIN]), tuple(found[Split.HELD]), too_long)


def _prompt(row: Row, question: str, prompts: Prompts) -> Prompt:
    user = prompts.user([(piece.n, piece.text) for piece in row.evidence], question)
    return Prompt(prompts.system, user, prompts.pairs(), tuple(piece.n for piece in row.evidence))
