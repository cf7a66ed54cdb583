"""What checks may use."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pytest

from assistant.errors import VaultError
from assistant.policy.checks import CHECKS
from assistant.policy.tools import Check, store


@dataclass
class Bare:
    """Tools without a vault."""

    vault: None = None


def test_without_a_vault_there_is_no_record() -> None:
    with pytest.raises(VaultError, match="no vault"):
        store(Bare())  # type: ignore[arg-type]


def test_every_registered_check_has_the_shape_of_a_check() -> None:
    wanted = list(inspect.signature(Check.__call__).parameters)[1:]
    assert CHECKS
    for entry in CHECKS.values():
        assert list(inspect.signature(entry.check).parameters)[: len(wanted)] == wanted
