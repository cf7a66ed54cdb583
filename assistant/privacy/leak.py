"""Does a text hold the original of a pseudonym that is in the vault? Exact match after folding, no recognizer in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import regex

from assistant.privacy.encoded_payloads import payloads
from assistant.privacy.normalization import normalized
from assistant.privacy.pseudonyms import is_telling
from assistant.types import Span

_LONGEST: Final = 8  # words of an original: a street address with town and state
_WORD: Final = regex.compile(r"[^\s]+")
_EDGE: Final = ".,;:!?()[]{}\"'“”‘’<>*_|"
LEAKED: Final = "LEAK"


class Originals(Protocol):
    """What knows the originals of pseudonyms: a vault."""

    def known_originals(self, candidates: set[str]) -> set[str]: ...


def _nothing(phrase: str) -> bool:  # noqa: ARG001 - no vocabulary
    return False


def leaks(text: str, vault: Originals | None, allow: Callable[[str], bool] = _nothing) -> list[Span]:
    """Spans of `text` that are sure originals of the vault's pseudonym map; none without a vault.

    What `allow` knows is the pack's own vocabulary, and nobody's wherever it stands.
    """
    if vault is None:
        return []
    view = normalized(text)
    encoded: list[Span] = []
    stretches = _stretches(view.text)
    for payload in payloads(view.text):
        if leaks(payload.text, vault, allow):
            encoded.append(Span(LEAKED, *view.back(payload.start, payload.end), 1.0))
    asked = {piece for piece in stretches if not allow(piece)}
    known = vault.known_originals(asked) if asked else set()
    return encoded + [Span(LEAKED, *view.back(a, b), 1.0) for piece in known for a, b in stretches[piece] if b > a]


def _stretches(text: str) -> dict[str, list[tuple[int, int]]]:
    """Every run of up to `_LONGEST` words that could be an original, with its places."""
    words = [m.span() for m in _WORD.finditer(text)]
    found: dict[str, list[tuple[int, int]]] = {}
    for i, (start, _) in enumerate(words):
        for _, end in words[i : i + _LONGEST]:
            a, b = _strip(text, start, end)
            # A single short word is everybody's; an original of that kind is looked for inside longer ones only.
            if b - a >= 5 or any(c.isdigit() for c in text[a:b]) or is_telling(text[a:b]):
                found.setdefault(text[a:b], []).append((a, b))
    return found


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    return start, end
