from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import EngineError
from assistant.evaluate.grounded import questions
from assistant.evaluate.running import run
from assistant.packs.pack import load_pack
from tests.engines.support import FILE, MODEL


def test_what_fails_in_the_process_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no model of that name"):
        run("nobody", tmp_path, [], "healthcare")


@pytest.mark.slow
@pytest.mark.weights
def test_a_writer_is_measured_in_a_process_of_its_own(models: Path, tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to(models / FILE)
    found = run(MODEL, tmp_path, questions(load_pack("healthcare"), 1), "healthcare")
    assert found.prefill > 1
    assert found.decode > 1
    assert 50 < found.resident_mb < 2000
    assert found.grounded in (0.0, 1.0)
    assert found.gap >= 0
