from __future__ import annotations

from assistant.readers.compose import MAX_LOSSES, Composer
from assistant.types import Loss, LossKind


def test_losses_are_told_once_each_and_in_order() -> None:
    composer = Composer("a.txt")
    composer.add("Text.")
    composer.lose(LossKind.IMAGE, "page 2")
    composer.lose(LossKind.STRUCK, "page 1", "2 runs")
    composer.lose(LossKind.IMAGE, "page 2")
    document = composer.build(title="a", media_type="text/plain")
    assert document.losses == (Loss(LossKind.IMAGE, "page 2"), Loss(LossKind.STRUCK, "page 1", "2 runs"))


def test_invisible_characters_are_a_loss() -> None:
    composer = Composer("a.txt")
    composer.add("Te\u200bxt.")
    (loss,) = composer.build(title="a", media_type="text/plain").losses
    assert loss.kind is LossKind.HIDDEN


def test_a_flood_of_losses_is_told_as_a_number() -> None:
    composer = Composer("a.txt")
    composer.add("Text.")
    for n in range(MAX_LOSSES + 7):
        composer.lose(LossKind.IMAGE, f"page {n}")
    losses = composer.build(title="a", media_type="text/plain").losses
    assert len(losses) == MAX_LOSSES + 1
    assert losses[-1] == Loss(LossKind.UNREAD, "", "7 more like these")


def test_sections_say_whether_they_are_sure() -> None:
    composer = Composer("a.txt")
    composer.add("One.")
    composer.open("", "page 2", sure=False)
    composer.add("Two.")
    composer.open("", "page 3")
    composer.add("Three.")
    assert [s.sure for s in composer.build(title="a", media_type="text/plain").sections] == [True, False, True]
