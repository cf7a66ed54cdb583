"""No protected attribute, stereotype or slur that neither the question nor a cited source brought up.

A sentence fails where it (1) uses a slur, (2) says something about a whole group that the cited sources do not say, or
(3) names a group of a protected attribute that stands neither in the question nor in a cited source. For (3) the neutral
wording of the pack's lexicon is offered where each such word has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from assistant.protocols import Outcome, Subject, Tools
from assistant.text import fold
from assistant.types import Finding

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon

Name = Annotated[str, Field(min_length=2, max_length=40)]


class Params(BaseModel):
    """`attributes`: which of the lexicon's protected attributes are watched; none given means all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attributes: tuple[Name, ...] = ()
    slurs: bool = True
    generalizations: bool = True


@dataclass(frozen=True, slots=True)
class Mention:
    """A word of a text that names a group of an attribute."""

    attribute: str
    group: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Words:
    """A lexicon compiled for one scan: all terms in one pattern, longest first."""

    lexicon: Lexicon
    terms: re.Pattern[str]
    groups: dict[str, tuple[tuple[str, str], ...]]
    clinical: re.Pattern[str]
    slurs: re.Pattern[str]


_compiled: dict[int, _Words] = {}
_lock: Final = Lock()
_NOTHING: Final = re.compile(r"(?!)")
# "Older people are", "women tend to": the frame of a statement about a group, where the pack brings no pattern of its own.
_FRAME: Final = (
    r"(?:all |most |many |these |those )?{group}s? (?:people |patients |customers |persons )?"
    r"(?:are|is|tend to|always|never|usually|can't|cannot|do not|don't|lack|have no|should not be|know|don't know)\b"
)
_BRACKETS: Final = re.compile(r"\[\d{1,3}\]")


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails for a slur, an unsourced generalization, or an attribute nobody brought up; see the module's text."""
    words = compiled(tools.pack.lexicon)
    text = subject.text
    if params.slurs and words.slurs.search(_plain(text)):
        return Outcome(False, "a slur", score=1.0)
    sources = " \n".join(
        f"{item.passage.title} {item.passage.heading} {item.passage.text} {item.text}" for item in subject.evidence
    )
    said = [m for m in mentions(words, text) if not params.attributes or m.attribute in params.attributes]
    if params.generalizations and said and _generalizes(words, text, said, sources):
        return Outcome(False, "a statement about a whole group that no cited source makes", score=1.0)
    known = {(m.attribute, m.group) for m in (*mentions(words, subject.question), *mentions(words, sources))}
    unasked = [m for m in said if (m.attribute, m.group) not in known]
    if not unasked:
        return Outcome(True, "no attribute that nobody brought up", score=0.0)
    attributes = ", ".join(sorted({m.attribute for m in unasked}))
    neutral, findings = neutralized(words, text, unasked)
    reason = f"names an attribute ({attributes}) that neither the question nor a cited source mentions"
    return Outcome(False, reason, text=neutral, findings=findings, score=1.0)


def compiled(lexicon: Lexicon) -> _Words:
    """The lexicon ready to scan with; built once for each lexicon."""
    with _lock:
        found = _compiled.get(id(lexicon))
        if found is None or found.lexicon is not lexicon:
            _compiled[id(lexicon)] = found = _compile(lexicon)
        return found


def mentions(words: _Words, text: str) -> Iterator[Mention]:
    """Words that name a group, but for those inside a clinical phrase ("white blood cell")."""
    plain = _plain(text)
    taken = [match.span() for match in words.clinical.finditer(plain)]
    for match in words.terms.finditer(plain):
        if any(start <= match.start() and match.end() <= end for start, end in taken):
            continue
        key = match.group()
        for attribute, group in words.groups.get(key) or words.groups.get(key.removesuffix("s"), ()):
            yield Mention(attribute, group, match.start(), match.end())


def neutralized(words: _Words, text: str, unasked: list[Mention]) -> tuple[str | None, tuple[Finding, ...]]:
    """The text with each mention in its neutral form, or None where one has none."""
    neutral = words.lexicon.neutral
    findings: list[Finding] = []
    pieces: list[str] = []
    at = 0
    for start, end in sorted({(m.start, m.end) for m in unasked}):
        form = neutral.get(_plain(text[start:end]))
        if form is None:
            return None, ()
        if text[start].isupper() and form:
            form = form[0].upper() + form[1:]
        if not form and text[end : end + 1] == " ":
            end += 1
        entity = next(m.attribute for m in unasked if m.start == start).upper().replace("-", "_").replace(" ", "_")
        findings.append(Finding(entity, start, end, 1.0, form))
        pieces += [text[at:start], form]
        at = end
    return "".join(pieces) + text[at:], tuple(findings)


def _generalizes(words: _Words, text: str, said: list[Mention], sources: str) -> bool:
    plain, source = _plain(text), _plain(sources)
    for pattern in words.lexicon.generalizations.values():
        match = pattern.search(plain)
        if match and not _said_there(words, pattern, match.group(), source):
            return True
    for mention in said:
        term = re.escape(plain[mention.start : mention.end])
        frame = re.compile(_FRAME.replace("{group}", term))
        match = frame.search(plain)
        if match and not _said_there(words, frame, match.group(), source):
            return True
    return False


def _said_there(words: _Words, pattern: re.Pattern[str], said: str, source: str) -> bool:
    """Whether the sources make a statement of the same kind about the same group."""
    groups = {(m.attribute, m.group) for m in mentions(words, said)}
    for match in pattern.finditer(source):
        there = {(m.attribute, m.group) for m in mentions(words, match.group())}
        if not groups or groups & there:
            return True
    return False


def _plain(text: str) -> str:
    # Lower-case of the same length, so that offsets hold; the rare letters whose lower-case is longer stay as they are.
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return _BRACKETS.sub(lambda m: " " * len(m.group()), lowered.replace("’", "'"))


def _compile(lexicon: Lexicon) -> _Words:
    groups: dict[str, list[tuple[str, str]]] = {}
    for attribute, members in lexicon.attributes.items():
        for group, terms in members.items():
            for term in terms:
                groups.setdefault(_plain(term), []).append((attribute, group))
    return _Words(
        lexicon,
        _any(groups, plural=True),
        {term: tuple(pairs) for term, pairs in groups.items()},
        _any(lexicon.clinical_phrases, plural=True),
        _any(map(fold, lexicon.blocked_terms), plural=True),
    )


def _any(terms: object, *, plural: bool) -> re.Pattern[str]:
    ordered = sorted({re.escape(str(term)) for term in terms}, key=lambda t: (-len(t), t))  # type: ignore[attr-defined]
    if not ordered:
        return _NOTHING
    return re.compile(rf"(?<![\w-])(?:{'|'.join(ordered)}){'s?' if plural else ''}(?![\w-])")
