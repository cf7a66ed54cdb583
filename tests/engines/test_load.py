from __future__ import annotations

import os

import pytest

from assistant.engines.load import decode_threads, prefill_threads


@pytest.mark.parametrize(
    ("cores", "load", "reading", "writing"),
    [(1, 0.0, 1, 1), (2, 0.2, 2, 1), (2, 1.0, 1, 1), (2, 19.0, 1, 1), (8, 0.0, 8, 7), (8, 3.4, 5, 5), (8, 50.0, 1, 1)],
)
def test_leaves_the_cores_that_others_use(
    cores: int, load: float, reading: int, writing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTANT_THREADS", raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    assert (prefill_threads(cores), decode_threads(cores)) == (reading, writing)


def test_the_operators_word_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_THREADS", "4")
    monkeypatch.setattr(os, "getloadavg", lambda: (50.0, 0.0, 0.0))
    assert (prefill_threads(4), decode_threads(4)) == (4, 4)
