"""A domain's words: what means the same, what is no person, what names a protected group, what must not be said."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from assistant.packs.subjects import Subjects

_WORD: Final = re.compile(r"[^\W_]+(?:['’/&.-][^\W_]+)*")
_SPACE: Final = re.compile(r"\s+")

GROUP_PLACEHOLDER: Final = "{group}"


def normal(term: str) -> str:
    """The form under which a term is looked up: case-folded, single spaces, plain apostrophe."""
    return _SPACE.sub(" ", term.replace("’", "'").strip()).casefold()


def _term(value: str) -> str:
    if not value.strip() or value != value.strip():
        raise ValueError("a term must not be empty or have spaces around it")
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value.replace(GROUP_PLACEHOLDER, "(?:x)"))
    except re.error as problem:
        raise ValueError(f"not a regular expression: {problem.msg}") from None
    return value


Term = Annotated[str, Field(max_length=120), AfterValidator(_term)]
Terms = tuple[Term, ...]
Pattern = Annotated[str, Field(max_length=1000), AfterValidator(_pattern)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False, frozen=True, str_strip_whitespace=False)


class NameGroup(_Strict):
    """Given names that a published study associates with a group; `source` names the study."""

    attribute: Term
    group: Term
    source: Annotated[str, Field(min_length=10)]
    names: Terms


class Generalization(_Strict):
    """A pattern for a statement about a whole group; `{group}` stands for every term of every attribute group."""

    name: Term
    regex: Pattern


class LexiconFile(_Strict):
    """The shape of `lexicon.yaml`; the comments at the head of each file explain the keys."""

    version: int = Field(alias="schema", ge=1, le=1)
    abbreviations: Mapping[Term, Terms]
    synonyms: tuple[Annotated[Terms, Field(min_length=2)], ...]
    case_sensitive: Terms = ()
    vocabulary: Mapping[Term, Terms]
    subjects: Terms = ()
    attributes: Mapping[Term, Mapping[Term, Annotated[Terms, Field(min_length=1)]]]
    neutral: Mapping[Term, Annotated[str, Field(max_length=60)]]
    somebody: Term = "person"
    names: tuple[NameGroup, ...] = ()
    clinical_phrases: Terms = ()
    blocked_terms: Terms = ()
    generalizations: tuple[Generalization, ...] = ()

    @model_validator(mode="after")
    def _subjects_are_kinds(self) -> LexiconFile:
        if unknown := [kind for kind in self.subjects if kind not in self.vocabulary]:
            raise ValueError(f"subjects: there is no '{unknown[0]}' in vocabulary; known: {', '.join(self.vocabulary)}")
        return self


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one pack, ready for look-up. Build it with `Lexicon.of`; all look-ups ignore case.

    `allow` holds folded terms that must never be taken for a person. `attributes` maps attribute -> group -> terms.
    `neutral` maps a folded attribute term to its neutral form, "" meaning that the word is left out.
    `subjects` are the things that a question must find named in its sources.
    `clinical_phrases` look as if they named a protected group and do not ("white blood cell"), folded.
    """

    allow: frozenset[str]
    vocabulary: Mapping[str, tuple[str, ...]]
    subjects: Subjects
    attributes: Mapping[str, Mapping[str, tuple[str, ...]]]
    neutral: Mapping[str, str]
    names: tuple[NameGroup, ...]
    clinical_phrases: frozenset[str]
    blocked_terms: frozenset[str]
    generalizations: Mapping[str, re.Pattern[str]]
    case_sensitive: frozenset[str]
    expansions: Mapping[str, tuple[str, ...]]
    longest: int = field(default=1)
    somebody: str = "person"
    """The word for a person of whom nothing else is said: "patient", "customer"."""

    @classmethod
    def of(cls, file: LexiconFile) -> Lexicon:
        """The look-up tables of a validated file."""
        expansions = _expansions(file.abbreviations, file.synonyms)
        group_terms = [term for groups in file.attributes.values() for terms in groups.values() for term in terms]
        return cls(
            allow=frozenset(normal(term) for terms in file.vocabulary.values() for term in terms),
            vocabulary=dict(file.vocabulary),
            subjects=Subjects.of(
                {kind: _things(file.vocabulary[kind], expansions) for kind in file.subjects}, file.case_sensitive
            ),
            attributes={name: dict(groups) for name, groups in file.attributes.items()},
            neutral={normal(term): form for term, form in file.neutral.items()},
            names=file.names,
            clinical_phrases=frozenset(map(normal, file.clinical_phrases)),
            blocked_terms=frozenset(map(normal, file.blocked_terms)),
            generalizations={g.name: _with_groups(g.regex, group_terms) for g in file.generalizations},
            case_sensitive=frozenset(file.case_sensitive),
            expansions=expansions,
            somebody=file.somebody,
            longest=max((len(_WORD.findall(term)) for term in expansions), default=1),
        )

    def expand(self, term: str) -> tuple[str, ...]:
        """What else the token or phrase is called, best first; empty where it is in no entry.

        An ambiguous abbreviation gives all its meanings; a meaning gives its abbreviation, never the other meanings.
        An abbreviation that is an ordinary word when in small letters ("AS", "IT") counts only as written.
        """
        key = normal(term)
        upper = key.upper()
        if upper in self.case_sensitive and term.strip() != upper:
            return ()
        return self.expansions.get(key, ())

    def terms_in(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Terms with an expansion, as written, with their offsets; the longest at each place, none overlapping."""
        found = list(_WORD.finditer(text))
        at = 0
        while at < len(found):
            for size in range(min(self.longest, len(found) - at), 0, -1):
                start, end = found[at].start(), found[at + size - 1].end()
                if self.expand(text[start:end]):
                    yield text[start:end], start, end
                    at += size
                    break
            else:
                at += 1

    def expand_query(self, text: str) -> tuple[str, ...]:
        """All expansions of all terms in a question, each once, in the order of the question."""
        present = _as_words(text)
        found: dict[str, None] = {}
        for term, _, _ in self.terms_in(text):
            for other in self.expand(term):
                if _as_words(other) not in present:
                    found[other] = None
        return tuple(found)

    def is_allowed(self, phrase: str) -> bool:
        """Whether the phrase is domain vocabulary and so no person's name; a possessive ending is ignored."""
        key = normal(phrase)
        return key in self.allow or key.removesuffix("'s") in self.allow

    def groups_of(self, term: str) -> tuple[tuple[str, str], ...]:
        """The (attribute, group) pairs that a term names; empty for other words."""
        key = normal(term)
        return tuple(
            (attribute, group)
            for attribute, groups in self.attributes.items()
            for group, terms in groups.items()
            if any(normal(other) == key for other in terms)
        )


def _as_words(text: str) -> str:
    """The words with a space around each, so that a phrase is found as a whole and punctuation does not hide it."""
    return f" {' '.join(_WORD.findall(normal(text)))} "


def _expansions(
    abbreviations: Mapping[str, tuple[str, ...]], synonyms: Iterable[tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    table: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for short, meanings in abbreviations.items():
        for meaning in meanings:
            table[normal(short)][meaning] = None
            table[normal(meaning)][short] = None
    for group in synonyms:
        for term in group:
            table[normal(term)].update(dict.fromkeys(other for other in group if normal(other) != normal(term)))
    return {term: tuple(others) for term, others in table.items()}


def _things(terms: Iterable[str], expansions: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Each name of each term -> one name for the thing: terms that share a name are one thing."""
    found: dict[str, str] = {}
    for term in terms:
        names = [normal(term), *map(normal, expansions.get(normal(term), ()))]
        thing = next((found[name] for name in names if name in found), names[0])
        found.update(dict.fromkeys(names, thing))
    return found


def _with_groups(regex: str, terms: Iterable[str]) -> re.Pattern[str]:
    # Longest first, so that "Native American" is not cut to "Native".
    ordered = sorted({re.escape(normal(term)) for term in terms}, key=lambda term: (-len(term), term))
    return re.compile(regex.replace(GROUP_PLACEHOLDER, "(?:" + "|".join(ordered) + ")"), re.IGNORECASE)
