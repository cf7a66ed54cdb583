from __future__ import annotations

import pytest

from assistant.errors import UsageError
from assistant.vault import Vault


def test_conversations_are_kept_found_and_erased(vault: Vault) -> None:
    first = vault.start_conversation("Fever")
    vault.add_turn(first, "What lowers 100% of fevers?", {"answer": "Paracetamol_1.", "citations": []})
    vault.add_turn(first, "And then?", '{"answer": "Rest."}')
    assert [turn.question for turn in vault.conversation(first)] == ["What lowers 100% of fevers?", "And then?"]
    assert [turn.id for turn in vault.search_conversations("LOWERS 100%")] == [1]
    assert vault.search_conversations("paracetamolX1") == []
    assert [turn.id for turn in vault.search_conversations("rest.")] == [2]
    assert [(info.title, info.turns) for info in vault.conversations()] == [("Fever", 2)]
    vault.pseudonym("PERSON", "Ann Lee", first, lambda taken: "Eve Moss")
    assert vault.delete_conversation(first) == 2
    assert vault.conversations() == [] and list(vault.originals()) == []
    with pytest.raises(UsageError):
        vault.conversation(first)
    with pytest.raises(UsageError):
        vault.add_turn(first, "?", {})
