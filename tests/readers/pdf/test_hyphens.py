from __future__ import annotations

from assistant.readers.pdf.hyphens import Vocabulary, join


def joined(*lines: str, known: str = "") -> str:
    return join(lines, Vocabulary.of([known, *lines])).text


def test_a_torn_word_known_to_the_document_is_joined() -> None:
    assert joined("The treat-", "ment is long.", known="The treatment works.") == "The treatment is long."


def test_a_document_that_tears_words_tears_unknown_ones_too() -> None:
    known = "The treatment works."
    assert (
        joined("The treat-", "ment and the reco-", "very go on.", known=known)
        == "The treatment and the recovery go on."
    )


def test_a_compound_keeps_its_hyphen_where_nothing_is_torn() -> None:
    assert joined("Give a beta-", "blocker.") == "Give a beta-blocker."
    assert joined("Take an X-", "ray now.") == "Take an X-ray now."


def test_a_compound_that_stands_elsewhere_keeps_its_hyphen_in_a_document_that_tears() -> None:
    known = "The treatment. A follow-up visit."
    assert (
        joined("The treat-", "ment has a follow-", "up visit.", known=known) == "The treatment has a follow-up visit."
    )


def test_two_words_of_the_document_keep_their_hyphen() -> None:
    known = "The treatment of a short illness by acting early."
    assert joined("The treat-", "ment is short-", "acting.", known=known) == "The treatment is short-acting."


def test_a_hanging_hyphen_keeps_its_blank() -> None:
    assert joined("Use pre-", "and post-operative forms.") == "Use pre- and post-operative forms."


def test_ranges_and_thousands_stay_whole() -> None:
    assert joined("Take 5-", "10 mg a day.") == "Take 5-10 mg a day."
    assert joined("Never over 1,", "000 mg.") == "Never over 1,000 mg."


def test_a_year_or_a_list_before_a_number_is_no_thousand() -> None:
    assert join(["In 2019,", "300 people came."], Vocabulary.of([])).text == "In 2019, 300 people came."
    assert join(["In 2019,", "300 people came."], Vocabulary.of([])).sure


def test_a_number_that_may_be_torn_is_not_sure() -> None:
    found = join(["Give 5,", "300 mg at most."], Vocabulary.of([]))
    assert not found.sure


def test_a_dash_between_words_stays() -> None:
    assert joined("The ward –", "the old one – is closed.") == "The ward – the old one – is closed."


def test_soft_hyphens_go() -> None:
    assert joined("The recom\u00ad", "mendation") == "The recommendation"
