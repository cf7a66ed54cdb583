from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from assistant.evaluate.perplexity import Reading, importance, moved, windows
from assistant.evaluate.weights import load
from tests.models.test_quantize import model

WINDOWS = [[1, 5, 9, 2, 30, 7, 7, 12], [3, 2, 1, 0, 31, 8, 4, 4]]


def test_perplexity_and_divergence_are_what_the_formulas_say() -> None:
    import torch

    even, sure = torch.log(torch.tensor([[0.5, 0.5]])), torch.log(torch.tensor([[0.75, 0.25]]))
    one, other = Reading([even], [[0, 1]]), Reading([sure], [[0, 1]])
    assert one.perplexity == pytest.approx(2)
    assert other.perplexity == pytest.approx(4)
    assert moved(one, other).divergence == pytest.approx(0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25))
    assert moved(other, other).divergence == pytest.approx(0, abs=1e-7)
    assert moved(other, Reading([sure.flip(1)], [[0, 1]])).same_first == 0


def test_an_importance_is_the_mean_square_of_what_a_matrix_multiplies(tmp_path: Path) -> None:
    import torch

    torch_model = load(model(tmp_path / "source.gguf", 64, 64, whole=True))
    found = importance(torch_model, WINDOWS)
    assert len(found) == 8 * 7
    seen = []
    hook = torch_model.model.layers[0].mlp.down_proj.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    with torch.inference_mode():
        for window in WINDOWS:
            torch_model.model(input_ids=torch.tensor([window]))
    hook.remove()
    expected = torch.cat([piece[0] for piece in seen]).pow(2).mean(0).numpy()
    assert np.allclose(found["blk.0.ffn_down.weight"], expected, rtol=1e-4)


@pytest.mark.parametrize(("tokens", "most", "starts"), [(1000, 2, [0, 512]), (300, 4, [0]), (10, 4, [0]), (1, 4, [])])
def test_windows_are_spread_over_the_text(tokens: int, most: int, starts: list[int]) -> None:
    assert [window[0] for window in windows(range(tokens), most)] == starts
