"""Versions of a vault's policy: the vault's text is what counts, the file is held to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import PolicyError, UsageError
from assistant.policy import versions
from assistant.policy.model import load_policy
from assistant.vault import KdfCost, Secret, Vault
from assistant.wiring import assemble, create_vault

SHIPPED = (Path(__file__).resolve().parents[2] / "policies" / "base.yaml").read_text(encoding="utf-8")
SECOND = SHIPPED.replace('version: "2026.1"', 'version: "2026.2"').replace("max_words: ", "max_words: 1")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    cheap = KdfCost(memory_kib=64, iterations=1, lanes=1)
    return create_vault(
        tmp_path / "vault", Secret.passphrase("correct horse battery staple"), policy="base", domain=None, kdf=cheap
    )


def _put(vault: Vault, text: str, at: str = "2026-11-30T10:00:00+00:00") -> versions.Version:
    return versions.put_in_force(vault, text, before=SHIPPED, by="ann", at=at)


def test_a_text_is_put_in_force_and_the_one_before_can_be_returned_to(vault: Vault) -> None:
    assert versions.in_force(vault) == "base" and versions.shown(vault) == []
    made = _put(vault, SECOND)
    named = versions.in_force(vault)
    assert named is not None and load_policy(named).version == "2026.2" and load_policy(named).sha256 == made.sha256
    assert [one["version"] for one in versions.shown(vault)] == ["2026.2", "2026.1"]
    assert versions.draft_of(vault, "base") == SECOND
    first = versions.by_id(vault, versions.digest(SHIPPED))
    _put(vault, first.text)
    assert load_policy(str(versions.in_force(vault))).version == "2026.1"
    assert [one["version"] for one in versions.shown(vault)] == ["2026.1", "2026.2", "2026.1"]
    vault.close()


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_what_somebody_does_to_the_file_does_not_hold(vault: Vault, harm: str) -> None:
    _put(vault, SECOND)
    path = Path(str(versions.in_force(vault)))
    assert path.stat().st_mode & 0o777 == 0o600
    if harm == "changed":
        path.write_text(SECOND.replace("effect: permit", "effect: forbid"), encoding="utf-8")
    else:
        path.unlink()
    assistant = assemble(vault, engine="extractive")
    assert assistant.gate.policy.sha256 == versions.digest(SECOND)
    vault.close()


def test_a_draft_is_compared_and_what_is_wrong_with_it_is_told_with_its_line() -> None:
    told = versions.checked(SECOND, SHIPPED)
    assert told["usable"] and '+version: "2026.2"' in told["diff"]  # type: ignore[operator]
    assert any("words" in line for line in told["sentences"])  # type: ignore[union-attr]
    broken = versions.checked(SHIPPED.replace("refusal:", "refusl:"), SHIPPED)
    remarks = broken["remarks"]
    assert not broken["usable"] and any(r["line"] and "refusl" in r["message"] for r in remarks)  # type: ignore[union-attr, attr-defined]
    assert not any("/tmp" in r["message"] for r in remarks)  # type: ignore[union-attr, attr-defined]
    assert versions.checked(SHIPPED, SHIPPED)["diff"] == []


def test_what_cannot_be_used_changes_nothing(vault: Vault) -> None:
    with pytest.raises(PolicyError):
        _put(vault, "schema: 1\n")
    with pytest.raises(UsageError, match="too large"):
        _put(vault, SHIPPED + "# " + "x" * 200_000)
    with pytest.raises(UsageError, match="no such version"):
        versions.by_id(vault, "0" * 64)
    assert versions.in_force(vault) == "base" and versions.versions(vault) == []
    vault.close()
