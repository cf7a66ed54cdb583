"""A policy tried on cases, and that nothing of the trial stays."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from assistant.curating.cases import tried
from assistant.errors import PolicyError

pytestmark = pytest.mark.weights


def test_cases_come_out_as_expected_or_not_and_leave_nothing(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    cases = tmp_path / "cases.yaml"
    cases.write_text(
        "cases:\n"
        "  - {name: seen, roles: [customer], sees: [public], expect: 'yes'}\n"
        "  - {name: hidden, roles: [customer], sees: [restricted], expect: 'yes'}\n"
    )
    first, second = tried("customer-service", cases, domain="customer-service")
    assert (first.ok, second.ok, second.got) == (True, False, "no")
    assert list(scratch.iterdir()) == []


def test_a_broken_file_of_cases_names_its_line(tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text("cases:\n  - {name: x, expect: admitted}\n")
    with pytest.raises(PolicyError, match="exactly one"):
        tried("base", cases)
