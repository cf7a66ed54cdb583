from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.frontends.tui.sources import quote_place, source_document
from assistant.types import Citation, Document

TEXT = "Take 500 mg. Not with milk. Take 500 mg."
DOCUMENT = Document("Leaflet", TEXT, "leaflet.md", id="d1")


def cited(quote: str, start: int) -> Citation:
    return Citation(1, "d1", "Leaflet", "", quote, start, start + len(quote), 0.5)


def assistant(*visible: str) -> Any:
    return SimpleNamespace(
        documents=lambda: [SimpleNamespace(id=name) for name in visible],
        vault=SimpleNamespace(document=lambda _: DOCUMENT),
    )


def test_hidden_and_missing_documents_are_told_in_the_same_words() -> None:
    assert source_document(assistant("d1"), "d1") is DOCUMENT
    said = set()
    for visible, wanted in ((("d1",), "d2"), ((), "d1")):
        with pytest.raises(UsageError) as error:
            source_document(assistant(*visible), wanted)
        said.add(str(error.value))
    assert len(said) == 1


def test_a_quote_stands_at_its_place_to_the_letter() -> None:
    assert quote_place(DOCUMENT, cited("Take 500 mg.", 28)) == (28, 40, True), "not where the same words stand first"


def test_a_quote_that_moved_is_found_again() -> None:
    assert quote_place(DOCUMENT, cited("Not with milk.", 5)) == (13, 27, True)


def test_words_that_a_check_changed_are_shown_at_their_place_and_not_as_the_quote() -> None:
    assert quote_place(DOCUMENT, cited("Take [HIDDEN].", 0)) == (0, 14, False)
