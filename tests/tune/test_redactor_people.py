"""Made-up people, places and numbers."""

from __future__ import annotations

import random

from assistant.privacy.words import name_lists
from assistant.tune import redactor_people as people


def test_many_names_stand_in_no_list_and_many_do() -> None:
    rng = random.Random(2)
    made = [people.person(rng) for _ in range(400)]
    listed = sum(name_lists().is_name(who.last.split()[-1]) for who in made) / len(made)
    assert 0.3 < listed < 0.8
    assert len({who.full for who in made}) > 390
    assert all(who.given and who.last and "\n" not in who.full for who in made)


def test_forms_are_filled_in() -> None:
    rng = random.Random(4)
    for make in (people.town, people.street, people.post_code, people.phone, people.number, people.plate):
        found = [make(rng) for _ in range(300)]
        assert len(set(found)) > 150, make.__name__
        assert not any(mark in value for value in found for mark in "@{}"), make.__name__
        assert all(value == value.strip() for value in found), make.__name__
    assert all(sum(c.isdigit() for c in people.phone(rng)) >= 6 for _ in range(300))


def test_a_mention_is_a_part_of_the_name() -> None:
    rng = random.Random(6)
    who = people.Person("Ana Marija", "van Dijk")
    ways = {people.mention(rng, who) for _ in range(200)}
    assert {"Ana Marija van Dijk", "Ana", "van Dijk"} <= ways
    assert all(way.lower().replace(",", "").replace(".", "").split()[0] in {"ana", "a", "van"} for way in ways)
