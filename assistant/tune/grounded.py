"""The grounded score: what an assistant would show of a writer's answers to held-out rows, and whether that is right.

A sentence is shown where the grounding check of the product finds it supported by the sources of its row; the rest is dropped, as it
is in an answer. A row is right where what is shown says what the row's answer says and, where the sources do not answer, nothing
is shown. Quotes alone (the verbatim sentences that the product would show without a writer) are scored on the same rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.asking.drafts import attribute, drafts
from assistant.engines.llamacpp import LlamaCpp
from assistant.errors import EngineError
from assistant.evaluate.metrics import bootstrap
from assistant.language.quantities import quantities, stands
from assistant.language.sentences import sentences
from assistant.language.words import content_stems
from assistant.packs.pack import Prompts
from assistant.policy.checks import grounding
from assistant.policy.tools import Tools
from assistant.protocols import Progress, Sampling, Subject, no_progress
from assistant.reading.compact import best_quotes
from assistant.tune.examples import prompt_of
from assistant.tune.rows import NOT_IN_SOURCES, Answerable, Kind, Row
from assistant.types import Evidence, Passage, Principal, Quote, Stage

# The share of the answer's content words that must be shown. Rows and items may be told with other joining words, which content
# stems leave out; a fifth leaves room for a heading that the answer repeats.
SAID: Final = 0.8
MOST_SENTENCES: Final = 3
_REFUSAL: Final = NOT_IN_SOURCES.rstrip(".")

Writes = Callable[[Row], str]
"""The raw answer to a row; raises EngineError where there is none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one row. `supported` is the share of the written sentences that were shown, None where none was written;
    `words` are those shown."""

    kind: str
    answerable: str
    right: bool
    shown: bool
    supported: float | None
    words: int
    ms: float


def sample(rows: Sequence[Row], most: int) -> list[Row]:
    """At most so many rows, every kind and answerability in turn, in a fixed order."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.kind, row.answerable), []).append(row)
    chosen: list[Row] = []
    for at in range(max((len(group) for group in groups.values()), default=0)):
        chosen += [group[at] for _, group in sorted(groups.items()) if at < len(group)]
    return chosen[:most]


def score(rows: Sequence[Row], write: Writes, tools: Tools, progress: Progress = no_progress) -> list[Outcome]:
    """The outcome of each row."""
    found: list[Outcome] = []
    for row in rows:
        began = time.perf_counter()
        try:
            text = write(row)
        except EngineError:
            text = ""
        found.append(_outcome(row, text, tools, (time.perf_counter() - began) * 1000))
        progress(len(found), len(rows), f"row {len(found)}")
    return found


def engine_writer(engine: LlamaCpp, prompts: Prompts) -> Writes:
    """A writer over a loaded model, asked as the product asks."""

    def write(row: Row) -> str:
        return "".join(engine.stream(prompt_of(row, prompts), Sampling(stop=("\n",), timeout_s=120.0)))

    return write


def quoted(row: Row) -> str:
    """What the product shows without a writer: the sentences of the sources that bear most on the question, verbatim."""
    chosen = best_quotes(row.question, evidence_of(row))
    return " ".join(f"{quote.text.rstrip('.')} [{n}]." for n, quote in chosen)


def summary(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Shares with 95% intervals: `grounded` rows that are right, `answered` those among the rows that the sources answer wholly or in
    part, `refused` those among the others, `supported` sentences; then by kind, mean words shown and median milliseconds."""
    refused = [o for o in outcomes if o.answerable == Answerable.NO]
    answered = [o for o in outcomes if o.answerable != Answerable.NO]
    times = sorted(o.ms for o in outcomes)
    return {
        "n": len(outcomes),
        "grounded": _right(outcomes),
        "answered": _right(answered),
        "refused": _right(refused),
        "supported": _interval([o.supported for o in outcomes if o.supported is not None]),
        "by_kind": _by_kind(outcomes),
        "words": round(sum(o.words for o in outcomes if o.shown) / max(1, sum(o.shown for o in outcomes)), 1),
        "ms": round(times[len(times) // 2], 1) if times else 0.0,
    }


def _right(outcomes: Sequence[Outcome]) -> Mapping[str, float]:
    return _interval([o.right for o in outcomes])


def _by_kind(outcomes: Sequence[Outcome]) -> dict[str, Mapping[str, float]]:
    """Of the rows that the sources answer wholly."""
    kinds = sorted({o.kind for o in outcomes})
    return {kind: _right([o for o in outcomes if o.kind == kind and o.answerable == "yes"]) for kind in kinds}


def evidence_of(row: Row) -> tuple[Evidence, ...]:
    """The sources of a row as the checks know them."""
    found = []
    for piece in row.evidence:
        passage = Passage(piece.n, row.document, piece.title, piece.text, 0, len(piece.text), piece.heading)
        quotes = tuple(Quote(s.text, s.start, s.end) for s in sentences(piece.text))
        found.append(Evidence(piece.n, passage, quotes or (Quote(piece.text, 0, len(piece.text)),)))
    return tuple(found)


def _outcome(row: Row, text: str, tools: Tools, ms: float) -> Outcome:
    evidence = evidence_of(row)
    shown: list[str] = []
    written = 0
    for draft in drafts([text], limit=MOST_SENTENCES):
        if _REFUSAL in draft.text.upper():
            break
        written += 1
        cited = attribute(draft, evidence)
        against = tuple(item for item in evidence if item.n in cited.citations) or evidence
        # "Yes." says nothing by itself; it is judged with the sentence that follows.
        if draft.text.strip(" .").casefold() in ("yes", "no") or _supported(draft.text, row.question, against, tools):
            shown.append(draft.text)
    told = " ".join(shown)
    nothing = not [part for part in shown if part.strip(" .").casefold() not in ("yes", "no")]
    right = nothing if row.answerable is Answerable.NO else not nothing and says(told, row)
    share = len(shown) / written if written else None
    return Outcome(row.kind, row.answerable, right, not nothing, share, 0 if nothing else len(told.split()), ms)


def _supported(text: str, question: str, evidence: tuple[Evidence, ...], tools: Tools) -> bool:
    subject = Subject(Stage.ANSWER, text, Principal("tune", frozenset()), question=question, evidence=evidence)
    return grounding.check(grounding.Params(), subject, tools).ok


def says(text: str, row: Row) -> bool:
    """Whether a text says what the row's answer says: its decision, its quantities, and most of its content words."""
    wanted = row.answer.replace(NOT_IN_SOURCES, "")
    lead = wanted.split(".", 1)[0].casefold() if row.kind is Kind.YES_NO else ""
    if lead and not text.casefold().startswith(lead):
        return False
    here = quantities(text)
    if any(not stands(quantity, here) for quantity in quantities(wanted)):
        return False
    stems = set(content_stems(wanted))
    return len(stems & set(content_stems(text))) >= SAID * len(stems)


def _interval(values: Sequence[float | bool]) -> Mapping[str, float]:
    return {name: round(value, 4) for name, value in bootstrap([float(v) for v in values])._asdict().items()}
