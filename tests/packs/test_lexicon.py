"""Look-ups in a pack's words."""

from __future__ import annotations

import re

import pytest

from assistant.packs.lexicon import Lexicon, normal
from assistant.packs.pack import list_packs, load_pack


@pytest.fixture(scope="module")
def healthcare() -> Lexicon:
    return load_pack("healthcare").lexicon


@pytest.fixture(scope="module")
def service() -> Lexicon:
    return load_pack("customer-service").lexicon


def test_abbreviation_and_meaning_expand_to_each_other(healthcare: Lexicon) -> None:
    assert "myocardial infarction" in healthcare.expand("MI")
    assert "MI" in healthcare.expand("myocardial infarction")
    assert "heart attack" in healthcare.expand("Myocardial  Infarction")
    assert healthcare.expand("heart attack")
    assert healthcare.expand("nonsense") == ()


def test_case_is_ignored_except_for_ordinary_words(healthcare: Lexicon) -> None:
    assert healthcare.expand("inr") == healthcare.expand("INR")
    assert "aortic stenosis" in healthcare.expand("AS")
    assert healthcare.expand("as") == ()
    assert healthcare.expand("or") == ()


def test_an_ambiguous_abbreviation_does_not_join_its_meanings(healthcare: Lexicon) -> None:
    assert set(healthcare.expand("ED")) == {"emergency department", "erectile dysfunction"}
    assert "erectile dysfunction" not in healthcare.expand("emergency department")


def test_terms_in_finds_the_longest_with_offsets(healthcare: Lexicon) -> None:
    text = "After a heart attack, is the A1c or the BP more important?"
    found = list(healthcare.terms_in(text))
    assert [term for term, _, _ in found] == ["heart attack", "A1c", "BP"]
    assert all(text[start:end] == term for term, start, end in found)


def test_a_question_is_widened_once_for_each_new_term(healthcare: Lexicon) -> None:
    wider = healthcare.expand_query("Which UTI antibiotic, and is the UTI a urinary tract infection?")
    assert "urinary tract infection" not in wider
    assert "cystitis" in wider
    assert len(wider) == len(set(wider))


def test_service_abbreviations(service: Lexicon) -> None:
    assert "return merchandise authorization" in service.expand("RMA")
    assert "service level agreement" in service.expand("SLA")


def test_clinical_words_are_no_persons(healthcare: Lexicon) -> None:
    for phrase in (
        "Hemoglobin A1c",
        "Huntington",
        "Huntington's",
        "Apgar",
        "Foley",
        "Parkinson’s",
        "Glasgow",
        "Lewy body",
    ):
        assert healthcare.is_allowed(phrase), phrase
    assert not healthcare.is_allowed("Eleanor Whitcombe")


def test_groups_and_neutral_forms(healthcare: Lexicon) -> None:
    assert healthcare.groups_of("Muslim") == (("religion", "muslim"),)
    assert healthcare.groups_of("potassium") == ()
    assert healthcare.neutral["woman"] == "person"


@pytest.mark.parametrize("name", list_packs())
def test_a_neutral_form_names_no_group(name: str) -> None:
    lexicon = load_pack(name).lexicon
    sensitive = ("sex", "race", "religion", "nationality", "disability", "sexual_orientation", "insurance")
    assert lexicon.neutral
    for term, form in lexicon.neutral.items():
        assert lexicon.groups_of(term), f"{term} names no group"
        assert not {attribute for attribute, _ in lexicon.groups_of(form)} & set(sensitive), term


@pytest.mark.parametrize("name", list_packs())
def test_no_vocabulary_in_a_generalization_of_ordinary_guidance(name: str) -> None:
    lexicon = load_pack(name).lexicon
    fine = (
        "Women with two or more of dysuria, new nocturia and cloudy urine probably have an infection.",
        "For adults of Black African family origin amlodipine is the first choice.",
        "Children may drink clear fluids until 1 hour before anaesthesia.",
        "The rash may not show on dark skin.",
    )
    for sentence in fine:
        assert not any(pattern.search(sentence) for pattern in lexicon.generalizations.values()), sentence


def test_generalizations_are_found(healthcare: Lexicon, service: Lexicon) -> None:
    def names(lexicon: Lexicon, sentence: str) -> set[str]:
        return {name for name, pattern in lexicon.generalizations.items() if pattern.search(sentence)}

    assert "pain tolerance" in names(healthcare, "Black patients feel less pain.")
    assert "inborn trait" in names(healthcare, "Women are naturally emotional.")
    assert "all members" in names(healthcare, "Most immigrants don't follow advice.")
    assert "dishonesty" in names(service, "Polish customers usually haggle.")
    assert "not for them" in names(service, "This speaker is too complicated for elderly people.")


@pytest.mark.parametrize(("name", "least"), [("healthcare", 120), ("customer-service", 60)])
def test_the_lexicon_is_large_enough(name: str, least: int) -> None:
    lexicon = load_pack(name).lexicon
    assert len(lexicon.expansions) >= 2 * least
    assert len(lexicon.attributes) >= 10
    assert all(re.fullmatch(r"[a-z_]+", attribute) for attribute in lexicon.attributes)


def test_no_term_stands_for_two_groups_of_one_attribute() -> None:
    for name in list_packs():
        for attribute, groups in load_pack(name).lexicon.attributes.items():
            terms = [normal(term) for members in groups.values() for term in members]
            assert len(terms) == len(set(terms)), f"{name}: {attribute}"
