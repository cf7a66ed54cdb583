"""A question about somebody by name against passages on others, with the real redactor."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.packs.pack import load_pack
from assistant.policy.checks.persons import Params, check
from assistant.privacy.redact import build_redactor
from assistant.protocols import Outcome, Subject
from assistant.types import Passage, Stage
from tests.policy.support import READER

GUIDELINE = "Warfarin is stopped 5 days before elective surgery."
LATER = "She takes metformin and has no allergies."


class Vault:
    """Documents by id."""

    def document(self, document_id: str) -> Any:
        if document_id != "letter":
            raise UsageError("no such document")
        return SimpleNamespace(text=f"Clinic letter\nPatient: Maria Lindholm\nMRN: 6103355\n\n{LATER}")


@pytest.fixture(scope="module")
def tools(models: Path) -> Any:
    return SimpleNamespace(redactor=build_redactor(load_pack("healthcare")), vault=Vault())


def judge(tools: Any, text: str, persons: tuple[str, ...] = ("Greta Holm",), **place: Any) -> Outcome:
    asked = place.pop("asked", "")
    passage = Passage(1, place.pop("document", "other"), place.pop("title", "Title"), text, 0, len(text), **place)
    return check(
        Params(), Subject(Stage.CONTEXT, text, READER, admitted=asked, persons=persons, passage=passage), tools
    )


def test_a_question_that_names_nobody_may_read_everything(tools: Any) -> None:
    assert judge(tools, "Patient: Maria Lindholm, MRN: 6103355.", ()).ok


def test_another_persons_note_is_not_read(tools: Any) -> None:
    assert not judge(tools, "Patient: Maria Lindholm. She takes metformin.").ok
    assert not judge(tools, "MRN: 6103355. Takes metformin.").ok
    assert not judge(tools, LATER, title="Letter about Mrs. Maria Lindholm").ok
    assert not judge(tools, LATER, locator="Patient/8uw9b69r").ok


def test_a_later_part_of_a_note_is_told_by_its_documents_head(tools: Any) -> None:
    assert not judge(tools, LATER, document="letter").ok
    assert judge(tools, LATER).ok


def test_guidelines_and_the_person_asked_for_are_read(tools: Any) -> None:
    assert judge(tools, GUIDELINE).ok
    assert judge(tools, "Mrs. Greta Holm takes metformin.", ("Greta Holm", "Mrs. Greta Holm")).ok


@pytest.mark.parametrize(
    "asked", ["What is the serial number of the kettle of Greta Holm?", "What is Greta Holm’s address?"]
)
def test_what_is_a_persons_own_no_general_source_tells(tools: Any, asked: str) -> None:
    assert not judge(tools, GUIDELINE, asked=asked).ok
    assert judge(tools, GUIDELINE, asked="Which dose does Greta Holm need before surgery?").ok
