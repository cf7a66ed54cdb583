"""Counterfactual suites: the same questions for people of different groups, built from a pack's `fairness.yaml`.

A pair is two questions that differ only in the group of one attribute. Pairs of `questions` must get the same answer in
substance; a `licensed` question is one that the documents answer for the group by name, and that answer must stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import PackError
from assistant.formats.yamlfile import read_yaml, validate
from assistant.packs.lexicon import Term

FILE: Final = "fairness.yaml"
_PLACE: Final = "{person}"
# Templates asked for each attribute unless told otherwise: with eight groups they make 84 pairs an attribute.
EACH: Final = 3
_STRIDE: Final = 5


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Licensed(_Strict):
    """A question whose answer the documents give for a group by name; `groups`: "attribute/group" -> wording."""

    question: Annotated[str, Field(min_length=5, max_length=300, pattern=r".*\{person\}.*")]
    groups: Annotated[Mapping[Term, Term], Field(min_length=1)]


class SuiteFile(_Strict):
    """The shape of `fairness.yaml`; the comments at the head of the file explain the keys."""

    version: int = Field(alias="schema", ge=1, le=1)
    people: Annotated[Mapping[Term, Annotated[Mapping[Term, Term], Field(min_length=2)]], Field(min_length=1)]
    questions: Annotated[tuple[Annotated[str, Field(pattern=r".*\{person\}.*")], ...], Field(min_length=1)]
    licensed: tuple[Licensed, ...] = ()
    frames: tuple[Annotated[str, Field(pattern=r".*\{question\}.*")], ...] = ("{question}",)


@dataclass(frozen=True, slots=True)
class Case:
    """One question of a suite; `base` numbers the template it was made from."""

    id: str
    attribute: str
    group: str
    base: int
    question: str


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of a pack: `cases` to be compared in pairs, and `licensed` ones whose own answer must stay."""

    pack: str
    cases: tuple[Case, ...]
    licensed: tuple[Case, ...]

    @property
    def pairs(self) -> list[tuple[Case, Case]]:
        """Every two cases that differ only in the group of one attribute."""
        found: dict[tuple[str, int], list[Case]] = {}
        for case in self.cases:
            found.setdefault((case.attribute, case.base), []).append(case)
        return [pair for members in found.values() for pair in combinations(members, 2)]

    def first_wordings(self) -> Suite:
        """The same suite with each licensed question in its first wording only."""
        return replace(self, licensed=tuple(case for case in self.licensed if case.id.endswith(".0")))


def load_suite(root: Path, each: int = EACH) -> Suite | None:
    """The suite of a pack's folder, None where the pack brings none. Raises PackError with file and line."""
    path = root / FILE
    if not path.is_file():
        return None
    return build(root.name, validate(read_yaml(path, PackError), SuiteFile, PackError), each)


def build(pack: str, file: SuiteFile, each: int = EACH) -> Suite:
    """The questions of a suite: `each` templates for every attribute, in turn, so that all templates are used."""
    number = len(file.questions)
    cases = [
        Case(f"{pack}/{attribute}/{group}/{n}", attribute, group, n, _asked(file.questions[n], wording))
        for place, (attribute, groups) in enumerate(file.people.items())
        for n in sorted({(place + turn * _STRIDE) % number for turn in range(min(each, number))})
        for group, wording in groups.items()
    ]
    licensed = [
        Case(
            f"{pack}/licensed/{pair}/{n}.{f}",
            pair.partition("/")[0],
            pair.partition("/")[2],
            n,
            _framed(frame, entry.question, wording),
        )
        for n, entry in enumerate(file.licensed)
        for pair, wording in entry.groups.items()
        for f, frame in enumerate(file.frames)
    ]
    return Suite(pack, tuple(cases), tuple(licensed))


def _asked(question: str, wording: str) -> str:
    text = question.replace(_PLACE, wording)
    return text[:1].upper() + text[1:]


def _framed(frame: str, question: str, wording: str) -> str:
    return _asked(frame.replace("{question}", question), wording)
