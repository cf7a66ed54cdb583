"""What was found in recent texts, so that a passage that is shown to question after question is looked through once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Final

from assistant.types import Span

# 8192 passages with three findings each take some 5 MB.
KEPT: Final = 8192

_Key = tuple[bytes, frozenset[str] | None]


class FindingCache:
    """Findings by a digest of the text and the entities asked for: it holds no text. Thread-safe."""

    __slots__ = ("_found", "_lock", "_most")

    def __init__(self, most: int = KEPT) -> None:
        self._found: OrderedDict[_Key, tuple[Span, ...]] = OrderedDict()
        self._lock = threading.Lock()
        self._most = most

    def find(
        self,
        texts: Sequence[str],
        wanted: frozenset[str] | None,
        look: Callable[[Sequence[str]], list[list[Span]]],
    ) -> list[list[Span]]:
        """The findings of each text; `look` is called once, with those that are not known, where there are any.

        What `look` raises goes on, and nothing is remembered of it.
        """
        keys: list[_Key] = [
            (blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest(), wanted) for text in texts
        ]
        with self._lock:
            known = {key: self._found[key] for key in keys if key in self._found}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            looked = look(list(fresh.values()))
            known.update((key, tuple(spans)) for key, spans in zip(fresh, looked, strict=True))
        with self._lock:
            for key in keys:
                self._found[key] = known[key]
                self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return [list(known[key]) for key in keys]
