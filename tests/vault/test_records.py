from __future__ import annotations

from assistant.vault.records import DocumentInfo


def test_who_may_not_read_a_document_learns_no_word_of_it() -> None:
    info = DocumentInfo(
        "id1",
        "Ann Lee's note",
        "ann-lee.txt",
        "rec",
        "default",
        "text/plain",
        frozenset({"clinical"}),
        3,
        120,
        "h",
        "now",
        "d2",
    )
    bare = info.without_words()
    assert (bare.title, bare.source, bare.record, bare.duplicate_of) == ("", "", "", "")
    assert (bare.id, bare.labels, bare.passages, bare.characters) == ("id1", frozenset({"clinical"}), 3, 120)
