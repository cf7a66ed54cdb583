"""Single segments in words."""

from __future__ import annotations

import pytest

from assistant.readers.hl7_segments import lines, words_of
from assistant.records.hl7.message import messages


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        ("PRB|AD|2025|M10^Gout^I10|1|||||||||C^Confirmed|A^Active", "Problem: Gout\nStatus: Active, Confirmed"),
        ("PRB|DE|2025|M10^Gout^I10|1", "Problem: deleted by the sender; it does not stand"),
        ("NK1|1|Berg^Kari|WIF^Wife", "Next of kin: Kari Berg\nRelation: Wife"),
        ("ZZZ|1|a^b~c", "ZZZ: 1 | a b, c"),
        ("ZZZ||", ""),
    ],
)
def test_a_segment_in_words(segment: str, words: str) -> None:
    (message,) = messages(rf"MSH|^~\&|A|B|C|D|2026||ADT^A31|M1|P|2.5{chr(13)}{segment}".encode(), "a.hl7")
    assert words_of(message.segments[-1], None) == words


def test_what_has_no_value_has_no_line() -> None:
    assert lines(("A", "1"), ("B", ""), ("C", "2")) == "A: 1\nC: 2"
