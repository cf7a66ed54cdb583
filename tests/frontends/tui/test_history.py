from __future__ import annotations

import pytest

from assistant.frontends.tui.history import past_answer
from assistant.types import PolicyRef

CITED = {
    "n": 1,
    "document_id": "d",
    "title": "T",
    "locator": "page 2",
    "quote": "q",
    "start": 4,
    "end": 5,
    "score": 0.5,
}
PLAIN = {
    "question": "q?", "answer": "a [1]", "status": "answered", "level": "", "reason": "", "citations": [CITED], "related": [],
    "verdicts": [{"check": "ground", "stage": "answer", "action": "pass", "reason": "fine", "ms": 2}],
    "policy": {"id": "p", "version": "1", "sha256": "s"}, "model": "m", "timings_ms": {"search": 1.5}, "audit_id": "a1",
}  # fmt: skip


def test_a_kept_answer_is_read_back_whole() -> None:
    found = past_answer(PLAIN)
    (cited,) = found.citations
    assert (cited.document_id, cited.locator, cited.start, cited.end, cited.heading) == ("d", "page 2", 4, 5, "")
    assert found.policy == PolicyRef("p", "1", "s") and found.timings_ms == {"search": 1.5}
    assert [(v.check, v.ms) for v in found.verdicts] == [("ground", 2.0)]


def test_what_an_earlier_release_did_not_keep_is_empty() -> None:
    found = past_answer({})
    assert (found.question, found.status, found.citations, found.verdicts) == ("", "", (), ())
    assert found.policy == PolicyRef("", "", "") and found.timings_ms == {}


@pytest.mark.parametrize("wrong", [None, "x", 7, {"a": 1}])
def test_what_has_another_shape_is_read_as_nothing_instead_of_failing(wrong: object) -> None:
    found = past_answer(
        {
            **PLAIN,
            "citations": wrong,
            "verdicts": wrong,
            "policy": wrong if not isinstance(wrong, dict) else {},
            "timings_ms": None,
        }
    )
    assert found.citations == () and found.verdicts == ()


def test_a_damaged_citation_or_verdict_does_not_hide_the_answer() -> None:
    found = past_answer({**PLAIN, "citations": [{"n": "one", "start": None}, "x"], "verdicts": [{"stage": "dream"}]})
    assert [c.n for c in found.citations] == [0, 0] and found.verdicts[0].stage == "dream"
    assert found.answer == "a [1]"
