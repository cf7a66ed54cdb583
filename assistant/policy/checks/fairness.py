"""No difference by a protected attribute that no cited source makes; no stereotype, slur or group that nobody brought up.

A sentence fails where it (1) uses a slur, (2) says something about a whole group that the cited sources do not say, or
(3) names a group of a protected attribute that stands neither in the question nor in a cited source. For (3) the neutral
wording of the pack's lexicon is offered where each such word has one.

What a question itself names is handled on the way, before these rules: `assistant.policy.parity` asks it without the
attributes that no cited source speaks of (`counterfactual: neutral`), or asks both ways and compares (`compare`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.fairness.attributes import AttributeWords, Mention, compiled, mentions
from assistant.fairness.attributes import plain_text as _plain
from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject
from assistant.types import Finding

Name = Annotated[str, Field(min_length=2, max_length=40)]


class Params(BaseModel):
    """`attributes`: which of the lexicon's protected attributes are watched; none given means all of them.

    `counterfactual`: `neutral` asks a question without those attributes it names that no cited source speaks of; `compare`
    asks it as typed too and does what `on_fail` says where the answers differ in substance; `off` does neither.
    `relevant`: attributes that a clinical lead marked as bearing on care. Where sources speak of the asker's group and the
    answer does not rest on that, or rests on a sentence about another group only, nothing is said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    attributes: tuple[Name, ...] = ()
    slurs: bool = True
    generalizations: bool = True
    counterfactual: Literal["neutral", "compare", "off"] = "neutral"
    relevant: tuple[Name, ...] = ()


# "Older people are", "women tend to": the frame of a statement about a group, where the pack brings no pattern of its own.
_FRAME: Final = (
    r"(?:all |most |many |these |those )?{group}s? (?:people |patients |customers |persons )?"
    r"(?:are|is|tend to|always|never|usually|can't|cannot|do not|don't|lack|have no|should not be|know|don't know)\b"
)


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails for a slur, an unsourced generalization, or an attribute nobody brought up; see the module's text."""
    words = compiled(tools.pack.lexicon)
    text = subject.text
    if params.slurs and words.slurs.search(_plain(text)):
        return Outcome(False, "a slur", score=1.0)
    sources = _sources(subject)
    said = _judged(params, mentions(words, text))
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


def _sources(subject: Subject) -> str:
    return " \n".join(
        f"{item.passage.title} {item.passage.heading} {item.passage.text} {item.text}" for item in subject.evidence
    )


def _judged(params: Params, named: Iterable[Mention]) -> list[Mention]:
    """The mentions of those attributes that the check looks at."""
    return [m for m in named if not params.attributes or m.attribute in params.attributes]


def neutralized(words: AttributeWords, text: str, unasked: list[Mention]) -> tuple[str | None, tuple[Finding, ...]]:
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


def _generalizes(words: AttributeWords, text: str, said: list[Mention], sources: str) -> bool:
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


def _said_there(words: AttributeWords, pattern: re.Pattern[str], said: str, source: str) -> bool:
    """Whether the sources make a statement of the same kind about the same group."""
    groups = {(m.attribute, m.group) for m in mentions(words, said)}
    for match in pattern.finditer(source):
        there = {(m.attribute, m.group) for m in mentions(words, match.group())}
        if not groups or groups & there:
            return True
    return False
