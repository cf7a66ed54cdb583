"""A reader's losses in words: what of a document was left out or is unsure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from assistant.types import Loss, LossKind

# So many files are named one by one; of the rest it is told how many they are.
_FILES_NAMED: Final = 10
_PLACES_NAMED: Final = 6


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


def report_lines(losses: Iterable[tuple[str, Loss]], *, details: bool = False) -> list[str]:
    """What a run left out or stored changed, by source: what checks did by design as one sum, the rest a few lines a file.

    With `details` every file and every place of it.
    """
    by_source: dict[str, list[Loss]] = {}
    changed: dict[str, int] = {}
    for source, loss in losses:
        if loss.kind is LossKind.CHANGED and not details:
            changed[source] = changed.get(source, 0) + 1
        else:
            by_source.setdefault(source, []).append(loss)
    lines = []
    for source in list(by_source)[: None if details else _FILES_NAMED]:
        lines.append(f"not all of it was read, or stored as it stands: {source}")
        lines += [f"  {line}" for line in loss_lines(by_source[source], most_places=None if details else _PLACES_NAMED)]
    if not details and len(by_source) > _FILES_NAMED:
        lines.append(f"and {len(by_source) - _FILES_NAMED} more files of which not all was read; --details names them")
    if changed:
        places = sum(changed.values())
        lines.append(
            f"{LossKind.CHANGED}: {_counted(len(changed), 'file')}, {_counted(places, 'place')}; --details lists them"
        )
    return lines


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
