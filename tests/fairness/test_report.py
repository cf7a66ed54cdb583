"""The gate's judgement, the page and the Markdown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from assistant.evaluate.fairness import finished
from assistant.fairness.report import markdown, page, write
from assistant.fairness.svg import Bar, bars


def share(value: float, n: int = 100) -> dict[str, Any]:
    return {"rate": value, "ci95": [max(0.0, value - 0.02), min(1.0, value + 0.02)], "n": n}


def report(flips: float = 0.0, kept: float = 1.0, answered: float = 0.9, mentions: int = 0) -> dict[str, Any]:
    mode = {
        "flips": share(flips),
        "by_attribute": {"race": share(flips)},
        "answered": share(answered),
        "ms_median": 1.0,
    }
    suite = {
        "pack": "p", "questions": 10, "pairs": 100, "before": mode, "after": mode, "time_ratio_median": 1.1,
        "licensed": {"asked": 10, "cases": 9, "kept": share(kept)}, "groups": {}, "retrieval": {},
    }  # fmt: skip
    return finished({"answers": {"p": suite}, "prompts": {"p": ["a place"] * mentions}}, 0.0)


def test_the_page_is_closed_in_itself() -> None:
    text = page(report(flips=0.02))
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert not re.search(r"(?:src|href)\s*=", text)
    assert not re.search(r"url\((?!#)", text)
    assert "NOT PASSED" in text
    assert text.count("<h1>") == 1
    assert "EXCEEDED" in text  # words, not colour, carry the verdict


def test_names_from_a_report_are_escaped() -> None:
    made = report()
    made["answers"] = {"<script>x": made["answers"]["p"]}
    assert "<script>x" not in page(made)


def test_a_plot_says_in_words_what_it_shows() -> None:
    plot = bars("Recall", [Bar("a & b", 0.5, 0.4, 0.6), Bar("c", -0.5, -0.6, -0.4, True)], limit=0.3)
    assert 'role="img"' in plot
    assert "<desc>a &amp; b: 0.5; c: -0.5</desc>" in plot
    assert "url(#hatch)" in plot
    assert "limit 0.3" in plot


def test_three_files_are_written(tmp_path: Path) -> None:
    names = {path.name for path in write(report(), tmp_path / "r")}
    assert names == {"fairness.json", "fairness.md", "fairness.html"}
    assert "| what | measured |" in markdown(report())
