"""Names that were found, wherever they come back."""

from __future__ import annotations

from assistant.privacy.mentions import chained, places

TEXT = "Ms. Nakamura-Ortiz met J. Nakamura; nakamura@example.org wrote to Nakamuras and to Nakamura's aunt."


def test_a_word_stands_by_itself_or_not_at_all() -> None:
    assert [TEXT[a:b] for a, b in places(TEXT, "Nakamura")] == ["Nakamura"] * 3
    assert list(places("", "Nakamura")) == []


def test_initials_ahead_belong_to_the_name_and_mailboxes_do_not() -> None:
    assert [TEXT[a:b] for a, b in chained(TEXT, {"Nakamura"})] == ["J. Nakamura", "Nakamura"]


def test_neighbours_and_particles_are_one_stretch() -> None:
    text = "Juan de la Cruz Mendoza came; the Cruz family and a friend of Cruz stayed."
    found = [text[a:b] for a, b in chained(text, {"Juan", "Cruz", "Mendoza"})]
    assert found == ["Juan", "de la Cruz Mendoza", "Cruz", "Cruz"]
