"""Small talk and requests that a pack answers with approved texts, found by rules and never by a guess.

"Thank you" asks nothing of the documents, and a search for it finds nonsense. A message counts only where the whole of it is
of the kind: "thank you" is, "thank you, and how do I return a lamp?" is a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from assistant.packs.lexicon import Pattern

# Longer messages say something of their own.
_MOST_CHARACTERS: Final = 120
_LEAST_LEFT: Final = re.compile(r"[^\w\s']+")
# A mark between two parts; one inside a number or an address is none.
_PAUSE: Final = re.compile(r"[,.;:!?]+(?=\s|$)|\s[-–]\s")
_FILLERS: Final = re.compile(
    r"^(?:(?:hi|hello|hey|ok(?:ay)?|well|please|so|and|great|sorry|excuse me)\s+)+|(?:\s+(?:please|now|then|again|asap|mate|thanks))+$"
)


class IntentSpec(BaseModel):
    """One kind: `patterns` that the whole message must match, in small letters without punctuation and without "please" and
    the like at its ends; `examples` of it in other words; the approved `text`; and the `action` that the host may offer ("handover")."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: Annotated[str, Field(pattern=r"^[a-z]+(?:-[a-z]+)*$")]
    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    examples: tuple[Annotated[str, Field(min_length=2, max_length=200)], ...] = ()
    text: Annotated[str, Field(min_length=1, max_length=600)]
    action: Annotated[str, Field(pattern=r"^[a-z-]*$")] = ""


class IntentFile(BaseModel):
    """The shape of `intents.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(alias="schema", ge=1, le=1)
    intents: tuple[IntentSpec, ...]


def _clauses(message: str) -> list[str]:
    """The parts of a message between its marks of punctuation that hold a word."""
    return [part for part in _PAUSE.split(message) if any(c.isalnum() for c in part)]


@dataclass(frozen=True, slots=True)
class Intents:
    """The intents of one pack, in the order of its file."""

    known: tuple[tuple[IntentSpec, re.Pattern[str]], ...] = ()

    @classmethod
    def of(cls, specs: Sequence[IntentSpec]) -> Intents:
        """Ready to match."""
        return cls(tuple((spec, re.compile("|".join(f"(?:{one})" for one in spec.patterns))) for spec in specs))

    @property
    def examples(self) -> tuple[tuple[IntentSpec, str], ...]:
        """Every example with its kind."""
        return tuple((spec, example) for spec, _ in self.known for example in spec.examples)

    def of_message(self, message: str) -> IntentSpec | None:
        """The intent that the whole message is of, or every part of it; None where a part says something else."""
        if len(message) > _MOST_CHARACTERS:
            return None
        found = [self._of_clause(clause) for clause in (message, *_clauses(message))]
        if found[0] is not None or len(found) < 3 or not all(found[1:]):
            return found[0]
        # "This is ridiculous, I want to complain": each part is of a kind, and what is asked for counts, else what is said last.
        return next((spec for spec in found[1:] if spec is not None and spec.action), found[-1])

    def _of_clause(self, message: str) -> IntentSpec | None:
        plain = " ".join(_LEAST_LEFT.sub(" ", message.replace("’", "'").casefold()).split())
        for said in dict.fromkeys((plain, _FILLERS.sub("", plain))):
            for spec, pattern in self.known:
                if said and pattern.fullmatch(said):
                    return spec
        return None
