"""`assistant redact` as a person calls it: the text on stdout, how sure it is and what to look at on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NOTE = """Hosp. no: KX/20418, passport C01X00T47, car reg. LK54 RTY.
She wrote as @lena_k on 14/3. Ring 0155501234.
The diet was as usual, and so is the plan for the week that comes after this one.
A long string stands here: 3125550199.
"""


def _run(models: Path, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "note.txt"
    file.write_text(NOTE, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "assistant", "redact", str(file), *arguments],
        env={**os.environ, "HOME": str(tmp_path), "ASSISTANT_MODELS": str(models)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


@pytest.fixture(scope="module")
def told(models: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_run(models, tmp_path_factory.mktemp("redact"), "--json").stdout)
    return answer


def test_each_type_has_its_right_name(told: dict[str, Any]) -> None:
    named = {NOTE[f["start"] : f["end"]]: f["entity"] for f in told["findings"]}
    assert named == {
        "KX/20418": "MRN",
        "C01X00T47": "PASSPORT",
        "LK54 RTY": "LICENSE_PLATE",
        "@lena_k": "SOCIAL_HANDLE",
        "14/3": "DATE",
        "0155501234": "PHONE_NUMBER",
    }


def test_what_is_near_the_line_is_listed_and_nothing_else(told: dict[str, Any]) -> None:
    look = {NOTE[d["start"] : d["end"]]: d["hidden"] for d in told["look_at"]}
    assert look["14/3"] is True
    assert look["3125550199"] is False
    assert "3125550199" in told["text"]
    assert not {"KX/20418", "C01X00T47"} & set(look)


def test_a_person_is_told_where_and_never_what(models: Path, tmp_path: Path) -> None:
    done = _run(models, tmp_path)
    assert "<PASSPORT>" in done.stdout
    assert "6 identifiers hidden" in done.stderr
    assert "line 4, column 28: PHONE_NUMBER? not hidden, 10 characters, score 0.30" in done.stderr
    assert not any(word in done.stderr for word in ("KX/20418", "lena_k", "3125550199", "14/3"))
