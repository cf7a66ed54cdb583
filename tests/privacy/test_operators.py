"""What stands in an identifier's place, each operator by itself, over a map in memory."""

from __future__ import annotations

import pytest

from assistant.privacy.operators import OPERATORS, Replacer, date_shift, generalize, hashed, mask, pseudonym
from assistant.privacy.pseudonyms import MemoryMap


@pytest.fixture
def replacer() -> Replacer:
    return Replacer(MemoryMap(), "patient-1")


@pytest.mark.parametrize(
    ("entity", "original", "general"),
    [
        ("DATE", "12 March 1961", "1961"),
        ("DATE_OF_BIRTH", "04/12/1961", "1961"),
        ("DATE", "12 March", "<DATE>"),
        ("DATE", "room 12034", "<DATE>"),
        ("AGE", "93 years", "90+"),
        ("ADDRESS", "1 High St, Ware, CA 94110", "941**"),
        ("ADDRESS", "1 High St, VT 05901-1234", "000**"),
        ("ADDRESS", "2 Low St, MN 55601", "000**"),
        ("ADDRESS", "1 High St, Ware", "<ADDRESS>"),
        ("PHONE", "555-0142", "<PHONE>"),
    ],
)
def test_safe_harbor_forms(replacer: Replacer, entity: str, original: str, general: str) -> None:
    assert generalize(replacer, entity, original) == general, "ZIP areas of few people (059, 556) have no digits left"


def test_one_name_has_one_stand_in_in_a_scope_and_another_in_the_next() -> None:
    kept = MemoryMap()
    one, other = Replacer(kept, "patient-1"), Replacer(kept, "patient-2")
    first = pseudonym(one, "PERSON", "Amara Okonkwo")
    assert first != "Amara Okonkwo" and pseudonym(one, "PERSON", "Amara Okonkwo") == first
    assert pseudonym(other, "PERSON", "Amara Okonkwo") != first
    assert pseudonym(one, "PERSON", first) == first, "what was given out stays as it is"


def test_a_surname_alone_and_the_name_turned_round_belong_to_the_same_person(replacer: Replacer) -> None:
    replacer.meet([("PERSON", "Amara Okonkwo"), ("PERSON", "Okonkwo")])
    given, surname = pseudonym(replacer, "PERSON", "Amara Okonkwo").split()
    assert pseudonym(replacer, "PERSON", "Okonkwo") == surname
    assert pseudonym(replacer, "PERSON", "Okonkwo, Amara") == f"{surname}, {given}"
    assert pseudonym(replacer, "PERSON", "Dr Okonkwo") == f"Dr {surname}"
    assert pseudonym(replacer, "PERSON", "A. Okonkwo") == f"{given[0]}. {surname}"


def test_dates_of_a_scope_move_together_and_are_moved_once(replacer: Replacer) -> None:
    from datetime import date

    first, second = (date.fromisoformat(date_shift(replacer, "DATE", day)) for day in ("2024-03-01", "2024-03-11"))
    assert (second - first).days == 10 and first != date(2024, 3, 1)
    later = Replacer(replacer.pseudonyms, "patient-1")
    assert date_shift(later, "DATE", first.isoformat()) == first.isoformat(), "a later pass leaves it"
    assert date_shift(replacer, "DATE", "March") == "<DATE>" and date_shift(replacer, "PERSON", "Ann") == "<PERSON>"


def test_what_is_shown_of_a_kept_text_moves_again_and_never_back_to_the_day() -> None:
    for n in range(30):
        pseudonyms = MemoryMap()
        kept = Replacer(pseudonyms, f"s{n}", kept=True).days()
        shown = Replacer(pseudonyms, f"s{n}").days()
        assert 1 <= abs(kept) <= 365 and 366 <= abs(shown) <= 730 and kept + shown != 0


def test_numbers_keep_their_shape_and_secrets_are_never_made_up(replacer: Replacer) -> None:
    number = pseudonym(replacer, "MRN", "48213377")
    assert number != "48213377" and len(number) == 8 and number.isdigit()
    assert pseudonym(replacer, "SECRET", "hunter2") == "<SECRET>" and pseudonym(replacer, "AGE", "91") == "90+"


def test_a_mask_tells_the_length_alone_and_a_hash_depends_on_scope_and_key(replacer: Replacer) -> None:
    assert mask(replacer, "PERSON", "Ann Lee") == "*" * 7
    first = hashed(replacer, "MRN", "4711")
    assert first == hashed(replacer, "MRN", "4711") and "4711" not in first
    assert first != hashed(Replacer(replacer.pseudonyms, "patient-2"), "MRN", "4711")
    assert first != hashed(Replacer(MemoryMap(), "patient-1"), "MRN", "4711")


@pytest.mark.parametrize("name", sorted(OPERATORS))
@pytest.mark.parametrize(("entity", "original"), [("PERSON", "Amara Okonkwo"), ("MRN", "48213377"), ("DATE", "2024-03-01"),
    ("EMAIL", "amara@example.org"), ("SECRET", "hunter2")])  # fmt: skip
def test_no_operator_lets_the_original_through(replacer: Replacer, name: str, entity: str, original: str) -> None:
    assert original not in OPERATORS[name](replacer, entity, original)


def test_no_name_is_drawn_for_itself() -> None:
    """A stand-in is drawn from a list that holds the original: a given name alone met itself in one of a hundred scopes."""
    kept = MemoryMap(b"k" * 32)
    names = ("Latoya", "Sakura", "Yuki", "Cécile", "Linh", "Huong", "Antonella", "Roland")
    drawn = [(name, pseudonym(Replacer(kept, f"{name} {n}"), "PERSON", name)) for name in names for n in range(60)]
    assert [name for name, other in drawn if other == name] == []
    assert len({other for _, other in drawn}) > 100, "and it is another name from scope to scope"
