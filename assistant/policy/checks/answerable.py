"""May the evidence hold the answer at all? Decided before a model runs; a doubt is an abstention.

Who reads and judges is `assistant.reading.judging`; this check hands its judgement on.
"""

from __future__ import annotations

from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject
from assistant.reading.judgement import Decided, Found, Nothing
from assistant.reading.judging import Case, Judge, Params, reader

__all__ = ["Params", "check", "ready"]


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails where the evidence does not look as if it held the answer; the reason says what is missing."""
    lexicon = getattr(tools.pack, "lexicon", None)
    before = subject.history[-1] if subject.history else None
    case = Case(subject.question, subject.typed, subject.evidence, subject.rarity, lexicon, before)
    judgement = Judge(params, tools.embedder, reader()).judge(case)
    match judgement:
        case Nothing(reason, sure):
            return Outcome(False, reason, score=sure, handed=judgement)
        case Found(sure=sure):
            reason = f"a passage holds the answer (sure to {sure:.2f})"
        case Decided(sure=sure):
            reason = f"a study decides the question (sure to {sure:.2f})"
    return Outcome(True, reason, score=sure, handed=judgement)


def ready(tools: Tools) -> object:  # noqa: ARG001 - the signature of all `ready` functions
    """Load the reader now, once."""
    return reader()
