"""The report of an evaluation: what is written, and that the curves are those of the answers."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from assistant.evaluate.report import risk_coverage, write_report
from assistant.evaluate.scored import Item, Scored, metrics
from assistant.fairness.svg import Line, curve
from assistant.types import GATE_SEAL, Action, Answer, Citation, PolicyRef, Stage, Status, Verdict


def scored(number: int, *, released: bool, right: bool, sure: float) -> Scored:
    quote = "Dose: 5 mg once a day."
    citation = Citation(1, "d", "Leaflet", "", quote, 0, len(quote), 1.0)
    answer = Answer(
        "How much?", f"{quote} [1]" if released else "", Status.EXTRACTED if released else Status.ABSTAINED,
        citations=(citation,) if released else (),
        verdicts=(Verdict("answerable", Stage.CONTEXT, Action.PASS, "sure", 1.0, sure),),
        policy=PolicyRef("base", "1", "0" * 64), model="extractive", timings_ms={"total": 10.0 * number}, audit_id="a1", seal=GATE_SEAL,
    )  # fmt: skip
    return Scored(Item(str(number), "How much?", (), ("5 mg",), released, ""), answer, 10.0 * number, right, False)


@pytest.fixture
def four() -> list[Scored]:
    return [
        scored(1, released=True, right=True, sure=0.9),
        scored(2, released=True, right=True, sure=0.8),
        scored(3, released=True, right=False, sure=0.6),
        scored(4, released=False, right=False, sure=0.1),
    ]


def test_the_report_names_its_rates_and_draws_its_plots(four: list[Scored], tmp_path: Path) -> None:
    result = {"metrics": metrics(four), "n": 4, "data": "questions.jsonl", "seconds": 1.0}
    write_report(tmp_path / "report", result, four)
    text = (tmp_path / "report" / "report.md").read_text()
    assert "| released answers that are right (precision) | 0.667 |" in text
    assert "| released sentences that their citations support | 1.000 |" in text
    assert "Dose" not in text and "Leaflet" not in text, "totals only"
    assert json.loads((tmp_path / "report" / "report.json").read_text())["n"] == 4
    for name in ("risk-coverage", "calibration", "latency"):
        drawn = ET.fromstring((tmp_path / "report" / f"{name}.svg").read_text())
        assert drawn.tag.endswith("svg") and name in text


def test_risk_grows_along_the_curve_where_unsure_answers_are_wrong(four: list[Scored]) -> None:
    drawn = risk_coverage(four)
    assert "assistant: 3 points" in drawn and "<circle" in drawn
    assert "<circle" not in risk_coverage(four[3:])


def test_names_in_plots_are_escaped() -> None:
    assert "&lt;b&gt;" in curve("<b>", "x", "y", [Line("a & b", [(0.0, 0.0), (1.0, 1.0)])])
