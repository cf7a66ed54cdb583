"""Stand-ins look like what they stand for."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import islice

import pytest

from assistant.privacy.checksums import CHECKSUMS
from assistant.privacy.surrogates import MAKERS, first_free, name_choices, shaped, shift_date


@pytest.mark.parametrize(
    ("entity", "original", "check"),
    [
        ("NHS_NUMBER", "943 476 5919", "nhs"),
        ("CREDIT_CARD", "4111 1111 1111 1111", "luhn"),
        ("NPI", "1234567893", "npi"),
    ],
)
def test_a_number_with_a_check_digit_gets_one_with_a_right_one(entity: str, original: str, check: str) -> None:
    made = list(islice(shaped(random.Random(1), entity, original), 20))
    assert all(CHECKSUMS[check](new) for new in made)
    assert all([c.isdigit() for c in new] == [c.isdigit() for c in original] for new in made)


def test_a_leading_word_stays() -> None:
    made = next(shaped(random.Random(1), "MRN", "MRN-00417X"))
    assert made.startswith("MRN-")
    assert made != "MRN-00417X"


def test_american_telephone_numbers_are_ones_that_nobody_has() -> None:
    numbers = list(islice(MAKERS["PHONE_NUMBER"](random.Random(2), "", "(415) 867-5309"), 20))
    assert len(numbers) == 20
    for made in numbers:
        assert "555-01" in made, made


def test_mail_and_pages_lie_at_reserved_domains() -> None:
    assert next(MAKERS["EMAIL_ADDRESS"](random.Random(3), "", "a@b.co")).split("@")[1].startswith("example.")
    assert next(MAKERS["URL"](random.Random(3), "", "http://x")).startswith("https://example.org/")


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("2024-02-18", "%Y-%m-%d"),
        ("18/02/2024", "%d/%m/%Y"),
        ("02/18/2024", "%m/%d/%Y"),
        ("18 February 2024", "%d %B %Y"),
    ],
)
def test_a_date_is_moved_in_its_own_form(written: str, form: str) -> None:
    assert shift_date(written, 25) == (date(2024, 2, 18) + timedelta(days=25)).strftime(form)


def test_what_is_no_full_date_is_not_moved() -> None:
    assert shift_date("Easter", 2) is None
    assert shift_date("2024-13-45", 2) is None


def test_taken_names_are_passed_over() -> None:
    assert first_free(iter(["a", "b", "c"]), {"a", "b"}.__contains__) == "c"


def test_a_name_is_chosen_from_its_own_origin_first() -> None:
    from assistant.privacy.words import name_lists

    own = name_lists().given["vietnamese"]["f"] if "vietnamese" in name_lists().given else None
    if own is None:
        pytest.skip("the lists hold no Vietnamese names")
    assert name_choices(random.Random(4), "vietnamese", "f", False)[0] in own
