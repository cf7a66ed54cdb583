from __future__ import annotations

import pytest

from assistant.readers.fhir_sentence import sentence, tagged


@pytest.mark.parametrize(
    ("subject", "parts", "said"),
    [
        ("Condition: asthma", ("active", "since 2010"), "Condition: asthma, active, since 2010."),
        ("Allergies", ("penicillin",), "Allergies: penicillin."),
        ("Condition: asthma", ("", ""), "Condition: asthma."),
        ("Allergies", (), "Allergies."),
        ("Medicine: aspirin", ("75 mg daily.",), "Medicine: aspirin, 75 mg daily."),
        ("Note:", ("",), "Note."),
        ("", (), ""),
    ],
)
def test_what_the_record_does_not_say_is_left_out(subject: str, parts: tuple[str, ...], said: str) -> None:
    assert sentence(subject, *parts) == said


def test_it_is_one_line_that_ends_with_one_full_stop() -> None:
    said = sentence("Note", "first line\nsecond   line", "third;")
    assert "\n" not in said and "  " not in said and said.endswith("third.") and not said.endswith("..")


def test_a_value_is_tagged_with_its_name_or_left_out() -> None:
    assert tagged("from", "2010") == "from 2010" and tagged("from", "") == ""
