"""An answer as lines of a terminal: its words once they are sealed, how the question was read, and what stands behind it."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from assistant.errors import AccessDenied, AssistantError
from assistant.frontends import console
from assistant.frontends.presented import DOING, around, place, presented, read_as, reason_in_words, way_to_person
from assistant.types import Answer, Level, Status

if TYPE_CHECKING:
    from assistant.facade import Assistant, Conversation

WORDS: Final = {
    Status.ANSWERED: "answered, every sentence supported by its source",
    Status.EXTRACTED: "quoted, the sources' own words",
    Status.ABSTAINED: "not known, no answer was released",
    Status.BLOCKED: "blocked by policy",
}
LEVELS: Final = {
    Level.CLOSEST: "not sure: the closest passages are shown, please judge",
    Level.RETRY: "not checked in time: please ask again",
}
# Characters of a near passage that are shown; the whole of it is in `--json` and in `docs show`.
_PASSAGE: Final = 600


def workings_for(assistant: Assistant) -> None:
    """Nothing, where the policy shows this person how an answer was made. Raises AccessDenied where it does not."""
    policy = assistant.gate.policy
    if not policy.shows_workings(assistant.principal):
        raise AccessDenied(
            "checks, scores and times are not for your roles",
            remedy=f"the policy shows them to: {', '.join(sorted(policy.debugging_roles)) or 'nobody'}",
        )


def show_answer(
    assistant: Assistant,
    question: str,
    conversation: Conversation | None,
    *,
    workings: bool = False,
    as_typed: bool = False,
    correction: str = "--as-typed",
) -> Answer:
    """Ask, and print the answer when it is sealed: nothing is printed that is then taken back.

    `correction` is what its reader types, there where the answer stands, to have the question taken word for word.
    """
    from assistant.facade import Finished

    finished: Finished | None = None
    stages = Stages()
    try:
        for event in assistant.stream(question, conversation=conversation, as_typed=as_typed, stage=stages.begun):
            if isinstance(event, Finished):
                finished = event
    finally:
        stages.end()
    if finished is None:
        raise AssistantError("the answer was broken off", remedy="ask again")
    answer = finished.answer
    console.say(presented(finished.shown, answer.citations)[0])
    console.say("")
    if answer.status is not Status.BLOCKED:
        _say_how_read(answer, finished.question, correction)
    show_backing(answer, workings=workings)
    if answer.status in (Status.ABSTAINED, Status.BLOCKED) and (way := way_to_person(assistant.pack.contact)):
        console.say(way)
    return answer


class Stages:
    """One line on stderr that tells what is being done and for how long; silent where stderr is no terminal."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._shown = ""

    def begun(self, stage: str) -> None:
        """A stage begins."""
        words = DOING.get(stage)
        if words is None or not sys.stderr.isatty():
            return
        line = f"{words} ({time.monotonic() - self._begun:.0f} s)"
        self._write(line)

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("")

    def _write(self, line: str) -> None:
        with suppress(OSError):
            sys.stderr.write(f"\r{line.ljust(len(self._shown))}\r{line}")
            sys.stderr.flush()
        self._shown = line


def _say_how_read(answer: Answer, question: str, correction: str) -> None:
    """As what a follow-up or a question with slips of the pen was read."""
    read = read_as(question, answer.spelling, followed=answer.followed)
    if read:
        console.say(f"[asked as: {read}]" if answer.followed else f"I read this as: {read}")
        console.say(f"  Not what you meant? {correction} takes every word as it stands.")


def show_backing(answer: Answer, *, workings: bool) -> None:
    """Status, sources or near passages; with `workings` every check with its time, the model and the audit record."""
    console.say(f"Status: {_status(answer)}")
    if answer.reason:
        console.say(f"Reason: {answer.reason if workings else reason_in_words(answer.reason)}")
    for source in presented(answer.answer, answer.citations)[1]:
        console.say(f'  [{source.n}] {source.place}: "{_short(source.quotes[0].quote)}"')
        for more in source.quotes[1:]:
            console.say(f'      and {place(more)}: "{_short(more.quote)}"')
    if answer.closest and not answer.citations:
        console.say("Closest passages. I do not vouch for them, please read them yourself:")
        for near in answer.closest:
            console.say(f"   -  {place(near.citation)}")
            console.say(f"      likeliest: {_short(near.citation.quote)}")
            for line in filter(str.strip, "".join(around(near)).splitlines()):
                console.say(f"      {_short(line, _PASSAGE)}")
    if workings:
        _say_workings(answer)


def _status(answer: Answer) -> str:
    if answer.verified is not None:
        return f"verified, {answer.verified.author} vouches for it until {answer.verified.until}"
    if answer.intent:
        return "a standard reply of ours, not from the documents"
    return LEVELS.get(answer.level, WORDS[answer.status])


def _say_workings(answer: Answer) -> None:
    for verdict in answer.verdicts:
        console.say(f"  {verdict.stage}/{verdict.check}: {verdict.action} - {verdict.reason} ({verdict.ms:.0f} ms)")
    total = answer.timings_ms.get("total", 0) / 1000
    console.say(f"Model: {answer.model or 'none'}; total {total:.2f} s; audit {answer.audit_id}")


def _short(text: str, limit: int = 160) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
