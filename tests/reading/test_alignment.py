"""The signals on made-up word vectors, where each can be reckoned by hand; `test_reader.py` has them on the real encoder."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.reading.alignment import NAMES, Words, alignment, content, unit

# A vector a word: words of one group are the same in meaning, those of two have nothing in common.
GROUPS = {
    "doctor": 0,
    "physician": 0,
    "led": 1,
    "ran": 1,
    "ward": 2,
    "parking": 3,
    "who": 4,
    "the": 5,
    "is": 6,
    "free": 7,
}


def encoded(text: str) -> Words:
    words = [w.strip(".?") for w in text.split()]
    vectors = np.zeros((len(words), 8), np.float32)
    for row, word in enumerate(words):
        vectors[row, GROUPS[word.lower()]] = 1.0
    offsets, at = [], 0
    for word in words:
        at = text.index(word, at)
        offsets.append(at)
    rarity = np.array([3.0 if w.lower() == "ward" else 1.0 for w in words])
    return Words(vectors, tuple(words), np.array(offsets, np.int64), rarity, unit(vectors.mean(axis=0)[None])[0])


def signals(question: str, text: str) -> dict[str, float]:
    found = alignment(question, text, encoded(question), encoded(text))
    return dict(zip(NAMES, found.tolist(), strict=True))


QUESTION = "Who led the ward?"


def test_every_signal_has_its_name() -> None:
    nothing = Words(np.zeros((0, 8), np.float32), (), np.zeros(0, np.int64), np.zeros(0), np.zeros(8, np.float32))
    empty = alignment("", "The doctor led.", nothing, encoded("The doctor led."))
    assert len(NAMES) == len(set(NAMES)) == len(empty) == len(signals("Who led?", "The doctor led."))
    assert not empty.any()


def test_a_word_in_other_words_is_met_in_meaning_and_absent_in_stems() -> None:
    found = signals(QUESTION, "The physician ran the ward.")
    assert found["text_least"] == pytest.approx(1.0)
    assert (found["content_words"], found["stems_absent_text"]) == (2.0, 1.0)


def test_the_least_supported_word_tells_what_the_mean_hides() -> None:
    whole, lacking = signals(QUESTION, "The doctor led the ward."), signals(QUESTION, "The doctor led the parking.")
    assert whole["text_least"] == pytest.approx(1.0) and lacking["text_least"] == pytest.approx(0.0)
    assert lacking["text_mean"] == pytest.approx(0.5)
    assert lacking["text_weighted"] == pytest.approx(0.25), "the rare word weighs three times as much"
    assert lacking["text_soft_least"] > whole["text_soft_least"]


def test_words_parted_over_two_sentences_are_met_by_the_text_and_by_no_sentence() -> None:
    found = signals(QUESTION, "The doctor led. The ward is free.")
    assert found["text_least"] == pytest.approx(1.0) and found["sentence_least"] == pytest.approx(0.0)
    assert found["sentence_count"] == 2.0


def test_names_and_numbers_of_the_question_that_are_nowhere_are_counted() -> None:
    asked, given = encoded(QUESTION), encoded("The doctor led the ward.")
    found = dict(
        zip(NAMES, alignment("When did Osei lead ward 7 in 1998?", "Osei led ward 7.", asked, given), strict=True)
    )
    assert (found["names"], found["names_absent"]) == (1.0, 0.0)
    assert (found["numbers"], found["numbers_absent"], found["number_found"]) == (2.0, 1.0, 1.0)
    assert found["asks_when"] == 1.0 and found["asks_who"] == 0.0


def test_where_no_word_carries_content_all_of_them_count() -> None:
    assert content(encoded("Who is the")).tolist() == [True, True, True]
    assert content(encoded(QUESTION)).tolist() == [False, True, False, True]


def test_unit_rows_have_length_one_and_an_empty_row_stays_empty() -> None:
    scaled = unit(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32))
    assert np.linalg.norm(scaled, axis=1).tolist() == pytest.approx([1.0, 0.0])
