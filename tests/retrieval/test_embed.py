"""MiniLM: the light and the heavy way agree, the light one needs no torch, wrong files are refused."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.retrieval import embed
from assistant.retrieval.embed import MiniLM

pytestmark = pytest.mark.weights

TEXTS = [
    "Metformin is started at 500 mg with the evening meal.",
    "A parcel that is lost in transit is replaced free of charge once the carrier confirms.",
    "Chest pain that spreads to the arm is an emergency. " * 40,
    "ok",
]


@pytest.fixture(scope="module")
def minilm(models: Path) -> MiniLM:
    return MiniLM(models / "all-MiniLM-L6-v2")


def test_light_and_heavy_agree(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light = MiniLM(models / "all-MiniLM-L6-v2").query(TEXTS)
    monkeypatch.setattr(embed, "HEAVY_FROM", 0)
    heavy = MiniLM(models / "all-MiniLM-L6-v2").passages(TEXTS)
    assert heavy.shape == light.shape
    assert ((light * heavy).sum(axis=1) >= 0.999).all()
    assert np.allclose(np.linalg.norm(heavy, axis=1), 1.0, atol=1e-5)


def test_texts_are_cut_at_the_trained_length(minilm: MiniLM) -> None:
    # 254 words of one token each with the two marks fill the window; what follows is not read.
    window = "pain " * (embed.MAX_TOKENS - 2)
    full, beyond, shorter = minilm.query([window, window + "refund parcel", "pain " * 20])
    assert full @ beyond > 0.99999
    assert full @ shorter < 0.9999


def test_order_survives_sorting_by_length(minilm: MiniLM) -> None:
    texts = [f"number {i} " + "filler " * ((i * 7) % 40) for i in range(70)]
    vectors = minilm.query(texts)
    assert minilm.query([texts[33]])[0] @ vectors[33] > 0.99999
    assert (vectors @ vectors[33]).argmax() == 33


def test_passes_side_by_side_give_what_one_text_alone_gives(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"ward {i}: " + "the dose is given twice a day " * (1 + i % 9) for i in range(24)]
    monkeypatch.setenv("ASSISTANT_THREADS", "3")
    together = MiniLM(models / "all-MiniLM-L6-v2").query(texts)
    alone = MiniLM(models / "all-MiniLM-L6-v2")
    assert np.allclose(together, np.concatenate([alone.query([text]) for text in texts]), atol=1e-5)


def test_the_light_way_needs_neither_torch_nor_transformers(models: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom assistant.retrieval.embed import MiniLM\n"
        f"m = MiniLM(Path({str(models / 'all-MiniLM-L6-v2')!r}))\n"
        "m.query(['a question']); m.passages(['a short ingest'] * 3)\n"
        "bad = {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
        "sys.exit(f'loaded {bad}' if bad else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_a_known_text_is_not_computed_again(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    minilm = MiniLM(models / "all-MiniLM-L6-v2")
    first = minilm.query(["one", "two", "one"])
    assert (first[0] == first[2]).all()

    def refuse(texts: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(MiniLM, "_light", lambda self, texts: refuse(texts))
    assert (minilm.query(["two", "one"]) == first[[1, 0]]).all()


def test_the_cache_is_bounded(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "_CACHE", 5)
    minilm = MiniLM(models / "all-MiniLM-L6-v2")
    minilm.query([f"text {i}" for i in range(12)])
    assert len(minilm._cache) == 5


def test_threads_share_one_model(models: Path) -> None:
    minilm = MiniLM(models / "all-MiniLM-L6-v2")
    found: dict[int, np.ndarray] = {}

    def work(i: int) -> None:
        found[i] = minilm.query([TEXTS[i % 2], f"own {i}"])

    workers = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 6
    assert all((found[i][0] == found[i % 2][0]).all() for i in found)


def test_missing_files_are_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        MiniLM(tmp_path).query(["a question"])


def test_an_unpinned_file_is_refused(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    from assistant.errors import IntegrityError

    shutil.copytree(models / "all-MiniLM-L6-v2", tmp_path / "all-MiniLM-L6-v2")
    vocabulary = tmp_path / "all-MiniLM-L6-v2" / "tokenizer.json"
    vocabulary.write_bytes(vocabulary.read_bytes().replace(b'"pain"', b'"paim"', 1))
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path))
    with pytest.raises(IntegrityError):
        MiniLM().query(["a question"])
