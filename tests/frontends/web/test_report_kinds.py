"""What can be run from the admin page, and that a run stopped while documents are taken in leaves no report."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.frontends.web.report_kinds import KINDS
from assistant.packs.pack import load_pack


@pytest.mark.weights
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_run_that_is_stopped_at_once_writes_nothing(kind: str, models: Path, tmp_path: Path) -> None:
    def stopped(done: int, total: int, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        KINDS[kind].make(load_pack("customer-service"), tmp_path, 1, stopped)
    assert list(tmp_path.iterdir()) == []
