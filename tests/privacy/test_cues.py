"""The patterns around names, each with what it takes for one and what it must leave alone."""

from __future__ import annotations

import pytest
import regex

from assistant.privacy import cues


def names(pattern: regex.Pattern[str], text: str) -> list[str]:
    return [match["name"] for match in pattern.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (cues.TITLED, "Seen by Dr Amara Osei today.", ["Amara Osei"]),
        (cues.TITLED, "Mrs. van der Berg called.", []),
        (cues.TITLED, "The doctor is in.", []),
        (cues.CREDENTIALED, "Amara Osei, MD, FRCP", ["Amara Osei"]),
        (cues.CREDENTIALED, "Take Vitamin D daily", []),
        (cues.HEADED, "Patient: Amara Osei", ["Amara Osei"]),
        (cues.HEADED, "Next of kin: Osei, Amara B.", ["Osei, Amara B."]),
        (cues.HEADED, "Diagnosis: Gout", []),
        (cues.HEADED_WEAK, "cc: Lena Brandt", ["Lena Brandt"]),
        (cues.INTRODUCED, "my name is Lena Brandt and", ["Lena Brandt"]),
        (cues.INTRODUCED, "The brand name of it is unknown", []),
        (cues.WEAKLY, "I spoke to Lena Brandt about it", ["Lena Brandt"]),
        (cues.WEAKLY, "I spoke to the nurse", []),
        (cues.FOREIGN, "Patient 田中太郎 was seen", None),
        (cues.STARRED, "by J*** S***", None),
    ],
)
def test_a_pattern_takes_the_name_and_no_more(pattern: regex.Pattern[str], text: str, found: list[str] | None) -> None:
    if found is None:
        assert pattern.search(text)
    else:
        assert names(pattern, text) == found


@pytest.mark.parametrize("text", ["Jean-Luc O'Neill", "María García López", "Ludwig van der Berg", "J Smith"])
def test_a_sequence_is_one_name(text: str) -> None:
    assert names(cues.SEQUENCES, f"with {text}.")[-1].rstrip(".") == text.rstrip(".")


def test_what_follows_a_person_and_what_stands_before_a_place() -> None:
    assert cues.VERB_AFTER.match(" was discharged") and cues.VERB_AFTER.match("'s denied")
    assert not cues.VERB_AFTER.match(" syndrome") and not cues.VERB_AFTER.match(" wasp")
    assert cues.PLACE_BEFORE.search("she lives in ") and not cues.PLACE_BEFORE.search("she was seen by ")


@pytest.mark.parametrize("text", ["Dr " * 400, "A. " * 400, "Patient: " * 200, "van " * 400 + "Berg", "A-" * 600])
def test_no_text_makes_a_pattern_run_away(text: str) -> None:
    found = [p for p in vars(cues).values() if isinstance(p, regex.Pattern)]
    assert len(found) > 10
    for pattern in found:
        sum(1 for _ in pattern.finditer(text, timeout=10))
