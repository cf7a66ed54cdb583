from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.reading.conditions import Facts, Figure, Fit

INR = frozenset({"inr"})


def figure(low: int | None, high: int | None, *, strict: bool = False) -> Figure:
    return Figure(INR, None if low is None else Fraction(low), None if high is None else Fraction(high), strict)


@pytest.mark.parametrize(
    ("question", "rule", "fit"),
    [
        ("The INR is 8.6, what now?", "INR above 8.0: stop warfarin and give vitamin K.", Fit.HOLDS),
        ("The INR is 8.6, what now?", "INR 5.0 to 8.0: stop warfarin for two doses.", Fit.CONTRADICTS),
        ("The INR is 6, what now?", "INR 5.0 to 8.0: stop warfarin for two doses.", Fit.HOLDS),
        ("The INR is 6, what now?", "INR above 8.0: stop warfarin and give vitamin K.", Fit.CONTRADICTS),
        ("The INR is 6, what now?", "Tell the patient to avoid alcohol.", Fit.OPEN),
        ("The INR is 6, what now?", "eGFR below 30: halve the dose.", Fit.OPEN),
        ("What is the dose for an eGFR of 35?", "At eGFR 30 to 44 give 500 mg.", Fit.HOLDS),
        ("What is the dose for an eGFR of 20?", "At eGFR 30 to 44 give 500 mg.", Fit.CONTRADICTS),
        ("A child of 20 kg, how much?", "Under 30 kg give 5 ml.", Fit.HOLDS),
        ("A child of 40 kg, how much?", "Under 30 kg give 5 ml.", Fit.CONTRADICTS),
        ("My son is 3 years old, how much?", "Children aged 2 to 4 years take one spoon.", Fit.HOLDS),
        ("My son is 9 years old, how much?", "Children aged 2 to 4 years take one spoon.", Fit.CONTRADICTS),
        ("My son is 3 years old, how much?", "Children aged 3 take a drop.", Fit.HOLDS),
        ("My son is 5 years old, how much?", "Children under 12 years old take one spoon.", Fit.HOLDS),
        ("She is 70 years old, how much?", "People aged 65 and over take half.", Fit.HOLDS),
        ("She is 70 years old, how much?", "Children under 12 years old take one spoon.", Fit.CONTRADICTS),
    ],
)
def test_a_rule_is_for_the_case_by_its_figures(question: str, rule: str, fit: Fit) -> None:
    assert Facts.of(question).fit(rule) is fit


@pytest.mark.parametrize(
    ("question", "rule", "fit"),
    [
        ("INR high, no bleeding", "With minor bleeding: give vitamin K.", Fit.CONTRADICTS),
        ("INR high with bleeding", "No bleeding: wait.", Fit.CONTRADICTS),
        ("INR high, no bleeding", "No bleeding: wait.", Fit.HOLDS),
        ("INR high", "No bleeding: wait.", Fit.OPEN),
    ],
)
def test_a_rule_is_for_the_case_by_what_is_there_and_what_is_not(question: str, rule: str, fit: Fit) -> None:
    assert Facts.of(question).fit(rule) is fit


def test_a_question_without_a_case_is_open_to_every_rule() -> None:
    facts = Facts.of("How is warfarin monitored?")
    assert facts == Facts((), frozenset(), frozenset())
    assert facts.fit("INR above 8.0: stop.") is Fit.OPEN


def test_a_figure_that_is_waited_for_is_no_condition_of_the_case() -> None:
    assert Facts.of("Restart warfarin when the INR is below 5.0.").figures == ()
    assert Facts.of("The INR is below 5.0.").figures != ()


@pytest.mark.parametrize("text", ["a dose of 500 mg", "in 20 minutes", "version 3"])
def test_numbers_that_measure_nothing_of_the_case_are_left_out_or_named(text: str) -> None:
    assert all(figure.names.isdisjoint({"weight", "age"}) for figure in Facts.of(text).figures)


def test_open_and_strict_ends() -> None:
    assert figure(8, None, strict=True).is_within(figure(8, None))
    assert not figure(8, None).is_within(figure(8, None, strict=True)), "8 itself is not above 8"
    assert figure(None, 5).is_disjoint_from(figure(5, None, strict=True))
    assert not figure(None, 5).is_disjoint_from(figure(5, None))
    assert not figure(None, None).is_disjoint_from(figure(3, 4))
    assert figure(3, 4).is_within(figure(None, None)) and not figure(None, None).is_within(figure(3, 4))


def test_among_several_figures_one_that_holds_is_enough_and_all_must_miss_to_contradict() -> None:
    mine = figure(6, 6)
    assert mine.fit([]) is Fit.OPEN
    assert mine.fit([figure(1, 2), figure(5, 8)]) is Fit.HOLDS
    assert mine.fit([figure(1, 2), figure(7, 8)]) is Fit.CONTRADICTS
    assert mine.fit([figure(1, 6)]) is Fit.HOLDS
    assert figure(4, 6).fit([figure(5, 8)]) is Fit.OPEN, "partly inside decides nothing"


@pytest.mark.parametrize(
    ("question", "row", "other"),
    [
        ("is the canteen open on sunday?", "Day: Monday to Thursday; Opens: 07:30", True),
        ("is the canteen open on saturday?", "Day: Saturday; Opens: closed", False),
        ("is it open on tuesday", "Day: Mon-Wed; Opens: 9:00; Remark: not on Monday", False),
        ("open friday or saturday?", "Day: Saturday; Opens: 10:00", False),
        ("can i come on sunday", "Way: Express; Time: Monday", False),  # the row's case is no day
        # In prose a day may be what comes of it; a length in days names none.
        ("express ordered Friday 7pm when does it come", "After 18:00 it arrives on Monday or Tuesday.", False),
        ("ordered on Sunday, when is it here?", "Way: Standard; Time: three working days", False),
        ("is the canteen open?", "Day: Monday; Opens: 07:30", False),
    ],
)
def test_a_row_for_other_days_is_told(question: str, row: str, other: bool) -> None:
    assert Facts.of(question).is_for_other_days(row) is other
