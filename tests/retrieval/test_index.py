"""The vector index: exact and approximate kinds, filters before ranking, following the vault, snapshots."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.retrieval import index as module
from assistant.retrieval.index import SNAPSHOT, VectorIndex, kind_for

DIMENSION = 32


class Source:
    """Vectors in memory with the epoch and snapshot behaviour of a vault."""

    def __init__(self, ids: np.ndarray, matrix: np.ndarray) -> None:
        self.ids, self.matrix, self.epoch = ids, matrix, 1
        self.snapshots: dict[str, tuple[int, bytes]] = {}
        self.reads = 0

    def vector_epoch(self) -> int:
        return self.epoch

    def vectors(self) -> tuple[np.ndarray, np.ndarray]:
        self.reads += 1
        return self.ids, self.matrix

    def save_snapshot(self, name: str, epoch: int, data: bytes) -> None:
        self.snapshots[name] = (epoch, data)

    def load_snapshot(self, name: str) -> tuple[int, bytes] | None:
        return self.snapshots.get(name)


def unit(count: int, seed: int = 0) -> np.ndarray:
    # A few directions with noise, so that neighbourhoods exist as they do among texts.
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(4, count // 40), DIMENSION))
    points = centres[rng.integers(0, len(centres), count)] + 0.6 * rng.normal(size=(count, DIMENSION))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(params=["flat", "hnsw", "ivf"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    bounds = {"flat": (10**9, 10**9), "hnsw": (0, 10**9), "ivf": (0, 0)}[request.param]
    monkeypatch.setattr(module, "HNSW_FROM", bounds[0])
    monkeypatch.setattr(module, "IVF_FROM", bounds[1])
    monkeypatch.setattr(module, "EXACT_BELOW", 50)
    return str(request.param)


def best(source: Source, query: np.ndarray, k: int, allowed: np.ndarray | None = None) -> list[int]:
    keep = np.ones(len(source.ids), bool) if allowed is None else np.isin(source.ids, allowed)
    ids = source.ids[keep]
    return [int(i) for i in ids[np.argsort(-(source.matrix[keep] @ query))[:k]]]


def recall(index: VectorIndex, source: Source, k: int, allowed: np.ndarray | None) -> float:
    hits = 0
    for seed in range(20):
        query = unit(1, seed=100 + seed)[0]
        hits += len({h.id for h in index.search(query, k, allowed)} & set(best(source, query, k, allowed)))
    return hits / (20 * k)


def test_kind_grows_with_size() -> None:
    assert [kind_for(n) for n in (0, module.HNSW_FROM - 1, module.HNSW_FROM, module.IVF_FROM)] == [
        "flat",
        "flat",
        "hnsw",
        "ivf",
    ]


def test_finds_the_nearest(kind: str) -> None:
    source = Source(np.arange(1000) * 3 + 7, unit(1000))
    index = VectorIndex(source, DIMENSION)
    assert recall(index, source, 10, None) >= (1.0 if kind == "flat" else 0.95)
    assert index.kind == kind
    assert len(index) == 1000


@pytest.mark.parametrize("share", [2, 100])
def test_filter_comes_before_ranking(kind: str, share: int) -> None:
    source = Source(np.arange(1000) + 1, unit(1000))
    index = VectorIndex(source, DIMENSION)
    allowed = source.ids[::share]
    found = index.search(source.matrix[1], 10, allowed)
    assert len(found) == 10, "a filter after the ranking would return fewer"
    assert {h.id for h in found} <= set(allowed.tolist())
    assert recall(index, source, 10, allowed) >= (0.95 if share == 2 else 1.0 if kind != "ivf" else 0.99)


def test_nothing_permitted_is_nothing_found(kind: str) -> None:
    source = Source(np.arange(100), unit(100))
    index = VectorIndex(source, DIMENSION)
    assert index.search(source.matrix[0], 5, np.zeros(0, np.int64)) == []
    assert index.search(source.matrix[0], 5, np.array([1000])) == []
    assert index.search(source.matrix[0], 0) == []


def test_empty_vault() -> None:
    index = VectorIndex(Source(np.zeros(0, np.int64), np.zeros((0, DIMENSION), np.float32)), DIMENSION)
    assert index.search(unit(1)[0], 5) == []
    assert index.cosines(unit(1)[0], np.array([1])) == {}


def test_cosines_of_given_passages(kind: str) -> None:
    source = Source(np.arange(200) + 5, unit(200))
    index = VectorIndex(source, DIMENSION)
    index.refresh()
    scores = index.cosines(source.matrix[3], np.array([8, 9, 9999]))
    assert set(scores) == {8, 9}
    assert scores[8] == pytest.approx(1.0, abs=0.02)
    assert scores[9] == pytest.approx(float(source.matrix[3] @ source.matrix[4]), abs=0.02)


def test_follows_the_epoch(kind: str) -> None:
    source = Source(np.arange(500), unit(500))
    index = VectorIndex(source, DIMENSION)
    index.refresh()
    added = unit(20, seed=9)
    # Passage 7 is replaced under the same id, 8 goes, twenty come.
    matrix = source.matrix.copy()
    matrix[7] = added[0]
    source.ids = np.concatenate([np.delete(source.ids, 8), np.arange(500, 519)])
    source.matrix = np.concatenate([np.delete(matrix, 8, axis=0), added[1:]])
    before = index.search(added[0], 1)
    assert before[0].id != 7
    source.epoch = 2
    assert index.search(added[0], 1)[0].id == 7
    assert index.search(added[5], 1)[0].id == 504
    assert 8 not in {h.id for h in index.search(unit(500)[8], 50)}
    assert len(index) == len(source.ids)


def test_many_changes_build_anew(kind: str) -> None:
    source = Source(np.arange(500), unit(500))
    index = VectorIndex(source, DIMENSION)
    index.refresh()
    source.ids, source.matrix, source.epoch = np.arange(1000, 1400), unit(400, seed=3), 2
    assert recall(index, source, 10, None) >= 0.95
    assert len(index) == 400


def test_snapshot_spares_the_build(kind: str) -> None:
    source = Source(np.arange(500) + 1, unit(500))
    VectorIndex(source, DIMENSION).refresh()
    assert (SNAPSHOT in source.snapshots) == (kind != "flat")
    reads = source.reads
    again = VectorIndex(source, DIMENSION)
    assert recall(again, source, 10, None) >= 0.95
    assert source.reads == reads + (1 if kind == "flat" else 0)
    assert len(again.cosines(source.matrix[0], source.ids)) == 500


def test_damaged_or_old_snapshot_is_built_again(kind: str) -> None:
    source = Source(np.arange(300) + 1, unit(300))
    VectorIndex(source, DIMENSION).refresh()
    epoch, whole = source.snapshots.get(SNAPSHOT, (1, b""))
    flipped = bytearray(whole)
    if flipped:
        flipped[len(flipped) // 2] ^= 1
    for stored in (b"", b"nonsense", whole[: len(whole) // 2], bytes(flipped), b"ASVX1\xff\xff\xff\xff{}"):
        source.snapshots[SNAPSHOT] = (epoch, stored)
        assert VectorIndex(source, DIMENSION).search(source.matrix[4], 1)[0].id == 5
    source.snapshots[SNAPSHOT] = (0, whole)
    assert VectorIndex(source, DIMENSION).search(source.matrix[4], 1)[0].id == 5


def test_snapshot_after_burials_keeps_them_buried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HNSW_FROM", 0)
    source = Source(np.arange(300), unit(300))
    index = VectorIndex(source, DIMENSION)
    index.refresh()
    source.ids, source.matrix, source.epoch = source.ids[5:], source.matrix[5:], 2
    index.refresh()
    again = VectorIndex(source, DIMENSION)
    assert {h.id for h in again.search(unit(300)[0], 295)}.isdisjoint(range(5))
    assert len(again) == 295


def test_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(module, "HNSW_FROM", 0)
    source = Source(np.arange(100), unit(100))
    VectorIndex(source, DIMENSION).search(source.matrix[0], 3)
    assert list(tmp_path.iterdir()) == []
