"""Hybrid search over a real vault: labels before ranking, both searches count, doubles once, nothing typed is syntax."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.language.words import content_stems
from assistant.retrieval.chunk import chunk, embedded
from assistant.retrieval.search import Ranked, Retriever, by_document, distinct, fuse, raised
from assistant.types import Document, Passage
from assistant.vault.keys import KdfCost, Secret
from assistant.vault.store import Vault

PUBLIC, CLINICAL = frozenset({"public"}), frozenset({"clinical"})

DOCUMENTS = [
    ("Amoxicillin", PUBLIC, "Amoxicillin treats ear infections. Children take it three times a day for five days."),
    ("Return policy", PUBLIC, "Shoes can be returned within thirty days. The refund reaches the card in a week."),
    ("Ward note", CLINICAL, "The amoxicillin of the ward is locked in cupboard nine. Amoxicillin stock is counted daily."),
    ("Myocardial infarction", PUBLIC, "A myocardial infarction needs aspirin at once and an ambulance."),
    ("Parking", PUBLIC, "Visitors park behind the east wing. The first hour is free."),
]  # fmt: skip


class Stems:
    """Texts as hashed bags of stems: a stand-in with the geometry of an embedder, so that these tests need no weights."""

    name = "stems"
    dimension = 384

    def query(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for stem in content_stems(text):
                row[int.from_bytes(hashlib.sha256(stem.encode()).digest()[:4]) % self.dimension] += 1
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    passages = query


class Pack:
    class Lexicon:
        def expand_query(self, text: str) -> tuple[str, ...]:
            return ("myocardial infarction",) if "MI" in text.split() else ()

    lexicon = Lexicon()


def put(vault: Vault, title: str, labels: frozenset[str], text: str, collection: str = "default") -> str:
    document = Document(title, text, f"{title}.txt", labels=labels)
    chunks = chunk(document)
    vectors = Stems().query([embedded(title, c.heading, c.text) for c in chunks])
    return vault.put_document(document, chunks, vectors, collection=collection, content_hmac="")


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    folder = tmp_path_factory.mktemp("search") / "vault"
    made = Vault.create(folder, Secret.passphrase("a long enough one"), kdf=KdfCost(64, 1, 1))
    for title, labels, text in DOCUMENTS:
        put(made, title, labels, text)
    yield made
    made.close()


@pytest.fixture(scope="module")
def retriever(vault: Vault) -> Retriever:
    return Retriever(vault, Stems(), pack=Pack())  # type: ignore[arg-type]


def titles(passages: Sequence[Passage]) -> list[str]:
    return [passage.title for passage in passages]


def test_the_right_passage_is_first(retriever: Retriever) -> None:
    found = retriever.search("How often do children take amoxicillin?", allowed={PUBLIC}, k=3)
    assert titles(found)[0] == "Amoxicillin"
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert titles(retriever.search("refund for shoes", allowed={PUBLIC}, k=1)) == ["Return policy"]


def test_labels_decide_before_ranking(retriever: Retriever) -> None:
    question = "amoxicillin cupboard stock"
    assert titles(retriever.search(question, allowed=None, k=1)) == ["Ward note"]
    assert "Ward note" not in titles(retriever.search(question, allowed={PUBLIC}, k=8))
    assert titles(retriever.search(question, allowed={CLINICAL}, k=8)) == ["Ward note"]
    assert retriever.search(question, allowed=[], k=8) == []
    assert retriever.search(question, allowed={frozenset({"public", "clinical"})}, k=8) == []


def test_a_forbidden_passage_does_not_touch_scores(tmp_path: Path, retriever: Retriever) -> None:
    """What may not be seen must not be felt either: the same scores with and without the forbidden document."""
    alone = Vault.create(tmp_path / "vault", Secret.passphrase("a long enough one"), kdf=KdfCost(64, 1, 1))
    for title, labels, text in DOCUMENTS:
        if labels == PUBLIC:
            put(alone, title, labels, text)
    question = "amoxicillin for children"
    with_it = [(p.title, round(p.score, 6)) for p in retriever.search(question, allowed={PUBLIC})]
    without = [(p.title, round(p.score, 6)) for p in Retriever(alone, Stems()).search(question, allowed={PUBLIC})]
    alone.close()
    assert with_it == without


def test_other_names_are_found(retriever: Retriever) -> None:
    assert titles(retriever.search("first aid for MI", allowed={PUBLIC}, k=1)) == ["Myocardial infarction"]


@pytest.mark.parametrize("typed", ["", "?!", 'shoes" OR title:x', "NEAR((", "\x00", "a" * 5000, "-*^:{}"])
def test_anything_may_be_typed(retriever: Retriever, typed: str) -> None:
    retriever.search(typed, allowed={PUBLIC})


def test_the_index_follows_the_vault(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault", Secret.passphrase("a long enough one"), kdf=KdfCost(64, 1, 1))
    retriever = Retriever(vault, Stems())
    assert retriever.search("parking", allowed=None) == []
    put(vault, "Parking", PUBLIC, "Visitors park behind the east wing.")
    gone = put(vault, "Garage", PUBLIC, "The garage is closed at night, visitors park outside.")
    assert set(titles(retriever.search("where do visitors park", allowed=None))) == {"Parking", "Garage"}
    vault.delete_document(gone)
    assert titles(retriever.search("where do visitors park", allowed=None)) == ["Parking"]
    vault.close()


def test_collections_narrow(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault", Secret.passphrase("a long enough one"), kdf=KdfCost(64, 1, 1))
    put(vault, "North", PUBLIC, "The north clinic opens at eight.", "north")
    put(vault, "South", PUBLIC, "The south clinic opens at nine.", "south")
    retriever = Retriever(vault, Stems())
    assert titles(retriever.search("clinic opens", allowed=None, collections=["south"])) == ["South"]
    vault.close()


def test_doubles_are_shown_once() -> None:
    def passage(i: int, text: str) -> Passage:
        return Passage(i, f"d{i}", "t", text, 0, len(text))

    leaflet = "Take one tablet with water every morning before breakfast and do not drink alcohol on the same day."
    other = "Call the pharmacy when the pack is damaged or the seal is broken."
    found = distinct([passage(1, leaflet), passage(2, leaflet.upper()), passage(3, other), passage(4, leaflet)], 4)
    assert [p.id for p in found] == [1, 3]
    assert [p.id for p in distinct([passage(1, leaflet), passage(2, other)], 1)] == [1]
    # A different dose is a different passage, however alike the rest.
    for change in (("one tablet", "two tablets"), ("do not drink", "do drink")):
        assert len(distinct([passage(1, leaflet), passage(2, leaflet.replace(*change))], 2)) == 2


def test_fusion_is_the_stated_formula() -> None:
    ranked = fuse({1: 10.0, 2: 5.0}, {1: 0.2, 2: 0.8, 3: 0.5}, weight=0.6)
    assert [(r.id, round(r.score, 6)) for r in ranked] == [(2, 0.68), (1, 0.52), (3, 0.3)]
    assert fuse({}, {4: 0.5}, weight=0.6)[0].score == pytest.approx(0.3)
    assert [r.id for r in fuse({9: 1.0, 3: 1.0}, {9: 0.1, 3: 0.1})] == [3, 9]


def test_what_lies_near_the_question_before_as_well_rises_and_nothing_falls() -> None:
    alone = fuse({1: 10.0, 2: 5.0}, {1: 0.2, 2: 0.8, 3: 0.5}, weight=0.6)
    behind = fuse({3: 4.0}, {3: 0.9, 2: 0.1, 4: 0.6}, weight=0.6)
    found = raised(alone, behind)
    own, after = {one.id: one.score for one in alone}, {one.id: one.score for one in found}
    assert all(after[i] >= own[i] for i in own)
    # Passage 3 has 0.3 alone and 0.94 behind the question before; passage 2 stays the first of its own question.
    assert after[3] == pytest.approx(0.62) and after[2] == own[2]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert raised(alone, []) == alone and {one.id for one in raised([], behind)} == {2, 3, 4}


def test_a_follow_up_is_searched_behind_the_question_before_it(retriever: Retriever) -> None:
    def first(question: str, before: str = "") -> str:
        return titles(retriever.search(question, allowed=None, k=1, before=before))[0]

    assert first("And for children?", "How is amoxicillin taken?") == "Amoxicillin"
    # Another subject is found as if nothing had been asked before.
    assert (
        first("Where do visitors park?", "How is amoxicillin taken?") == first("Where do visitors park?") == "Parking"
    )


def test_documents_take_the_best_of_their_passages() -> None:
    ranked = [Ranked(1, 0.0, 0.9, 0.0), Ranked(2, 0.0, 0.1, 1.0), Ranked(3, 0.0, 0.6, 0.6)]
    assert by_document(ranked, {1: "a", 2: "a", 3: "b"}, weight=0.5) == [("a", 0.95), ("b", 0.6)]


def test_an_edition_that_is_withdrawn_does_not_speak_beside_the_one_in_force(tmp_path: Path) -> None:
    with Vault.create(tmp_path / "vault", Secret.passphrase("a long enough one"), kdf=KdfCost(64, 1, 1)) as vault:
        for title, days, edition in (
            (
                "Returns 2023",
                60,
                {
                    "edition.status": "withdrawn",
                    "edition.valid_until": "2023-12-31",
                    "edition.valid_from": "2023-01-01",
                },
            ),
            ("Returns 2025", 30, {"edition.valid_from": "2025-01-01", "edition.replaces": "the returns of 2023"}),
        ):
            document = Document(
                title, f"Lamps may be returned within {days} days.", f"{title}.md", metadata={**edition, "source": "x"}
            )
            chunks = chunk(document)
            vectors = Stems().query([c.text for c in chunks])
            vault.put_document(document, chunks, vectors, collection="default", content_hmac="")
        retriever = Retriever(vault, Stems())
        now = retriever.search("Within how many days may lamps be returned?", allowed=None)
        then = retriever.search("Within how many days could lamps be returned in 2023?", allowed=None)
    assert [p.title for p in now] == ["Returns 2025 (from 2025-01-01)"]
    assert [p.title for p in then] == ["Returns 2023 (withdrawn, 2023-01-01 to 2023-12-31)"]
