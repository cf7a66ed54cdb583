"""`assistant ask` and `assistant chat`: questions in, released answers out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from assistant.asking.followup import resolve
from assistant.errors import AssistantError, ExitCode
from assistant.frontends import console
from assistant.frontends.option_groups import AskOptions, grouped
from assistant.frontends.options import (
    AdapterOption,
    JsonOption,
)
from assistant.types import Answer, Level, Status

if TYPE_CHECKING:
    from assistant.facade import Assistant, Conversation

EXAMPLES = """Examples:
  assistant ask "What is the maximum daily dose of paracetamol in adults?"
  assistant ask "When can I return a lamp?" --domain customer-service --json
  assistant ask "..." --engine extractive      (no model: verbatim quotes only)"""
CHAT_EXAMPLES = """Examples:
  assistant chat
In the chat: an empty line or Ctrl-D ends it, /new begins a new conversation."""

WORDS = {
    Status.ANSWERED: "answered, every sentence supported",
    Status.EXTRACTED: "quoted from the sources",
    Status.ABSTAINED: "not known: no answer was released",
    Status.BLOCKED: "blocked by policy",
}
LEVELS = {
    Level.CLOSEST: "not sure: the closest passages are shown, please judge",
    Level.RETRY: "not checked in time: please ask again",
}


@grouped
@grouped
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question, or - to read it from stdin.")],
    *,
    opening: AskOptions,
    adapter: AdapterOption = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show every check's verdict.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Answer one question from the vault's documents, with citations, or say that they do not hold it."""
    text = sys.stdin.read() if question == "-" else question
    with opening.opened(adapter=adapter) as assistant:
        assistant.preload()
        answer = assistant.ask(text) if as_json else show_stream(assistant, text, None, verbose=verbose)
    if as_json:
        console.say_json(answer.as_json())
    if answer.status is Status.BLOCKED:
        raise typer.Exit(int(ExitCode.BLOCKED))


@grouped
@grouped
def chat(
    *,
    opening: AskOptions,
    adapter: AdapterOption = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show every check's verdict.")] = False,
) -> None:
    """Talk in the plain terminal, line by line (works with screen readers and pipes)."""
    from assistant.facade import Conversation

    with opening.opened(idle_lock=True, adapter=adapter) as assistant:
        assistant.preload()
        console.talk(f"{assistant.pack.title}. An empty line ends the chat.")
        conversation = Conversation()
        try:
            while question := _next_line():
                if question == "/new":
                    assistant.end(conversation)
                    conversation = Conversation()
                    console.talk("a new conversation")
                    continue
                show_stream(assistant, question, conversation, verbose=verbose)
        finally:
            assistant.end(conversation)


def _next_line() -> str:
    if sys.stdin.isatty():
        sys.stderr.write("> ")
        sys.stderr.flush()
    return sys.stdin.readline().strip()


def show_stream(assistant: Assistant, question: str, conversation: Conversation | None, *, verbose: bool) -> Answer:
    """Print sentences as they are released, then what stands behind them."""
    from assistant.facade import Finished, Released, Withdrawn

    shown = False
    finished: Finished | None = None
    history = tuple(conversation.turns) if conversation is not None else ()
    for event in assistant.stream(question, conversation=conversation):
        if isinstance(event, Released):
            console.say(_marked(event.shown, [c.n for c in event.citations]))
            shown = True
        elif isinstance(event, Withdrawn):
            console.say(f"[withdrawn: {event.reason}]")
        elif isinstance(event, Finished):
            finished = event
    if finished is None:
        raise AssistantError("the answer was broken off", remedy="ask again")
    answer = finished.answer
    followed = conversation is not None and resolve(question, history) != question
    if answer.status is not Status.BLOCKED:
        _say_how_read(answer, finished.question if followed else "")
    if answer.status in (Status.ABSTAINED, Status.BLOCKED):
        console.say(("[withdrawn] " if shown else "") + finished.shown)
    show_backing(answer, verbose=verbose)
    return answer


def _say_how_read(answer: Answer, whole: str) -> None:
    """What a follow-up was asked as, and which words were taken for slips."""
    if whole:
        console.say(f"[asked as: {whole}]")
    if answer.spelling:
        console.say(f"[read as: {', '.join(f'{right} for {word}' for word, right in answer.spelling.items())}]")


def _marked(text: str, numbers: list[int]) -> str:
    return f"{text} " + "".join(f"[{n}]" for n in dict.fromkeys(numbers))


def show_backing(answer: Answer, *, verbose: bool) -> None:
    """Status, citations, what was redacted, near passages; with `verbose` every verdict."""
    console.say("")
    console.say(f"Status: {answer.status} ({LEVELS.get(answer.level, WORDS[answer.status])})")
    if answer.reason:
        console.say(f"Reason: {answer.reason}")
    for citation in answer.citations:
        place = f", {citation.locator}" if citation.locator else ""
        console.say(f'  [{citation.n}] {citation.title}{place}: "{_short(citation.quote)}"')
    if answer.related and not answer.citations:
        console.say("Closest passages (not an answer; please judge):")
        for near in answer.closest:
            place = f", {near.citation.locator}" if near.citation.locator else ""
            console.say(f'   -  {near.citation.title}{place}: "{_short(near.citation.quote)}"')
            console.say(f"      {_short(near.text, _PASSAGE)}")
    for verdict in answer.verdicts:
        if verbose or verdict.action != "pass":
            console.say(f"  {verdict.stage}/{verdict.check}: {verdict.action} - {verdict.reason} ({verdict.ms:.0f} ms)")
    console.say(
        f"Model: {answer.model or 'none'}; total {answer.timings_ms.get('total', 0) / 1000:.2f} s; audit {answer.audit_id}"
    )


# Characters of a near passage that are shown; the whole of it is in `--json` and in `docs show`.
_PASSAGE: Final = 600


def _short(text: str, limit: int = 160) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
