"""The one composition root: which part is built of what. Every heavy part is built at its first use, once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from assistant.engines.registry import DEFAULT_ENGINE
from assistant.errors import VaultError
from assistant.facade import Assistant
from assistant.packs.pack import Pack, load_pack
from assistant.policy.gate import Gate
from assistant.policy.impersonation import impersonated
from assistant.policy.model import Policy, load_policy
from assistant.policy.versions import in_force
from assistant.types import Principal

if TYPE_CHECKING:
    from assistant.privacy.pseudonyms import Pseudonyms
    from assistant.protocols import Embedder, Engine, Redactor
    from assistant.retrieval.search import Retriever
    from assistant.vault.keys import KdfCost, Secret
    from assistant.vault.store import Vault

Authenticate = Callable[["Vault"], Principal | None]
DEFAULT_DOMAIN: Final = "healthcare"
_RETENTION: Final = "audit.retention-days"
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
T = TypeVar("T")
EMBEDDER: Final = "all-MiniLM-L6-v2"


class _Empty(Enum):
    EMPTY = auto()


class Lazy(Generic[T]):
    """A value made once, at its first use, whichever thread comes first."""

    __slots__ = ("_lock", "_make", "_value")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.RLock()
        self._value: _Empty | T = _Empty.EMPTY

    @property
    def built(self) -> bool:
        """Whether the value exists already."""
        return self._value is not _Empty.EMPTY

    def get(self) -> T:
        """The value."""
        if self._value is _Empty.EMPTY:
            with self._lock:
                if self._value is _Empty.EMPTY:
                    self._value = self._make()
        return self._value


class Parts:
    """The parts of one assistant, and the tools its checks may use."""

    def __init__(
        self,
        vault: Vault,
        policy: Policy,
        pack: Pack,
        engine: str,
        model: str | None,
        via: str = "",
        adapter: Path | None = None,
    ) -> None:
        self.vault = vault
        self.pack = pack
        self._via = via
        self._redactor = Lazy(self._make_redactor)
        self._embedder = Lazy(self._make_embedder)
        self._retriever = Lazy(self._make_retriever)
        self._engine = Lazy(lambda: _build_engine(engine, model, adapter))
        self._pins = Lazy(lambda: _pins(adapter))
        self.gate = Gate(policy, self, self._append)
        self._closed = False

    @property
    def redactor(self) -> Redactor:
        """The redactor with the pack's recognizers and the vault's pseudonyms."""
        return self._redactor.get()

    @property
    def embedder(self) -> Embedder:
        """The embedder, verified against the catalog."""
        return self._embedder.get()

    @property
    def retriever(self) -> Retriever:
        """Hybrid search over the vault."""
        return self._retriever.get()

    @property
    def engine(self) -> Engine:
        """The language model, or the extractive engine."""
        return self._engine.get()

    def _append(self, kind: str, fields: Mapping[str, object]) -> str:
        """One audit record; that of an answer names the models and the state of the index that it was given with."""
        if kind == "answer":
            models = self._models(str(fields.get("model", "")))
            fields = {**fields, "models": models, "index": {"epoch": self.vault.vector_epoch()}}
        if self._via:
            fields = {**fields, "via": self._via}
        return self.vault.audit.append(kind, fields)

    def _models(self, writer: str) -> dict[str, str]:
        """SHA-256 of the models in use, by role; the writer by the name that the answer gives."""
        pins: dict[str, str] = self._pins.get()
        name = writer.partition(":")[2]
        used = {"reader": pins["reader"], "embedder": pins.get(EMBEDDER, "")}
        if name in pins:
            used |= {"writer": pins[name]} | ({"adapter": pins["adapter"]} if "adapter" in pins else {})
        return used

    def _make_redactor(self) -> Redactor:
        from assistant.privacy.redact import build_redactor

        return build_redactor(self.pack, vault=self.vault)

    def _make_embedder(self) -> Embedder:
        from assistant.retrieval.embed import MiniLM

        return MiniLM()

    def _make_retriever(self) -> Retriever:
        from assistant.retrieval.search import Retriever

        return Retriever(self.vault, self.embedder, pack=self.pack)

    def stand_in_by(self, pseudonyms: Pseudonyms) -> None:
        """Give stand-ins by this map in place of the vault's own; before anything is redacted."""
        from assistant.privacy.redact import PresidioRedactor

        self._redactor = Lazy(lambda: PresidioRedactor(self.pack, pseudonyms))

    def share(self, other: Parts) -> None:
        """Use the loaded parts of another assistant over the same vault and pack, whose policy may differ."""
        self._redactor, self._embedder = other._redactor, other._embedder
        self._retriever, self._engine = other._retriever, other._engine

    def preload(self) -> None:
        """Begin to load model, embedder and checks side by side; failures show at first use."""
        for load in (self._engine.get, self.gate.warm):
            threading.Thread(target=_quietly, args=(load,), daemon=True).start()

    def close(self) -> None:
        """Close engine and vault; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._engine.built:
                self.engine.close()
        finally:
            self.vault.close()


def _pins(adapter: Path | None) -> dict[str, str]:
    """What is pinned of each model: the digest of its only file, or of the list of its files' digests."""
    from assistant.models.catalog import load_catalog
    from assistant.models.digest import sha256_of
    from assistant.reading.reader import WEIGHTS_SHA256

    found = {"reader": WEIGHTS_SHA256}
    for entry in load_catalog().models:
        digests = sorted(file.sha256 for file in entry.files)
        found[entry.name] = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    if adapter is not None:
        found["adapter"] = sha256_of(adapter)
    return found


