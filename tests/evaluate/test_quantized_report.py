from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from assistant.evaluate.quantized_report import plot, table
from assistant.evaluate.quantizing import Comparison, Figures, Made, refusals
from assistant.evaluate.running import Run
from assistant.policy.sections import Quantization


def figures(divergence: float = 0.0, ratio: float = 1.0, grounded: float = 0.5, gap: float = 0.1) -> Figures:
    return Figures(100_000_000, 20.0 * ratio, ratio, divergence, 0.9, Run(100, 50, 300, grounded, gap))


FOUND = Comparison(
    "model",
    "a" * 64,
    "F16",
    figures(),
    (
        Made("Q8_0", {"Q8_0": 100}, figures(0.001)),
        Made("Q4_0", {"Q4_0": 80, "Q8_0": 20}, figures(0.2, 1.2), ("too far",)),
        Made("TQ2_0", {"TQ2_0": 100}, figures(10.5, 40_000), ("much too far",)),
    ),
)


def test_the_table_has_the_source_and_every_type_with_its_verdict() -> None:
    text = table(FOUND)
    assert "Source model, SHA-256 aaaaaaaaaaaaaaaa;" in text
    rows = text.partition("\n\n")[0].splitlines()
    assert [row.split(" | ")[0] for row in rows[2:]] == ["| source", "| Q8_0", "| Q4_0", "| TQ2_0"]
    assert len({row.count("|") for row in rows}) == 1
    assert "Q4_0 80%, Q8_0 20%" in rows[4]
    assert "refused: too far" in rows[4]
    assert "within the limits" in rows[3]


def test_the_plot_is_svg_and_names_what_it_does_not_draw() -> None:
    drawn = plot(FOUND)
    ET.fromstring(drawn)
    assert "TQ2_0 10.5" in drawn
    assert "Q4_0, 100 MB" in drawn
    assert "TQ2_0, 100 MB" not in drawn


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"ratio": 1.2}, "perplexity"),
        ({"divergence": 0.5}, "divergence"),
        ({"grounded": 0.2}, "grounded"),
        ({"gap": 0.9}, "gap between groups"),
    ],
)
def test_each_limit_of_the_policy_refuses_by_itself(changed: dict[str, float], word: str) -> None:
    limits = Quantization()
    assert refusals(figures(), figures(), limits) == ()
    found = refusals(figures(), figures(**changed), limits)
    assert len(found) == 1
    assert word in found[0]


def test_a_better_figure_refuses_nothing() -> None:
    assert refusals(figures(), figures(ratio=0.9, grounded=0.9, gap=0.0), Quantization()) == ()


def test_a_type_that_was_not_put_to_work_is_judged_by_its_texts_alone() -> None:
    from dataclasses import replace

    idle = replace(figures(divergence=0.5), run=None)
    assert len(refusals(figures(), idle, Quantization())) == 1
    found = replace(FOUND, made=(Made("Q4_0", {"Q4_0": 1}, idle),))
    assert table(found).splitlines()[3].count("| - ") == 5
