"""Kept files: in, out, replaced and gone with their document."""

from __future__ import annotations

import pytest

from assistant.errors import UsageError
from assistant.vault import Vault

from .conftest import put


def test_a_file_goes_with_its_document_and_is_dropped_when_the_document_is_replaced(vault: Vault) -> None:
    kept = put(vault, "Text.")
    vault.put_file(kept, b"%PDF-1.7 quaternary zebra")
    assert vault.file(kept) == b"%PDF-1.7 quaternary zebra"
    assert put(vault, "Another text.") == kept
    assert not vault.has_file(kept), "a file of other words than the document's"
    vault.put_file(kept, b"%PDF-1.7 quaternary zebra")
    vault.delete_document(kept)
    with pytest.raises(UsageError):
        vault.file(kept)
    assert vault.scan(b"quaternary zebra") == 0
    assert vault.integrity() == []
