"""Examples of the reader: offsets, windows, hard cases and the training mixture."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.tune import reader_data as data
from assistant.tune import reader_mix as mix
from assistant.tune import reader_swap as swap
from assistant.tune.reader_data import Example

WARD = (
    "The clinic opened in 1962 with forty beds. Doctor Amara Osei led the cardiology ward for ten years. "
    "Doctor Lena Brandt led the eye ward from 1971."
)


def example(question: str, answer: str) -> Example:
    start = WARD.index(answer)
    return Example(question, WARD, start, start + len(answer), True, "clinic", "squad")


def test_squad_rows_get_the_fitting_occurrence(tmp_path: Path) -> None:
    between = "The town grew slowly and its people lived from the harbour, from fishing and from trade. " * 2
    text = f"In 1990 the mill was opened. {between}The bridge fell in 1990 after a flood."
    rows = [
        {"id": "1", "question": "When did the bridge fall in a flood?", "contexts": [{"title": "T", "text": text}]}
        | {"answers": ["1990"], "answerable": True},
        {"id": "2", "question": "Who fell?", "contexts": [{"title": "T", "text": text}]}
        | {"answers": [], "answerable": False},
    ]
    path = tmp_path / "dev.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    first, second = data.squad(path)
    assert first.start == text.rindex("1990")
    assert text[first.start : first.end] == "1990"
    assert (second.start, second.answerable) == (-1, False)


def test_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text("{}\nnot json\n", "utf-8")
    with pytest.raises(UsageError) as caught:
        list(data.rows(path))
    assert caught.value.line == 2


def test_longest_prefix_of_joined_answers() -> None:
    assert data.longest_prefix("the eye ward the clinic", WARD) == (WARD.index("the eye ward"), len("the eye ward"))
    assert data.longest_prefix("zebra", WARD) == (-1, 0)


def test_window_holds_the_sentence_and_keeps_the_limit() -> None:
    start = WARD.index("Doctor Amara")
    text, shift = data.window(WARD, start, 20)
    assert text == WARD[shift : shift + len(text)]
    assert "Amara Osei" in text
    assert len(text.split()) <= 20


def test_cutting_the_answer_out_leaves_no_answer() -> None:
    cut = data.without_answer(example("Who led the cardiology ward?", "Amara Osei"))
    assert cut is not None
    assert "Osei" not in cut.context
    assert not cut.answerable


def test_focused_moves_the_answer_along() -> None:
    moved = data.focused(example("Who led the cardiology ward?", "Amara Osei"))
    assert moved is not None
    assert moved.context[moved.start : moved.end] == "Amara Osei"


def test_elsewhere_takes_another_article() -> None:
    one = example("Who led the cardiology ward?", "Amara Osei")
    two = Example("When did the train leave?", "The train left at nine.", 15, 22, True, "trains", "squad")
    moved = list(data.elsewhere([one, two], random.Random(1), pool=20))
    assert moved
    for found in moved:
        assert found.context != (one.context if found.question == one.question else two.context)
        assert not found.answerable


def test_each_swap_changes_what_it_should() -> None:
    rng = random.Random(5)
    text = "In Vienna the surgeon Amara Osei met the chemist Lena Brandt."
    name = swap.swap_name("Whom did Amara Osei meet?", text, text, rng)
    assert name in {"Whom did Lena Brandt meet?", "Whom did Vienna meet?", "Whom did In Vienna meet?"}
    number = swap.swap_number("What opened in 1962?", WARD, rng)
    assert number is not None
    assert "1962" not in number
    assert swap.swap_opposite("Who became the first doctor?", rng) == "Who became the last doctor?"
    assert swap.swap_opposite("Who led it?", rng) is None
    word = swap.swap_word("Who led the cardiology ward with forty?", WARD, rng)
    assert word is None or word != "Who led the cardiology ward with forty?"


def test_a_corrupted_twin_is_unanswerable_and_different() -> None:
    source = example("Who led the cardiology ward?", "Amara Osei")
    other = example("What opened in 1962?", "The clinic")
    twins = list(swap.corruptions([source, other] * 5, random.Random(2)))
    assert twins
    for twin in twins:
        assert not twin.answerable
        assert twin.start == -1
        assert twin.question not in {source.question, other.question}


def test_opposites_go_both_ways() -> None:
    table = swap.opposites()
    assert all(word in table[other] for word, others in table.items() for other in others)


def test_quac_and_boolq_read_from_the_data(evaluation_data: Path) -> None:
    talks = data.quac(evaluation_data / "train" / "quac.jsonl")
    assert len(talks) > 1500
    assert all(e.start >= 0 and e.end <= len(e.context) for e in talks if e.answerable)
    assert any(not e.answerable for e in talks)
    yes_no = data.boolq(evaluation_data / "train" / "boolq.jsonl")
    assert len(yes_no) > 11_000


def test_no_squad_article_in_the_general_passages(evaluation_data: Path) -> None:
    squad = {e.context for e in data.squad(evaluation_data / "squad2" / "dev.jsonl")}
    found = mix.passages(evaluation_data, random.Random(1), 200)
    assert not {text for _, text in found} & squad
    assert all(mix.in_training(group) for group, _ in found if group.endswith(".md"))
