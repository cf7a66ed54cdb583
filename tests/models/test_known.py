from __future__ import annotations

from pathlib import Path

import pytest

from assistant.engines.prompt import FAMILIES
from assistant.errors import ModelError, UsageError
from assistant.models.bundle import import_file
from assistant.models.catalog import load_catalog, verify
from assistant.models.known import known_model, known_models
from tests.models.support import gguf, use_catalog


@pytest.fixture(autouse=True)
def _catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_catalog(tmp_path, monkeypatch)


def test_every_known_model_can_be_asked_in_its_template_and_named_by_its_publisher() -> None:
    models = known_models()
    assert len(models) >= 25
    for model in models:
        assert model.chat_template in FAMILIES
        assert model.origin.count("/") == 1
        assert 0 < model.file_mb() < model.ram_mb()
        assert model.file_mb("F16") > model.file_mb("Q8_0") > model.file_mb("Q4_K_M")


def test_a_known_model_is_found_in_any_spelling_and_an_unknown_one_is_not() -> None:
    found = known_model("qwen2.5-0.5b-instruct")
    assert found is not None
    assert found.name == "Qwen2.5-0.5B-Instruct"
    assert known_model("Qwen9") is None


def test_a_file_of_another_architecture_is_not_taken_under_a_known_name(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(gguf(architecture="llama"))
    with pytest.raises(ModelError, match=r"is not Qwen2-0\.5B-Instruct"):
        import_file(tmp_path / "m.gguf", name="Qwen2-0.5B-Instruct", store=tmp_path / "store")
    assert list((tmp_path / "store").iterdir()) == []


def test_a_file_of_another_size_is_not_taken_under_a_known_name(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(gguf(architecture="llama"))
    with pytest.raises(ModelError, match="0 million weights"):
        import_file(tmp_path / "m.gguf", name="SmolLM-135M-Instruct", store=tmp_path / "store")


def test_a_known_model_is_pinned_on_import_with_what_is_known_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.models.known._PARAMETERS", (0.0, 1.0))  # the file of this test is tiny
    (tmp_path / "m.gguf").write_bytes(gguf(architecture="llama"))
    store = tmp_path / "store"
    assert import_file(tmp_path / "m.gguf", name="smollm2-360m-instruct", store=store) == ["SmolLM2-360M-Instruct"]
    entry = load_catalog(store).get("SmolLM2-360M-Instruct")
    assert (entry.licence, entry.chat_template, entry.own) == ("Apache-2.0", "chatml", True)
    path = verify(entry.name, store)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(Exception, match="SHA-256 differs"):
        verify(entry.name, store)


def test_terms_of_its_own_are_shown_and_taken_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.models.known._PARAMETERS", (0.0, 1.0))
    (tmp_path / "m.gguf").write_bytes(gguf(architecture="llama"))
    for licence in ("", "MIT"):
        with pytest.raises(UsageError, match="Acceptable Use Policy"):
            import_file(tmp_path / "m.gguf", name="Llama-2-7B-Chat", licence=licence, store=tmp_path / "store")
    assert import_file(tmp_path / "m.gguf", name="Llama-2-7B-Chat", licence="llama-2", store=tmp_path / "store")
    assert load_catalog(tmp_path / "store").get("Llama-2-7B-Chat").terms
