"""Which organism a test of a drug is about, and results that only look like such a test."""

from __future__ import annotations

import pytest

from .support import obx
from .test_results import oru, read

CULTURE = "OBR|1|L1||BC^Blood culture"
FIRST = obx("600-7^Organism^LN", "112^Escherichia coli", kind="CE", sub="1")
SECOND = obx("600-7^Organism^LN", "309^Staphylococcus aureus", kind="CE", sub="2")


def drug_tests(parent: str, number: str = "2") -> str:
    return f"OBR|{number}|L{number}||SUS^Susceptibility" + "|" * 22 + parent


def test_the_parent_result_names_the_organism() -> None:
    chart, text = read(
        oru(
            CULTURE, FIRST, SECOND,
            drug_tests("600-7&Organism&LN^1"), obx("AMX^Amoxicillin", ">32", flag="R"),
            drug_tests("600-7&Organism&LN^2", "3"), obx("AMX^Amoxicillin", "<0.25", flag="S"),
            drug_tests("X^1^Proteus mirabilis", "4"), obx("AMX^Amoxicillin", "R"),
        )
    )  # fmt: skip
    assert [r.term.text for r in chart.results[2:]] == [
        "Amoxicillin (Escherichia coli)", "Amoxicillin (Staphylococcus aureus)", "Amoxicillin (Proteus mirabilis)",
    ]  # fmt: skip
    assert "Amoxicillin (Escherichia coli): >32 (resistant, final)" in text
    assert "Amoxicillin (Staphylococcus aureus): <0.25 (susceptible, final)" in text


def test_under_one_order_the_sub_id_names_it() -> None:
    chart, _ = read(
        oru(
            CULTURE, FIRST, obx("AMX^Amoxicillin", "8", flag="I", sub="1"), SECOND, obx("AMX^Amoxicillin", "R", sub="2")
        )
    )
    assert [r.term.text for r in chart.results if "Amox" in r.term.text] == [
        "Amoxicillin (Escherichia coli)",
        "Amoxicillin (Staphylococcus aureus)",
    ]


@pytest.mark.parametrize(
    "segments",
    [
        # Another test of the same sub-id, a culture without growth, no sub-id, a reflex test of another result.
        (CULTURE, FIRST, obx("Z^Zinc", "12", sub="1"), "Zinc"),
        (CULTURE, obx("600-7^Organism^LN", "No growth", sub="1"), obx("AMX^Amoxicillin", "R", sub="1"), "Amoxicillin"),
        (CULTURE, FIRST, obx("AMX^Amoxicillin", "R"), "Amoxicillin"),
        (drug_tests("HIV^1^Reactive"), obx("CD4^CD4 count", "300"), "CD4 count"),
    ],
)
def test_what_is_not_about_an_organism(segments: tuple[str, ...]) -> None:
    *sent, name = segments
    chart, _ = read(oru(*sent))
    assert chart.results[-1].term.text == name
