"""A BERT encoder in numpy: the query embedder and the reader run on it without torch.

Loading torch costs seconds and hundreds of megabytes, too much for one cold question. A six-layer encoder of width 384
needs 21 MFLOP a token, which the BLAS that numpy ships does in about 0.1 ms a token on two cores.
Architecture: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# GELU(x) = x/2 (1 + erf(x/sqrt 2)); erf(x/sqrt 2) = tanh(x p(x^2)) with p fitted by reweighted least squares
# to atanh(erf(x/sqrt 2))/x on [0, 5.2], where the largest error of GELU is 3.1e-6. numpy has a fast tanh and no erf.
_GELU = (7.97828137e-01, 3.64687865e-02, -1.24858618e-04, -3.05816216e-05, 1.11911847e-06)
_GELU_CLIP = 5.2
_GELU_ROWS = 64


@dataclass(frozen=True, slots=True)
class BertConfig:
    """Sizes of the encoder, named as in a `config.json` of the BERT family."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    max_position_embeddings: int
    layer_norm_eps: float

    @classmethod
    def of(cls, raw: Mapping[str, object]) -> BertConfig:
        """Read the sizes out of a decoded `config.json`.

        Raises ModelError when a size is missing or the activation is not the exact GELU.
        """
        if raw.get("hidden_act", "gelu") != "gelu" or raw.get("position_embedding_type", "absolute") != "absolute":
            raise ModelError(
                "encoder is not a plain BERT with GELU and absolute positions", remedy="use MiniLM or BERT"
            )
        try:
            return cls(
                hidden_size=int(str(raw["hidden_size"])),
                num_hidden_layers=int(str(raw["num_hidden_layers"])),
                num_attention_heads=int(str(raw["num_attention_heads"])),
                max_position_embeddings=int(str(raw["max_position_embeddings"])),
                layer_norm_eps=float(str(raw["layer_norm_eps"])),
            )
        except (KeyError, ValueError) as error:
            raise ModelError("encoder configuration lacks a size", remedy="restore the model folder") from error


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Layer:
    """One transformer block; matrices are stored (in, out) so that a row of tokens multiplies from the left."""

    qkv: Floats
    qkv_bias: Floats
    out: Floats
    out_bias: Floats
    norm1: tuple[Floats, Floats]
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats
    norm2: tuple[Floats, Floats]


def gelu(x: Floats) -> Floats:
    """Exact GELU to 3.1e-6 (float32), in place of erf by tanh of a polynomial; see `_GELU`."""
    clipped = np.clip(x, -_GELU_CLIP, _GELU_CLIP)
    square = clipped * clipped
    inner = np.full_like(square, _GELU[-1])
    for coefficient in reversed(_GELU[:-1]):
        inner *= square
        inner += np.float32(coefficient)
    inner *= clipped
    np.tanh(inner, out=inner)
    inner += np.float32(1.0)
    inner *= x
    inner *= np.float32(0.5)
    return inner


def layer_norm(x: Floats, norm: tuple[Floats, Floats], eps: float) -> Floats:
    """Layer normalisation over the last axis with scale and shift."""
    centred: Floats = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("...i,...i->...", centred, centred)[..., None] / np.float32(x.shape[-1])
    centred /= np.sqrt(variance + np.float32(eps))
    centred *= norm[0]
    centred += norm[1]
    return centred


# What of a file is loaded by somebody already: its word table, half of all bytes, and its layers. The embedder, the reader's
# alignment and the tagger of identifiers read one file.
_Stamp = tuple[Path, int, int, int]
_WORD_TABLES: WeakValueDictionary[_Stamp, Floats] = WeakValueDictionary()
_LAYERS: WeakValueDictionary[tuple[_Stamp, int], _Layer] = WeakValueDictionary()


