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
from assistant.language.words import content_stems
from assistant.reading.conditions import Facts, Fit

if TYPE_CHECKING:
    from assistant.packs.intents import IntentSpec
    from assistant.packs.pack import Pack
    from assistant.protocols import Embedder

Vectors = npt.NDArray[np.float32]

# Cosine to the nearest example at least, how much more than to the nearest question, and how much of the message must be words
# of the kind's examples: nearness in meaning is nearness of subject too ("Which countries are parcels sent to?" lies near "has my
# parcel been sent?"). The closer to a question, the more words are asked for.
LINES: Final = ((0.85, 0.0, 0.0), (0.52, 0.12, 0.7), (0.46, 0.27, 0.33))
# A longer message says something of its own.
_MOST_WORDS: Final = 22


class _Known(NamedTuple):
    pack: Pack
    kinds: tuple[IntentSpec, ...]
    examples: Vectors
    questions: Vectors
    words: dict[str, frozenset[str]]


_known: dict[int, _Known] = {}
_lock: Final = Lock()


def intent_of(message: str, pack: Pack, embedder: Embedder) -> IntentSpec | None:
    """The kind that a message is of, or None where it asks something of the documents."""
    exact = pack.intents.of_message(message)
    if exact is not None or not pack.intents.examples or len(message.split()) > _MOST_WORDS or not message.strip():
        return exact
    known = _of(pack, embedder)
    said = written_out(message.strip())
    kept = _not_denied(said, pack)
    if not kept:
        return None
    kinds = tuple(known.kinds[i] for i in kept)
    spec, near, question = nearest(embedder.query([said])[0], kinds, known.examples[kept], known.questions)
    known_words = share(said, known.words[spec.intent])
    return spec if is_of_kind(near, near - question, known_words) else None


def _not_denied(message: str, pack: Pack) -> list[int]:
    """The examples that do not say the contrary: "he is not bleeding" lies near "he is bleeding out" in meaning and words."""
    facts = Facts.of(message)
    return [i for i, (_, text) in enumerate(pack.intents.examples) if facts.fit(text) is not Fit.CONTRADICTS]


def is_of_kind(near: float, ahead: float, known_words: float) -> bool:
    """Whether a message with these three signs is of the kind of its nearest example."""
    return any(near >= line and ahead >= far and known_words >= said for line, far, said in LINES)


def share(message: str, known: frozenset[str]) -> float:
    """The part of a message's content words that are among those known; none is no part."""
    stems = content_stems(message)
    return sum(stem in known for stem in stems) / len(stems) if stems else 0.0


def vocabulary(pack: Pack) -> dict[str, frozenset[str]]:
    """The stems of each kind's examples."""
    found: dict[str, frozenset[str]] = {}
    for spec, example in pack.intents.examples:
        found[spec.intent] = found.get(spec.intent, frozenset()) | frozenset(content_stems(example))
    return found


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
        found = _Known(pack, kinds, embedder.query(list(texts)), embedder.query(contrast(pack)), vocabulary(pack))
        with _lock:
            _known[id(pack)] = found
    return found
