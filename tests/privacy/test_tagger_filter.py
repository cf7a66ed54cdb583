"""What of the tagger's proposals counts."""

from __future__ import annotations

import pytest

from assistant.privacy.tagger import Proposal
from assistant.privacy.tagger_filter import SURE, accepted, beside
from assistant.types import Span


def _believed(text: str, words: str, label: str, sure: float = 0.999) -> list[str]:
    start = text.index(words)
    spans = accepted(text, [Proposal(label, start, start + len(words), sure)])
    return [span.entity for span in spans]


@pytest.mark.parametrize(
    ("text", "words", "label", "entity"),
    [
        ("spoke with wanjiru gathogo", "wanjiru gathogo", "PERSON", "PERSON"),
        ("she moved to Quixeramobim", "Quixeramobim", "TOWN", "LOCATION"),
        ("sent to 5 Dorpsstraat", "5 Dorpsstraat", "ADDRESS", "ADDRESS"),
        ("parked: KAA 123B", "KAA 123B", "PLATE", "LICENSE_PLATE"),
    ],
)
def test_what_is_sure_becomes_an_entity_of_the_policies(text: str, words: str, label: str, entity: str) -> None:
    assert _believed(text, words, label) == [entity]
    assert _believed(text, words, label, SURE[label] - 0.01) == []


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Parkinson disease was found", "Parkinson", "PERSON"),
        ("take metoprolol daily", "metoprolol", "PERSON"),
        ("moved to California", "California", "TOWN"),
        ("the pneumonia ward", "pneumonia", "TOWN"),
        ("seen on 3 May", "3 May", "DATE"),
        ("a - b", "-", "ADDRESS"),
    ],
)
def test_clinical_words_wide_places_and_what_the_rules_do_better_do_not(text: str, words: str, label: str) -> None:
    assert _believed(text, words, label) == []


def test_an_order_number_stays_and_a_members_goes() -> None:
    assert _believed("order 4471-AB-9 was late", "4471-AB-9", "NUMBER") == []
    assert _believed("member no 4471-AB-9", "4471-AB-9", "NUMBER") == ["ID"]


def test_a_rules_span_keeps_its_own_and_the_rest_is_added() -> None:
    text = "SSN 219-09-9999, flat 4"
    rule = Span("US_SSN", 4, 15, 0.85)
    assert beside(text, [Span("ID", 0, 15, 0.55)], [rule]) == [], "the word before it is no number"
    assert beside(text, [Span("ADDRESS", 4, 23, 0.55)], [rule]) == [Span("ADDRESS", 17, 23, 0.55)]
    assert beside(text, [Span("ADDRESS", 17, 23, 0.55)], []) == [Span("ADDRESS", 17, 23, 0.55)]


@pytest.mark.parametrize(
    ("text", "words", "kept"),
    [
        ("Sam rang. Readings 1607635102.00 -0.96", "1607635102.00 -0.96", []),
        ("a balance of 12345678,90 paid", "12345678,90", []),
        ("ring her under 06.12.34.56.78 today", "06.12.34.56.78", ["PHONE_NUMBER"]),
        ("ring her under 020 7946 0991. Then", "020 7946 0991", ["PHONE_NUMBER"]),
    ],
)
def test_a_decimal_number_is_no_phone(text: str, words: str, kept: list[str]) -> None:
    assert _believed(text, words, "PHONE") == kept


def _hidden(text: str, words: str, label: str, sure: float = 0.99) -> list[str]:
    start = text.index(words)
    return [
        text[s.start : s.end] for s in accepted(text, [Proposal(label, start, start + len(words), sure, common=False)])
    ]


@pytest.mark.parametrize(
    ("text", "words", "hidden"),
    [
        ("her BSN 123456782 is on file", "123456782", ["123456782"]),
        ("KV-Nr. 2847 031148, address", "KV-Nr. 2847 031148", ["2847 031148"]),
        ("PESEL 44051401359", "PESEL 44051401359", ["44051401359"]),
        ("PLT 2500000/µl today", "2500000", []),
        ("RMA 4410092817", "4410092817", []),
        ("PZN 01234567 was given", "01234567", []),
        ("PO no. 4500012345", "4500012345", []),
        ("order 4410092817 was late", "4410092817", []),
        ("WBC 12.4", "12.4", []),
    ],
)
def test_a_long_number_behind_a_countrys_letters_is_somebodys_and_that_of_goods_stays(
    text: str, words: str, hidden: list[str]
) -> None:
    assert _hidden(text, words, "NUMBER") == hidden


