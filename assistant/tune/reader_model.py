"""The reader as torch sees it: the encoder's layers, and heads for span, answerability and support.

Embeddings stay those of the encoder and are not trained, so that only layers and heads are shipped. Answerability and
support are read from [CLS] and from a comparison: each token of the question beside what the passage says of it (the
passage's tokens weighted by nearness), judged by a small network, as in Parikh et al. 2016, "A decomposable attention
model". Matrices multiply in bfloat16 with float32 masters.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

COMPARED = 128


class Layers(nn.Module):  # type: ignore[misc]
    """The transformer blocks, with query, key and value in one matrix."""

    def __init__(self, arrays: dict[str, Tensor], count: int, heads: int) -> None:
        super().__init__()
        self.count, self.heads = count, heads
        self.weights = nn.ParameterDict()
        for index in range(count):
            name = f"encoder.layer.{index}."
            own = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
            for end in ("weight", "bias"):
                self._add(index, f"qkv.{end}", torch.cat([arrays[f"{o}.{end}"] for o in own]))
                for short, long in (
                    ("out", "attention.output.dense"),
                    ("norm1", "attention.output.LayerNorm"),
                    ("up", "intermediate.dense"),
                    ("down", "output.dense"),
                    ("norm2", "output.LayerNorm"),
                ):
                    self._add(index, f"{short}.{end}", arrays[f"{name}{long}.{end}"])

    def _add(self, index: int, name: str, value: Tensor) -> None:
        self.weights[f"{index}_{name.replace('.', '_')}"] = nn.Parameter(value.clone().float())

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Hidden states (batch, tokens, width) from embeddings and an additive mask (batch, 1, 1, tokens)."""
        kind = torch.bfloat16
        batch, tokens, width = x.shape
        x = x.to(kind)
        for index in range(self.count):
            w = {k: self.weights[f"{index}_{k}"] for k in _NAMES}
            qkv = functional.linear(x, w["qkv_weight"].to(kind), w["qkv_bias"].to(kind))
            q, k, v = qkv.view(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
            scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-1, -2)
            mixed = torch.softmax(scores.float() + bias, -1).to(kind) @ v
            mixed = mixed.transpose(1, 2).reshape(batch, tokens, width)
            y = functional.linear(mixed, w["out_weight"].to(kind), w["out_bias"].to(kind)) + x
            x = functional.layer_norm(y.float(), (width,), w["norm1_weight"], w["norm1_bias"], 1e-12).to(kind)
            y = functional.gelu(functional.linear(x, w["up_weight"].to(kind), w["up_bias"].to(kind)))
            y = functional.linear(y, w["down_weight"].to(kind), w["down_bias"].to(kind)) + x
            x = functional.layer_norm(y.float(), (width,), w["norm2_weight"], w["norm2_bias"], 1e-12).to(kind)
        return x.float()


_NAMES = [f"{n}_{e}" for n in ("qkv", "out", "norm1", "up", "down", "norm2") for e in ("weight", "bias")]


class Model(nn.Module):  # type: ignore[misc]
    """Layers and heads; the embeddings are plain tensors outside the trained parameters."""

    def __init__(self, folder: Path, seed: int) -> None:
        import json

        from safetensors.torch import load_file

        super().__init__()
        torch.manual_seed(seed)
        arrays = load_file(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.width = width = int(config["hidden_size"])
        for name, key in (("words", "word"), ("places", "position"), ("kinds", "token_type")):
            self.register_buffer(name, arrays[f"embeddings.{key}_embeddings.weight"].float(), persistent=False)
        for end in ("weight", "bias"):
            self.register_buffer(f"norm_{end}", arrays[f"embeddings.LayerNorm.{end}"].float(), persistent=False)
        self.layers = Layers(arrays, int(config["num_hidden_layers"]), int(config["num_attention_heads"]))
        # Segment 1 was never used by the sentence encoder, so its difference from segment 0 is learned.
        self.segment = nn.Parameter((arrays["embeddings.token_type_embeddings.weight"][1] * 1.0).float())
        self.span = nn.Linear(width, 2)
        self.compare = nn.Linear(4 * width, COMPARED)
        self.answer = nn.Linear(width + 2 * COMPARED, 1)
        self.support = nn.Linear(width + 2 * COMPARED, 3)
        self.sharpness = nn.Parameter(torch.tensor(1.0))

    def hidden(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Last hidden states."""
        kinds = torch.where((types == 1)[..., None], self.segment, self.kinds[0])
        x = self.words[ids] + self.places[: ids.shape[1]] + kinds
        x = functional.layer_norm(x, (self.width,), self.norm_weight, self.norm_bias, 1e-12)
        return self.layers(x, (1.0 - mask[:, None, None, :].float()) * -1e4)

    def features(self, hidden: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """[CLS], and mean and maximum over the question's tokens of what the comparison makes of each."""
        asked = ((types == 0) & (mask == 1)).clone()
        asked[:, 0] = False
        given = (types == 1) & (mask == 1)
        # Questions stand first, so only the leading columns of the batch hold them.
        most = int(asked.sum(1).max()) + 1
        question, asked = hidden[:, :most], asked[:, :most]
        near = question @ hidden.transpose(1, 2) * (self.sharpness * self.width**-0.5)
        near = torch.softmax(near.masked_fill(~given[:, None, :], -1e4), -1)
        told = near @ hidden
        pair = torch.cat([question, told, question * told, (question - told).abs()], -1)
        judged = functional.relu(self.compare(pair))
        weight = asked[..., None].float()
        mean = (judged * weight).sum(1) / weight.sum(1).clamp(min=1)
        top = (judged * weight).max(1).values
        return torch.cat([hidden[:, 0], mean, top], -1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Start and end logits (batch, tokens), answerability logits (batch), support logits (batch, 3)."""
        hidden = self.hidden(ids, mask, types)
        allowed = (types == 1) & (mask == 1)
        allowed = torch.cat([torch.ones_like(allowed[:, :1]), allowed[:, 1:]], 1)
        logits = self.span(hidden).masked_fill(~allowed[..., None], -1e4)
        features = self.features(hidden, mask, types)
        return logits[..., 0], logits[..., 1], self.answer(features)[:, 0], self.support(features)
