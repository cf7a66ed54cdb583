"""`assistant ask` and `assistant chat`: questions in, released answers out."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assistant.errors import ExitCode
from assistant.frontends import console
from assistant.frontends.continuing import conversation_for
from assistant.frontends.option_groups import AskOptions, grouped
from assistant.frontends.options import (
    AdapterOption,
    JsonOption,
)
from assistant.frontends.showing import show_answer, workings_for
from assistant.types import Status

EXAMPLES = """Examples:
  assistant ask "What is the maximum daily dose of paracetamol in adults?"
  assistant ask "And in children?" -c
  assistant ask "When can I return a lamp?" --domain customer-service --json
  assistant ask "When is warfarin stopped?" --engine extractive
  assistant ask "When can I return a lamp?" --user boss --as customer"""
CHAT_EXAMPLES = """Examples:
  assistant chat
In the chat: an empty line or Ctrl-D ends it, /new begins a new conversation, /typed QUESTION takes each word as it stands."""

AsTypedOption = Annotated[bool, typer.Option("--as-typed", help="Take no word of the question for a misspelt one.")]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", help="Show checks, scores and times, to the roles that the policy names.")
]


@grouped
@grouped
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question, or - to read it from stdin.")],
    *,
    opening: AskOptions,
    adapter: AdapterOption = None,
    go_on: Annotated[
        bool, typer.Option("-c", "--continue", help="Go on with your last conversation, where the policy keeps it.")
    ] = False,
    as_typed: AsTypedOption = False,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer one question from the vault's documents, with citations, or say that they do not hold it."""
    text = sys.stdin.read() if question == "-" else question
    with opening.opened(adapter=adapter) as assistant:
        if verbose:
            workings_for(assistant)
        conversation = conversation_for(assistant, go_on=go_on)
        assistant.preload()
        if as_json:
            answer = assistant.ask(text, conversation=conversation, as_typed=as_typed)
        else:
            answer = show_answer(assistant, text, conversation, workings=verbose, as_typed=as_typed)
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
    verbose: VerboseOption = False,
) -> None:
    """Talk in the plain terminal, line by line (works with screen readers and pipes)."""
    from assistant.facade import Conversation

    with opening.opened(idle_lock=True, adapter=adapter) as assistant:
        if verbose:
            workings_for(assistant)
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
                # "/typed QUESTION" asks without taking a word for a misspelt one.
                typed = question.startswith("/typed ")
                asked = question.removeprefix("/typed ").strip()
                show_answer(
                    assistant, asked, conversation, workings=verbose, as_typed=typed, correction="/typed QUESTION"
                )
        finally:
            assistant.end(conversation)


def _next_line() -> str:
    if sys.stdin.isatty():
        sys.stderr.write("> ")
        sys.stderr.flush()
    return sys.stdin.readline().strip()
