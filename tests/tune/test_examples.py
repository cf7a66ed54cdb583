"""Rows become the tokens that the running assistant would ask with, and only those that fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.engines.prompt import render
from assistant.errors import ModelError
from assistant.packs.pack import Prompts
from assistant.tune.base import load_base
from assistant.tune.examples import encode, prompt_of
from assistant.tune.rows import Split

from .conftest import row

pytest.importorskip("torch")
PROMPTS = Prompts("You answer.", "[{n}] {text}", "{sources}\n{question}", ())


def test_an_example_is_the_prompt_and_the_answer_with_its_end(tiny: Path) -> None:
    base = load_base(str(tiny), dtype="float32")
    one, held = row(1, partner="When does it open?"), row(4, Split.HELD)
    found = encode([one, held], PROMPTS, base.template, base.tokenizer)
    (example,) = found.train
    assert base.tokenizer.decode(example.prompt) == render(prompt_of(one, PROMPTS), "chatml").text
    assert base.tokenizer.decode(example.answer) == f"{one.answer}<|im_end|>"
    assert "When does it open?" in base.tokenizer.decode(example.partner)
    assert len(found.held) == 1


def test_rows_that_are_too_long_are_counted_and_left_out(tiny: Path) -> None:
    base = load_base(str(tiny), dtype="float32")
    long = row(2, question="When " * 300)
    assert encode([row(1), long], PROMPTS, base.template, base.tokenizer).too_long == 1
    with pytest.raises(ModelError, match="short enough"):
        encode([long], PROMPTS, base.template, base.tokenizer)
