from __future__ import annotations

from assistant.frontends.losses import loss_json, loss_lines, report_lines
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


CHANGED = [
    (f"letter-{n}.md", Loss(LossKind.CHANGED, place, "1 PERSON, by phi-store"))
    for n in range(30)
    for place in ("", "Plan")
]


def test_what_checks_changed_by_design_is_one_line_and_every_place_on_demand() -> None:
    assert report_lines(CHANGED) == ["text changed by an ingest check: 30 files, 60 places; --details lists them"]
    assert report_lines(CHANGED[:1]) == ["text changed by an ingest check: 1 file, 1 place; --details lists them"]
    told = "\n".join(report_lines(CHANGED, details=True))
    assert all(f"letter-{n}.md" in told for n in range(30)) and told.count("(Plan): 1 PERSON") == 30


def test_what_was_not_read_is_named_whatever_checks_changed_beside_it() -> None:
    lost = [("scan.pdf", Loss(LossKind.IMAGE, f"page {n}")) for n in range(1, 9)]
    lines = report_lines([*CHANGED, *lost])
    assert lines[:2] == [
        "not all of it was read, or stored as it stands: scan.pdf",
        "  image without text (page 1, page 2, page 3, page 4, page 5, page 6 and 2 more)",
    ]
    assert len(lines) == 3
    assert "page 8" in "\n".join(report_lines(lost, details=True))


def test_of_very_many_files_the_first_are_named_and_the_others_counted() -> None:
    lost = [(f"scan-{n}.pdf", Loss(LossKind.UNREAD, "", "a picture")) for n in range(14)]
    assert report_lines(lost)[-1] == "and 4 more files of which not all was read; --details names them"
    assert "scan-13.pdf" in "\n".join(report_lines(lost, details=True))
