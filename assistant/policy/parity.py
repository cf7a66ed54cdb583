"""A question that names protected attributes: how much of them it may keep, and what is said about it.

The question is asked with its attributes first. An attribute is kept only while a source speaks of the group that was named:
a passage found, then a sentence that is given to the model, then a sentence that the answer cites (or the heading over it).
As soon as one of these does not, the question is asked again without that attribute. So an answer that rests on no such
sentence cannot depend on the attribute, and one that does names the sentence that licenses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from assistant.fairness.attributes import (
    AttributeWords,
    Mention,
    compiled,
    groups_in_whole,
    plain_text,
    question_mentions,
    source_groups,
)
from assistant.fairness.counterfactual import AnswerContent, exchanged, neutral_form, substance, topical
from assistant.language.sentences import blanked
from assistant.policy.checks import fairness
from assistant.policy.checks.spec import Grain
from assistant.policy.query import AdmittedQuery
from assistant.reading.judgement import Found, Judgement
from assistant.types import Action, Answer, Citation, Evidence, Passage, Query, Stage, Status, Verdict

if TYPE_CHECKING:
    from assistant.policy.model import Policy
    from assistant.policy.sections import CheckRule
    from assistant.policy.tools import Tools

# Actions for which both questions are asked and compared, whatever `counterfactual` says.
_COMPARED: Final = frozenset({Action.FLAG, Action.ABSTAIN, Action.BLOCK})
_SHOWN: Final = (Status.ANSWERED, Status.EXTRACTED)
# What guidance means when it names no group: a document whose title says "in adults" does not speak of an adult in particular.
_ANYBODY: Final = frozenset({("age", "adult")})
_GROWN: Final = frozenset({("age", "adult"), ("age", "middle"), ("age", "old")})


@dataclass(slots=True)
class Parity:
    """The state of one question under the fairness rule; lives and dies with it."""

    query: AdmittedQuery
    rule: CheckRule
    words: AttributeWords
    mentions: tuple[Mention, ...]
    monitor: bool = False
    about: bool = False
    """The question asks about the group itself: without it nothing would be left to ask, so it stays and must be licensed."""
    kept: frozenset[str] = frozenset()
    licences: dict[str, str] = field(default_factory=dict)
    _spoken_of: frozenset[str] = frozenset()
    _typed: str | None = None
    _last: str | None = None
    _headings: Mapping[int, str] = field(default_factory=dict)

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that the question names or implies."""
        return frozenset(m.attribute for m in self.mentions)

    @property
    def compares(self) -> bool:
        """Whether the question is asked as typed too, and the answers compared."""
        params: fairness.Params = self.rule.params  # type: ignore[assignment]  # validated as this class
        return self.monitor or params.counterfactual == "compare" or self.rule.on_fail in _COMPARED

    @property
    def reading(self) -> AdmittedQuery:
        """The question as search, reader and model get it: without the attributes that are not kept."""
        drop = [m for m in self.mentions if m.attribute not in self.kept]
        if not drop:
            return self.query
        params: fairness.Params = self.rule.params  # type: ignore[assignment]  # validated as this class
        written = (*question_mentions(self.words, self.query.text, params.attributes), *_stand_ins(self.query))
        return replace(
            self.query,
            reading=neutral_form(self.words, self.query.typed, drop),
            writing=neutral_form(self.words, self.query.text, [m for m in written if m.attribute not in self.kept]),
            memo={},
        )

    # ------------------------------------------------------------ narrowing: each says whether to ask again

    def after_search(self, passages: Iterable[Passage]) -> bool:
        """Keep what the passages found speak of."""
        return self._narrow(self._named(self._texts(passages)))

    def after_judging(self, evidence: Sequence[Evidence], proceed: bool, found: Judgement) -> bool:
        """Keep what a sentence given to the model speaks of; nothing where the sources do not answer the question as typed."""
        self._last = (
            "" if not proceed else f"{found.n} {found.place.start} {found.answer}" if isinstance(found, Found) else " "
        )
        if self._typed is None:
            self._typed = self._last
        if not self.kept:
            return False
        quoted = self._named([self._quoted(item, quote.text) for item in evidence for quote in item.quotes])
        self._spoken_of |= self._in_whole(self._particular(i, quote.text) for i in evidence for quote in i.quotes)
        if not proceed:
            return self._narrow(frozenset())
        return self._narrow(quoted)

    def after_writing(self, citations: Sequence[Citation], evidence: Sequence[Evidence]) -> bool:
        """Keep what the cited sentences speak of, and remember which of them does."""
        over = {item.n: item for item in evidence}
        self._headings = {item.n: item.passage.heading for item in evidence}
        self.licences.clear()
        for citation in citations:
            item = over.get(citation.n)
            for attribute in self._named([citation.quote]):
                self.licences.setdefault(attribute, f"sentence [{citation.n}]")
            for attribute in self._named([self._quoted(item, "")]) if item is not None else ():
                self.licences.setdefault(attribute, f"the heading over sentence [{citation.n}]")
        return self._narrow(frozenset(self.licences))

    def objection(self, citations: Sequence[Citation], quoted: Sequence[Evidence] = ()) -> str:
        """Why an answer must not be given to this asker although it stands in the sources; empty where it may be.

        The question is about a group, and no cited sentence is. Or, for attributes that the policy marks as relevant: the
        sources speak of the group and the answer, another than to the question as typed, does not rest on that; or it rests
        on a sentence that speaks, or stands under a heading that speaks, of other groups of the attribute only.
        """
        if self.about and citations and not self.licences:
            return f"the question is about the {self._listed(self.attributes)}, and no cited sentence is"
        # A row of "Hypertension in pregnancy" is for the pregnant, in whatever words it was found.
        shown = self._both(
            self._in_whole(self._particular(item, quote.text) for item in quoted for quote in item.quotes)
        )
        for attribute in sorted((self.attributes - self.kept - shown) & self._relevant):
            # What is said without an age is said for adults.
            grown = {(m.attribute, m.group) for m in self.mentions if m.attribute == attribute} <= _ANYBODY
            if not grown and attribute in self._spoken_of and self._typed != self._last:
                return f"the sources speak of this {_name(attribute)}, and no sentence that does answers the question"
        for citation in citations:
            if attribute := self._other(citation.quote, self._headings.get(citation.n, "")):
                return f"the sentence that would answer speaks of another {_name(attribute)} than the question"
        return ""

    def fitting(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence without quotes that speak, or stand under a heading that speaks, of other groups only than the question.

        What no quote is left of is left out.
        """
        kept = [
            replace(item, quotes=tuple(q for q in item.quotes if not self._other(q.text, item.passage.heading)))
            for item in evidence
        ]
        return [item for item in kept if item.quotes]

    def to_read(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence for a reader: sentences of its passages that are for others are blanked, all other offsets stay."""
        return [replace(item, passage=replace(item.passage, text=self._blanked(item.passage))) for item in evidence]

    def _blanked(self, passage: Passage) -> str:
        if not self.attributes & self._relevant:
            return passage.text
        return blanked(passage.text, lambda found: bool(self._other(found.text, passage.heading)))

    # ------------------------------------------------------------ what is said

    def verdict(self, ms: float = 0.0) -> Verdict:
        """What was done with the attributes of the question, without a word of it."""
        said = [f"the {_name(a)} in the question makes a difference by {place}" for a, place in sorted(self.licences.items())
                if a in self.kept]  # fmt: skip
        left = sorted(self.attributes - self.kept)
        if left:
            said.append(f"no cited sentence speaks of the {self._listed(left)} in the question: answered as for anyone")
        action = Action.NEUTRALIZE if left else Action.PASS
        return Verdict(self.rule.id, Stage.ANSWER, action, "; ".join(said) or "no attribute is used", ms)

    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict, as one of however many there are."""
        return (self.verdict(),)

    def compared(self, asked: Answer, neutral: Answer, ms: float = 0.0) -> Verdict:
        """The rule's verdict on the answer to the question as typed beside the one without its attributes."""
        kinds = differences(asked, neutral, exchanged(self.query.typed, self.mentions))
        if not kinds:
            said = replace(self.verdict(ms), action=Action.PASS)
            return replace(said, reason=f"{said.reason}; asked as typed the answer is the same in substance")
        reason = (
            f"asked with the {self._listed(self.attributes - self.kept or self.attributes)} it names, the answer differs "
            f"({', '.join(kinds)}) from the one for anyone, and no cited sentence speaks of it"
        )
        if self.monitor:
            return Verdict(
                self.rule.id, Stage.ANSWER, Action.FLAG, f"monitor only, would {self.rule.on_fail}: {reason}", ms
            )
        return Verdict(self.rule.id, Stage.ANSWER, self.rule.on_fail, reason, ms)

    # ------------------------------------------------------------ inside

    @property
    def _relevant(self) -> frozenset[str]:
        params: fairness.Params = self.rule.params  # type: ignore[assignment]  # validated as this class
        return frozenset(params.relevant)

    def _other(self, quote: str, heading: str = "") -> str:
        """The relevant attribute of the question of which a quote, or else its heading, speaks of other groups only."""
        for attribute in sorted(self.attributes & self._relevant):
            mine = {(m.attribute, m.group) for m in self.mentions if m.attribute == attribute}
            for text in (quote, heading):
                there = {pair for pair in source_groups(self.words, text) if pair[0] == attribute}
                # What is said of adults is for the old too, where nothing else is said of them.
                if there and not there & mine and not (there <= _ANYBODY and mine <= _GROWN):
                    return attribute
                if there:
                    break
        return ""

    @staticmethod
    def _listed(attributes: Iterable[str]) -> str:
        return " and ".join(map(_name, sorted(attributes)))

    def _narrow(self, named: frozenset[str]) -> bool:
        if self.about:
            return False
        before, self.kept = self.kept, self.kept & self._both(named)
        return self.kept != before

    def _both(self, named: frozenset[str]) -> frozenset[str]:
        """ "A pregnant woman" names one group in two words; a source that says "in pregnancy" speaks of her."""
        woman = ("sex", "female") in {(m.attribute, m.group) for m in self.mentions}
        return named | {"sex"} if "pregnancy" in named and woman else named

    def _named(self, texts: Iterable[str]) -> frozenset[str]:
        """Those of the question's attributes whose group, or very word, one of the texts names."""
        found: set[str] = set()
        for text in texts:
            groups = source_groups(self.words, text)
            plain = f" {plain_text(text)} "
            for m in self.mentions:
                word = plain_text(self.query.typed[m.start : m.end])
                if ((m.attribute, m.group) in groups and not m.implied) or (m.implied and f" {word} " in plain):
                    found.add(m.attribute)
        return frozenset(found)

    def _in_whole(self, texts: Iterable[str]) -> frozenset[str]:
        """Those of the question's relevant attributes whose group a text speaks of, not of a smaller group within it."""
        asked = {(m.attribute, m.group) for m in self.mentions if not m.implied}
        found = {pair for text in texts for pair in groups_in_whole(self.words, text, asked)}
        return frozenset(attribute for attribute, _ in found & asked) & self._relevant

    @staticmethod
    def _texts(passages: Iterable[Passage]) -> Iterable[str]:
        return (f"{p.title}\n{p.heading}\n{p.text}" for p in passages)

    def _particular(self, item: Evidence, text: str) -> str:
        """The sentence with what it stands under, but for a title that speaks of no group in particular."""
        title = item.passage.title
        return f"{'' if source_groups(self.words, title) <= _ANYBODY else title}\n{item.passage.heading}\n{text}"

    @staticmethod
    def _quoted(item: Evidence, text: str) -> str:
        return f"{item.passage.title}\n{item.passage.heading}\n{text}"


@dataclass(frozen=True, slots=True)
class Unnamed:
    """The null state: no rule asks for it, or the question names no attribute. It narrows nothing and objects to nothing."""

    reading: Query
    compares: Literal[False] = False

    def after_search(self, passages: Iterable[Passage]) -> bool:  # noqa: ARG002 - as Parity has it
        """Nothing to narrow."""
        return False

    def after_judging(self, evidence: Sequence[Evidence], proceed: bool, found: Judgement) -> bool:  # noqa: ARG002
        """Nothing to narrow."""
        return False

    def after_writing(self, citations: Sequence[Citation], evidence: Sequence[Evidence]) -> bool:  # noqa: ARG002
        """Nothing to narrow."""
        return False

    def objection(self, citations: Sequence[Citation], quoted: Sequence[Evidence] = ()) -> str:  # noqa: ARG002 - as Parity has it
        """None."""
        return ""

    def fitting(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """All of it."""
        return list(evidence)

    def to_read(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """All of it."""
        return list(evidence)

    def verdicts(self) -> tuple[Verdict, ...]:
        """None."""
        return ()


def parity_of(policy: Policy, tools: Tools, query: Query) -> Parity | Unnamed:
    """The state to begin with."""
    if not isinstance(query, AdmittedQuery) or query.blocked:
        return Unnamed(query)
    for rule in policy.rules(Stage.ANSWER, Grain.WHOLE):
        if rule.use != "fairness":
            continue
        params: fairness.Params = rule.params  # type: ignore[assignment]  # validated as this class
        if params.counterfactual == "off":
            continue
        words = compiled(tools.pack.lexicon)
        mentions = (*question_mentions(words, query.typed, params.attributes), *_names(query))
        if mentions:
            found = Parity(query, rule, words, mentions, policy.mode == "monitor")
            found.about = not topical(found.reading.asked)
            found.kept = found.attributes
            return found
    return Unnamed(query)


def _names(query: AdmittedQuery) -> tuple[Mention, ...]:
    """The names of people in the question as typed: a name may imply an attribute."""
    return tuple(
        Mention("name", "person", f.start, f.end, implied=True) for f in query.findings if f.entity == "PERSON"
    )


def _stand_ins(query: AdmittedQuery) -> tuple[Mention, ...]:
    """Where surrogates stand for the names of people in the admitted question."""
    found = []
    for name in {f.replacement for f in query.findings if f.entity == "PERSON" and f.replacement}:
        at = query.text.find(name)
        while at >= 0:
            found.append(Mention("name", "person", at, at + len(name), implied=True))
            at = query.text.find(name, at + len(name))
    return tuple(found)


def differences(one: Answer, other: Answer, ignore: Iterable[str] = ()) -> tuple[str, ...]:
    """The kinds in which two answers differ in substance; see `counterfactual.substance`."""
    return substance(_said(one), _said(other), tuple(ignore))


def _said(answer: Answer) -> AnswerContent:
    return AnswerContent(answer.status in _SHOWN, answer.status is Status.BLOCKED, answer.answer)


def _name(attribute: str) -> str:
    return attribute.replace("_", " ")
