"""What the workshop offers, in the terminal and on the admin page: recipes, the sets that they made, and those of the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.errors import UsageError
from assistant.frontends.recipe_job import Offer, offers

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.tune.review import Review

SET_FILE: Final = "data.jsonl"


@dataclass(frozen=True, slots=True)
class Item:
    """A recipe, the set that it made, or a set that is kept in the vault (`offer` is None)."""

    kind: str
    name: str
    state: str
    offer: Offer | None = None


def items(assistant: Assistant, running: Offer | None) -> list[Item]:
    """Recipes, their sets, and the sets of the vault where this person may see everything that they were made of."""
    from assistant.tune.making import kept_sets, sees_all

    found: list[Item] = []
    for offer in offers():
        begun = (offer.folder / "journal.json").is_file()
        state = "report is there" if offer.report.is_file() else "begun" if begun else "not run yet"
        found.append(Item("recipe", offer.name, "running" if offer == running else state, offer))
        if (offer.folder / SET_FILE).is_file():
            found.append(Item("set", offer.name, "made by the recipe", offer))
    if sees_all(assistant):
        found += [Item("set", name, "kept in the vault") for name in kept_sets(assistant.vault)]
    return found


def review_of(assistant: Assistant, item: Item) -> Review:
    """The review of a set. Raises ConfigError, UsageError, PolicyError as `making.file_review` and `kept_review` do."""
    from assistant.tune.making import file_review, kept_review

    if item.offer is not None:
        return file_review(assistant, item.offer.folder / SET_FILE)
    return kept_review(assistant, item.name)


def report_of(offer: Offer) -> str:
    """The report of a recipe. Raises UsageError where there is none."""
    try:
        return offer.report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError("there is no report that can be read", path=offer.report, remedy="run the recipe") from None
