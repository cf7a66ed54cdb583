"""Log-probabilities of texts under the local writer, with what many of them begin with read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.models.gguf_weights import gguf_known
from assistant.protocols import Progress, no_progress


@dataclass(slots=True)
class PrefixTree:
    """Token sequences that share their beginnings, laid out in one row for a causal model.

    A node is one token after one beginning. `parents[i]` is the place of the token before node i (-1 for a first token), so
    a token that sees its ancestors only reads what it would read in its own sequence.
    """

    tokens: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    _places: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, sequence: Sequence[int]) -> list[int]:
        """The places of the sequence's tokens, new ones for what no earlier sequence began with."""
        places, parent = [], -1
        for depth, token in enumerate(sequence):
            place = self._places.get((parent, token))
            if place is None:
                place = self._places[parent, token] = len(self.tokens)
                self.tokens.append(token)
                self.parents.append(parent)
                self.depths.append(depth)
            places.append(place)
            parent = place
        return places

    def fresh(self, sequence: Sequence[int]) -> int:
        """How many nodes `add` would make for the sequence."""
        parent = -1
        for depth, token in enumerate(sequence):
            if (place := self._places.get((parent, token))) is None:
                return len(sequence) - depth
            parent = place
        return 0

    def mask(self) -> object:
        """A boolean tensor (nodes, nodes): True where the column is the row itself or one of its ancestors."""
        import torch

        seen = torch.eye(len(self.tokens), dtype=torch.bool)
        for place, parent in enumerate(self.parents):
            if parent >= 0:
                seen[place] |= seen[parent]
        return seen


class LocalModel:
    """Log-probabilities by the writer's own weights: the GGUF file that answers, dequantized to float32.

    `nodes` bounds the tokens of one forward pass; it may be changed between two calls. Raises ModelError where the file is not
    in the store.
    """

    def __init__(self, path: Path, *, nodes: int = 512) -> None:
        from assistant.config import go_offline, threads

        go_offline()
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils.logging import disable_progress_bar

        if not path.is_file():
            raise ModelError("the model file is missing", path=path, remedy="run `assistant models pull`")
        disable_progress_bar()
        torch.set_num_threads(threads())
        folder, name = str(path.parent), path.name
        with gguf_known():
            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, gguf_file=name, local_files_only=True)
            model: Any = AutoModelForCausalLM.from_pretrained(
                folder, gguf_file=name, local_files_only=True, dtype=torch.float32
            )
        self.model: Any = model.eval()
        self.nodes = nodes

    def score(self, pairs: Sequence[tuple[str, str]], progress: Progress = no_progress) -> list[tuple[float, int]]:
        """For each (before, text) the sum of log-probabilities of the text's tokens (nats) and their number.

        The two are made into tokens apart from each other, so the text's tokens do not depend on what stands before it.
        """
        encoded = [self._encode(before, text) for before, text in pairs]
        result: list[tuple[float, int]] = [(0.0, 0)] * len(pairs)
        done = 0
        for tree, members in self._trees(encoded):
            for i, score in self._read(tree, members, encoded):
                result[i] = score
            done += len(members)
            progress(done, len(pairs), "log-probabilities")
        return result

    def _encode(self, before: str, text: str) -> tuple[list[int], int]:
        start = self.tokenizer.bos_token_id or self.tokenizer.eos_token_id
        head = [start, *(self.tokenizer(before, add_special_tokens=False)["input_ids"] if before else ())]
        return head + self.tokenizer(text, add_special_tokens=False)["input_ids"], len(head)

    def _trees(
        self, encoded: Sequence[tuple[list[int], int]]
    ) -> Iterator[tuple[PrefixTree, list[tuple[int, list[int]]]]]:
        """Trees of at most `nodes` tokens (a single longer sequence has its own), sequences with like beginnings together."""
        tree, members = PrefixTree(), list[tuple[int, list[int]]]()
        for i in sorted(range(len(encoded)), key=lambda i: encoded[i][0]):
            sequence = encoded[i][0]
            if members and len(tree.tokens) + tree.fresh(sequence) > self.nodes:
                yield tree, members
                tree, members = PrefixTree(), []
            members.append((i, tree.add(sequence)))
        if members:
            yield tree, members

    def _read(
        self, tree: PrefixTree, members: Sequence[tuple[int, list[int]]], encoded: Sequence[tuple[list[int], int]]
    ) -> Iterator[tuple[int, tuple[float, int]]]:
        import torch

        with torch.inference_mode():
            hidden = self.model.model(
                input_ids=torch.tensor([tree.tokens]),
                position_ids=torch.tensor([tree.depths]),
                attention_mask=torch.zeros(1).where(tree.mask(), float("-inf"))[None, None],
                use_cache=False,
            ).last_hidden_state[0]
            # Each place that a text's token follows is turned into probabilities once, however many texts follow it.
            wanted = sorted({place for i, places in members for place in places[encoded[i][1] :]})
            befores = sorted({tree.parents[place] for place in wanted})
            rows = {before: row for row, before in enumerate(befores)}
            given = torch.log_softmax(self.model.lm_head(hidden[befores]).float(), dim=-1)
            said = {place: float(given[rows[tree.parents[place]], tree.tokens[place]]) for place in wanted}
        for i, places in members:
            tail = places[encoded[i][1] :]
            yield i, (sum(said[place] for place in tail), len(tail))