class Bert:
    """Encoder weights in float32, ready to run. Build with `load` (a model folder) or `of` (arrays by name)."""

    __slots__ = ("_layers", "_norm", "_positions", "_types", "_words", "config")

    def __init__(
        self,
        config: BertConfig,
        words: Floats,
        positions: Floats,
        types: Floats,
        norm: tuple[Floats, Floats],
        layers: tuple[_Layer, ...],
    ) -> None:
        self.config = config
        self._words = words
        self._positions = positions
        self._types = types
        self._norm = norm
        self._layers = layers

    @classmethod
    def load(cls, folder: Path, layers: int | None = None) -> Bert:
        """Load `config.json` and `model.safetensors` of a model folder; the first `layers` of it, all where None.

        The caller has verified the folder against its pin. What another encoder of the same file has loaded is shared, not read
        again. Raises ModelError when a file is missing or does not fit.
        """
        from safetensors import SafetensorError, safe_open

        try:
            raw = json.loads((folder / "config.json").read_text("utf-8"))
            if layers is not None:
                raw = {**raw, "num_hidden_layers": layers}
            stamp = _stamp(folder / "model.safetensors")
            with safe_open(stamp[0], framework="numpy") as file:
                source = _Source({name: partial(file.get_tensor, name) for name in file.keys()})  # noqa: SIM118 - no mapping
                return cls._of(BertConfig.of(raw), source, stamp)
        except (OSError, ValueError, SafetensorError) as error:
            raise ModelError("encoder cannot be read", path=folder, remedy="restore the model folder") from error

    @classmethod
    def of(cls, config: BertConfig, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Bert:
        """Build from arrays named as in a BERT checkpoint (with or without the prefix `bert.`).

        Raises ModelError when an array is missing or has the wrong shape.
        """
        return cls._of(config, _Source({name: partial(np.asarray, array) for name, array in arrays.items()}), None)

    @classmethod
    def _of(cls, config: BertConfig, source: _Source, stamp: _Stamp | None) -> Bert:
        """The encoder, with what is loaded of the same file already; nothing is shared without a stamp."""
        width = config.hidden_size
        layers = []
        for index in range(config.num_hidden_layers):
            layer = _LAYERS.get((stamp, index)) if stamp is not None else None
            if layer is None:
                layer = _layer(source, index, width)
                if stamp is not None:
                    layer = _LAYERS.setdefault((stamp, index), layer)
            layers.append(layer)
        words = _WORD_TABLES.get(stamp) if stamp is not None else None
        if words is None:
            words = source.matrix("embeddings.word_embeddings.weight", width)
            if stamp is not None:
                words = _WORD_TABLES.setdefault(stamp, words)
        return cls(
            config,
            words=words,
            positions=source.matrix("embeddings.position_embeddings.weight", width),
            types=source.matrix("embeddings.token_type_embeddings.weight", width),
            norm=source.norm("embeddings.LayerNorm", width),
            layers=tuple(layers),
        )

    def forward(self, ids: Ints, mask: Ints, type_ids: Ints | None = None) -> Floats:
        """Hidden states of the last layer, shape (batch, tokens, hidden).

        `ids`, `mask` (1 for a token, 0 for padding, padding last) and `type_ids` have shape (batch, tokens).
        Padding costs nothing: the dense layers see the real tokens only; its rows in the result are zero.
        Raises ModelError when a sequence is longer than the position table.
        """
        batch, tokens = ids.shape
        if tokens > self.config.max_position_embeddings:
            raise ModelError("input is longer than the encoder reads", remedy="split the passage")
        keep = mask.astype(bool)
        position = np.broadcast_to(np.arange(tokens), (batch, tokens))[keep]
        types = np.zeros_like(ids) if type_ids is None else type_ids
        x = self._words[ids[keep]] + self._positions[position] + self._types[types[keep]]
        eps = self.config.layer_norm_eps
        x = layer_norm(x, self._norm, eps)
        ends = np.cumsum(keep.sum(axis=1))
        for layer in self._layers:
            attended = self._attend(x @ layer.qkv + layer.qkv_bias, ends) @ layer.out
            attended += layer.out_bias
            attended += x
            x = layer_norm(attended, layer.norm1, eps)
            wide: Floats = x @ layer.up
            wide += layer.up_bias
            # In blocks, as its dozen steps over the whole matrix would each wait for memory.
            for row in range(0, len(wide), _GELU_ROWS):
                wide[row : row + _GELU_ROWS] = gelu(wide[row : row + _GELU_ROWS])
            hidden = wide @ layer.down
            hidden += layer.down_bias
            hidden += x
            x = layer_norm(hidden, layer.norm2, eps)
        result = np.zeros((batch, tokens, self.config.hidden_size), np.float32)
        result[keep] = x
        return result

    def _attend(self, qkv: Floats, ends: npt.NDArray[np.int64]) -> Floats:
        """Scaled dot-product attention inside each packed sequence; `ends` are the row ends of the sequences."""
        width, heads = self.config.hidden_size, self.config.num_attention_heads
        size = width // heads
        scale = np.float32(1.0 / np.sqrt(size))
        result = np.empty((qkv.shape[0], width), np.float32)
        start = 0
        for end in ends.tolist():
            part = qkv[start:end].reshape(end - start, 3, heads, size).transpose(1, 2, 0, 3)
            scores = (part[0] * scale) @ part[1].transpose(0, 2, 1)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            mixed = scores @ part[2]
            mixed /= scores.sum(axis=-1, keepdims=True)
            result[start:end] = mixed.transpose(1, 0, 2).reshape(end - start, width)
            start = end
        return result


def _stamp(path: Path) -> _Stamp:
    """What tells a file from another that stood at its place before."""
    found = path.stat()
    return path.resolve(), found.st_ino, found.st_mtime_ns, found.st_size


def _layer(source: _Source, index: int, width: int) -> _Layer:
    """One block of the checkpoint, in the layout that is multiplied with."""
    name = f"encoder.layer.{index}."
    heads = [source.linear(f"{name}attention.self.{part}", width) for part in ("query", "key", "value")]
    out, out_bias = source.linear(f"{name}attention.output.dense", width)
    up, up_bias = source.linear(f"{name}intermediate.dense", width)
    down, down_bias = source.linear(f"{name}output.dense", up.shape[1])
    return _Layer(
        qkv=np.ascontiguousarray(np.concatenate([weight for weight, _ in heads], axis=1)),
        qkv_bias=np.concatenate([bias for _, bias in heads]),
        out=out,
        out_bias=out_bias,
        norm1=source.norm(f"{name}attention.output.LayerNorm", width),
        up=up,
        up_bias=up_bias,
        down=down,
        down_bias=down_bias,
        norm2=source.norm(f"{name}output.LayerNorm", width),
    )


def mean_pool(hidden: Floats, mask: Ints) -> Floats:
    """Mean of the token vectors, scaled to length 1: the sentence embedding of MiniLM, shape (batch, hidden)."""
    weight = mask.astype(np.float32)
    pooled = np.einsum("bth,bt->bh", hidden, weight) / np.maximum(weight.sum(axis=1), 1.0)[:, None]
    length = np.linalg.norm(pooled, axis=1, keepdims=True)
    unit: Floats = (pooled / np.maximum(length, 1e-12)).astype(np.float32)
    return unit


class _Source:
    """Arrays by checkpoint name, read when they are asked for, checked and turned to the layout that the encoder multiplies with."""

    __slots__ = ("_arrays",)

    def __init__(self, arrays: Mapping[str, Callable[[], npt.NDArray[np.generic]]]) -> None:
        self._arrays = {name.removeprefix("bert."): read for name, read in arrays.items()}

    def _get(self, name: str, rank: int) -> Floats:
        read = self._arrays.get(name)
        array = read() if read is not None else None
        if array is None or array.ndim != rank:
            raise ModelError(f"encoder weight {name} is missing or misshapen", remedy="restore the model folder")
        return np.asarray(array, np.float32)

    def matrix(self, name: str, width: int) -> Floats:
        """A table with rows of `width`."""
        table = self._get(name, 2)
        if table.shape[1] != width:
            raise ModelError(f"encoder weight {name} is misshapen", remedy="restore the model folder")
        return table

    def linear(self, name: str, width: int) -> tuple[Floats, Floats]:
        """Weight, transposed to (in, out), and bias of a dense layer that reads `width` values."""
        weight = self.matrix(f"{name}.weight", width)
        return np.ascontiguousarray(weight.T), self._get(f"{name}.bias", 1)

    def norm(self, name: str, width: int) -> tuple[Floats, Floats]:
        """Scale and shift of a layer normalisation of `width` values."""
        scale, shift = self._get(f"{name}.weight", 1), self._get(f"{name}.bias", 1)
        if scale.shape[0] != width or shift.shape[0] != width:
            raise ModelError(f"encoder weight {name} is misshapen", remedy="restore the model folder")
        return scale, shift
