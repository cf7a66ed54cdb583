from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.fairness.associations import Association, measure
from assistant.fairness.associations import tests_of as association_tests
from assistant.fairness.debias import project, subspace
from assistant.packs.pack import load_pack


def test_hard_debiasing_takes_the_direction_out_and_soft_half_of_it() -> None:
    def embed(texts: list[str]) -> np.ndarray:
        rows = []
        for text in texts:
            rng = np.random.default_rng(sum(map(ord, text)))
            rows.append(np.concatenate([[5.0 if "woman" in text or "she" in text else -5.0], rng.normal(size=7)]))
        found = np.array(rows, np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    basis = subspace(embed, ("sex",))  # type: ignore[arg-type]
    assert basis.shape == (1, 8)
    vectors = embed(["a woman", "a man"])
    before = np.abs(vectors @ basis.T).max()
    assert np.abs(project(vectors, basis, "hard") @ basis.T).max() < 1e-6
    assert 0 < np.abs(project(vectors, basis, "soft") @ basis.T).max() < before
    assert np.linalg.norm(project(vectors, basis, "hard"), axis=1) == pytest.approx(1.0)


@pytest.mark.weights
def test_debiasing_lowers_the_effect_on_the_real_embedder(models: Path) -> None:
    from assistant.retrieval.embed import MiniLM

    embedder = MiniLM(models / "all-MiniLM-L6-v2")
    names = {(e.attribute, e.group): e.names for e in load_pack("healthcare").lexicon.names}
    test = next(t for t in association_tests(names) if t.name == "male and female, doctor")
    assert isinstance(test, Association)
    basis = subspace(embedder.query)
    plain = measure(test, embedder.query)
    hard = measure(test, lambda texts: project(embedder.query(texts), basis, "hard"))
    assert plain.d > 0.5
    assert abs(hard.d) < abs(plain.d)
