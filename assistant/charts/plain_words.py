"""What a patient reads: sentences and phrases that the pack's authors approved, around the record's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import PackError
from assistant.formats.yamlfile import read_yaml, validate
from assistant.packs.pack import Pack

FILE: Final = "plain_words.yaml"
Text = Annotated[str, Field(min_length=1, max_length=300)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Annotated[Literal[1], Field(alias="schema")]
    # Who approved the phrases and when: it stands on every page that uses them.
    approved_by: Text
    approved_on: Annotated[str, Field(pattern=r"\d{4}-\d{2}-\d{2}")]
    # A word of records -> what it is, in plain words.
    problems: Mapping[Text, Text] = {}
    medicines: Mapping[Text, Text] = {}
    tests: Mapping[Text, Text] = {}


@dataclass(frozen=True, slots=True)
class PlainWords:
    """The approved phrases of a pack; look-ups ignore case."""

    approved_by: str = ""
    approved_on: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    medicines: Mapping[str, str] = field(default_factory=dict)
    tests: Mapping[str, str] = field(default_factory=dict)

    def problem(self, text: str) -> str:
        """What a problem is, or ""."""
        return self.problems.get(text.casefold(), "")

    def medicine(self, text: str) -> str:
        """What a medicine is for, by any word of its name, or ""."""
        words = text.casefold().split()
        return next((phrase for name, phrase in self.medicines.items() if name in words), "")

    def test(self, text: str) -> str:
        """What a test looks at, or ""."""
        return self.tests.get(text.casefold(), "")


def plain_words(pack: Pack) -> PlainWords:
    """The pack's phrases; none where it has no such file. Raises PackError with file and line."""
    path = pack.root / FILE
    if not path.is_file():
        return PlainWords()
    found = validate(read_yaml(path, PackError), _File, PackError)
    return PlainWords(
        found.approved_by, found.approved_on, _folded(found.problems), _folded(found.medicines), _folded(found.tests)
    )


def _folded(phrases: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): phrase for name, phrase in phrases.items()}