def import_ahead() -> None:
    """Begin to import what every question's checks need, beside the work on the vault's key, which needs no interpreter."""
    threading.Thread(target=_quietly, args=(_import_checks,), daemon=True).start()


def _import_checks() -> object:
    from assistant.privacy.analyzer import Analyzer
    from assistant.privacy.words import name_lists

    return Analyzer, name_lists()


def _quietly(load: Callable[[], object]) -> None:
    try:
        load()
    except Exception:  # noqa: BLE001 - the same call fails again, and loudly, at first use
        return


def _build_engine(name: str, model: str | None, adapter: Path | None) -> Engine:
    from assistant.engines.registry import build_engine

    return build_engine(name, model, adapter)


def create_vault(
    folder: Path, secret: Secret, *, policy: str | None, domain: str | None, kdf: KdfCost | None = None
) -> Vault:
    """Make a vault that remembers its pack and policy. Raises PackError, PolicyError, VaultError before anything is written."""
    from assistant.vault.store import Vault

    pack = load_pack(domain or DEFAULT_DOMAIN)
    chosen = load_policy(policy or pack.policy)
    vault = Vault.create(folder, secret, kdf=kdf) if kdf else Vault.create(folder, secret)
    vault.put("domain", _remembered(domain or DEFAULT_DOMAIN))
    vault.put("policy", _remembered(policy or pack.policy))
    vault.audit.append("init", {"policy": chosen.id, "policy_sha256": chosen.sha256, "domain": pack.id})
    return vault


def _remembered(name: str) -> str:
    """A path is kept whole, so that the vault finds it from any working folder."""
    path = Path(name)
    return str(path.resolve()) if path.exists() else name


def open_assistant(
    folder: Path,
    secret: Secret,
    *,
    policy: str | None = None,
    domain: str | None = None,
    engine: str | None = None,
    model: str | None = None,
    roles: Iterable[str] | None = None,
    preload: bool = False,
    authenticate: Authenticate | None = None,
    adapter: Path | None = None,
) -> Assistant:
    """Open a vault and build the assistant over it.

    Policy and pack are the vault's own unless named. `adapter` is loaded beside the writer. `authenticate` says who is asking (None: the
    local user of the policy); a front end that logs people in itself leaves it out. `roles` narrows the roles; another role is for
    those whom the policy lets try.
    Raises LockedError, VaultError, IntegrityError, PolicyError, PackError, AccessDenied; for an adapter without its manifest or of
    another base ModelError, before the vault is opened.
    """
    from assistant.vault.store import Vault

    if adapter is not None:
        from assistant.engines.registry import check_adapter

        check_adapter(adapter, engine or DEFAULT_ENGINE, model)
    vault = Vault.open(folder, secret)
    try:
        principal = authenticate(vault) if authenticate is not None else None
        return assemble(
            vault,
            policy=policy,
            domain=domain,
            engine=engine,
            model=model,
            roles=roles,
            preload=preload,
            principal=principal,
            adapter=adapter,
        )
    except BaseException:
        vault.close()
        raise


