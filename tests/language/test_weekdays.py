from __future__ import annotations

import pytest

from assistant.language.weekdays import ALL, weekdays

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("is the canteen open on sunday?", {SUN}),
        ("Day: Monday to Thursday; Opens: 07:30", {MON, TUE, WED, THU}),
        ("Mon-Fri 9 to 5", {MON, TUE, WED, THU, FRI}),
        ("Friday until Monday", {FRI, SAT, SUN, MON}),
        ("Saturdays and Sundays", {SAT, SUN}),
        ("wat time u open sat", {SAT}),
        ("Sat: 10:00 to 14:00; Sun: closed", {SAT, SUN}),
        ("On weekdays from nine", {MON, TUE, WED, THU, FRI}),
        ("closed at weekends", {SAT, SUN}),
        ("Thurs. to Sat.", {THU, FRI, SAT}),
    ],
)
def test_the_days_that_a_text_names(text: str, days: set[int]) -> None:
    assert weekdays(text) == frozenset(days)


@pytest.mark.parametrize("text", ["open daily", "every day of the year", "seven days a week"])
def test_every_day_is_all_of_them(text: str) -> None:
    assert weekdays(text) == ALL


@pytest.mark.parametrize(
    "text",
    [
        "Keep it out of the sun.",
        "She sat by the bed and the baby sat up.",
        "They wed in May.",
        "A refund takes five working days.",
        "within 3-5 business days",
        "Take one tablet a day",
        "monitor the satisfaction",
    ],
)
def test_words_that_look_like_days_name_none(text: str) -> None:
    assert weekdays(text) == frozenset()
