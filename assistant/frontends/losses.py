"""A reader's losses in words: what of a document was left out or is unsure."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.types import Loss


def loss_json(loss: Loss) -> dict[str, str]:
    """A loss as `--json` spells it."""
    return {"kind": str(loss.kind), "place": loss.place, "detail": loss.detail}


def loss_lines(losses: Iterable[Loss], *, most_places: int | None = None) -> list[str]:
    """One line a kind and detail, with its places; of more than `most_places` the first, and how many there are."""
    places: dict[tuple[str, str], list[str]] = {}
    for loss in losses:
        places.setdefault((str(loss.kind), loss.detail), []).append(loss.place)
    lines = []
    for (kind, detail), all_of_it in places.items():
        named = [place for place in all_of_it if place]
        shown = ", ".join(named[:most_places])
        more = len(named) - len(named[:most_places])
        where = f" ({shown}{f' and {more} more' if more else ''})" if named else ""
        lines.append(f"{kind}{where}{f': {detail}' if detail else ''}")
    return lines
