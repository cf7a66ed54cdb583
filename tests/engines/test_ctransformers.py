"""The second engine: its tokenizer against llama.cpp's own, and its rewritten model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.engines.bpe import Bpe, utf8_decoder
from assistant.engines.ctransformers import CTransformers
from assistant.engines.llamacpp import LlamaCpp
from assistant.errors import IntegrityError
from assistant.models.gguf_v2 import rewritten
from assistant.protocols import Prompt
from tests.engines.support import FILE, MODEL, PROMPT, patient

pytestmark = pytest.mark.weights

TEXTS = [
    "Metformin 500 mg, 0.5 µg/kg; eGFR < 45 mL/min/1.73 m²",
    "Größe, naïve café — “quoted”… 東京 🙂 ½",
    "  two  spaces\n\n\nand\ttabs\r\n  at the end   ",
    "don't WE'LL they've 12345678 007",
    "a" * 300,
    "<|im_start|>user\nHello<|im_end|>\n",
    "\u200b\ufeff\x00\x7f",
]


@pytest.fixture(scope="module")
def bpe(models: Path) -> Bpe:
    return Bpe.of(models / FILE)


@pytest.fixture(scope="module")
def store(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    (folder / FILE).symlink_to((models / FILE).resolve())
    return folder


@pytest.mark.parametrize("text", TEXTS)
def test_ids_stand_for_the_same_text(bpe: Bpe, text: str) -> None:
    ids = bpe.encode(text)
    decoder = utf8_decoder()
    back = "".join(decoder.decode(bpe.piece(token)) for token in ids) + decoder.decode(b"", final=True)
    expected = text
    for control in bpe.controls:
        expected = expected.replace(control, "")
    assert back == expected


def test_control_tokens_are_one_id_each(bpe: Bpe) -> None:
    assert bpe.encode("<|im_end|>") == [2]
    assert 2 in bpe.eos
    assert bpe.encode("<|im_start|>user")[0] == 1


def test_the_tokenizer_counts_as_llama_cpp_does(bpe: Bpe, models: Path) -> None:
    engine = LlamaCpp(MODEL, store=models, context=1024)
    list(engine.stream(PROMPT, patient(max_tokens=1)))
    server = engine._loaded()
    try:
        for text in TEXTS:
            reply = server.handle_completions({"prompt": text, "n_predict": 1, "cache_prompt": False})
            assert len(bpe.encode(text)) == reply["usage"]["prompt_tokens"], text
    finally:
        del server
        engine.close()


def test_both_local_engines_write_the_same(store: Path) -> None:
    answers = []
    for kind in (LlamaCpp, CTransformers):
        engine = kind(MODEL, store=store, context=1024)
        answers.append("".join(engine.stream(PROMPT, patient(max_tokens=12))))
        engine.close()
    assert answers[0] == answers[1]


def test_the_part_that_stays_is_computed_once(store: Path) -> None:
    engine = CTransformers(MODEL, store=store)
    fixed = Prompt("Answer in one word. " * 20, "Is water wet?")
    first = "".join(engine.stream(fixed, patient(max_tokens=8)))
    assert engine.cached_tokens == 0
    list(engine.stream(Prompt(fixed.system, "Is snow white?"), patient(max_tokens=2)))
    assert engine.cached_tokens > 80
    assert "".join(engine.stream(fixed, patient(max_tokens=8))) == first
    engine.close()


def test_a_changed_rewritten_file_is_refused(store: Path) -> None:
    path = rewritten(MODEL, store)
    before = path.read_bytes()
    try:
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        with pytest.raises(IntegrityError, match="rewritten"):
            list(CTransformers(MODEL, store=store).stream(PROMPT, patient(max_tokens=1)))
    finally:
        path.write_bytes(before)
    assert rewritten(MODEL, store) == path


def test_importing_it_looks_up_no_host() -> None:
    script = """
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event.startswith("socket.") and event != "socket.__new__" else None)
import ctransformers
print(seen)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "[]\n"
