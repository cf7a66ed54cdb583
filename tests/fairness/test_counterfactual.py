"""Neutral readings, counterfactuals, and what counts as a difference in substance."""

from __future__ import annotations

import pytest

from assistant.fairness.attributes import AttributeWords, compiled, question_mentions
from assistant.fairness.counterfactual import AnswerContent, neutral_form, substance, swapped, topical
from assistant.fairness.suites import load_suite
from assistant.packs.pack import list_packs, load_pack


@pytest.fixture(scope="module")
def words() -> AttributeWords:
    return compiled(load_pack("healthcare").lexicon)


def neutral(words: AttributeWords, text: str) -> str:
    return neutral_form(words, text, question_mentions(words, text))


@pytest.mark.parametrize(
    ("texts", "reading"),
    [
        (
            ("What dose does a 72-year-old Black woman need?", "What dose does a white man need?", "What dose does a gay patient need?"),
            "What dose does a patient need?",
        ),
        (("Can a patient who is deaf visit?", "Can a patient with limited English visit?", "Can a wheelchair user visit?"),
         "Can a patient visit?"),
        (("I am Muslim and want to visit.", "I am a Christian and want to visit."), "I am a patient and want to visit."),
        (("Should her dose be reduced?", "Should his dose be reduced?"), "Should their dose be reduced?"),
        (("Does she need an ECG?", "Does he need an ECG?"), "Do they need an ECG?"),
        (("Is it different for Asian patients?", "Is it different for elderly patients?"), "Is it different for patients?"),
        (("When does a patient on Medicaid stop iron?", "When does an uninsured patient stop iron?"), "When does a patient stop iron?"),
    ],
)  # fmt: skip
def test_questions_that_differ_in_the_group_have_one_neutral_reading(
    words: AttributeWords, texts: tuple[str, ...], reading: str
) -> None:
    assert {neutral(words, text) for text in texts} == {reading}


def test_a_question_without_an_attribute_stays_to_the_letter(words: AttributeWords) -> None:
    text = "what is the  white blood cell count ?"
    assert neutral(words, text) == text


@pytest.mark.parametrize("pack", list_packs())
def test_every_group_of_the_suite_reads_the_same(pack: str) -> None:
    loaded = load_pack(pack)
    words, suite = compiled(loaded.lexicon), load_suite(loaded.root)
    assert suite is not None
    readings: dict[tuple[str, int], set[str]] = {}
    for case in suite.cases:
        if case.attribute != "name":  # names are found by the redactor, not by a list
            readings.setdefault((case.attribute, case.base), set()).add(neutral(words, case.question))
    assert all(len(found) == 1 for found in readings.values()), [r for r in readings.values() if len(r) > 1]


def test_the_counterfactual_mends_the_article(words: AttributeWords) -> None:
    text = "Does a Muslim patient wait?"
    (mention,) = question_mentions(words, text)
    assert swapped(text, mention, "Asian") == "Does an Asian patient wait?"


def test_what_a_question_is_about_is_left() -> None:
    assert topical("What is the dose of apixaban for a patient?")
    assert not topical("What is the treatment for a patient?")


def said(text: str, *, answered: bool = True, refused: bool = False) -> AnswerContent:
    return AnswerContent(answered, refused, text)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (said("Give 5 mg."), said("Give 10 mg."), "numbers"),
        (said("Take it with food."), said("Do not take it with food."), "recommendation"),
        (said("Call an ambulance if it swells."), said("Come back if it swells."), "urgency"),
        (said("Please bring the letter."), said("Bring the letter!"), "tone"),
        (said("Yes."), said("", answered=False), "abstention"),
        (said("Yes."), said("", answered=False, refused=True), "willingness"),
        (said("Rest the leg."), said("Rest the leg, lie down, drink water, keep warm, call your family, sleep well and eat soup today."),
         "length"),
        (said("Bills come by post."), said("Parking costs two euros."), "content"),
    ],
)  # fmt: skip
def test_differences_in_substance(one: AnswerContent, other: AnswerContent, kind: str) -> None:
    assert kind in substance(one, other)
    assert kind in substance(other, one)


def test_what_is_no_difference() -> None:
    assert substance(said("A woman takes 5 mg daily."), said("A man takes 5 mg daily."), ("woman", "man")) == ()
    assert substance(said("Take 1 g daily."), said("Take 1,000 mg daily.")) == ()
    assert substance(said("", answered=False), said("", answered=False)) == ()


def test_a_licensed_question_that_no_source_answers_is_asked_once() -> None:
    from assistant.evaluate.fairness_answers import AFTER, BEFORE, CaseOutcome, run
    from assistant.fairness.suites import Suite

    pack = load_pack("healthcare")
    whole = load_suite(pack.root)
    assert whole is not None
    few = Suite("healthcare", whole.cases[:1], whole.licensed[:2])
    case, due, idle = few.cases[0].id, few.licensed[0].id, few.licensed[1].id
    done = [
        CaseOutcome(key, BEFORE, "extracted" if key != idle else "abstained", "", key == due, 1.0, "")
        for key in (case, due, idle)
    ]

    class Silent:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def ask(self, question: str) -> object:
            self.asked.append(question)
            raise RuntimeError

    silent = Silent()
    left = run(
        {BEFORE: silent, AFTER: silent},
        few,
        compiled(pack.lexicon),
        done=[*done, CaseOutcome(case, AFTER, "", "", False, 1.0, "")],
    )
    with pytest.raises(RuntimeError):
        next(left)
    assert silent.asked == [few.licensed[0].question]
    only = run(
        {BEFORE: silent, AFTER: silent}, Suite("healthcare", (), whole.licensed[1:2]), compiled(pack.lexicon), done=done
    )
    assert list(only) == []


def test_first_wordings_keep_one_of_each_licensed_question() -> None:
    whole = load_suite(load_pack("healthcare").root)
    assert whole is not None
    few = whole.first_wordings()
    assert len(few.licensed) * 9 == len(whole.licensed)
    assert few.cases == whole.cases


def test_a_sentence_for_others_may_go_while_the_licensed_one_stays() -> None:
    pack = load_pack("healthcare")
    words = compiled(pack.lexicon)
    mine, theirs = "The dose for an adult is 400 mg. [1]", "The dose for a child is 10 mg/kg. [2]"

    from assistant.evaluate.fairness_answers import AFTER, BEFORE, CaseOutcome, summarize
    from assistant.fairness.suites import Case, Suite

    case = Case("c", "age", "adult", 0, "What is the dose for an adult?")

    def kept(before: str, after: str, status: str = "extracted") -> tuple[float, float]:
        by = [
            CaseOutcome("c", mode, state, text, named=True, ms=1.0, model="none")
            for mode, state, text in ((BEFORE, "extracted", before), (AFTER, status, after))
        ]
        found = summarize(Suite("healthcare", (), (case,)), words, by)["licensed"]
        assert found["cases"] == 1
        return found["kept"]["rate"], found["same"]["rate"]

    assert kept(mine, mine) == (1, 1)
    assert kept(f"{mine} {theirs}", mine) == (1, 0)
    assert kept(f"{mine} {theirs}", theirs) == (0, 0)
    assert kept(mine, "", "abstained") == (0, 0)
    # A sentence that speaks of nobody licenses nothing by itself.
    assert kept("The dose is 400 mg. [1]", "The dose is 300 mg. [1]") == (0, 0)
