"""What kind of small talk or request a message is, also where it is put in words that no pattern of the pack has.

A message is of a kind where it lies near an example of it in meaning, and clearly nearer than to any question that the pack is
for: "is anybody around?" is a greeting, "is anybody allowed to visit at night?" is a question. Both lines are calibrated by
`bench/calibrate_intents.py`. What a kind says is an approved text of the pack, so a mistake shows no wrong fact; but it hides an
answer, and so the lines are strict.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.language.shorthand import written_out

if TYPE_CHECKING:
    from assistant.packs.intents import IntentSpec
    from assistant.packs.pack import Pack
    from assistant.protocols import Embedder

Vectors = npt.NDArray[np.float32]

# Cosine to the nearest example at least, and how much more than to the nearest question of the pack.
NEAR: Final = 0.52
AHEAD: Final = 0.12
# A longer message says something of its own.
_MOST_WORDS: Final = 22


class _Known(NamedTuple):
    pack: Pack
    kinds: tuple[IntentSpec, ...]
    examples: Vectors
    questions: Vectors


_known: dict[int, _Known] = {}
_lock: Final = Lock()


def intent_of(message: str, pack: Pack, embedder: Embedder) -> IntentSpec | None:
    """The kind that a message is of, or None where it asks something of the documents."""
    exact = pack.intents.of_message(message)
    if exact is not None or not pack.intents.examples or len(message.split()) > _MOST_WORDS or not message.strip():
        return exact
    known = _of(pack, embedder)
    spec, near, question = nearest(
        embedder.query([written_out(message.strip())])[0], known.kinds, known.examples, known.questions
    )
    return spec if near >= NEAR and near - question >= AHEAD else None


def contrast(pack: Pack) -> list[str]:
    """The questions that a message may be instead: those that the pack is for, and those that it is not for."""
    return [*pack.scope.inside, *pack.scope.outside]


def nearest(
    vector: Vectors, kinds: tuple[IntentSpec, ...], examples: Vectors, questions: Vectors
) -> tuple[IntentSpec, float, float]:
    """The kind of the nearest example, its cosine, and that of the nearest question."""
    cosines = examples @ vector
    best = int(cosines.argmax())
    return kinds[best], float(cosines[best]), float((questions @ vector).max()) if len(questions) else 0.0


def _of(pack: Pack, embedder: Embedder) -> _Known:
    with _lock:
        found = _known.get(id(pack))
    if found is None or found.pack is not pack:
        kinds, texts = zip(*pack.intents.examples, strict=True)
        found = _Known(pack, kinds, embedder.query(list(texts)), embedder.query(contrast(pack)))
        with _lock:
            _known[id(pack)] = found
    return found
