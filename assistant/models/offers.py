"""Every model the product knows, as a site chooses among them: is it there, how does one get it, can this machine run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.config import model_store
from assistant.errors import AssistantError, IntegrityError
from assistant.models.catalog import ModelEntry, load_catalog, verify_entry
from assistant.models.known import CANNOT_RUN, KnownModel, known_models
from assistant.models.memory import available_mb, why_not


@dataclass(frozen=True, slots=True)
class Offer:
    """One model. `state`: verified, changed, missing (can be pulled) or bring (no registry carries it).

    `why_not` says why this machine cannot run it; empty where it can. Sizes are in bytes and MB; `exact` is False where they are
    estimated for the type `recommended`.
    """

    name: str
    role: str
    licence: str
    state: str
    parameters: int
    context: int
    chat_template: str
    ram_mb: int
    bytes: int
    exact: bool
    summary: str = ""
    source: str = ""
    recommended: str = ""
    terms: str = ""
    problem: str = ""
    why_not: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Size, memory and what there is to say, in one line."""
        about = "" if self.exact else "about "
        parts = [f"{about}{self.bytes / 1e6:.0f} MB, {self.ram_mb} MB of memory"]
        if self.state == "bring":
            parts.append(f"bring a {self.recommended} file of {self.source}")
        if self.terms and self.state in ("missing", "bring"):
            parts.append("terms to take")
        parts += [part for part in (self.problem if self.state == "changed" else "", self.why_not) if part]
        return "; ".join(parts)

    def as_json(self) -> dict[str, object]:
        """As `models list --json` prints it."""
        plain: dict[str, object] = {key: getattr(self, key) for key in self.__dataclass_fields__}
        return plain | {
            "can_pull": self.state != "bring" and bool(self.source),
            "runs_here": not self.why_not,
            "sha256": dict(self.sha256),
            "provenance": dict(self.provenance),
        }


def offers(store: Path | None = None, available: int | None = None) -> list[Offer]:
    """All of them: the catalog checked byte by byte, then those a site brings itself and has not.

    `available` is the free memory in MB [default: measured].
    """
    folder = store or model_store()
    free = available_mb() if available is None else available
    entries = load_catalog(folder).models
    there = {entry.name.lower() for entry in entries}
    return [
        *(_pinned(entry, folder, free) for entry in entries),
        *(_brought(model, free) for model in known_models() if model.name.lower() not in there),
    ]


def _pinned(entry: ModelEntry, store: Path, free: int | None) -> Offer:
    state, problem = "verified", ""
    try:
        verify_entry(entry, store)
    except (AssistantError, OSError) as error:
        state = "changed" if isinstance(error, IntegrityError) or (store / entry.path).exists() else "missing"
        problem = getattr(error, "message", type(error).__name__)
    return Offer(
        name=entry.name,
        role=entry.role,
        licence=entry.licence,
        state=state,
        parameters=entry.parameters,
        context=entry.context,
        chat_template=entry.chat_template,
        ram_mb=entry.ram_mb,
        bytes=entry.size,
        exact=True,
        summary=entry.summary,
        source=f"{entry.source.package}=={entry.source.version}" if entry.source else "",
        terms=entry.terms,
        problem=problem,
        why_not=why_not(entry.ram_mb, free),
        sha256={file.path: file.sha256 for file in entry.files},
        provenance=entry.provenance,
    )


def _brought(model: KnownModel, free: int | None) -> Offer:
    unable = next((CANNOT_RUN[name] for name in model.architectures if name in CANNOT_RUN), "")
    return Offer(
        name=model.name,
        role="writer",
        licence=model.licence,
        state="bring",
        parameters=model.parameters,
        context=model.context,
        chat_template=model.chat_template,
        ram_mb=model.ram_mb(),
        bytes=model.file_mb() * 1_000_000,
        exact=False,
        source=model.origin,
        recommended=model.recommended,
        terms=model.terms,
        why_not=unable or why_not(model.ram_mb(), free),
    )
