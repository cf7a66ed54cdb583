"""What goes when a document goes: its own, what only it brought, and what was said about it; nothing of a neighbour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.vault import Vault
from assistant.vault.erasure import Erasures
from assistant.vault.removal import erase, remove_rows

from .conftest import make, put


def _marks(vault: Vault) -> Erasures:
    return Erasures(vault.folder, vault._keys.erasure)


def _scoped(vault: Vault, scope: str, title: str) -> str:
    document, chunks = make(f"{title} was seen.", title=title, source=title)
    return vault.put_document(replace(document, metadata={"scope": scope}), chunks, None, content_hmac="")


def test_rows_are_counted_and_the_last_document_takes_its_partition_along(vault: Vault) -> None:
    one = put(vault, "Fever and rest. " * 20, source="one", labels=("clinical",))
    other = put(vault, "Fever and water.", source="other", labels=("clinical",))
    passages = vault.document_info(one).passages
    with vault._db.write() as cursor:
        assert remove_rows(cursor, one) == (passages, passages)
    assert len(vault.bm25("fever", 50, None)) == vault.document_info(other).passages
    with vault._db.write() as cursor:
        remove_rows(cursor, other)
        assert cursor.execute("SELECT count(*) FROM partitions").fetchall() == [(0,)]
    assert vault.integrity() == []


def test_a_document_without_vectors_is_removed_too(vault: Vault) -> None:
    bare = put(vault, "No vectors.", vectors=False)
    with vault._db.write() as cursor:
        assert remove_rows(cursor, bare) == (1, 0)


def test_an_unknown_document_is_refused_and_leaves_no_mark(vault: Vault) -> None:
    with pytest.raises(UsageError, match="no such document"), vault._db.write() as cursor:
        erase(cursor, "nothing", _marks(vault))
    assert vault.status().erased == 0


def test_a_turn_that_names_the_erased_person_goes_and_one_with_a_shared_word_stays(vault: Vault) -> None:
    note = _scoped(vault, "patient-1", "note")
    vault.pseudonym("PERSON", "Ann Lee", "patient-1", lambda taken: "Ida Vale")
    vault.pseudonym("DATE", "3 May 2020", "patient-1", lambda taken: "1 Jan 2001")
    talk = vault.start_conversation("talk")
    vault.pseudonym("PERSON", "Ann Lee", talk, lambda taken: "Una Reed")
    vault.pseudonym("DATE", "3 May 2020", talk, lambda taken: "2 Feb 2002")
    vault.add_turn(talk, "How is Una Reed?", {"answer": "Well."})
    vault.add_turn(talk, "What was on 2 Feb 2002?", {"answer": "Nothing."})
    with vault._db.write() as cursor:
        erasure = erase(cursor, note, _marks(vault))
    assert (erasure.turns, erasure.pseudonyms) == (1, 3)
    assert [turn.question for turn in vault.conversation(talk)] == ["What was on 2 Feb 2002?"]
    assert [(one.entity, one.scope) for one in vault.originals()] == [("DATE", talk)]


def test_names_of_a_scope_stay_while_another_document_has_it(vault: Vault) -> None:
    first, second = _scoped(vault, "patient-1", "first"), _scoped(vault, "patient-1", "second")
    vault.pseudonym("PERSON", "Ann Lee", "patient-1", lambda taken: "Ida Vale")
    with vault._db.write() as cursor:
        assert erase(cursor, first, _marks(vault)).pseudonyms == 0
        assert erase(cursor, second, _marks(vault)).pseudonyms == 1
