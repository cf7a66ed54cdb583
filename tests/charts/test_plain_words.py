from __future__ import annotations

from pathlib import Path

import pytest

from assistant.charts.plain_words import PlainWords, plain_words
from assistant.errors import PackError
from assistant.packs.pack import load_pack


class _Pack:
    def __init__(self, root: Path) -> None:
        self.root = root


def test_the_shipped_phrases_are_plain_and_say_who_approved_them() -> None:
    from assistant.language.grade import grade

    words = plain_words(load_pack("healthcare"))
    assert words.approved_by and words.approved_on
    assert words.problem("heart FAILURE") and words.medicine("Ramipril 2.5 mg capsule") and words.test("potassium")
    assert words.problem("Kabuki syndrome") == "" and words.medicine("Unknownum 5 mg") == ""
    phrases = [*words.problems.values(), *words.medicines.values(), *words.tests.values()]
    hard = [phrase for phrase in phrases if grade(f"{phrase}.") > 9]
    assert len(hard) <= len(phrases) // 10, hard


def test_a_pack_without_phrases_has_none_and_a_wrong_file_names_its_line(tmp_path: Path) -> None:
    assert plain_words(_Pack(tmp_path)) == PlainWords()  # type: ignore[arg-type]
    (tmp_path / "plain_words.yaml").write_text('schema: 1\napproved_by: x\napproved_on: "2026-01-15"\nproblem: {}\n')
    with pytest.raises(PackError, match="problem") as raised:
        plain_words(_Pack(tmp_path))  # type: ignore[arg-type]
    assert raised.value.line == 4
