"""Questions that ask for the same thing, put together: average linkage over the cosines of their vectors.

Average linkage keeps a group as tight as its threshold says, however many questions come in; single linkage chains through
in-between questions until half of a board is one group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from assistant.protocols import Vectors

# Mean cosine from which two groups are one: the middle of the stretch, 0.45 to 0.75, over which no pair of the wordings that
# bench/calibrate_gaps.py chooses on is parted or put together wrongly.
TOGETHER: Final = 0.60


def grouped(vectors: Vectors, together: float = TOGETHER) -> list[list[int]]:
    """The rows that belong together, largest group first; within a group and among equals in the order of the rows.

    `vectors` are unit vectors, one a row. Nearest-neighbour chains (Murtagh 1983): exact for average linkage, and quadratic.
    """
    count = len(vectors)
    if count == 0:
        return []
    likeness = np.asarray(vectors @ vectors.T, dtype=np.float64)
    np.fill_diagonal(likeness, -np.inf)
    sizes = np.ones(count)
    members: list[list[int]] = [[row] for row in range(count)]
    alive = np.ones(count, dtype=bool)
    chain: list[int] = []
    while True:
        if not chain:
            left = np.flatnonzero(alive)
            if not len(left):
                break
            chain = [int(left[0])]
        here = chain[-1]
        nearest = int(np.argmax(likeness[here]))
        best = float(likeness[here, nearest])
        if best < together:
            # Its nearest is too far, and stays so: linkage to a merged group is never above the larger of the two.
            alive[here] = False
            chain.pop()
            _leave(likeness, here)
        elif len(chain) > 1 and likeness[here, chain[-2]] >= best:
            other = chain[-2]
            del chain[-2:]
            _merge(likeness, sizes, here, other)
            members[here] += members[other]
            members[other] = []
            alive[other] = False
        else:
            chain.append(nearest)
    groups = [sorted(group) for group in members if group]
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def central(vectors: Vectors, group: Sequence[int]) -> int:
    """The row of a group that is most like the others: the wording that stands for it."""
    mine = vectors[list(group)]
    return group[int(np.argmax(mine @ mine.sum(axis=0)))]


def _merge(likeness: NDArray[np.float64], sizes: NDArray[np.float64], into: int, other: int) -> None:
    """One group of two: its likeness to each other group is the mean over all pairs of members (Lance and Williams 1967)."""
    total = sizes[into] + sizes[other]
    mean = (sizes[into] * likeness[into] + sizes[other] * likeness[other]) / total
    likeness[into], likeness[:, into] = mean, mean
    likeness[into, into] = -np.inf
    sizes[into] = total
    _leave(likeness, other)


def _leave(likeness: NDArray[np.float64], row: int) -> None:
    likeness[row], likeness[:, row] = -np.inf, -np.inf
