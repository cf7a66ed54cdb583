"""What is written must be what was trained: read back weight for weight, and continued in the engine as in transformers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.models.bundle import import_file
from assistant.protocols import Prompt, Sampling
from assistant.tune.base import load_base
from assistant.tune.export import merged, write_adapter, write_model
from assistant.tune.lora import LoraSettings, trainable

from .conftest import random_model

torch = pytest.importorskip("torch")
PROMPT = Prompt("You answer.", "Source [1]: Desk 7 opens at 8 o'clock.\nQuestion: When does desk 7 open?")


def _whole(text: str) -> str:
    """Without half a character at the end: the engine holds it back, transformers shows a mark for each byte."""
    return text.rstrip("\ufffd")


def _engine_text(gguf: Path, store: Path, adapter: Path | None = None) -> str:
    from assistant.engines.llamacpp import LlamaCpp

    store.mkdir(exist_ok=True)
    if not (store / "tiny.gguf").exists():
        import_file(shutil.copy(gguf, store.parent / "tiny.gguf"), name="tiny", licence="Apache-2.0", store=store)
    engine = LlamaCpp("tiny", store=store, adapter=adapter, context=512)
    try:
        return _whole("".join(engine.stream(PROMPT, Sampling(max_tokens=12, timeout_s=120))))
    finally:
        engine.close()


def _transformers_text(model: object, tokenizer: object) -> str:
    from assistant.engines.prompt import render

    ids = torch.tensor([tokenizer(render(PROMPT, "chatml").text, add_special_tokens=False)["input_ids"]])
    made = model.generate(ids, max_new_tokens=12, do_sample=False)
    return _whole(tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True))


def test_a_model_is_read_back_as_it_was_written(tiny: Path) -> None:
    before, after = random_model(), load_base(str(tiny), dtype="float32").model
    written = dict(after.named_parameters())
    names = [name for name, _ in before.named_parameters()]
    assert sorted(names) == sorted(written)
    for name, parameter in before.named_parameters():
        assert torch.allclose(parameter, written[name], atol=2e-3), name


def test_the_engine_writes_what_the_trained_model_would(tiny: Path, tmp_path: Path) -> None:
    base = load_base(str(tiny), dtype="float32")
    expected = _transformers_text(base.model, base.tokenizer)
    assert expected.strip()
    assert _engine_text(tiny, tmp_path / "store") == expected


def test_an_adapter_changes_the_engine_as_it_changes_the_model(tiny: Path, tmp_path: Path) -> None:
    base = load_base(str(tiny), dtype="float32")
    plain = _transformers_text(base.model, base.tokenizer)
    for parameter in trainable(base.model, LoraSettings(rank=4), seed=1).values():
        torch.nn.init.normal_(parameter.data, std=0.3)
    expected = _transformers_text(base.model, base.tokenizer)
    assert expected != plain
    adapter = write_adapter(base, tmp_path / "adapter.gguf", alpha=16.0, rank=4)
    assert _engine_text(tiny, tmp_path / "store", adapter) == expected
    whole = write_model(merged(base.model), base.path, tmp_path / "merged.gguf")
    again = load_base(str(whole), dtype="float32")
    assert _transformers_text(again.model, again.tokenizer) == expected


def test_a_model_of_a_type_that_cannot_be_written_is_refused(tiny: Path, tmp_path: Path) -> None:
    from assistant.errors import ModelError

    model = random_model()
    model.config.model_type = "mamba"
    with pytest.raises(ModelError, match="mamba"):
        write_model(model, tiny, tmp_path / "no.gguf")
    assert not list(tmp_path.iterdir())
