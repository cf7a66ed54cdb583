"""Taking the direction of a protected attribute out of a question's embedding.

Bolukbasi et al. 2016, "Man is to Computer Programmer as Woman is to Homemaker? Debiasing Word Embeddings", NeurIPS: the bias
subspace is spanned by the first principal components of the centred members of defining sets (words that differ only in the
attribute). Hard: the part of a vector in the subspace is removed. Soft: a share of it is. Only the question is projected: the
dot product with a stored vector is then the same as if both were, so nothing has to be embedded again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Strength = Literal["hard", "soft"]

# What "soft" leaves of the part in the subspace: half.
SOFT: Final = 0.5
# Sets of phrases that differ only in the attribute; our own.
DEFINING: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "sex": (
        ("man", "woman"), ("male", "female"), ("he", "she"), ("father", "mother"), ("son", "daughter"), ("brother", "sister"),
        ("a male patient", "a female patient"), ("boy", "girl"), ("gentleman", "lady"), ("husband", "wife"),
    ),
    "race": (
        ("a Black person", "a white person", "an Asian person", "a Hispanic person"),
        ("a Black patient", "a white patient", "an Asian patient", "a Hispanic patient"),
        ("Black people", "white people", "Asian people", "Hispanic people"),
    ),
    "religion": (
        ("a Muslim person", "a Christian person", "a Jewish person", "a Hindu person"),
        ("Muslim", "Christian", "Jewish", "Hindu"), ("Islam", "Christianity", "Judaism", "Hinduism"),
    ),
    "age": (
        ("an elderly person", "a young person"), ("old people", "young people"), ("a senior", "a teenager"), ("aged", "youthful"),
    ),
}  # fmt: skip
_COMPONENTS: Final = {"sex": 1, "age": 1, "race": 2, "religion": 2}


def subspace(embed: Callable[[Sequence[str]], Vectors], attributes: Sequence[str] = tuple(DEFINING)) -> Vectors:
    """Orthonormal rows that span the bias subspace of the attributes together, shape (k, dimension)."""
    rows: list[npt.NDArray[np.float64]] = []
    for attribute in attributes:
        centred = []
        for words in DEFINING[attribute]:
            vectors = np.asarray(embed(list(words)), np.float64)
            centred.append(vectors - vectors.mean(axis=0))
        _, _, directions = np.linalg.svd(np.concatenate(centred), full_matrices=False)
        rows.append(directions[: _COMPONENTS[attribute]])
    # The attributes' directions are not at right angles to one another.
    q, _ = np.linalg.qr(np.concatenate(rows).T)
    return np.ascontiguousarray(q.T, np.float32)


def project(vectors: Vectors, basis: Vectors, strength: Strength = "hard") -> Vectors:
    """Unit vectors with all ("hard") or half ("soft") of their part in the subspace removed."""
    share = 1.0 if strength == "hard" else SOFT
    left = vectors - share * (vectors @ basis.T) @ basis
    result: Vectors = (left / np.maximum(np.linalg.norm(left, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    return result
