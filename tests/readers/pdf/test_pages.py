from __future__ import annotations

from assistant.readers.pdf.pages import PageWords
from assistant.readers.pdf.words import Upright, Word
from readers.pdf.placed import word


def test_its_words_are_those_of_the_main_direction() -> None:
    along, up = word("along", 0), word("up", 0)
    page = PageWords(3, [Upright([along]), Upright([up], angle=90)], [])
    assert page.words == [along] and not page.empty and page.sure and page.losses == []


def test_a_page_of_pictures_or_of_struck_words_holds_none() -> None:
    struck = Word([], 0, 0, 10, 10, 10, 10)
    assert PageWords(1, [], []).words == [] and PageWords(1, [], []).empty
    assert PageWords(1, [Upright([struck])], []).empty
    assert not PageWords(1, [Upright([]), Upright([word("margin", 0)], angle=90)], []).empty
