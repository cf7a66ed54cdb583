from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.engines.registry import ENGINES, WRITERS, build_engine
from assistant.errors import ConfigError, ModelError, UsageError
from assistant.frontends.cli import app
from assistant.protocols import Engine
from tests.engines.support import FILE, MODEL


def test_an_unknown_engine_is_a_usage_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        build_engine("cloud")
    assert all(name in str(caught.value) for name in ENGINES)


@pytest.mark.parametrize(("command", "names"), [("ask", ENGINES), ("batch summarize", WRITERS)])
def test_the_command_line_names_every_engine(command: str, names: Iterable[str]) -> None:
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*command.split(), "--help"]).stdout
    assert ", ".join(names) in " ".join(shown.split())


def test_naming_the_engines_imports_neither_models_nor_libraries() -> None:
    said = "import sys, assistant.engines.registry; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.split()
    assert "assistant.engines.registry" in loaded
    assert not {"assistant.models.catalog", "assistant.engines.llamacpp", "xllamacpp", "numpy"} & set(loaded)


def test_extractive_needs_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path))
    engine = build_engine("extractive")
    assert isinstance(engine, Engine)
    assert not engine.writes


@pytest.mark.parametrize("name", ["llamacpp", "ctransformers"])
def test_a_missing_model_is_told_before_anything_is_asked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="assistant models pull"):
        build_engine(name)


@pytest.mark.parametrize("name", ["llamacpp", "ctransformers"])
def test_only_pinned_writers_are_taken(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path))
    (tmp_path / "stray.gguf").write_bytes(b"GGUF")
    for model in ("stray", "stray.gguf", str(tmp_path / "stray.gguf")):
        with pytest.raises(ModelError, match="pinned"):
            build_engine(name, model)
    with pytest.raises(ModelError, match="does not write"):
        build_engine(name, "all-MiniLM-L6-v2")


@pytest.mark.parametrize("name", ["llamacpp", "ctransformers"])
def test_the_first_writer_is_the_default_and_is_not_loaded_yet(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path))
    (tmp_path / FILE).write_bytes(b"not read before the first question")
    engine = build_engine(name)
    assert (engine.name, engine.model, engine.writes) == (name, MODEL, True)
    engine.close()


def test_remote_must_be_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_REMOTE_URL", raising=False)
    with pytest.raises(ConfigError, match="ASSISTANT_REMOTE_URL"):
        build_engine("remote")
    monkeypatch.setenv("ASSISTANT_REMOTE_URL", "http://127.0.0.1:9/v1")
    assert build_engine("remote", "some-model").model == "some-model"
