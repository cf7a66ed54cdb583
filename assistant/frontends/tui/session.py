"""One person at one terminal: the vault open or closed, the conversation in hand. Knows nothing of screens."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from assistant.errors import AccessDenied, AssistantError, LockedError, ModelError

if TYPE_CHECKING:
    from assistant.facade import Assistant, Conversation, Event, Parts
    from assistant.frontends.opening import Opening
    from assistant.frontends.tui.conversations import PastTurn
    from assistant.types import Principal
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

NOBODY: Final = "nobody"


# The setting that names conversations which end with their session and outlasted a lock.
_HELD: Final = "talks-held"


@dataclass(frozen=True, slots=True)
class _Held:
    """A conversation that waits behind the lock, and whose it is."""

    conversation: str
    name: str


class Session:
    """Open a vault, ask, and close it again. Thread-safe; after `lock` nothing of the assistant is held."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.engine, self.model = opening.engine, opening.model
        self.conversation: Conversation | None = None
        self.needs_user = False
        self._held: _Held | None = None
        self._assistant: Assistant | None = None
        self._guard = threading.RLock()

    # ------------------------------------------------------------ open and closed

    @property
    def is_open(self) -> bool:
        """Whether a vault is open."""
        return self._assistant is not None

    @property
    def assistant(self) -> Assistant:
        """The assistant over the open vault. Raises LockedError where it is closed."""
        assistant = self._assistant
        if assistant is None:
            raise LockedError("the vault is closed", remedy="give its passphrase")
        return assistant

    def whereabouts(self) -> str:
        """Role, policy and state of the vault, in a line."""
        if not self.is_open:
            return "vault locked"
        assistant = self.assistant
        who, policy = assistant.principal, assistant.gate.policy
        roles = ", ".join(sorted(who.roles)) or "no role"
        name = "" if who.name == "local" else f"{who.name}: "
        return f"{name}{roles} | policy {policy.id} {policy.version} | vault open"

    def has_vault(self) -> bool:
        """Whether there is a vault at the chosen place; looks at names only, so that it costs no imports."""
        return any((self.opening.vault / name).exists() for name in ("slots.json", "slots.json.bak", "vault.db"))

    def unlock(self, secret: Secret) -> None:
        """Open the vault. Raises LockedError, VaultError, IntegrityError, PolicyError, PackError."""
        from assistant.wiring import open_assistant

        opening = self.opening
        assistant = open_assistant(
            opening.vault,
            secret,
            policy=opening.policy,
            domain=opening.domain,
            engine=self.engine,
            model=self.model,
            roles=None,
            authenticate=self._who,
        )
        try:
            if not self.needs_user:
                assistant.principal = self._narrowed(assistant.principal)
        except AssistantError:
            assistant.close()
            raise
        with self._guard:
            self._assistant, self.conversation = assistant, None

    def _who(self, vault: Vault) -> Principal | None:
        """Nobody yet, where the vault has users: without a role nothing is permitted until one of them signs in."""
        from assistant.types import Principal

        self.needs_user = bool(vault.users())
        if self.needs_user and self.opening.user and (password := os.environ.get("ASSISTANT_PASSWORD")):
            self.needs_user = False
            return vault.login(self.opening.user, password)
        return Principal(NOBODY) if self.needs_user else None

    def _narrowed(self, principal: Principal) -> Principal:
        wanted = self.opening.roles
        if wanted is None:
            return principal
        if not frozenset(wanted) <= principal.roles:
            raise AccessDenied(
                f"'{principal.name}' has no such role", remedy=f"choose among: {', '.join(sorted(principal.roles))}"
            )
        return replace(principal, roles=frozenset(wanted))

    def create(self, secret: Secret, domain: str) -> None:
        """Make the vault and open it. Raises VaultError, PackError, PolicyError."""
        from assistant.wiring import assemble, create_vault

        opening = self.opening
        vault = create_vault(opening.vault, secret, policy=opening.policy, domain=domain)
        try:
            assistant = assemble(
                vault, policy=opening.policy, engine=self.engine, model=self.model, roles=opening.roles
            )
        except BaseException:
            vault.close()
            raise
        with self._guard:
            self._assistant, self.conversation = assistant, None

    def lock(self, *, hold: bool = False) -> None:
        """Close the vault and forget it: keys are overwritten at once, the engine ends when its last sentence is done.

        `hold` leaves the conversation in the vault, where the policy keeps it, for `take_up`.
        """
        assistant = self.detach(hold=hold)
        if assistant is not None:
            assistant.vault.close()
            threading.Thread(target=_closed, args=(assistant,), daemon=True).start()

    def detach(self, *, hold: bool = False) -> Assistant | None:
        """End the conversation, or hold it, and give the assistant up without closing it: for work behind a locked screen."""
        with self._guard:
            try:
                self._hold() if hold else self.end_conversation()
            except AssistantError:
                pass  # the vault was closed or is damaged: there is nothing left to end in it
            assistant, self._assistant, self.conversation = self._assistant, None, None
        return assistant

    # ------------------------------------------------------------ models

    def load(self, report: Callable[[str], None]) -> str:
        """Load the models, telling each step; what the status line should say about the writer, or "".

        Without a writer in the model store the session goes on with quotes only, and says so.
        Raises what the loading of a check or the embedder raises.
        """
        assistant = self.assistant
        parts = cast("Parts", assistant.tools)
        started = time.perf_counter()
        report("loading models (1 of 3): checks")
        assistant.gate.warm()
        report("loading models (2 of 3): search")
        parts.embedder.query(["warm"])
        parts.retriever  # noqa: B018 - built at first use: now
        report("loading models (3 of 3): writer")
        try:
            engine = parts.engine
        except ModelError as error:
            if self.engine is not None:
                raise
            self.engine = "extractive"
            self._assemble()
            return f"no writer: quotes only ({error.message}; {error.remedy})"
        warm = getattr(engine, "warm", None)
        if warm is not None:
            from assistant.protocols import Prompt

            prompts = assistant.pack.prompts
            warm(Prompt(prompts.system, "", examples=prompts.pairs()))
        return f"ready, models loaded in {time.perf_counter() - started:.1f} s"

    def use_model(self, engine: str, model: str | None) -> None:
        """Go on with another writer over the same open vault; the conversation ends, as another model begins anew."""
        self.end_conversation()
        before = cast("Parts", self.assistant.tools)
        old = (self.engine, self.model)
        self.engine, self.model = engine, model
        try:
            self._assemble()
        except BaseException:
            self.engine, self.model = old
            raise
        threading.Thread(target=_engine_closed, args=(before,), daemon=True).start()

    def _assemble(self) -> None:
        from assistant.wiring import assemble

        with self._guard:
            current = self.assistant
            fresh = assemble(
                current.vault,
                policy=self.opening.policy,
                domain=self.opening.domain,
                engine=self.engine,
                model=self.model,
            )
            fresh.principal = current.principal
            self._assistant = fresh

    # ------------------------------------------------------------ who asks

    def sign_in(self, name: str, password: str) -> Principal:
        """Act as a user of the vault from now on; the conversation ends.

        Raises LockedError for a wrong name or password, AccessDenied where the roles of the command line are not the user's.
        """
        assistant = self.assistant
        principal = self._narrowed(assistant.vault.login(name, password))
        self.end_conversation()
        assistant.principal, self.needs_user = principal, False
        return principal

    # ------------------------------------------------------------ asking

    def ask(
        self, question: str, *, as_typed: bool = False, stage: Callable[[str], None] | None = None
    ) -> Generator[Event, None, None]:
        """The events of one answer, as part of the conversation in hand; see `Assistant.stream`."""
        assistant = self.assistant
        stream = assistant.stream(question, conversation=self.current(), as_typed=as_typed, stage=stage)
        return cast("Generator[Event, None, None]", stream)

    def current(self) -> Conversation:
        """The conversation in hand; one is begun where there is none.

        It has an id of its own from the first question on, so that stand-ins for names are never shared with another.
        """
        from assistant.facade import Conversation

        with self._guard:
            if self.conversation is None:
                vault = self.assistant.vault
                kept = self._keeps()
                self.conversation = Conversation(vault.start_conversation("") if kept else secrets.token_hex(12))
            return self.conversation

    def resume(self, conversation: Conversation) -> None:
        """Go on with a kept conversation."""
        with self._guard:
            self.end_conversation()
            self.conversation = conversation

    def end_conversation(self) -> None:
        """End the conversation; what the policy does not keep goes, its stand-ins for names too."""
        with self._guard:
            ended, self.conversation = self.conversation, None
            if ended is None or self._assistant is None:
                return
            vault = self._assistant.vault
            empty = not ended.turns
            self._assistant.end(ended)
            if empty or not self._keeps():
                vault.delete_conversation(ended.id)

    def _hold(self) -> None:
        """Leave the conversation in the vault; of it the memory keeps a number only.

        One that ends with the session is erased by whoever opens the vault next and is not this session going on.
        """
        held = self.conversation
        if held is None or not held.turns or self._assistant is None or not self._keeps():
            self.end_conversation()
            return
        self._held = _Held(held.id, self.assistant.principal.name)
        if self.assistant.gate.policy.history.ends_with_session:
            vault = self.assistant.vault
            vault.put(_HELD, " ".join([*(vault.get(_HELD) or "").split(), held.id]))

    def take_up(self) -> list[PastTurn]:
        """Go on with the conversation that was held over a lock, where the same person is back; its turns, else none."""
        from assistant.frontends.tui.conversations import reopened, turns_of

        assistant, vault = self.assistant, self.assistant.vault
        held, self._held = self._held, None
        mine = held.conversation if held is not None and held.name == assistant.principal.name else ""
        ends = (vault.get(_HELD) or "").split()
        for other in ends:
            if other != mine:
                vault.delete_conversation(other)
        if ends:
            vault.put(_HELD, None)
        if not mine or not any(info.id == mine for info in vault.conversations()):
            return []
        with self._guard:
            self.conversation = reopened(assistant, mine)
        return turns_of(assistant, mine)

    def _keeps(self) -> bool:
        history = self.assistant.gate.policy.history
        return history.keep and history.turns > 0


def _closed(assistant: Assistant) -> None:
    try:
        assistant.close()
    except Exception:  # noqa: BLE001 - the vault is closed already; an engine that will not end must not show a traceback
        return


def _engine_closed(parts: Parts) -> None:
    try:
        parts.engine.close()
    except Exception:  # noqa: BLE001 - an engine that was never built or will not end costs memory only
        return
