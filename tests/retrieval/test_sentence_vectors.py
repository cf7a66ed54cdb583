"""A passage is found by its nearest sentence, and never less by having one that is further off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.retrieval.search import Retriever
from assistant.retrieval.sentence_vectors import blended, grouped, nearest, sentences_of
from assistant.types import Chunk, Document
from assistant.vault.keys import KdfCost, Secret
from assistant.vault.store import Vault

from .test_search import PUBLIC, Stems

LONG = "Parking is behind the east wing. Wheelchairs are lent at the desk. The kiosk sells stamps and soup."
SHORT = "Wheelchairs of the ward stay on the ward."


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(tmp_path / "vault", Secret.passphrase("long enough for a test"), kdf=KdfCost(8, 1, 1)) as made:
        yield made


def put(vault: Vault, title: str, text: str, *, split: bool) -> str:
    sentences = grouped([sentences_of("", "", text)], Stems()) if split else ()
    document = Document(title, text, f"{title}.txt", labels=PUBLIC)
    return vault.put_document(
        document, [Chunk(text, 0, len(text))], Stems().query([text]), content_hmac="", sentences=sentences
    )


def test_sentences_stand_under_their_heading_or_else_the_title() -> None:
    assert sentences_of("Pump", "Alarms", "One. And two.") == ["Alarms: One.", "Alarms: And two."]
    assert sentences_of("Pump", " ", "One.") == ["Pump: One."]
    assert sentences_of("", "", "One.") == ["One."]
    assert [group.shape for group in grouped([["Two.", "Three."], [], ["Four."]], Stems())] == [
        (2, 384),
        (0, 384),
        (1, 384),
    ]
    assert [group.shape[0] for group in grouped([[], []], Stems())] == [0, 0]


def test_a_far_sentence_takes_nothing_from_a_near_passage() -> None:
    assert blended(0.6, 0.1) == pytest.approx(0.6)
    assert 0.4 < blended(0.4, 0.8) < 0.8
    one = np.array([1.0, 0.0], np.float32)
    assert nearest(one, [np.array([[0.6, 0.8], [0.0, 1.0]], np.float32), np.zeros((0, 2), np.float32)]) == [
        pytest.approx(0.6),
        -1.0,
    ]


def test_the_passage_with_the_nearest_sentence_comes_first(vault: Vault) -> None:
    question = "Are wheelchairs lent at the desk"
    plain, split = put(vault, "a", LONG, split=False), put(vault, "b", LONG + " Bicycles too.", split=True)
    put(vault, "c", SHORT, split=True)
    first, *rest = Retriever(vault, Stems()).rank(question, allowed=None)
    owner = {p.id: p.document_id for one in vault.documents() for p in vault.document_passages(one.id)}
    assert owner[first.id] == split
    assert first.score > next(item.score for item in rest if owner[item.id] == plain)


def test_a_replaced_document_is_not_found_by_a_sentence_that_is_gone(vault: Vault) -> None:
    put(vault, "a", LONG, split=True)
    put(vault, "a", "Parking is closed. The kiosk is closed.", split=True)
    ids = [passage.id for passage in vault.document_passages(vault.documents()[0].id)]
    assert set(vault.sentence_vectors(range(100))) == set(ids)
    vault.delete_document(vault.documents()[0].id)
    assert vault.sentence_vectors(range(100)) == {}
