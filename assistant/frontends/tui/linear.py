"""The same session without a drawn screen: one question, its sentences as they are released, then what stands behind them.

Every line is written once and never moved or coloured, so that a screen reader, a braille line or a pipe follows it.
"""

from __future__ import annotations

import queue
import select
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TextIO

from assistant.errors import AssistantError, ExitCode, LockedError, UsageError
from assistant.frontends.console import printable
from assistant.frontends.presented import Numbers
from assistant.frontends.tui.answer_worker import AnswerEvent, AnswerWorker, Began, Failed, Note, Ready, Stopped
from assistant.frontends.tui.error_text import explained
from assistant.frontends.tui.linear_commands import COMMANDS, backing

if TYPE_CHECKING:
    from assistant.facade import Event
    from assistant.frontends.tui.session import Session
    from assistant.types import Answer
    from assistant.vault.keys import Secret

TRIES: Final = 3
"""Wrong passphrases in a row until the session ends, as `login` and `sudo` do it."""
INTERRUPTED: Final = 130
_END_S: Final = 5.0


class Idle(Exception):
    """Nobody typed for as long as the settings and the policy allow."""


class Linear:
    """A prompt loop over a session."""

    def __init__(
        self,
        session: Session,
        source: TextIO,
        out: Callable[[str], None],
        *,
        secret: Callable[[bool], Secret],
        password: Callable[[str], tuple[str, str]],
        idle_minutes: float,
        prompt: Callable[[str], None] | None = None,
    ) -> None:
        """Lines come from `source` and go to `out`, which makes control characters visible.

        `secret(first)` gives the key of the vault, `password(user)` name and password of a user. `prompt` writes a prompt
        without a line end; None where nobody sits at the terminal: then there is no idle lock and no second passphrase.
        """
        self.session = session
        self.last: Answer | None = None
        self.asked = ""
        self.leaving = False
        self._numbers = Numbers()
        self._source, self._out, self._prompt = source, out, prompt
        self._secret, self._password = secret, password
        self._idle_minutes = idle_minutes
        self._notes: queue.SimpleQueue[Note] = queue.SimpleQueue()
        self._desk: AnswerWorker | None = None
        self._thread: threading.Thread | None = None
        self._ready = False

    # ------------------------------------------------------------ the session

    def run(self) -> int:
        """Open, answer until the end of the input or /quit, close. The exit code; 130 after Ctrl-C at the prompt.

        Raises UsageError where there is no vault, LockedError and what else keeps the vault closed.
        """
        if not self.session.has_vault():
            raise UsageError(
                "there is no vault yet",
                path=self.session.opening.vault,
                remedy="make one with `assistant init` (it asks for a passphrase), then `assistant ingest FOLDER`",
            )
        try:
            self._open(first=True)
            return self._loop()
        except KeyboardInterrupt:
            self.say("")
            self.say("Interrupted. The vault is closed.")
            return INTERRUPTED
        finally:
            self.close()

    def say(self, text: str) -> None:
        """One line, or several."""
        self._out(printable(text))

    def say_error(self, error: BaseException) -> None:
        """What went wrong and what to do; never text of a document."""
        trouble = explained(error)
        self.say(f"Error: {trouble.message}." + (f" What to do: {trouble.remedy}." if trouble.remedy else ""))

    def close(self) -> None:
        """Close the vault; an answer that is being written is given a moment to leave its record."""
        if self._desk is not None:
            self._desk.close()
        if self._thread is not None:
            self._thread.join(_END_S if self._ready else 0)
        self._desk = self._thread = self.last = None
        self.session.lock()

    # ------------------------------------------------------------ opening

    def _open(self, *, first: bool) -> None:
        for left in reversed(range(TRIES)):
            try:
                self.session.unlock(self._secret(first and left == TRIES - 1))
                break
            except LockedError as error:
                if not left or self._prompt is None:
                    raise
                self.say_error(error)
        if self.session.needs_user:
            self.session.sign_in(*self._password(self.session.opening.user or ""))
        assistant = self.session.assistant
        roles = ", ".join(sorted(assistant.principal.roles)) or "none"
        policy = assistant.gate.policy
        self.say(
            f"{assistant.pack.title}. The vault is open. Your roles: {roles}. Policy: {policy.id} {policy.version}."
        )
        self.say("Type a question, or /help.")
        self._notes = queue.SimpleQueue()
        self._ready = False
        self._desk = AnswerWorker(self.session, self._notes.put)
        self._thread = threading.Thread(target=self._desk.run, daemon=True)
        self._thread.start()

    def lock(self, why: str) -> None:
        """Close the vault and ask for the passphrase again. Raises LockedError where nobody can be asked."""
        self.close()
        self.say(f"{why} What was said before still stands in your terminal's window: clear it there.")
        if self._prompt is None:
            raise LockedError("the vault was locked and the input is no terminal", remedy="start again")
        self._open(first=False)

    def limit_s(self) -> float:
        """Seconds without a line until the vault locks itself: the person's own setting or the policy's, if shorter."""
        return 60.0 * min(self._idle_minutes, self.session.assistant.gate.policy.idle_lock_minutes)

    # ------------------------------------------------------------ lines

    def _loop(self) -> int:
        while not self.leaving:
            try:
                line = self._next()
            except Idle:
                self.lock(f"Locked after {self.limit_s() / 60:g} minutes without a line.")
                continue
            if line is None:
                break
            if line:
                self._take(line)
        return int(ExitCode.DONE)

    def _next(self) -> str | None:
        """The next line; None at the end of the input."""
        if self._prompt is not None:
            self._prompt("Question: ")
            ready, _, _ = select.select([self._source], [], [], self.limit_s())
            if not ready:
                self.say("")
                raise Idle
        line = self._source.readline()
        return line.strip() if line else None

    def _take(self, line: str) -> None:
        if not line.startswith("/"):
            self.ask(line)
            return
        name, _, rest = line[1:].partition(" ")
        command = COMMANDS.get(name.casefold())
        if command is None:
            self.say(f"There is no command /{name[:20]}. Type /help for those that there are.")
            return
        try:
            command.run(self, rest.strip())
        except LockedError:
            if not self.session.is_open:
                raise
            self.say("Error: name or password is wrong.")
        except AssistantError as error:
            self.say_error(error)

    # ------------------------------------------------------------ an answer

    def ask(self, question: str, *, as_typed: bool = False) -> None:
        """Put a question and say everything that comes of it; `as_typed` takes no word for a misspelt one.
        Ctrl-C gives it up."""
        desk = self._desk
        if desk is None:
            raise LockedError("the vault is closed", remedy="give its passphrase")
        number = desk.submit(question, as_typed=as_typed)
        self.asked, self._numbers = question, Numbers()
        if not self._ready:
            self.say("The models are being loaded; the answer comes when that is done.")
        try:
            self._follow(number)
        except KeyboardInterrupt:
            self.say("")
            desk.stop(number)
            self.say("Stopped. The rest of this answer is not said. Do not rely on what was said of it.")

    def _follow(self, number: int) -> None:
        said = 0
        while True:
            note = self._notes.get()
            if isinstance(note, Ready):
                self._ready = True
                if note.trouble is not None:
                    self.say(f"Error: {note.trouble}")
                elif note.text.startswith("no writer"):
                    self.say(f"Note: {note.text}")
            elif isinstance(note, Began) and note.number == number:
                self.say("Looking in the documents.")
            elif isinstance(note, Failed) and note.number == number:
                self.say(f"Error: {note.trouble}")
                return
            elif isinstance(note, Stopped) and note.number == number:
                return
            elif isinstance(note, AnswerEvent) and note.number == number:
                said, done = self._event(note.event, said)
                if done:
                    return

    def _event(self, event: Event, said: int) -> tuple[int, bool]:
        """Say one event; how many sentences stand, and whether that was the last event."""
        from assistant.facade import Finished, Released

        if isinstance(event, Released):
            if not said:
                self.say("Answer:")
            marks = "".join(f"[{n}]" for n in dict.fromkeys(c.n for c in event.citations))
            self.say(self._numbers.marked(f"{event.shown} {marks}".rstrip(), event.citations))
            return said + 1, False
        if not isinstance(event, Finished):
            self._withdrawn(said, event.reason)
            self._numbers = Numbers()
            return 0, False
        answer = event.answer
        self.last = answer
        if said and str(answer.status) in ("abstained", "blocked"):
            self._withdrawn(said, answer.reason)
            said = 0
        if not said:
            self.say(f"Answer: {Numbers().marked(event.shown, answer.citations)}")
        assistant = self.session.assistant
        workings = assistant.gate.policy.shows_workings(assistant.principal)
        for line in backing(answer, event.question, workings=workings):
            self.say(line)
        return 0, True

    def _withdrawn(self, said: int, reason: str) -> None:
        if said:
            what = "the sentence above is" if said == 1 else f"the {said} sentences above are"
            self.say(f"Withdrawn: {what} taken back" + (f": {reason}." if reason else "."))
