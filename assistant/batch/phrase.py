"""The model's part in a summary: it phrases what the fixed sentences list, and says nothing else. The fixed sentence stands
wherever the model's does not pass the gate, or is not faithful to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

import regex

from assistant.asking.drafts import drafts
from assistant.charts.narrative import Sentence, facts_behind, verify
from assistant.charts.summary import Summary
from assistant.errors import BlockedError, EngineError
from assistant.language.words import content_stems, is_negated, stem
from assistant.protocols import Prompt, Sampling
from assistant.records.model import Chart
from assistant.types import DraftSentence, Evidence, Passage, Quote

if TYPE_CHECKING:
    from assistant.batch.settings import Settings
    from assistant.packs.pack import Pack
    from assistant.policy.model import Policy
    from assistant.protocols import Embedder, Redactor
    from assistant.types import Principal

_TOPICS: Final = frozenset({"problems", "medications", "allergies"})
_TITLES: Final = {
    "Active problems": "The patient has",
    "Active medicines": "The patient takes",
    "Allergies": "The patient is allergic to",
}
_SYSTEM: Final = "You write one full sentence from a list and leave nothing out."
_EXAMPLES: Final = (
    ("The patient has: Gout; Migraine", "The patient has gout and migraine."),
    (
        "The patient takes: Bisoprolol 5 mg tablet, 5 mg once a day; Digoxin 125 mcg tablet",
        "The patient takes bisoprolol 5 mg tablet, 5 mg once a day, and digoxin 125 mcg tablet.",
    ),
    ("The patient is allergic to: Latex", "The patient is allergic to latex."),
)
_QUESTION: Final = "Summarize the record of this patient."
_ASIDE: Final = regex.compile(r"\s\((?:since \S+|reaction: [^()]*)\)")
_NUMBER: Final = regex.compile(r"\d+(?:[.,]\d+)*")
# Words that a sentence may be made with, beside those of the list.
_GLUE: Final = frozenset(
    map(
        stem,
        "patient has takes take taking have is are currently also following prescribed diagnosed known suffers allergic".split(),
    )
)
_MOST_WORDS: Final = 60


@dataclass(frozen=True, slots=True)
class Phrased:
    """A narrative in which some sentences are the model's: `kept` of those `tried`."""

    sentences: tuple[Sentence, ...]
    kept: int
    tried: int

    def applied(self, summary: Summary) -> Summary:
        """The summary with this narrative."""
        return replace(summary, narrative=self.sentences)


class Loaded(Protocol):
    """What a worker has loaded once: the writer takes policy, pack and redactor from it."""

    settings: Settings
    policy: Policy
    pack: Pack
    principal: Principal

    @property
    def redactor(self) -> Redactor: ...


class _Tools:
    """What the gate's checks may use in a worker: no vault, so that nothing of one record is kept for another."""

    vault: None = None

    def __init__(self, worker: Loaded) -> None:
        self._worker = worker
        self.pack = worker.pack
        self._embedder: Embedder | None = None

    @property
    def redactor(self) -> Redactor:
        return self._worker.redactor

    @property
    def embedder(self) -> Embedder:
        if self._embedder is None:
            from assistant.retrieval.embed import MiniLM

            self._embedder = MiniLM()
        return self._embedder


class Writer:
    """Engine and gate of one worker. Raises what the engine's set-up raises, BlockedError where the policy lets nobody ask."""

    def __init__(self, worker: Loaded) -> None:
        from assistant.engines.registry import build_engine
        from assistant.policy.gate import Gate

        self._gate = Gate(worker.policy, _Tools(worker))
        self._labels = worker.policy.records.labels
        self._engine = build_engine(worker.settings.engine, worker.settings.model or None)
        self._query = self._gate.admit(_QUESTION, worker.principal)
        if self._query.blocked:
            raise BlockedError("the policy does not let this user ask for summaries", remedy="use --narrative template")

    def phrase(self, chart: Chart, narrative: Sequence[Sentence]) -> Phrased:
        """The narrative with the model's sentence where it may stand."""
        said: list[Sentence] = []
        tried = kept = 0
        for sentence in narrative:
            listed = _listed(sentence)
            written = ""
            if listed and self._engine.writes:
                tried += 1
                written = self._written(listed, sentence, chart)
            if written:
                kept += 1
                said.append(replace(sentence, text=written, by="model"))
            else:
                said.append(sentence)
        return Phrased(tuple(said), kept, tried)

    def _written(self, listed: str, sentence: Sentence, chart: Chart) -> str:
        pieces = self._engine.stream(Prompt(_SYSTEM, listed, _EXAMPLES), Sampling(max_tokens=160, stop=("\n",)))
        try:
            draft = next(drafts(pieces, limit=1), None)
        except EngineError:
            return ""
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        if (
            draft is None
            or not faithful(draft.text, listed)
            or not verify(draft.text, facts_behind(chart, sentence.resources))
        ):
            return ""
        source = f"{listed.replace(':', '', 1)}."
        passage = Passage(0, chart.patient_id, "Record", source, 0, len(source), labels=self._labels)
        evidence = Evidence(1, passage, (Quote(source, 0, len(source), 1.0),))
        result = self._gate.sentence(self._query, DraftSentence(draft.text, (1,)), [evidence], self._engine)
        # A sentence that a check rewrote no longer says what the record says.
        return result.text if result.released and result.text == draft.text else ""


def _listed(sentence: Sentence) -> str:
    """What the model is given: the list without dates and reactions, which stay in the tables; '' where it is not asked."""
    title, colon, rest = sentence.text.partition(": ")
    if sentence.topic not in _TOPICS or not colon or title not in _TITLES:
        return ""
    items = _ASIDE.sub("", rest).rstrip(".")
    # A doubt ("provisional") or a mask must not be smoothed away.
    if "(" in items or "<" in items or len(items.split()) > _MOST_WORDS:
        return ""
    return f"{_TITLES[title]}: {items}"


def faithful(text: str, listed: str) -> bool:
    """Whether a sentence says all of a list and nothing else: the same numbers, every word of every item, in the list's
    order, no other word that carries meaning, and no denial.
    """
    lead, _, rest = listed.partition(": ")
    items = [content_stems(item) for item in rest.split("; ")]
    allowed = {s for item in items for s in item} | set(content_stems(lead)) | _GLUE
    said = content_stems(text)
    if not set(said) <= allowed or is_negated(text) != is_negated(rest):
        return False
    if _NUMBER.findall(text) != _NUMBER.findall(rest):
        return False
    if not set(content_stems(lead)) <= set(said):
        return False
    return _in_order([s for item in items for s in item], said)


def _in_order(wanted: Sequence[str], said: Sequence[str]) -> bool:
    """Whether all wanted stems come in this order, so that no dose has moved to another medicine."""
    at = iter(said)
    return all(any(s == want for s in at) for want in wanted)
