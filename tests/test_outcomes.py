"""The vocabularies stand in stored audit records and in other people's programs: a value may be added, never changed."""

from __future__ import annotations

from assistant.outcomes import Action, Level, Stage, Status


def test_the_words_on_the_wire() -> None:
    assert [*Status] == ["answered", "extracted", "abstained", "blocked"]
    assert [*Level] == ["", "closest", "nothing", "retry"]
    assert [*Stage] == ["ingest", "query", "context", "answer", "training"]
    assert [*Action] == ["pass", "flag", "redact", "neutralize", "drop", "extract", "abstain", "block"]
