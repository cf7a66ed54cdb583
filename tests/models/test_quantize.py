"""A small model in every type: each tensor held to llama.cpp's own quantizer, through `cyllama`, where that is installed."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError, UsageError
from assistant.models import ggml
from assistant.models.gguf_file import STRING, Tensor, Value, read_gguf
from assistant.models.gguf_write import head, padding
from assistant.models.quantize import PRESETS, quantize, tensors_of

LAYERS = 8
MATRICES = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
# llama.cpp's numbers of the types (llama.h), written down apart from ours.
FILE_TYPES = {
    "F16": 1,
    "Q4_0": 2,
    "Q8_0": 7,
    "Q4_K_M": 15,
    "Q5_K_M": 17,
    "Q6_K": 18,
    "IQ4_NL": 25,
    "IQ3_S": 26,
    "TQ2_0": 37,
}


def model(path: Path, width: int = 256, rows: int = 8, *, shared: bool = True, whole: bool = False) -> Path:
    """A Llama of 8 layers with random weights in 16 bits, its matrices cut to a few rows: quantizers look at rows alone.

    With `whole` it can be run: keys and values have a quarter of the rows, as its one head for them asks, and the norms scale
    by about one, as trained ones do, so that what the matrices lose is seen in what comes out.
    """
    random = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {"token_embd": (width, 32)}
    for layer in range(LAYERS):
        name = f"blk.{layer}."
        shapes |= {name + part: (width,) for part in ("attn_norm", "ffn_norm")}
        shapes |= {name + part: (width, rows) for part in MATRICES}
        if whole:
            shapes |= {name + part: (width, rows // 4) for part in ("attn_k", "attn_v")}
    shapes["output_norm"] = (width,)
    if not shared:
        shapes["output"] = (width, 32)
    tensors, data, at = [], [], 0
    for name, shape in shapes.items():
        values = random.normal(loc=float(whole and len(shape) == 1), scale=0.05, size=shape[::-1])
        kind = ggml.F32 if len(shape) == 1 else ggml.F16
        raw = values.astype(np.float32 if kind == ggml.F32 else np.float16).tobytes()
        tensors.append(Tensor(f"{name}.weight".encode(), shape, kind, at))
        raw += padding(len(raw), 32)
        data.append(raw)
        at += len(raw)
    number = {"block_count": LAYERS, "context_length": 64, "embedding_length": width, "feed_forward_length": width}
    number |= {"attention.head_count": 4, "attention.head_count_kv": 1, "rope.dimension_count": width // 4}
    metadata = {"general.architecture": Value(STRING, b"llama"), "general.file_type": Value(4, 1)}
    metadata |= {f"llama.{key}": Value(4, value) for key, value in number.items()}
    metadata["llama.attention.layer_norm_rms_epsilon"] = Value(6, struct.unpack("<f", struct.pack("<f", 1e-5))[0])
    metadata["tokenizer.ggml.model"] = Value(STRING, b"no_vocab")
    start = head(3, metadata, tensors)
    path.write_bytes(start + padding(len(start), 32) + b"".join(data))
    return path


def tensors(path: Path) -> dict[bytes, tuple[int, bytes]]:
    return {tensor.name: (tensor.kind, data.tobytes()) for tensor, data in tensors_of(path, read_gguf(path))}


@pytest.mark.parametrize(("width", "shared"), [(256, True), (320, False), (256, False)])
@pytest.mark.parametrize("preset", PRESETS)
def test_every_tensor_has_the_bytes_of_llama_cpps_quantizer(
    preset: str, shared: bool, width: int, tmp_path: Path
) -> None:
    cyllama = pytest.importorskip("cyllama.llama.llama_cpp")
    cyllama.disable_logging()
    source = model(tmp_path / "source.gguf", width, shared=shared)
    quantize(source, tmp_path / "ours.gguf", preset)
    params = cyllama.LlamaModelQuantizeParams()
    params.ftype = FILE_TYPES[preset]
    params.nthread = 1
    params.allow_requantize = True
    cyllama.model_quantize(str(source), str(tmp_path / "theirs.gguf"), params)
    ours, theirs = tensors(tmp_path / "ours.gguf"), tensors(tmp_path / "theirs.gguf")
    assert {name: ggml.name_of(kind) for name, (kind, _) in ours.items()} == {
        name: ggml.name_of(kind) for name, (kind, _) in theirs.items()
    }
    assert [name for name in ours if ours[name][1] != theirs[name][1]] == []
    assert read_gguf(tmp_path / "ours.gguf").number("general.file_type") == FILE_TYPES[preset]


def test_an_importance_changes_the_tensor_it_names_and_no_other(tmp_path: Path) -> None:
    source = model(tmp_path / "source.gguf")
    importance = {"blk.3.attn_q.weight": np.linspace(0.1, 9, 256).astype(np.float32)}
    quantize(source, tmp_path / "plain.gguf", "Q5_K_M")
    quantize(source, tmp_path / "weighted.gguf", "Q5_K_M", importance)
    plain, weighted = tensors(tmp_path / "plain.gguf"), tensors(tmp_path / "weighted.gguf")
    assert [name for name in plain if plain[name] != weighted[name]] == [b"blk.3.attn_q.weight"]


def test_a_quantized_source_is_taken_as_it_is(tmp_path: Path) -> None:
    source = model(tmp_path / "source.gguf")
    quantize(source, tmp_path / "small.gguf", "Q4_0")
    quantize(tmp_path / "small.gguf", tmp_path / "large.gguf", "F16")
    name = b"blk.0.attn_q.weight"
    small = ggml.to_floats(ggml.KINDS["Q4_0"], np.frombuffer(tensors(tmp_path / "small.gguf")[name][1], np.uint8), 2048)
    large = ggml.to_floats(ggml.F16, np.frombuffer(tensors(tmp_path / "large.gguf")[name][1], np.uint8), 2048)
    assert np.allclose(small, large, atol=1e-4)


def test_an_unknown_type_a_damaged_source_and_a_full_disk_are_told(tmp_path: Path) -> None:
    source = model(tmp_path / "source.gguf")
    with pytest.raises(UsageError, match="Q4_K_M"):
        quantize(source, tmp_path / "x.gguf", "Q9")
    (tmp_path / "half.gguf").write_bytes(source.read_bytes()[:2000])
    with pytest.raises(ModelError, match="whole GGUF"):
        quantize(tmp_path / "half.gguf", tmp_path / "x.gguf", "Q8_0")
    with pytest.raises(ModelError, match="cannot be written"):
        quantize(source, tmp_path / "no-such-folder" / "x.gguf", "Q8_0")
    assert not (tmp_path / "x.gguf").exists()


def test_ctrl_c_leaves_no_half_file(tmp_path: Path) -> None:
    source = model(tmp_path / "source.gguf", 2048, 64)
    # It stands still in the middle of the file until its input ends, so that the signal never comes too late.
    code = f"""
    import signal
    import sys
    from pathlib import Path
    from assistant.models.quantize import quantize

    def stand_still(*numbers):
        print(numbers, flush=True)
        sys.stdin.read()

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent that ignores it hands that down
    quantize(Path({str(source)!r}), Path({str(tmp_path / "x.gguf")!r}), "IQ4_NL", progress=stand_still)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ASSISTANT_THREADS": "1"},
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert (tmp_path / "x.gguf").exists()
        child.send_signal(signal.SIGINT)
        child.communicate()
    assert child.returncode not in (0, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.gguf"]
