from __future__ import annotations

from xml.etree import ElementTree

import pytest

from assistant.fairness.svg import Bar, Line, bars, curve

NS = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def told(text: str) -> str:
    return parsed(text).findtext(f"{NS}desc") or ""


def test_no_rows_no_plot() -> None:
    assert bars("T", []) == ""


def test_it_says_to_a_screen_reader_what_it_shows() -> None:
    plot = bars(
        "Recall <by origin> & more", [Bar("Anglo & co", 0.5, 0.4, 0.6), Bar("other", -0.25, -0.3, 0.0)], unit="%"
    )
    root = parsed(plot)
    assert root.get("role") == "img" and root.findtext(f"{NS}title") == "Recall <by origin> & more"
    assert told(plot) == "Anglo & co: 0.5%; other: -0.25%"
    assert "<script" not in plot and "href" not in plot and "style=" not in plot


def test_bars_begin_at_nought_and_the_longer_value_is_the_longer_bar() -> None:
    plot = parsed(bars("T", [Bar("a", 1.0, 1, 1), Bar("b", 0.5, 0.5, 0.5), Bar("c", -0.5, -0.5, -0.5)]))
    rects = [r for r in plot.iter(f"{NS}rect") if r.get("height") == "14"]
    (x1, w1), (x2, w2), (x3, w3) = [(float(r.get("x", 0)), float(r.get("width", 0))) for r in rects]
    assert (
        x1 == x2 == pytest.approx(x3 + w3, abs=0.2)
        and w1 == pytest.approx(2 * w2, abs=0.3)
        and w2 == pytest.approx(w3, abs=0.3)
    )


def test_the_second_of_a_pair_is_told_by_its_hatching_not_by_colour() -> None:
    plot = bars("T", [Bar("a", 1, 1, 1), Bar("a, with check", 1, 1, 1, second=True)])
    fills = [r.get("fill") for r in parsed(plot).iter(f"{NS}rect") if r.get("height") == "14"]
    assert fills == ["#a0a0a0", "url(#hatch)"]


def test_a_limit_is_drawn_within_the_plot_also_where_all_values_lie_below() -> None:
    plot = parsed(bars("T", [Bar("a", 0.1, 0.1, 0.1)], limit=0.9))
    (dashed,) = [line for line in plot.iter(f"{NS}line") if line.get("stroke-dasharray")]
    assert 0 < float(dashed.get("x1", 0)) <= 800
    assert "limit 0.9" in "".join(plot.itertext())


def test_values_of_nought_divide_by_nothing() -> None:
    assert parsed(bars("T", [Bar("a", 0.0, 0.0, 0.0)])) is not None


def test_curves_over_the_unit_square_with_their_names_and_the_operating_point() -> None:
    plot = curve("ROC", "false", "true", [Line("ours", [(0, 0), (1, 1)]), Line("none & nothing", [])], (0.2, 0.9))
    root = parsed(plot)
    assert told(plot) == "ours: 2 points; none & nothing: 0 points"
    (ring,) = list(root.iter(f"{NS}circle"))
    assert 62 < float(ring.get("cx", 0)) < 320 and float(ring.get("cy", 999)) < 100, "low on x, high on y"
    dashes = [p.get("stroke-dasharray") for p in root.iter(f"{NS}path") if p.get("stroke-width") == "2"]
    assert len(set(dashes)) == 2, "lines are told apart without colour"
