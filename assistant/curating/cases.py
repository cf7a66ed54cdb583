"""Trying a policy on cases in a throw-away vault, so that stand-ins of the cases never mix with a site's own."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.policy.cases import CaseResult


def tried(policy: str, cases: Path, *, domain: str | None = None) -> list[CaseResult]:
    """What came of each case. Raises PolicyError with file and line, PackError."""
    from assistant.policy.cases import load_cases, run_cases
    from assistant.vault.keys import KdfCost, Secret
    from assistant.wiring import assemble, create_vault

    wanted = load_cases(cases)
    # Nobody opens this vault again: its passphrase is random and forgotten, so that a cheap derivation is enough.
    cheap = KdfCost(memory_kib=64, iterations=1, lanes=1)
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
        secret = Secret.passphrase(secrets.token_hex(16))
        vault = create_vault(Path(folder) / "vault", secret, policy=policy, domain=domain, kdf=cheap)
        assistant = assemble(vault, engine="extractive")
        try:
            return run_cases(assistant.gate.policy, wanted, assistant.tools)
        finally:
            assistant.close()
