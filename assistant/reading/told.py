"""What a follow-up is not asking for: the sentence that was shown for the question before it."""

from __future__ import annotations

from assistant.language.words import content_stems
from assistant.reading.snippets import units
from assistant.types import Turn


def without_told(question: str, before: Turn | None, text: str) -> str:
    """The text with blanks for what the answer before said and what has none of the words that this question adds; offsets stay.

    "And if I live alone?" asks for something else than what has just been told; "and the battery?" may be told in the same sentence.
    A question that adds nothing is the same one again and has the same answer; so may one in other words ("so when is my parcel here?"):
    only one that has the words of the one before it but for one that it exchanges ("and on Sunday?"), as follow-ups are made whole,
    asks for something beside what was told.
    """
    if before is None or not before.answer:
        return text
    asked, old = set(content_stems(question)), set(content_stems(before.question))
    goes_on = len(old - asked) <= 1 < len(old & asked)
    new = asked - old if goes_on else set()
    told = " ".join(before.answer.split())
    for unit in units(text) if new else ():
        said = text[unit.start : unit.end]
        if " ".join(said.split()) in told and not new & set(content_stems(said)):
            text = text[: unit.start] + " " * len(said) + text[unit.end :]
    return text
