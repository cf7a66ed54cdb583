"""Nearest vectors in RAM with FAISS, filtered before ranking, kept in step with the vault.

Vectors leak the text that they came from, so a snapshot is bytes inside the vault: never a file, never pickle.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import threading
from types import ModuleType
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from assistant.config import threads

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint64]

SNAPSHOT: Final = "vectors"
# Sizes at which the next kind pays; measured by bench/retrieval.py.
HNSW_FROM: Final = 150_000
IVF_FROM: Final = 600_000
# A filter that leaves fewer than this is answered exactly: a graph walk among few permitted nodes loses neighbours.
EXACT_BELOW: Final = 20_000
# More changed rows than this share: built afresh, so that tombstones and untrained clusters stay rare.
REBUILD_SHARE: Final = 0.2

_MAGIC: Final = b"ASVX1"
_NEIGHBOURS: Final = 32
_BUILD_DEPTH: Final = 80
_SEARCH_DEPTH: Final = 160
_PROBES: Final = 32


class VectorSource(Protocol):
    """What the index needs of the vault."""

    def vector_epoch(self) -> int: ...

    def vectors(self) -> tuple[Ids, Vectors]: ...

    def save_snapshot(self, name: str, epoch: int, data: bytes) -> None: ...

    def load_snapshot(self, name: str) -> tuple[int, bytes] | None: ...


class Hit(NamedTuple):
    """A passage id and its cosine to the query."""

    id: int
    score: float


def kind_for(size: int) -> str:
    """`flat` (exact), `hnsw` (graph) or `ivf` (clusters, 8-bit) by the number of vectors."""
    if size < HNSW_FROM:
        return "flat"
    return "hnsw" if size < IVF_FROM else "ivf"


class FaissIndex(Protocol):
    """What is used of an index of FAISS, whose stubs do not describe its Python layer."""

    @property
    def ntotal(self) -> int: ...

    @property
    def d(self) -> int: ...

    def add(self, vectors: Vectors, /) -> None: ...

    def search(self, query: Vectors, k: int, /, *, params: object) -> tuple[Vectors, Ids]: ...

    def reconstruct_batch(self, rows: Ids, /) -> Vectors: ...

    def make_direct_map(self) -> None: ...


class VectorIndex:
    """Search over the vectors of one vault. Thread-safe; follows the vault's vector epoch by itself."""

    __slots__ = ("_dead", "_dimension", "_epoch", "_faiss", "_ids", "_kind", "_lock", "_marks", "_rows", "_source")

    def __init__(self, source: VectorSource, dimension: int = 384) -> None:
        self._source = source
        self._dimension = dimension
        self._lock = threading.RLock()
        self._epoch: int | None = None
        self._kind = "flat"
        self._faiss: FaissIndex | None = None
        # Row r of the FAISS index belongs to passage _ids[r]; rows of passages that are gone hold -1.
        self._ids: Ids = np.zeros(0, np.int64)
        self._marks: Marks = np.zeros(0, np.uint64)
        self._rows: dict[int, int] = {}
        self._dead = 0

    @property
    def kind(self) -> str:
        """Which structure is in use; `flat` before the first search."""
        return self._kind

    def __len__(self) -> int:
        return len(self._ids) - self._dead

    def search(self, vector: Vectors, k: int, allowed_ids: Ids | None = None) -> list[Hit]:
        """The `k` passages of highest cosine to a unit vector, best first, among `allowed_ids` only (None: all)."""
        with self._lock:
            self.refresh()
            index = self._faiss
            if k <= 0 or len(self) == 0 or index is None:
                return []
            rows = self._permitted(allowed_ids)
            if rows is not None and len(rows) == 0:
                return []
            query = np.ascontiguousarray(vector, np.float32).reshape(1, self._dimension)
            if rows is not None and len(rows) < EXACT_BELOW and self._kind != "flat":
                return self._exact(index, query[0], rows, k)
            return self._walk(index, query, k, rows)

    def cosines(self, vector: Vectors, ids: Ids) -> dict[int, float]:
        """The cosine of a unit vector to each of these passages; ids without a vector are left out."""
        with self._lock:
            rows = np.array([self._rows[i] for i in ids.tolist() if i in self._rows], np.int64)
            if len(rows) == 0 or self._faiss is None:
                return {}
            scores = _dots(self._faiss.reconstruct_batch(rows), np.asarray(vector, np.float32).reshape(-1))
            return {int(self._ids[row]): float(score) for row, score in zip(rows, scores, strict=True)}

    def refresh(self) -> None:
        """Bring the index to the vault's epoch: nothing, snapshot, additions, or a build, whichever is cheapest."""
        with self._lock:
            epoch = self._source.vector_epoch()
            if epoch == self._epoch:
                return
            if self._epoch is None and self._restore(epoch):
                self._epoch = epoch
                return
            ids, vectors = self._source.vectors()
            vectors = np.ascontiguousarray(vectors, np.float32).reshape(len(ids), self._dimension)
            if not self._update(np.asarray(ids, np.int64), vectors):
                self._build(np.asarray(ids, np.int64), vectors)
            self._epoch = epoch
            # A flat index is the vectors themselves; storing them twice would only double the vault.
            if self._kind != "flat":
                self._source.save_snapshot(SNAPSHOT, epoch, self._dump())

    # ------------------------------------------------------------ search

    def _permitted(self, allowed: Ids | None) -> npt.NDArray[np.int64] | None:
        """FAISS rows that may be ranked; None where all may."""
        if allowed is None:
            return None if not self._dead else np.flatnonzero(self._ids >= 0)
        if not self._dead and np.array_equal(allowed, self._ids):
            return None
        return np.flatnonzero(np.isin(self._ids, np.asarray(allowed, np.int64)))

    def _exact(self, index: FaissIndex, query: Vectors, rows: npt.NDArray[np.int64], k: int) -> list[Hit]:
        scores = _dots(index.reconstruct_batch(rows), query)
        best = np.argsort(-scores, kind="stable")[:k]
        return [Hit(int(self._ids[rows[i]]), float(scores[i])) for i in best]

    def _walk(self, index: FaissIndex, query: Vectors, k: int, rows: npt.NDArray[np.int64] | None) -> list[Hit]:
        k = min(k, len(self))
        bits = None
        selector = None
        if rows is not None:
            mask = np.zeros(len(self._ids), bool)
            mask[rows] = True
            bits = np.packbits(mask, bitorder="little")
            selector = faiss().IDSelectorBitmap(bits)
        if self._kind == "hnsw":
            params = faiss().SearchParametersHNSW(efSearch=max(_SEARCH_DEPTH, 2 * k), sel=selector)
        elif self._kind == "ivf":
            params = faiss().SearchParametersIVF(nprobe=_PROBES, sel=selector)
        else:
            params = faiss().SearchParameters(sel=selector)
        scores, found = index.search(query, k, params=params)
        return [
            Hit(int(self._ids[row]), float(score)) for row, score in zip(found[0], scores[0], strict=True) if row >= 0
        ]

    # ------------------------------------------------------------ building

    def _build(self, ids: Ids, vectors: Vectors) -> None:
        faiss().omp_set_num_threads(threads())
        self._kind = kind_for(len(ids))
        if self._kind == "hnsw":
            index = faiss().IndexHNSWFlat(self._dimension, _NEIGHBOURS, faiss().METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = _BUILD_DEPTH
        elif self._kind == "ivf":
            # 4 sqrt(n) clusters: the FAISS guidelines' lower end, as training is the cost on two cores.
            clusters = int(4 * np.sqrt(len(ids)))
            quantizer = faiss().IndexFlatIP(self._dimension)
            index = faiss().IndexIVFScalarQuantizer(
                quantizer, self._dimension, clusters, faiss().ScalarQuantizer.QT_8bit, faiss().METRIC_INNER_PRODUCT
            )
            index.cp.min_points_per_centroid = 1
            index.cp.max_points_per_centroid = 64
            index.train(vectors)
        else:
            index = faiss().IndexFlatIP(self._dimension)
        index.add(vectors)
        # One thread answers one question: a team of threads waits for its slowest, which on a busy machine is long.
        faiss().omp_set_num_threads(1)
        self._take(index, ids, _marks(vectors), dead=0)

    def _update(self, ids: Ids, vectors: Vectors) -> bool:
        """Add what is new and bury what is gone; False where a build is better."""
        if self._faiss is None or self._kind == "flat" or kind_for(len(ids)) != self._kind:
            return False
        marks = _marks(vectors)
        # A row is the same only if id and vector are: ids may be used again after a document was replaced.
        now = dict(zip(ids.tolist(), marks.tolist(), strict=True))
        gone = [row for i, row in self._rows.items() if now.get(i) != int(self._marks[row])]
        kept = np.setdiff1d(self._ids[self._ids >= 0], self._ids[gone])
        fresh = np.flatnonzero(~np.isin(ids, kept))
        if self._dead + len(gone) + len(fresh) > REBUILD_SHARE * len(ids):
            return False
        self._ids[gone] = -1
        faiss().omp_set_num_threads(threads())
        self._faiss.add(vectors[fresh])
        faiss().omp_set_num_threads(1)
        self._take(
            self._faiss,
            np.concatenate([self._ids, ids[fresh]]),
            np.concatenate([self._marks, marks[fresh]]),
            dead=self._dead + len(gone),
        )
        return True

    def _take(self, index: FaissIndex, ids: Ids, marks: Marks, dead: int) -> None:
        if self._kind == "ivf":
            index.make_direct_map()
        self._faiss, self._ids, self._marks, self._dead = index, np.array(ids, np.int64), marks, dead
        self._rows = {i: row for row, i in enumerate(self._ids.tolist()) if i >= 0}

    # ------------------------------------------------------------ snapshot

    def _dump(self) -> bytes:
        graph: bytes = faiss().serialize_index(self._faiss).tobytes()
        body = self._ids.tobytes() + self._marks.tobytes() + graph
        head = {"kind": self._kind, "rows": len(self._ids), "dead": self._dead, "dimension": self._dimension}
        head["sha256"] = hashlib.sha256(body).hexdigest()
        raw = json.dumps(head).encode()
        return _MAGIC + len(raw).to_bytes(4, "little") + raw + body

    def _restore(self, epoch: int) -> bool:
        """Load the snapshot of this epoch; False where there is none or it is not whole (then it is built again)."""
        stored = self._source.load_snapshot(SNAPSHOT)
        if stored is None or stored[0] != epoch or not stored[1].startswith(_MAGIC):
            return False
        data = memoryview(stored[1])
        start = len(_MAGIC) + 4
        end = start + int.from_bytes(data[len(_MAGIC) : start], "little")
        try:
            head = json.loads(bytes(data[start:end]))
            body = data[end:]
            # FAISS trusts the sizes that it reads, so nothing reaches it that is not what was written.
            if hashlib.sha256(body).hexdigest() != head["sha256"] or head["dimension"] != self._dimension:
                return False
            return self._load(head["kind"], head["rows"], head["dead"], body)
        except (ValueError, KeyError, TypeError, RuntimeError):
            return False

    def _load(self, kind: str, rows: int, dead: int, body: memoryview) -> bool:
        ids = np.frombuffer(body, np.int64, rows)
        marks = np.frombuffer(body, np.uint64, rows, offset=8 * rows)
        index = faiss().deserialize_index(np.frombuffer(body, np.uint8, offset=16 * rows))
        if index.ntotal != rows or index.d != self._dimension or kind_for(rows - dead) != kind:
            return False
        self._kind = kind
        self._take(index, ids, marks.copy(), dead)
        return True


def faiss() -> ModuleType:
    """The FAISS module, imported at first use; untyped, because its stubs do not describe its Python layer."""
    return importlib.import_module("faiss")


def _dots(rows: Vectors, vector: Vectors) -> Vectors:
    """Inner products without BLAS, whose threads cost more than these few rows."""
    products: Vectors = np.einsum("ij,j->i", rows, vector)
    return products


def _marks(vectors: Vectors) -> Marks:
    """A 64-bit fingerprint of each row: its bits, multiplied by fixed odd numbers and summed modulo 2^64."""
    bits = np.ascontiguousarray(vectors, np.float32).view(np.uint32)
    factors: Marks = np.random.default_rng(20260101).integers(1, 2**63, (bits.shape[1],), np.uint64) | np.uint64(1)
    result = np.zeros(len(bits), np.uint64)
    # By column, so that no 64-bit copy of the whole matrix is made.
    for column in range(bits.shape[1]):
        result += bits[:, column].astype(np.uint64) * factors[column]
    return result
