"""Documents that messages carry (MDM): which stand, and which were cancelled, made obsolete or replaced by a later one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.records.hl7.message import Message

# HL7 table 0003: cancellation; replacement of a parent document. Table 0273 (TXA-19): cancelled, obsolete, unavailable.
_CANCEL: Final = frozenset({"T11"})
_REPLACE: Final = frozenset({"T09", "T10"})
_UNAVAILABLE: Final = {"CA": "cancelled", "OB": "obsolete", "UN": "unavailable"}


def standing_documents(messages: Sequence[Message]) -> list[str]:
    """For each message why the document in it is void, '' where it stands or there is none. In the order of time."""
    void = ["" for _ in messages]
    named: dict[str, int] = {}
    for n, message in enumerate(messages):
        txa = message.first("TXA")
        if txa is None or message.kind != "MDM":
            continue
        own = txa.part(12)
        void[n] = "cancelled" if message.event in _CANCEL else _UNAVAILABLE.get(txa.part(19).upper(), "")
        for name in filter(None, (own, txa.part(13) if message.event in _REPLACE else "")):
            if name in named and not void[named[name]]:
                void[named[name]] = void[n] or "replaced"
        if own:
            named[own] = n
    return void
