"""Names by what stands around them, with the ordinary words that look like them beside each rule. No model is asked here."""

from __future__ import annotations

import pytest

from assistant.privacy.names import find_names


def names(text: str, *voted: str) -> list[str]:
    votes = [(text.index(word), text.index(word) + len(word)) for word in voted]
    spans = sorted(find_names(text, votes), key=lambda s: (s.start, -s.end))
    return list(dict.fromkeys(text[s.start : s.end] for s in spans))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("pt asked for dr. von der leyden to ring back", "von der leyden"),
        ("seen by dr clarke this morning", "clarke"),
        ("ring her sister mary-kate o'shaughnessy at home", "mary-kate o'shaughnessy"),
        ("call mrs. abernathy before noon", "abernathy"),
    ],
)
def test_names_in_small_letters_after_a_title_or_kin(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "dr to review tomorrow",
        "dr. on call aware",
        "ms relapse treated with steroids",
        "mr imaging of the knee",
        "her sister visits daily",
        "nurse called at nine",
        "dr appointment moved",
        "mother breastfeeding well",
        "husband diabetic",
    ],
)
def test_small_letters_after_a_title_that_are_no_name(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "May cause drowsiness. May need a lower dose in older people.",
        "Will be stopped before surgery.",
        "Bill the insurer.",
        "Iris should be checked.",
        "Rose hips are allowed.\nArt therapy is offered.",
        "- Grace period: 14 days\n- Mark the box",
    ],
)
def test_the_capital_of_a_sentence_makes_no_name(text: str) -> None:
    assert names(text, text.split()[0].strip("-") or text.split()[1]) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Grace lives alone.", "Grace"),
        ("Will denies chest pain.", "Will"),
        ("He came with Bill yesterday.", "Bill"),
        ("May said that she feels well.", "May"),
    ],
)
def test_what_people_do_makes_a_name_of_such_a_word(text: str, name: str) -> None:
    assert name in names(text, name)


def test_a_found_name_comes_back_but_not_as_a_word() -> None:
    text = "Ms May Long came. May may be late. In May she was well. May be repeated. May said so."
    found = [(s.start, text[s.start : s.end]) for s in find_names(text, [])]
    hidden = {start for start, name in found if name.endswith("May")}
    assert text.index("May said") in hidden
    assert text.index("May she") not in hidden
    assert text.index("May be") not in hidden


def test_eponyms_are_left_and_their_namesakes_found() -> None:
    assert names("Parkinson's disease and a Foley catheter.") == []
    assert "Dr Parkinson" in names("Dr Parkinson changed the Foley catheter.")


@pytest.mark.parametrize(
    "text", ["Can my 14 yr old ride it?", "May her mother stay?", "Mark my parcel as fragile.", "Will our dog fit?"]
)
def test_a_question_about_ones_own_does_not_begin_with_a_name(text: str) -> None:
    assert names(text) == []
    assert names(text, text.split()[0]) == []


@pytest.mark.parametrize(
    ("text", "name"), [("Grace, my sister, will ring.", "Grace"), ("Mark wants his parcel.", "Mark")]
)
def test_a_person_who_opens_a_sentence_is_still_found(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    ("text", "voted", "name"),
    [
        ("potassium stayed at 4.6 mmol/L. Eleanor's dose was halved", "L. Eleanor", "Eleanor"),
        ("glucose 90 mg/dL. Amara Okonkwo was told", "dL. Amara Okonkwo", "Amara Okonkwo"),
        ("seen by L. Eleanor Whitcombe today", "L. Eleanor Whitcombe", "L. Eleanor Whitcombe"),
        ("signed J. Okonkwo/M. Brandt", "M. Brandt", "M. Brandt"),
        ("told mother/Jo Smith at 9", "Jo Smith", "Jo Smith"),
    ],
)
def test_the_end_of_a_unit_is_no_initial(text: str, voted: str, name: str) -> None:
    found = names(text, voted)
    assert name in found
    assert not any(one.startswith(("L. Eleanor's", "dL")) for one in found)
