"""Presidio as it comes: made from the pinned model or not at all, and with the public suffixes that are packaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.privacy.stock import packaged_suffixes, stock_analyzer


def test_without_the_pinned_model_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="en_core_web_sm"):
        stock_analyzer()


def test_suffixes_of_two_parts_are_known_without_a_fetch() -> None:
    import tldextract

    packaged_suffixes()
    found = tldextract.extract("mail.clinic.co.uk")
    assert (found.domain, found.suffix) == ("clinic", "co.uk")
    assert tldextract.extract("note.md5x").suffix == ""
