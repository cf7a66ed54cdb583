"""The tagger at run time: pinned bytes, offsets, tags that fit one another, and what it adds."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IntegrityError, ModelError
from assistant.privacy.tagger import (
    FEATURES,
    TAGS,
    WEIGHTS,
    WEIGHTS_SHA256,
    Head,
    Tagger,
    decoded,
    proposals,
    shapes,
    stretches,
    words_of,
)

NOTE = "hi its wanjiru gathogo here, can u ring kipruto rotich on 0712 345 678? The rash on his hand is better."


def test_changed_and_missing_weights_are_refused(tmp_path: Path) -> None:
    copy = tmp_path / "tagger.safetensors"
    shutil.copy(WEIGHTS, copy)
    data = bytearray(copy.read_bytes())
    data[-1] ^= 1
    copy.write_bytes(data)
    with pytest.raises(IntegrityError):
        Head.load(copy, WEIGHTS_SHA256)
    with pytest.raises(ModelError, match="missing"):
        Head.load(tmp_path / "none.safetensors", WEIGHTS_SHA256)


def test_the_shipped_file_is_small() -> None:
    assert WEIGHTS.stat().st_size <= 3_000_000


def test_words_have_their_places_and_stretches_cover_them_once() -> None:
    text = "One line of words.\n" * 60
    words = words_of(text)
    assert all(text[w.start : w.end] == w.text for w in words)
    runs = list(stretches(words, text))
    assert [runs[0][0], runs[-1][1]] == [0, len(words)]
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(runs))
    assert all(words[start].text == "One" for start, _ in runs), "cut at line ends where there are some"
    assert list(stretches([], "")) == []


def test_features_are_the_same_whatever_stands_behind_the_stretch() -> None:
    words = words_of(NOTE)
    made = shapes(words, NOTE)
    assert made.shape == (len(words), FEATURES)
    assert np.isfinite(made).all()


def test_an_inner_tag_never_begins_and_never_changes_its_kind() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        scores = np.log(rng.dirichlet(np.ones(len(TAGS)) * 0.3, size=12)).astype(np.float32)
        names = ["O", *(TAGS[tag] for tag in decoded(scores))]
        pairs = list(itertools.pairwise(names))
        assert len(pairs) == 12
        for before, after in pairs:
            assert not after.startswith("I-") or before in {after, f"B-{after[2:]}"}


def test_proposals_are_whole_words_with_their_certainty() -> None:
    words = words_of("ask ann lee now")
    scores = np.full((4, len(TAGS)), -9.0, np.float32)
    for at, tag in enumerate(("O", "B-PERSON", "I-PERSON", "O")):
        scores[at, TAGS.index(tag)] = -0.01
    (found,) = proposals(words, scores)
    assert (found.label, found.start, found.end) == ("PERSON", 4, 11)
    assert found.sure > 0.99


@pytest.mark.weights
def test_names_in_small_letters_are_found_and_clinical_words_are_not(models: Path) -> None:
    tagger = Tagger.load()
    found, nothing = tagger.tag([NOTE, "Blood pressure was normal. Take metoprolol with food."])
    people = {NOTE[p.start : p.end] for p in found if p.label == "PERSON"}
    assert {"wanjiru gathogo", "kipruto rotich"} <= people
    assert nothing == []
    assert tagger.tag(["", "  "]) == [[], []]
    alone = tagger.tag([NOTE])[0]
    assert [p[:3] for p in alone] == [p[:3] for p in found], "alone and in company the same"
    assert [p.sure for p in alone] == pytest.approx([p.sure for p in found], abs=1e-4)


@pytest.mark.weights
def test_redactors_of_a_process_share_one_tagger(models: Path) -> None:
    kept = Tagger.load()
    assert Tagger.load() is kept
