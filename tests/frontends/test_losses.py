from __future__ import annotations

from assistant.frontends.losses import loss_json, loss_lines
from assistant.types import Loss, LossKind


def test_one_line_a_kind_with_its_places() -> None:
    losses = [Loss(LossKind.IMAGE, f"page {n}") for n in (1, 4, 9)] + [Loss(LossKind.STRUCK, "", "2 runs")]
    assert loss_lines(losses) == ["image without text (page 1, page 4, page 9)", "struck text: 2 runs"]
    assert loss_lines(losses, most_places=2)[0] == "image without text (page 1, page 4 and 1 more)"


def test_as_json() -> None:
    assert loss_json(Loss(LossKind.UNREAD, "ZPI-2", "a segment")) == {
        "kind": "unread part",
        "place": "ZPI-2",
        "detail": "a segment",
    }
