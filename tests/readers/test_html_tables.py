"""Tables of pages: cells that are not seen keep their places, struck names take their rows with them."""

from __future__ import annotations

import pytest

from assistant.readers.html import read_html
from assistant.types import LossKind

HEAD = "<tr><th>Drug</th><th>Dose</th><th>Route</th></tr>"


def lines(rows: str, head: str = HEAD) -> list[str]:
    (document,) = read_html(f"<meta charset=utf-8><table>{head}{rows}</table>".encode(), "a.html")
    return document.text.split("\n\n")


STRUCK = "text-decoration:line-through"


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (f"<tr><td>Abacor</td><td style='{STRUCK}'>5 mg</td><td>oral</td></tr>", "Drug: Abacor; Route: oral"),
        ("<tr><td>Abacor</td><td><s>5</s> 7 mg</td><td>oral</td></tr>", "Drug: Abacor; Dose: 7 mg; Route: oral"),
        # An invisible cell keeps its place, one that is not displayed leaves it to the next.
        ("<tr><td>Abacor<td style='visibility:hidden'>5 mg<td>oral</tr>", "Drug: Abacor; Route: oral"),
        ("<tr><td>Abacor<td style='display:none'>9 mg<td>5 mg<td>oral</tr>", "Drug: Abacor; Dose: 5 mg; Route: oral"),
        (f"<tr><td colspan=2 style='{STRUCK}'>Abacor 5 mg</td><td>oral</td></tr>", ""),
    ],
)
def test_cells_that_are_not_seen(row: str, line: str) -> None:
    other = "<tr><td>Belix</td><td>2 mg</td><td>oral</td></tr>"
    assert lines(row + other) == [*([line] if line else []), "Drug: Belix; Dose: 2 mg; Route: oral"]


def test_a_row_without_its_struck_name_is_left_out() -> None:
    rows = (
        "<tr><td>Belix</td><td>2 mg</td><td>oral</td></tr><tr><td><del>Abacor</del></td><td>5 mg</td><td>oral</td></tr>"
    )
    assert lines(rows) == ["Drug: Belix; Dose: 2 mg; Route: oral"]
    (document,) = read_html(f"<table>{HEAD}{rows}</table>".encode(), "a.html")
    assert [loss.kind for loss in document.losses] == [LossKind.STRUCK]
    # A name over several rows takes all of them with it; one that is put right stays, and an empty name is none.
    over = "<tr><td rowspan=2><s>Abacor</s></td><td>5 mg</td><td>oral</td></tr><tr><td>7 mg</td><td>nasal</td></tr>"
    assert lines(over + "<tr><td><s>Abacor</s> Belix</td><td>2 mg</td><td>oral</td></tr>") == [
        "Drug: Belix; Dose: 2 mg; Route: oral"
    ]
    assert "Dose: 3 mg; Route: oral" in lines("<tr><td></td><td>3 mg</td><td>oral</td></tr>" + rows)


def test_a_column_without_its_struck_name_is_left_out() -> None:
    head = "<tr><th>Drug</th><th><s>Old dose</s></th><th>Dose</th></tr>"
    assert lines("<tr><td>Belix</td><td>2 mg</td><td>3 mg</td></tr>", head) == ["Drug: Belix; Dose: 3 mg"]


@pytest.mark.parametrize(
    ("cell", "dose"),
    [
        ("1<p>5 mg</p>", "1 5 mg"),
        ("1<div>5 mg</div>2", "1 5 mg 2"),
        ("7 mg<ul><li>oral<li>slow</ul>", "7 mg oral slow"),
        ("<h4>Day 1</h4>5 mg", "Day 1 5 mg"),
        ("7<table><tr><td>2<td>x</table>3", "7 2 | x 3"),
        # What runs on within a line is one word.
        ("1<b>5</b> mg", "15 mg"),
        ("1<span>5</span> m<i>g</i>", "15 mg"),
        ("<p>1<a href='#n'>5</a> mg</p>", "15 mg"),
    ],
)
def test_a_block_in_a_cell_is_not_glued_to_what_stands_before_it(cell: str, dose: str) -> None:
    assert lines(f"<tr><td>Abacor</td><td>{cell}</td><td>oral</td></tr>") == [
        f"Drug: Abacor; Dose: {dose}; Route: oral"
    ]
