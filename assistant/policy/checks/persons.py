"""A question about a person is not answered from what is stored of another.

Names are hidden in questions and in stored texts, each by its own stand-in, so nothing tells whether a note is of the
person asked about; read as if it were, it would give one patient's data as another's. Guidelines are of nobody and stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import UsageError
from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject
from assistant.types import Passage

_OF_A_PERSON: Final = frozenset(
    "PERSON MRN DATE_OF_BIRTH HEALTH_INSURANCE_ID ENCOUNTER_ID US_SSN NHS_NUMBER NATIONAL_ID ACCOUNT_NUMBER PASSPORT "
    "DRIVER_LICENSE PRESCRIPTION_NUMBER SPECIMEN_NUMBER".split()
)
# Readers of health records place what they read under the resource of the patient.
_RECORD: Final = re.compile(r"Patient/")
# What stands before the name of whom a record is of.
_LABEL: Final = re.compile(
    r"\b(?:name|patient|pt|client|customer|resident|member|re)\s*:\s*(?:(?:mr|mrs|ms|miss|dr)\.?\s+)?$", re.I
)
_REACH: Final = 40


class Params(BaseModel):
    """`head`: so many characters of the document's beginning are looked at, for a later part may name nobody itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    head: Annotated[int, Field(ge=0, le=20_000)] = 1500


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails where the question asks about somebody by name and the passage, or its document's head, is of somebody else."""
    if not subject.persons and not subject.near:
        return Outcome(True, "the question names nobody")
    if not subject.persons:
        of_somebody = _is_record(subject, params, tools)
        return Outcome(False, "a record of somebody") if of_somebody else Outcome(True, "of nobody in particular")
    if any(_owned(name).search(subject.admitted) for name in subject.persons):
        # "The address of NAME": only what names that person could tell, and stored names are others.
        return _FAILED
    passage = subject.passage
    texts = [subject.text]
    if passage is not None:
        if _RECORD.match(passage.locator):
            return _FAILED
        texts += [passage.title, _head(passage, params.head, tools)]
    if any(_names_another(text, subject.persons, tools) for text in texts if text):
        return _FAILED
    return Outcome(True, "of no other person")


def _names_another(text: str, persons: Collection[str], tools: Tools) -> bool:
    found = [span for span in tools.redactor.find(text) if span.entity in _OF_A_PERSON]
    return any(text[span.start : span.end] not in persons for span in found)


def _is_record(subject: Subject, params: Params, tools: Tools) -> bool:
    """Whether the passage is of somebody's record: of a patient's resource, or its document's head says who by more than a
    name, as forms, notes and tickets do and guidelines with their authors do not."""
    passage = subject.passage
    if passage is None or _RECORD.match(passage.locator):
        return passage is not None
    for text in (_head(passage, params.head, tools), subject.text):
        for span in tools.redactor.find(text) if text else ():
            labelled = span.entity == "PERSON" and _LABEL.search(text, max(0, span.start - _REACH), span.start)
            if labelled or span.entity in _OF_A_PERSON - {"PERSON"}:
                return True
    return False


_FAILED: Final = Outcome(False, "names are hidden, so this cannot be known to be about the person asked for")


def _owned(name: str) -> re.Pattern[str]:
    """Something of a person's: "of NAME", "NAME's"."""
    return re.compile(rf"\bof (?:the )?{re.escape(name)}|{re.escape(name)}['’]s\b", re.IGNORECASE)


def _head(passage: Passage, length: int, tools: Tools) -> str:
    if tools.vault is None or not length:
        return ""
    try:
        return tools.vault.document(passage.document_id).text[:length]
    except UsageError:
        # A passage that came with the question is in no document of the vault.
        return ""
