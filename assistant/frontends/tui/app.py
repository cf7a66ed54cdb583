"""The Textual application: which screen stands, what is open, and the way from an action to what it does."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from assistant.frontends.opening import Opening
from assistant.frontends.tui.actions import ACTIONS
from assistant.frontends.tui.answer_worker import AnswerWorker, Note
from assistant.frontends.tui.error_text import Trouble, explained
from assistant.frontends.tui.keys import KEYS, key_words
from assistant.frontends.tui.messages import Later
from assistant.frontends.tui.screens.base import Page
from assistant.frontends.tui.screens.chat import ChatScreen
from assistant.frontends.tui.screens.unlock import UnlockScreen
from assistant.frontends.tui.session import Session
from assistant.frontends.tui.settings import Settings
from assistant.frontends.tui.themes import SHIPPED

if TYPE_CHECKING:
    from assistant.frontends.recipe_job import RecipeJob
    from assistant.frontends.tui.host import Host
    from assistant.frontends.tui.ingest_job import IngestJob
    from assistant.types import Citation
    from assistant.vault.keys import Secret

Result = TypeVar("Result")
# Seconds before the idle lock at which it is announced.
WARN_S = 30


def _painted() -> None:
    """The first frame stands: what was loaded for it stays for good, and the collector, which the command stopped, goes on."""
    gc.freeze()
    gc.enable()


class AssistantApp(App[int], inherit_bindings=False):
    """The assistant in a terminal. No toasts: one could keep text on the screen after a lock."""

    TITLE = "assistant"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            key.default,
            "command_palette" if name == "palette" else f"act('{name}')",
            key.label,
            show=False,
            priority=True,
            id=name,
        )
        for name, key in KEYS.items()
    ]

    def __init__(
        self,
        opening: Opening,
        settings: Settings,
        *,
        secret: Callable[[], Secret] | None = None,
        trouble: Trouble | None = None,
    ) -> None:
        """`secret` gives the key where environment, passphrase file or key file hold one; it is used once."""
        # Textual's own NO_COLOR mode paints greys; with the terminal's colours it paints none at all.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self.settings = settings
        self.session = Session(opening)
        self.desk: AnswerWorker | None = None
        self.job: IngestJob | None = None
        self.recipe: RecipeJob | None = None  # goes on while the vault is locked: it reads the packs
        self.taken_in = ("", "default")  # labels and collection as they were typed last for taking files in
        self.era = 0
        self.listening: Callable[[events.Key], None] | None = None
        self.idle_limit_s = settings.idle_minutes * 60.0
        self.last_use = time.monotonic()
        self._secret, self._first_trouble = secret, trouble
        self._closer: threading.Thread | None = None
        self._busy = False
        for theme in SHIPPED:
            self.register_theme(theme)
        self.theme = settings.theme
        self.set_keymap(dict(settings.keys))

    # ------------------------------------------------------------ screens

    def get_default_screen(self) -> Screen[Any]:
        """The first screen: the wizard where there is no vault, the talk where a key is at hand, else the lock."""
        if not self.session.has_vault():
            from assistant.frontends.tui.screens.wizard import WizardScreen

            return WizardScreen()
        return UnlockScreen("" if self._secret is None else "The key of this session is being tried.")

    def on_mount(self) -> None:
        """Watch for idleness."""
        self.set_interval(min(1.0, self.idle_limit_s / 4), self._watch)
        self.call_after_refresh(_painted)
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._ended_from_outside, number)
        if self._first_trouble is not None:
            self.say_trouble(self._first_trouble)

    def _ended_from_outside(self, number: int) -> None:
        """The terminal is left as it was found, whoever ends the program; the vault closes as the application ends."""
        self.exit(return_code=128 + number)

    @property
    def page(self) -> Page | None:
        """The page that stands, below any dialogue."""
        return next((s for s in reversed(self.screen_stack) if isinstance(s, Page)), None)

    @property
    def chat(self) -> ChatScreen | None:
        """The talk, where it stands at the bottom of the screens."""
        return next((s for s in self.screen_stack if isinstance(s, ChatScreen)), None)

    def whereabouts(self) -> str:
        """Role, policy and state of the vault, for the banner."""
        return self.session.whereabouts()

    async def open_page(self, page: Screen[object]) -> None:
        """Show a page above the talk, in place of any other."""
        await self.back_to_chat()
        await self.push_screen(page)

    async def back_to_chat(self) -> None:
        """Close every page above the talk."""
        while len(self.screen_stack) > 1 and self.screen is not self.chat:
            await self.pop_screen()

    def open_source(self, citation: Citation) -> None:
        """Show the source of a citation on a screen of its own."""
        from assistant.frontends.tui.screens.source import SourceScreen

        last = self.chat.last if self.chat is not None else None
        self.push_screen(SourceScreen(last.sources if last is not None else [citation], citation))

    # ------------------------------------------------------------ work beside the screen

    def do(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], Awaitable[None] | None],
        failed: Callable[[Trouble], Awaitable[None] | None] | None = None,
    ) -> None:
        """Run `work` in a thread, then `then` here with its result; a failure is told in words."""
        era, on_failure = self.era, failed or self.say_trouble

        def body() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - told in words, here or nowhere
                trouble = explained(error)
                self.post_message(Later(lambda: on_failure(trouble), era))
            else:
                self.post_message(Later(lambda: then(result), era))

        self.run_worker(body, thread=True, exit_on_error=False)

    async def on_later(self, later: Later) -> None:
        """Back in the application's thread."""
        if later.era != self.era:
            return
        result = later.call()
        if inspect.isawaitable(result):
            await result

    def say_trouble(self, trouble: Trouble) -> None:
        """What went wrong, on the page that stands."""
        if self.page is not None:
            self.page.trouble(trouble)

    def say(self, text: str) -> None:
        """One line on the page that stands."""
        if self.page is not None:
            self.page.tell(text)

    # ------------------------------------------------------------ opening

    def open_by_given_secret(self) -> None:
        """Try the key that was given on the command line or in the environment, once."""
        given, self._secret = self._secret, None
        if given is not None and isinstance(self.screen, UnlockScreen):
            self.screen.busy()
            self._open(given)

    def open_by_passphrase(self, typed: str) -> None:
        """Try a passphrase."""

        def secret() -> Secret:
            from assistant.vault.keys import Secret

            return Secret.passphrase(typed)

        self._open(secret)

    def _open(self, secret: Callable[[], Secret]) -> None:
        if self._busy:
            return
        self._busy = True
        closing, session = self._closer, self.session

        def work() -> None:
            if closing is not None:
                closing.join()
            session.unlock(secret())

        def failed(trouble: Trouble) -> None:
            self._busy = False
            self.say_trouble(trouble)

        self.do(work, lambda _: self.opened(), failed)

    async def opened(self) -> None:
        """The vault is open: show the talk and load the models behind it."""
        self._busy = False
        self.last_use = time.monotonic()
        policy_s = self.session.assistant.gate.policy.idle_lock_minutes * 60.0
        self.idle_limit_s = min(self.idle_limit_s, policy_s)
        if self.session.needs_user and isinstance(self.screen, UnlockScreen):
            self.screen.ask_user(self.session.opening.user or "")
            return
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.push_screen(ChatScreen())
        if self.chat is not None:
            self.chat.greet(self.session.assistant.pack)

    def sign_in(self, name: str, password: str) -> None:
        """Try a user's password, on the way in."""
        self.do(lambda: self.session.sign_in(name, password), lambda _: self.opened())

    def start_desk(self) -> None:
        """Begin to load models and answer questions in a thread."""
        if self.desk is not None:
            self.desk.close()
        era = self.era

        def posted(note: Note) -> None:
            self.post_message(Later(lambda: self._note(note), era))

        self.desk = AnswerWorker(self.session, posted)
        self.run_worker(self.desk.run, thread=True, exit_on_error=False, group="desk")

    async def _note(self, note: Note) -> None:
        if self.chat is not None:
            await self.chat.note(note)

    # ------------------------------------------------------------ locking

    async def on_event(self, event: events.Event) -> None:
        """Keys and the mouse put the idle lock off."""
        if isinstance(event, events.Key | events.MouseEvent | events.Paste):
            self.last_use = time.monotonic()
        if isinstance(event, events.Key) and self.listening is not None:
            # The settings wait for a new key, which may be one that does something else so far.
            heard, self.listening = self.listening, None
            heard(event)
            return
        await super().on_event(event)

    async def _watch(self) -> None:
        if not self.session.is_open:
            return
        left = self.idle_left_s
        if left <= 0:
            minutes = self.idle_limit_s / 60
            await self.lock(f"Locked after {minutes:g} min without a key press.", idle=True)
        elif left <= WARN_S and self.idle_limit_s > 2 * WARN_S:
            self.say(f"the vault locks itself in {left:.0f} s; press any key to go on")

    async def lock(self, reason: str, *, idle: bool = False, leaving: bool = False) -> None:
        """Take everything readable from the screen, then close the vault; memory is given back as far as Python lets us.

        `idle` lets a running ingest end behind the locked screen, which would otherwise never end; it holds the vault until
        then and closes it. The lock key stops it. But for `leaving`, the talk is taken up again when the vault is opened,
        where the policy keeps conversations.
        """
        self.era += 1
        self.listening = None
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        self._clipboard = ""
        job, self.job = self.job, None
        going_on = job is not None and job.running and idle
        if going_on:
            reason += " Files are still being taken in; the vault closes when that is done."
        while len(self.screen_stack) > 1:  # every page but the first, which holds nothing readable
            await self.pop_screen()
        if isinstance(self.screen, UnlockScreen):
            self.screen.locked_again(reason)
        else:
            await self.push_screen(UnlockScreen(reason))
        self.idle_limit_s = self.settings.idle_minutes * 60.0
        self._closer = threading.Thread(target=self._close, args=(job, going_on, not leaving), daemon=True)
        self._closer.start()
        # Widgets and texts that point at one another would otherwise wait for the collector's own time.
        gc.collect()

    def _close(self, job: IngestJob | None, going_on: bool, hold: bool) -> None:
        if job is not None and going_on:
            assistant = self.session.detach(hold=hold)
            if assistant is not None:
                job.close_when_done(assistant)
            return
        if job is not None:
            job.cancel()
        self.session.lock(hold=hold)

    async def action_quit(self) -> None:
        """Close the vault and leave."""
        await self.lock("Closing the vault.", leaving=True)
        closing = self._closer
        if closing is not None:
            closing.join(timeout=5.0)
        self.exit(0)

    def on_unmount(self) -> None:
        """However the application ends, its threads end and the vault closes."""
        self.era += 1
        if self.desk is not None:
            self.desk.close()
        for job in (self.job, self.recipe):
            if job is not None:
                job.cancel()
        self.session.lock()

    # ------------------------------------------------------------ actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While the vault is closed only what needs no vault works; under a dialogue nothing but lock and quit."""
        if action not in ("act", "command_palette"):
            return True
        name = str(parameters[0]) if parameters else "palette"
        if isinstance(self.screen, ModalScreen):
            return name in ("lock", "quit")
        return self._usable(name)

    def _usable(self, name: str) -> bool:
        usable = self.session.is_open and not self.session.needs_user and self.chat is not None
        return name in KEYS and (KEYS[name].locked or usable or (name == "lock" and self.session.is_open))

    async def action_act(self, name: str) -> None:
        """Do what a key or a command asks for."""
        if self.check_action("act", (name,)):
            try:
                await ACTIONS[name](self)
            except Exception as error:  # noqa: BLE001 - an action that fails says so and leaves the screen standing
                self.say_trouble(explained(error))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The commands of the palette. Textual's own screenshot is not among them: it would write text to the disk."""
        for name, key in KEYS.items():
            if name != "palette" and self._usable(name) and not isinstance(screen, ModalScreen):
                title = f"{key.label} ({key_words(self.settings.key(name))})"
                yield SystemCommand(title, key.help, lambda name=name: self.call_later(self.action_act, name))

    @property
    def idle_left_s(self) -> float:
        """Seconds until the vault locks itself, where no key is pressed."""
        return self.last_use + self.idle_limit_s - time.monotonic()

    def apply(self, settings: Settings) -> None:
        """Take other settings at once."""
        from assistant.frontends.tui.widgets.lines import KeyHints

        self.settings = settings
        self.theme = settings.theme
        self.idle_limit_s = settings.idle_minutes * 60.0
        if self.session.is_open:
            self.idle_limit_s = min(self.idle_limit_s, self.session.assistant.gate.policy.idle_lock_minutes * 60.0)
        self.set_keymap(dict(settings.keys))
        for page in self.screen_stack:
            for hints in page.query(KeyHints):
                hints.show(settings)

    def _fatal_error(self) -> None:
        """Textual would print a traceback with the values of local variables: texts of documents among them."""
        self.panic(f"error: {explained(self._exception)}" if self._exception is not None else "error")


def as_host(app: AssistantApp) -> Host:
    """The application as its screens know it; the type checker holds the two to each other here."""
    return app
