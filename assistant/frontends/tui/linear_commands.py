"""The commands of the linear mode: each says lines and returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from assistant.errors import UsageError
from assistant.frontends.presented import around, in_shown_numbers, place, read_as, reason_in_words
from assistant.frontends.tui.words import REPLY, STATUS, VERIFIED, badges, short, summary, verdict

if TYPE_CHECKING:
    from assistant.frontends.tui.session import Session
    from assistant.types import Answer, Citation

_QUOTE = 300  # characters of a quote said after an answer; /source says all of it


class Talker(Protocol):
    """What a command uses of the linear mode: the session, the last answer, a line to say."""

    session: Session
    last: Answer | None
    asked: str
    leaving: bool

    def ask(self, question: str, *, as_typed: bool = False) -> None: ...

    def say(self, text: str) -> None: ...

    def lock(self, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what follows its name, what it does, and how."""

    form: str
    help: str
    run: Callable[[Talker, str], None]


def backing(answer: Answer, question: str, *, workings: bool) -> Iterator[str]:
    """How the question was read, the verdict in words, the sources in their numbers; with `workings` which check did what."""
    if read := read_as(question, answer.spelling, followed=answer.followed):
        yield f"I read this as: {read} /typed takes it as typed."
    word, meaning = verdict(answer)
    seconds = f" {answer.timings_ms.get('total', 0.0) / 1000:.1f} seconds." if workings else ""
    yield f"Verdict: {word}, {meaning}.{seconds}"
    if answer.reason:
        yield f"Reason: {answer.reason}." if workings else f"Reason: {reason_in_words(answer.reason)}"
    for citation in in_shown_numbers(answer.citations, answer.answer):
        yield f'Source {citation.n}: {place(citation)}: "{short(citation.quote, _QUOTE)}"'
    if answer.closest and not answer.citations:
        yield "Near, but not an answer. I do not vouch for it, please judge:"
        for n, near in enumerate(answer.closest, 1):
            yield f"Related {n}: {place(near.citation)}:"
            yield from filter(None, (line.strip() for line in "".join(around(near)).splitlines()))
            yield f'Likeliest sentence of {n}: "{short(near.citation.quote, _QUOTE)}"'
    if workings:
        yield f"{summary(answer.verdicts)}."


def _last(linear: Talker) -> Answer:
    if linear.last is None:
        raise UsageError("there is no answer yet", remedy="type a question first")
    return linear.last