def assemble(
    vault: Vault,
    *,
    policy: str | None = None,
    domain: str | None = None,
    engine: str | None = None,
    model: str | None = None,
    roles: Iterable[str] | None = None,
    preload: bool = False,
    principal: Principal | None = None,
    via: str = "",
    adapter: Path | None = None,
) -> Assistant:
    """The assistant over an open vault; see `open_assistant`. What the policy no longer keeps is dropped first.

    `via` stands in its audit records where something asks in somebody's name.
    """
    pack = load_pack(domain or vault.get("domain") or DEFAULT_DOMAIN)
    rules = load_policy(policy or in_force(vault) or pack.policy)
    parts = Parts(vault, rules, pack, engine or DEFAULT_ENGINE, model, via, adapter)
    assistant = Assistant(parts, _acting(vault, rules, principal, roles))
    keep_no_longer(vault, rules, own=policy is None or policy == vault.get("policy"))
    if preload:
        parts.preload()
    return assistant


def beside(
    first: Assistant, *, policy: str, roles: Iterable[str] | None, principal: Principal | None, via: str = ""
) -> Assistant:
    """Another assistant over the same vault, pack and loaded models, under a policy and for roles of its own.

    Closing either closes the vault of both. Raises PolicyError, AccessDenied as `open_assistant` does.
    """
    rules = load_policy(policy)
    parts = Parts(first.vault, rules, first.pack, DEFAULT_ENGINE, None, via)
    if isinstance(first.parts, Parts):
        parts.share(first.parts)
    keep_no_longer(first.vault, rules, own=policy == first.vault.get("policy"))
    return Assistant(parts, _acting(first.vault, rules, principal, roles))


def _acting(vault: Vault, policy: Policy, user: Principal | None, roles: Iterable[str] | None) -> Principal:
    """Who asks: with fewer roles than his own where some are named, or, recorded, with another where the policy lets him try."""
    principal = user or policy.local_principal()
    if roles is None:
        return principal
    wanted = frozenset(roles)
    if wanted <= principal.roles:
        return replace(principal, roles=wanted)
    tried = impersonated(policy, principal, wanted)
    record = {"principal": principal.name, "roles": sorted(principal.roles), "as": sorted(wanted)}
    vault.audit.append("trial", record)
    return tried


def keep_no_longer(vault: Vault, policy: Policy, *, own: bool = True) -> None:
    """Drop audit records that are older than the retention of the policy and of every policy that the vault was used under.

    One that keeps less does not shorten what another promised. Questions without an answer go after the days of the vault's
    `own` policy, all of them where it keeps none. A vault that is busy is left for the next time.
    """
    days = max(policy.audit_retention_days, int(vault.get(_RETENTION) or 0))
    with suppress(VaultError):
        if str(days) != vault.get(_RETENTION):
            vault.put(_RETENTION, str(days))
    before = datetime.now(UTC) - timedelta(days=days)
    with suppress(VaultError):
        vault.audit.prune(before.strftime(_MOMENT))
    kept_since = datetime.now(UTC) - timedelta(days=policy.gaps.days)
    if own:
        with suppress(VaultError):
            vault.drop_gaps_before(kept_since.strftime(_MOMENT) if policy.gaps.keep else None)


__all__ = [
    "DEFAULT_DOMAIN",
    "DEFAULT_ENGINE",
    "Parts",
    "assemble",
    "beside",
    "create_vault",
    "import_ahead",
    "open_assistant",
]
