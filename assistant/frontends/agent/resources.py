"""What an agent keeps open: one vault, its loaded models, and the assistants over it by policy and roles."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.errors import AccessDenied, AssistantError, LockedError
from assistant.frontends.agent.allowed_commands import SERVED, Request
from assistant.policy.versions import in_force
from assistant.wiring import assemble, beside

if TYPE_CHECKING:
    from assistant.facade import Assistant, Conversation
    from assistant.frontends.opening import Opening
    from assistant.types import Principal
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

Stamp = frozenset[tuple[str, int, int]]
VIA: Final = "agent"
# Assistants kept beside the first one. Each is a policy in memory: the models are shared.
_KEPT: Final = 8
_Key = tuple[str | None, tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An assistant, and what it was made of: the policy's file and the user as they were then."""

    assistant: Assistant
    policy: Stamp
    user: Principal | None


class Resources:
    """The open vault of an agent, lent to the commands that it runs. Thread-safe.

    It lends nothing that opening the vault anew would refuse: policy, user and roles are looked at for every request.
    """

    def __init__(self, opening: Opening, vault: Vault, user: Principal | None) -> None:
        self.vault = vault
        self._opening = opening
        self._lock = threading.Lock()
        self.conversations: dict[tuple[str, frozenset[str]], Conversation] = {}
        self._others: OrderedDict[_Key, _Kept] = OrderedDict()
        self._user = self._narrowed(user) if user is not None else None
        self._first = assemble(
            vault,
            policy=opening.policy,
            domain=opening.domain,
            engine=opening.engine,
            model=opening.model,
            roles=opening.roles,
            principal=user,
            via=VIA,
        )
        self._pack = _stamp(self._first.pack.root)

    @classmethod
    def open(cls, opening: Opening, secret: Secret, password: str | None) -> Resources:
        """Open the vault and log the user in where it has users. Raises as `open_assistant` does."""
        from assistant.vault.store import Vault

        vault = Vault.open(opening.vault, secret)
        try:
            user = None
            if opening.user is not None and password is not None and vault.users():
                user = vault.login(opening.user, password)
            elif vault.users() or opening.user is not None:
                raise LockedError("this vault and the user named do not fit", remedy="see `assistant users list`")
            return cls(opening, vault, user)
        except BaseException:
            vault.close()
            raise

    def warm(self) -> None:
        """Load model, checks and index now. Raises what loading raises."""
        parts = self._first.parts
        engine = threading.Thread(target=self._first.preload, daemon=True)
        engine.start()
        self._first.gate.warm()
        parts.retriever.search("a question about nothing", allowed=None, k=1)
        engine.join()

    @property
    def who(self) -> str:
        """Whom it acts for."""
        return self._first.principal.name

    @property
    def idle_minutes(self) -> int:
        """How long the policy lets it be unused."""
        return self._first.gate.policy.idle_lock_minutes

    def why_not(self, request: Request) -> str | None:
        """Why a request is not this agent's affair, as an end of "not by way of the agent: "; None where it is."""
        for name in ("domain", "engine", "model"):
            wanted, own = request.values.get(name), getattr(self._opening, name)
            if wanted is not None and wanted != own:
                return f"it was unlocked with another {name}"
        if _stamp(self._first.pack.root) != self._pack:
            return "the domain pack has changed since (`assistant lock`, then `unlock`)"
        if "user" not in SERVED[request.command].kinds:
            return None
        user = request.values.get("user")
        if bool(self.vault.users()) != (self._user is not None):
            return "the vault's users have changed since"
        if user is not None and (self._user is None or user != self._user.name):
            return "it acts for another user"
        return None

    def assistant(self, *, policy: str | None, roles: list[str] | None) -> Assistant:
        """The assistant for a request that `why_not` lets pass, under the policy as its file is now.

        Raises PolicyError, AccessDenied for roles beyond those it was unlocked with, LockedError where the user is gone.
        """
        current = self._current_user()
        wanted = self._roles(roles)
        name = policy or self._opening.policy or in_force(self.vault) or self._first.pack.policy
        key = (name, None if wanted is None else tuple(wanted))
        with self._lock:
            kept = self._others.get(key)
            if kept is None or _stamp(kept.assistant.gate.policy.path) != kept.policy or kept.user != current:
                made = beside(self._first, policy=name, roles=wanted, principal=current, via=VIA)
                kept = _Kept(made, _stamp(made.gate.policy.path), current)
                if not self._is_own(made):
                    # Trying another role is recorded, and that each time.
                    return made
                self._others[key] = kept
                while len(self._others) > _KEPT:
                    self._others.popitem(last=False)
            self._others.move_to_end(key)
        return kept.assistant

    def _is_own(self, made: Assistant) -> bool:
        own = self._user if self._user is not None else made.gate.policy.local_principal()
        return made.principal.roles <= own.roles

    def _roles(self, wanted: list[str] | None) -> list[str] | None:
        own = self._opening.roles
        if wanted is None:
            return None if own is None else list(own)
        if own is not None and not set(wanted) <= set(own):
            raise AccessDenied("the agent was unlocked with fewer roles", remedy=f"choose among: {', '.join(own)}")
        return sorted(set(wanted))

    def _current_user(self) -> Principal | None:
        if self._user is None:
            return None
        stored = next((user for user in self.vault.users() if user.name == self._user.name), None)
        if stored is None:
            raise LockedError("this user is no longer in the vault", remedy="run `assistant lock`")
        # Roles given since the login are for the next login.
        return replace(self._user, roles=self._user.roles & stored.roles, groups=self._user.groups & stored.groups)

    def _narrowed(self, user: Principal) -> Principal:
        roles = self._opening.roles
        return user if roles is None else replace(user, roles=user.roles & frozenset(roles))

    def end(self, who: tuple[str, frozenset[str]]) -> None:
        """End the conversation of a name and set of roles, where there is one."""
        if (ended := self.conversations.pop(who, None)) is not None:
            self._first.end(ended)

    def close(self) -> None:
        """End the conversations, close vault and model; the keys are zeroed. Safe to call twice."""
        with suppress(AssistantError):
            for who in list(self.conversations):
                self.end(who)
        try:
            self.vault.close()
        finally:
            with suppress(AssistantError):
                self._first.close()


def _stamp(place: Path | None) -> Stamp:
    """What tells that a file, or one under a folder, was changed: its path, time of change and size."""
    if place is None:
        return frozenset()
    found = [place] if place.is_file() else place.rglob("*")
    files = [(path, path.stat()) for path in found if path.is_file()]
    return frozenset((str(path), found.st_mtime_ns, found.st_size) for path, found in files)
