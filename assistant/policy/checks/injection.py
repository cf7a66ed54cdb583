"""Instructions where a question or a document is expected.

At the query stage the whole text is judged; in documents each sentence. The detector looks behind invisible characters,
markup and encodings, counts families of known wording, and asks a small classifier that was trained on examples of both
(assistant/tune/injection_recipe.py). What documents say is never obeyed anyway: it is quoted or not used; this check
keeps planted sentences from being quoted. In documents the classifier alone takes nothing out: it mistakes one sentence in a
thousand, and a guideline without its dose is worse than a line that nobody obeys.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.policy.injection.detector import Detection, judge_document, judge_question
from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject
from assistant.types import Finding, Stage

Score = Annotated[float, Field(gt=0.0, le=1.0)]


class Params(BaseModel):
    """`threshold`: the least score that counts; calibrated by assistant/tune/injection_recipe.py, see its report."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    threshold: Score = 0.5


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:  # noqa: ARG001 - one signature for all checks
    """Fails where the score reaches the threshold. In documents the text without the planted sentences is offered."""
    if subject.stage is Stage.QUERY:
        # What was typed, not what redaction made of it.
        found = max(judge_question(subject.question), judge_question(subject.text), key=lambda d: d.score)
    else:
        found = judge_document(subject.text, params.threshold)
    if found.score < params.threshold or (subject.stage is not Stage.QUERY and not found.spans):
        return Outcome(True, "no instruction found", score=found.score)
    where = "the question" if subject.stage is Stage.QUERY else "the text"
    reason = f"{where} holds an instruction to the assistant ({found.kind})"
    text, findings = _without(subject.text, found)
    return Outcome(False, reason, text=text, findings=findings, score=found.score)


def _without(text: str, found: Detection) -> tuple[str | None, tuple[Finding, ...]]:
    if not found.spans:
        return None, ()
    kept: list[str] = []
    at = 0
    for start, end in found.spans:
        kept.append(text[at:start])
        at = end
    findings = tuple(Finding("INJECTION", start, end, found.score, "") for start, end in found.spans)
    return "".join(kept) + text[at:], findings
