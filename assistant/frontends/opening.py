"""What a vault is opened with, as the command line gave it: for the terminal interface and for the agent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Opening:
    """Vault folder, policy, pack, engine, model, roles and user; None leaves it to the vault, `roles` None are all the user has."""

    vault: Path
    policy: str | None = None
    domain: str | None = None
    engine: str | None = None
    model: str | None = None
    roles: tuple[str, ...] | None = None
    user: str | None = None
