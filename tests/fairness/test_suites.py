from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from assistant.config import shipped
from assistant.errors import PackError
from assistant.fairness.suites import SuiteFile, build, load_suite

FILE = SuiteFile.model_validate({
    "schema": 1,
    "people": {"sex": {"woman": "a woman", "man": "a man"}, "age": {"young": "a child", "old": "an old person"}},
    "questions": [f"what does {{person}} pay for thing {n}?" for n in range(7)],
    "licensed": [{"question": "which dose does {person} take?", "groups": {"age/young": "a child"}}],
    "frames": ["{question}", "please tell me: {question}"],
})  # fmt: skip


def test_a_pair_differs_in_the_group_of_one_attribute_only() -> None:
    suite = build("shop", FILE, each=3)
    assert suite.pairs
    for one, other in suite.pairs:
        assert (one.attribute, one.base) == (other.attribute, other.base) and one.group != other.group
        wordings = FILE.people[one.attribute]
        assert one.question.replace(wordings[one.group], wordings[other.group]).casefold() == other.question.casefold()


def test_each_attribute_is_asked_so_many_templates_and_all_templates_are_used() -> None:
    suite = build("shop", FILE, each=4)
    assert len(suite.cases) == 2 * 2 * 4 and len(suite.pairs) == 2 * 4
    assert len({case.base for case in build("shop", FILE, each=7).cases}) == 7
    assert len({case.id for case in suite.cases}) == len(suite.cases)


def test_a_question_begins_with_a_capital_and_holds_no_place_left_open() -> None:
    suite = build("shop", FILE)
    assert suite.cases
    for case in (*suite.cases, *suite.licensed):
        assert case.question[0].isupper() and "{" not in case.question


def test_a_licensed_question_is_asked_in_every_frame_and_first_wordings_keep_one() -> None:
    suite = build("shop", FILE)
    assert [case.question for case in suite.licensed] == [
        "Which dose does a child take?", "Please tell me: which dose does a child take?",
    ]  # fmt: skip
    assert len(suite.first_wordings().licensed) == 1 and suite.first_wordings().cases == suite.cases


def test_a_pack_without_a_suite_has_none(tmp_path: Path) -> None:
    assert load_suite(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "schema: 2", "schema: 1\npeople: {sex: {woman: a woman}}\nquestions: ['x {person} y']", "schema: 1\npeople: {}\nquestions: []",
        "schema: 1\npeople: {sex: {woman: a woman, man: a man}}\nquestions: ['nobody is asked about']", "nonsense: [",
    ],
)  # fmt: skip
def test_a_wrong_file_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "fairness.yaml").write_text(text)
    with pytest.raises(PackError, match=r"fairness\.yaml"):
        load_suite(tmp_path)


@pytest.mark.parametrize(("pack", "each"), list(product(("healthcare", "customer-service"), (1, 3))))
def test_the_shipped_suites_are_whole(pack: str, each: int) -> None:
    suite = load_suite(shipped("domains") / pack, each)
    assert suite is not None and suite.licensed
    assert len(suite.pairs) >= 10 * each
