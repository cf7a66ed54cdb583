"""Written questions: answers found where they stand, rows as they are read, documents that are never trained on."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.errors import ReaderError
from assistant.tune import written_questions as written

LIBRARY = """# Larch Library

## Opening hours

| Day | Main hall | Study rooms |
|---|---|---|
| Saturday | 9:00 to 17:00 | 10:00 to 15:00 |
| Sunday | closed | closed |

## Loans

Adults may borrow up to **twelve** books for three weeks. Children may borrow six.

To join, bring:

- a photo identity card
- a proof of address
"""


class Letters:
    """An embedder by counted letters: enough to rank two passages."""

    def query(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        counts = np.array([[text.lower().count(chr(97 + i)) + 0.1 for i in range(26)] for text in texts], np.float32)
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


def collection(folder: Path, *questions: dict[str, object]) -> Path:
    folder.mkdir()
    (folder / "library.md").write_text(LIBRARY, "utf-8")
    lines = [json.dumps({"doc": "library.md", "kind": "plain", **question}) for question in questions]
    (folder / "questions.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("answer", "held"),
    [
        ("| Saturday | 9:00 to 17:00 | 10:00 to 15:00 |", "Day: Saturday; Main hall: 9:00 to 17:00"),
        ("Adults may borrow up to **twelve** books for three weeks.", "Adults may borrow up to twelve books"),
        ("a proof of address", "a proof of address"),
    ],
)
def test_an_answer_is_found_as_row_sentence_or_item(tmp_path: Path, answer: str, held: str) -> None:
    parts = written.passages_of(collection(tmp_path / "c", {"question": "?", "answers": []}))
    found = [(piece.text, at) for piece in parts if (at := written.locate(answer, piece.text)) is not None]
    ((text, (start, end)),) = found
    assert text[start:end].startswith(held)


def test_a_row_with_another_cell_is_not_the_answer() -> None:
    assert written.locate("| Sunday | 9:00 |", "Day: Sunday; Hall: closed\n\nDay: Saturday; Hall: 9:00") is None


def test_a_question_gets_the_passage_that_answers_and_those_near_that_do_not(tmp_path: Path) -> None:
    asked = {"question": "what do i bring to join", "answers": ["a photo identity card", "a proof of address"]}
    folder = collection(tmp_path / "c", asked)
    parts, (question,) = written.passages_of(folder), written.questions_of(folder)
    rows = list(written.rows(question, parts, written.searched(parts, Letters())))
    assert [row.label for row in rows] == [1, 0]
    told, other = rows
    assert told.passage[told.start : told.end].startswith("a photo") and told.passage[told.start : told.end].endswith(
        "address"
    )
    assert told.loose and told.title == "Larch Library — Loans"
    assert other.weight < told.weight and other.start == -1


def test_an_unanswerable_question_has_only_passages_that_do_not_answer(tmp_path: Path) -> None:
    folder = collection(tmp_path / "c", {"question": "what does it cost to join", "answers": []})
    parts, (question,) = written.passages_of(folder), written.questions_of(folder)
    rows = list(written.rows(question, parts, written.searched(parts, Letters())))
    assert rows and {row.label for row in rows} == {0}


def test_a_row_is_shown_under_its_heading_with_its_answer_in_place(tmp_path: Path) -> None:
    folder = collection(tmp_path / "c", {"question": "how many books?", "answers": ["Children may borrow six."]})
    parts, (question,) = written.passages_of(folder), written.questions_of(folder)
    (row, *_) = written.rows(question, parts, written.searched(parts, Letters()))
    shown = written.shown(row, random.Random(1))
    assert shown is not None
    assert shown.passage.startswith("Larch Library — Loans — ")
    assert shown.passage[shown.start : shown.end] == "Children may borrow six."


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    folder = collection(tmp_path / "c", {"question": "how many?", "answers": []})
    (folder / "questions.jsonl").write_text('{"doc": "a.md"}\n', "utf-8")
    with pytest.raises(ReaderError, match="not a written question") as error:
        written.questions_of(folder)
    assert error.value.line == 1


def test_a_folder_without_collections_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="no collection"):
        written.collections(tmp_path)


def test_every_written_answer_stands_in_its_document_and_a_sixth_is_held_out() -> None:
    held, asked, lost = set(), set(), []
    for folder in written.collections():
        parts = written.passages_of(folder)
        for question in written.questions_of(folder):
            (held if question.held else asked).add((folder.name, question.document))
            own = [piece.text for piece in parts if piece.document == question.document]
            lost += [a for a in question.answers if not any(written.locate(a, text) for text in own)]
    assert not held & asked
    assert 0.1 < len(held) / len(held | asked) < 0.25
    assert lost == []


def test_questions_on_a_packs_documents_name_them_from_the_root_of_the_checkout() -> None:
    folder = written.FOLDER / "customer-service-pack"
    parts = written.passages_of(folder)
    asked = {one.document for one in written.questions_of(folder)}
    assert {piece.document for piece in parts} == asked
    assert all(name.startswith("domains/customer-service/documents/") for name in asked)
