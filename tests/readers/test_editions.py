from __future__ import annotations

import pytest

from assistant.readers.editions import (
    REPLACES,
    STATUS,
    SUPERSEDED_BY,
    VALID_FROM,
    VALID_UNTIL,
    VERSION,
    day,
    edition_of,
)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            ["Tariff", "Valid from 1 March 2024 to 28 February 2025. Withdrawn."],
            {VALID_FROM: "2024-03-01", VALID_UNTIL: "2025-02-28", STATUS: "withdrawn"},
        ),
        (["Tariff (superseded)"], {STATUS: "superseded"}),
        (["Night plan, version 3, valid until 2025-03-31"], {VERSION: "3", VALID_UNTIL: "2025-03-31"}),
        (["Plan", "Version: 3.1; Valid from: January 2025"], {VERSION: "3.1", VALID_FROM: "2025-01-01"}),
        (["Plan", "Version 2 — Pharmacy — valid until March 2026"], {VERSION: "2", VALID_UNTIL: "2026-03-31"}),
        (
            ["Plan", "Dr Lee", "This guideline has been replaced by NG 12."],
            {STATUS: "superseded", SUPERSEDED_BY: "NG 12"},
        ),
        (
            ["Superseded as of 3 March 2024 by policy HR-12.", "# Leave"],
            {STATUS: "superseded", SUPERSEDED_BY: "policy HR-12"},
        ),
        (["Plan", "Replaced on 1 May 2024 by version 4"], {STATUS: "superseded", SUPERSEDED_BY: "version 4"}),
        (["Plan", "Replaces version 2"], {REPLACES: "version 2"}),
        (["Plan", "Replaces the tariff of 2023."], {REPLACES: "the tariff of 2023"}),
        (["Plan", "DRAFT"], {STATUS: "draft"}),
        (["Plan", "Expires 31.12.2025"], {VALID_UNTIL: "2025-12-31"}),
    ],
)
def test_a_document_says_which_edition_it_is(lines: list[str], found: dict[str, str]) -> None:
    assert edition_of(lines) == found


@pytest.mark.parametrize(
    "lines",
    [
        ["Offers", "The offer was withdrawn."],
        ["Offers", "The card is valid until 31 March 2025."],
        ["Cards", "Replaces lost cards within 5 days."],
        ["Withdrawn medicines", "Withdrawal symptoms"],
        ["Expired"],
        ["Orders", "What a status means:", "- Cancelled", "- Expired"],
        ["Medicines", "## Withdrawn", "Rofecoxib"],
        ["Fees", "Late fee (cancelled)"],
        ["Offers", "Offer A, withdrawn, was good."],
        ["Shop", "We sell lamps.", "Withdrawn"],
        ["History", "Version: 1; Date: 2019-01-01", "Version: 2; Date: 2020-01-01"],
        ["Membership", "Replaced by post within a week."],
    ],
)
def test_what_a_text_tells_of_other_things_is_no_edition(lines: list[str]) -> None:
    assert edition_of(lines) == {}


def test_heads_of_pages_and_properties() -> None:
    assert edition_of(["Porters"], around=["Withdrawn on 4 May 2025: do not use"]) == {STATUS: "withdrawn"}
    assert edition_of(["Porters"], around=["Hillside Hospital", "Page 1"]) == {}
    front = {"version": "4", "Valid_Until": "2024", "status": "Superseded", "author": "Version 9"}
    assert edition_of([], properties=front) == {VERSION: "4", VALID_UNTIL: "2024-12-31", STATUS: "superseded"}
    assert edition_of([], properties={"status": "under discussion", "valid_from": "soon"}) == {}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("February 2024", "2024-02-01", "2024-02-29"),
        ("5 June 2024", "2024-06-05", "2024-06-05"),
        ("June 5, 2024", "2024-06-05", "2024-06-05"),
        ("05.06.2024", "2024-06-05", "2024-06-05"),
        ("06/25/2024", "2024-06-25", "2024-06-25"),
        ("05/06/2024", "", ""),
        ("31 February 2024", "", ""),
        ("soon", "", ""),
    ],
)
def test_days(text: str, first: str, last: str) -> None:
    assert (day(text), day(text, last=True)) == (first, last)


def test_statements_side_by_side_on_one_line() -> None:
    assert edition_of(["Plan", "Version 2.1        Valid until: 31.12.2024"]) == {
        VERSION: "2.1",
        VALID_UNTIL: "2024-12-31",
    }
    assert edition_of(["Plan", "Ward 7\tDRAFT"]) == edition_of(["Plan", "Ward 7 | DRAFT"])