@pytest.mark.parametrize(
    ("text", "words", "label", "hidden"),
    [
        ("one went to Calea Lunii 14, one here", "Calea Lunii", "PERSON", ["Calea Lunii 14"]),
        ("she lives at 12 makai pl\nnow", "12 makai", "ADDRESS", ["12 makai pl"]),
        ("they live in Ostry 88 and farm", "Ostry", "TOWN", ["Ostry 88"]),
        ("give it to Wanjiru 2 days later", "Wanjiru", "PERSON", ["Wanjiru"]),
        ("Wanjiru 14, Okello 12", "Wanjiru", "PERSON", ["Wanjiru"]),
        ("the van, plate 01 KG 482 ABC, blocks it", "KG 482 ABC", "PLATE", ["01 KG 482 ABC"]),
        ("van KAA 123B is 4 years old", "KAA 123B", "PLATE", ["KAA 123B"]),
    ],
)
def test_a_street_goes_with_its_house_number_and_a_plate_with_its_groups(
    text: str, words: str, label: str, hidden: list[str]
) -> None:
    assert _hidden(text, words, label) == hidden


@pytest.mark.parametrize(
    ("text", "words", "hidden"),
    [
        ("bought on 2/11. It smells", "2/11", ["2/11"]),
        ("pain was 2/10 at noon", "2/10", []),
        ("since the spring", "the spring", []),
        ("on 31/45 beds", "31/45", []),
    ],
)
def test_a_day_and_a_month_are_believed_behind_words_of_time_alone(text: str, words: str, hidden: list[str]) -> None:
    assert _hidden(text, words, "DATE") == hidden


def test_the_last_group_of_a_plate_is_added_to_a_rules_span() -> None:
    text = "plate 01 KG 482 ABC here"
    rule = Span("LICENSE_PLATE", 6, 15, 0.8)
    assert beside(text, [Span("LICENSE_PLATE", 6, 19, 0.55)], [rule]) == [Span("LICENSE_PLATE", 16, 19, 0.55)]


def test_the_name_of_a_key_is_no_user() -> None:
    assert _hidden('{"employee_id": "EMP-36905"}', "employee_id", "USER") == []
    assert _hidden('{"login": "nia_bakes"}', "nia_bakes", "USER") == ["nia_bakes"]
    assert _hidden("nia_bakes: my kettle leaks", "nia_bakes", "USER") == ["nia_bakes"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Id: gap-vitb12; Marker: Vitamin B12; Low: 180", "gap-vitb12"),
        ("The interval_months for gap-potassium is 12.", "interval_months"),
        ("interval_months: 6; source: LGH-CG-002", "interval_months"),
        ('{"id": "gap-bp", "title": "Blood pressure"}', "gap-bp"),
        ("id: gap-ferritin; comment: see gap-vitb12", "gap-vitb12"),
        ("delivery-zone3 costs 4.90 to 9.90", "delivery-zone3"),
    ],
)
def test_keys_of_records_and_names_of_columns_are_no_user_names(text: str, words: str) -> None:
    assert _believed(text, words, "USER") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Id: okafor_n3; ward: 4; bed: 12", "okafor_n3"),  # a name in it
        ("logged in as dark-knight99 at nine", "dark-knight99"),  # an account before it
        ("dark-knight99 wrote that the parcel is late", "dark-knight99"),  # somebody acts
        ("blue_tiger: is the desk open today?", "blue_tiger"),  # a line of a chat
        ("<blue_tiger> : hello", "blue_tiger"),
        ("the parcel of @blue-tiger is late", "@blue-tiger"),
        ("find me on insta, gap-year22", "gap-year22"),
    ],
)
def test_a_user_name_of_ordinary_words_stays_one_where_an_account_or_a_writer_is_near(text: str, words: str) -> None:
    assert _believed(text, words, "USER") == ["USERNAME"]


def test_a_word_that_no_vocabulary_holds_is_a_user_name_wherever_it_stands() -> None:
    start = (text := "Id: jqsmth42; ward: 4").index("jqsmth42")
    proposal = Proposal("USER", start, start + 8, 0.999, common=False)
    assert [span.entity for span in accepted(text, [proposal])] == ["USERNAME"]
