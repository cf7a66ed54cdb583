"""The demonstration, whole, with the real weights of both local engines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize("engine", ["llamacpp", "ctransformers"])
def test_the_demo_answers_abstains_and_redacts(engine: str, models: Path, tmp_path: Path) -> None:
    env = {
        **os.environ,
        "HOME": str(tmp_path),
        "ASSISTANT_HOME": str(tmp_path / "data"),
        "ASSISTANT_MODELS": str(models),
    }
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "demo", "--engine", engine, "--json"],
        env=env,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    answered, absent, identified = json.loads(done.stdout)["answers"]
    assert answered["status"] in {"answered", "extracted"}
    assert "5 days" in answered["answer"]
    assert answered["model"].startswith(f"{engine}:")
    assert absent["status"] == "abstained"
    assert absent["citations"] == []
    assert identified["status"] in {"answered", "extracted"}
    assert "140/90" in identified["answer"]
    assert not any(hidden in json.dumps(identified) for hidden in ("John Carter", "48213377", "555-0142"))
