from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.retrieval.chunk import chunk
from assistant.types import Loss, LossKind, Section
from assistant.vault import Vault

from .conftest import make, put


def test_replacing_keeps_the_id_and_leaves_nothing_of_the_old_text(vault: Vault) -> None:
    first = put(vault, "The zebrafish swims. " * 5, labels=("clinical",))
    again = put(vault, "The heron flies. " * 3, labels=("public",))
    assert again == first
    assert [info.labels for info in vault.documents()] == [{"public"}]
    assert vault.bm25('"zebrafish"', 10, None) == []
    assert len(vault.bm25('"heron"', 10, None)) > 0
    assert vault.label_sets() == {frozenset({"public"}): 2}
    assert vault.scan(b"The zebrafish swims.") == 0
    assert vault.integrity() == []


def test_documents_of_one_source_are_told_apart_by_record(vault: Vault) -> None:
    put(vault, "Row one.", source="t.csv", title="Row 1")
    put(vault, "Row two.", source="t.csv", title="Row 2")
    put(vault, "Other.", source="t.csv", title="Row 1", collection="second")
    assert [info.title for info in vault.find_source("t.csv")] == ["Row 1", "Row 2"]
    assert vault.collections() == {"default": 2, "second": 1}
    assert len(vault.documents("second")) == 1


def test_a_grouped_change_is_kept_whole_or_not_at_all(vault: Vault) -> None:
    with pytest.raises(RuntimeError), vault.transaction():
        put(vault, "One.", title="1")
        put(vault, "Two.", title="2")
        assert len(vault.documents()) == 2
        raise RuntimeError
    assert vault.documents() == []
    with vault.transaction():
        put(vault, "One.", title="1")
        put(vault, "Two.", title="2")
    assert len(vault.documents()) == 2
    assert vault.integrity() == []


def test_a_passage_must_be_the_text_at_its_offsets(vault: Vault) -> None:
    from dataclasses import replace

    from .conftest import make

    document, chunks = make("Some text that is long enough for two passages, surely.")
    with pytest.raises(UsageError, match="offsets"):
        vault.put_document(document, [replace(chunks[0], text="forged"), *chunks[1:]], None, content_hmac="")
    assert vault.documents() == []


def test_odd_characters_survive(vault: Vault) -> None:
    text = "Nul \x00 emoji 🩺 rtl \u202e zero\u200bwidth ﬁ"
    document_id = put(vault, text, title="a\x00b\n'\"", source="naïve\nname.txt")
    assert vault.document(document_id).text == text
    assert "".join(p.text for p in vault.document_passages(document_id)) == text
    with pytest.raises(UsageError, match="surrogate"):
        put(vault, "half \ud800 character", title="x")
    assert len(vault.documents()) == 1
    assert vault.integrity() == []


def test_losses_and_unsure_passages_are_kept(vault: Vault) -> None:
    document, _ = make("Sure text. Unsure text.")
    losses = (Loss(LossKind.UNSURE_ORDER, "page 1", "2 blocks"),)
    sections = (Section(0, 10, "", "page 1"), Section(11, 23, "", "page 1 (uncertain order)", sure=False))
    document = replace(document, losses=losses, sections=sections)
    document_id = vault.put_document(document, chunk(document), None, content_hmac="x")
    stored = vault.document(document_id)
    assert stored.losses == losses
    assert stored.sections == sections
    assert [(p.text, p.sure) for p in vault.document_passages(document_id)] == [
        ("Sure text.", True),
        ("Unsure text.", False),
    ]