def _wanted(answer: Answer, number: str) -> Citation:
    """The source of that number, the first where none is given. Raises UsageError where there is no such source."""
    sources = in_shown_numbers(answer.citations, answer.answer) or list(answer.related)
    numbers = [str(c.n) for c in sources] if answer.citations else [str(n) for n in range(1, len(sources) + 1)]
    for shown, citation in zip(numbers, sources, strict=True):
        if number in ("", shown):
            return citation
    raise UsageError("the last answer has no such source", remedy="give a number that was said after it")


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The rest of the paragraph before and after a quote: enough to judge it, short enough to listen to."""
    begin = text.rfind("\n\n", 0, start) + 1
    finish = text.find("\n\n", end)
    return text[begin:start].strip(), text[end : len(text) if finish < 0 else finish].strip()


def _source(linear: Talker, rest: str) -> None:
    from assistant.frontends.tui.sources import quote_place, source_document

    answer = _last(linear)
    wanted, _, more = rest.partition(" ")
    citation = _wanted(answer, wanted)
    document = source_document(linear.session.assistant, citation.document_id)
    start, end, same = quote_place(document, citation)
    linear.say(f"Source: {place(citation)}.")
    if not same:
        linear.say("A check hid or mended words of the quote; this is how the document is stored:")
    if more.strip() == "all":
        linear.say(f"{document.text[:start]}[Quote: {document.text[start:end]} End of quote.]{document.text[end:]}")
        return
    before, after = _around(document.text, start, end)
    if before:
        linear.say(f"Before it: {before}")
    linear.say(f"Quote: {document.text[start:end]}")
    if after:
        linear.say(f"After it: {after}")
    linear.say(f"For the whole document: /source {wanted or '1'} all")


def _why(linear: Talker, rest: str) -> None:  # noqa: ARG001 - every command has the same form
    answer = _last(linear)
    word, meaning = verdict(answer)
    linear.say(" ".join(filter(None, (f"{word}, {meaning}.", reason_in_words(answer.reason)))))
    policy, principal = linear.session.assistant.gate.policy, linear.session.assistant.principal
    if not policy.shows_workings(principal):
        for badge in badges(answer.verdicts):
            if badge.acted:
                linear.say(f"{badge.word}: {badge.stage}: {reason_in_words(badge.reason)}")
        return
    for badge in badges(answer.verdicts):
        times = f", {badge.times} times" if badge.times > 1 else ""
        linear.say(f"{badge.word}: {badge.stage}, check {badge.check}{times}: {badge.reason}.")
    ref = answer.policy
    linear.say(
        f"Policy {ref.id} {ref.version}; model {answer.model or 'none'}; audit record {answer.audit_id or 'none'}."
    )


def _typed(linear: Talker, rest: str) -> None:
    question = rest or linear.asked
    if not question:
        raise UsageError("there is no question yet", remedy="/typed QUESTION, or type a question first")
    linear.ask(question, as_typed=True)


def _gaps(linear: Talker, rest: str) -> None:
    from assistant.curating.board import Board

    board = Board(linear.session.assistant)
    if rest.isdigit():
        cluster = board.cluster(int(rest))
        for wording in cluster.wordings:
            linear.say(f"Asked: {wording}")
        for passage in board.closest(cluster):
            linear.say(f"Near: {passage.title}, {passage.heading or passage.locator}: {short(passage.text, _QUOTE)}")
        return
    found = board.clusters()
    for cluster in found:
        linear.say(f"{cluster.id}: {len(cluster.gaps)} times: {cluster.wording}")
    linear.say(f"{len(found)} groups of questions without an answer. /gaps NUMBER shows what comes close to one.")


def _restore(linear: Talker, rest: str) -> None:  # noqa: ARG001
    from assistant.frontends.restoring import answer_scopes, restored

    answer, session = _last(linear), linear.session
    talk = session.current().id
    scopes = answer_scopes(session.assistant, talk, answer)
    question, said = restored(session.assistant, [answer.question, answer.answer], scopes, about=talk)
    linear.say("The names are restored here only, and that is recorded.")
    linear.say(f"Question: {question}")
    linear.say(f"Answer: {said}")


def _hidden(linear: Talker, rest: str) -> None:  # noqa: ARG001
    from assistant.frontends.restoring import answer_scopes, hidden_in

    answer, assistant = _last(linear), linear.session.assistant
    scopes = answer_scopes(assistant, linear.session.current().id, answer)
    found = hidden_in(assistant, f"{answer.question} {answer.answer}", scopes)
    for item in found:
        linear.say(f"{item.entity}: {item.stand_in} stands for it.")
    allowed = ", ".join(sorted(assistant.gate.policy.restore_roles)) or "nobody"
    linear.say(f"{len(found)} stand-ins. /restore gives the names back to: {allowed}. Every attempt is recorded.")


def _documents(linear: Talker, rest: str) -> None:
    wanted = rest.casefold()
    found = [
        info for info in linear.session.assistant.documents() if wanted in f"{info.title} {info.collection}".casefold()
    ]
    for info in found:
        linear.say(f"{info.title}; collection {info.collection}; labels {', '.join(sorted(info.labels))}.")
    linear.say(f"{len(found)} documents that you may see.")


def _ingest(linear: Talker, rest: str) -> None:
    from assistant.frontends.tui.ingest_job import outcome, stored_under

    path = Path(rest).expanduser()
    if not rest or not path.exists():
        raise UsageError(
            "there is no such file or folder", remedy="/ingest PATH; relative names start where you started"
        )
    linear.say("Taking files in.")
    steps = 0

    def progress(done: int, total: int, what: str) -> None:
        nonlocal steps
        # Ten lines at most: a reader that speaks each of a thousand would never end.
        if total and done * 10 // total > steps:
            steps = done * 10 // total
            linear.say(f"{done} of {total}: {what}")

    report = linear.session.assistant.ingest([path], progress=progress)
    for problem in (*report.problems, *report.skipped):
        linear.say(f"Not taken in: {problem.path.name}: {problem.reason}. {problem.remedy}.")
    for _, notice in report.notices:
        linear.say(f"Labels: {notice}.")
    for line in stored_under([report]):
        linear.say(f"{line}.")
    linear.say(f"{outcome([report])}.")


def _policy(linear: Talker, rest: str) -> None:  # noqa: ARG001
    from assistant.policy.explain import explain

    for sentence in explain(linear.session.assistant.gate.policy):
        linear.say(sentence)


def _talks(linear: Talker, rest: str) -> None:
    from assistant.frontends.tui.conversations import conversations

    found = conversations(linear.session.assistant, rest)
    for talk in found:
        linear.say(f"{talk.at[:16].replace('T', ' ')} UTC, {talk.turns} turns: {talk.question}")
    linear.say(f"{len(found)} conversations of yours.")


def _new(linear: Talker, rest: str) -> None:  # noqa: ARG001
    linear.session.end_conversation()
    linear.last = None
    linear.say("A new conversation.")


def _lock(linear: Talker, rest: str) -> None:  # noqa: ARG001
    linear.lock("Locked by you.")


def _help(linear: Talker, rest: str) -> None:  # noqa: ARG001
    linear.say("Type a question and Enter. Ctrl-C stops an answer; at the prompt it closes the vault and leaves.")
    for name, command in COMMANDS.items():
        linear.say(f"/{name}{f' {command.form}' if command.form else ''}: {command.help}")
    for word, meaning in STATUS.values():
        linear.say(f"Verdict {word}: {meaning}.")
    linear.say(f"Verdict {VERIFIED}: somebody of this house vouches for it, and until when.")
    linear.say(f"Verdict {REPLY}: a standard reply of the house, not from the documents.")


def _quit(linear: Talker, rest: str) -> None:  # noqa: ARG001
    linear.leaving = True
    linear.say("The vault is closed.")


COMMANDS: Final[dict[str, Command]] = {
    "source": Command(
        "N", "read the paragraph around quote N of the last answer; /source N all reads everything", _source
    ),
    "typed": Command("QUESTION", "ask, or ask the last question again, taking no word for a misspelt one", _typed),
    "gaps": Command("N", "what was asked in vain, for those to whom the policy shows it; N: what comes close", _gaps),
    "why": Command("", "every check of the last answer, its verdict and its reason", _why),
    "hidden": Command("", "what stands in place of names in the last question and answer", _hidden),
    "restore": Command("", "turn stand-ins back into names, where the policy permits it; recorded", _restore),
    "documents": Command("WORD", "the documents that you may see, or those with a word in the title", _documents),
    "ingest": Command("PATH", "take a file or folder into the vault", _ingest),
    "talks": Command("WORD", "your earlier conversations, or those that hold a word", _talks),
    "policy": Command("", "the policy in force, in sentences", _policy),
    "new": Command("", "begin a new conversation", _new),
    "lock": Command("", "close the vault and ask for the passphrase again", _lock),
    "help": Command("", "these lines", _help),
    "quit": Command("", "close the vault and leave; so does the end of the input", _quit),
}
