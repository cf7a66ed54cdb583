"""Training of the tagger: tags of marked words, and a head that says the same in numpy as in torch."""

from __future__ import annotations

import random

import numpy as np
import pytest

from assistant.privacy import tagger
from assistant.tune import redactor_recipe as recipe
from assistant.tune.redactor_texts import Marked, Writer


def test_the_first_word_of_a_mark_begins_and_the_others_go_on() -> None:
    marked = Marked("ask Ann van Lee, Rome", [("PERSON", 4, 15), ("TOWN", 17, 21)])
    words = tagger.words_of(marked.text)
    names = [tagger.TAGS[tag] for tag in recipe.tags_of(words, marked)]
    assert names == ["O", "B-PERSON", "I-PERSON", "I-PERSON", "O", "B-TOWN"]


def test_numpy_and_torch_agree() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    text = "Ann Lee rang from Rome on 0712 345 678."
    words = tagger.words_of(text)
    example = recipe.Example(
        rng.normal(size=(len(words), 768)).astype(np.float16), tagger.shapes(words, text),
        [tagger.grams(w.text) for w in words], np.zeros(len(words), np.int64),
    )  # fmt: skip
    model = recipe.network(1).eval()
    vectors, features, flat, offsets, _ = recipe.collate([example])
    with torch.no_grad():
        expected = torch.log_softmax(model(vectors, features, flat, offsets), -1)[0].numpy()
    head = tagger.Head({name: value.numpy() for name, value in model.state_dict().items()})
    found = head.scores(example.vectors.astype(np.float32), example.features, head.spelling(words))
    assert np.allclose(found, expected, atol=1e-4)


def test_every_stretch_is_in_one_batch() -> None:
    writer = Writer(random.Random(1), [])
    data = []
    for marked in (writer.text() for _ in range(40)):
        words = tagger.words_of(marked.text)
        size = len(words)
        data.append(
            recipe.Example(np.zeros((size, 768), np.float16), tagger.shapes(words, marked.text), [], np.zeros(size))
        )
    rows = recipe.batches(data, random.Random(2))
    assert sorted(id(e) for batch in rows for e in batch) == sorted(map(id, data))
