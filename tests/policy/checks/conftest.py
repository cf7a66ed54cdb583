"""The tools of the checks that compare meaning: the real embedder, the healthcare pack."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.packs.pack import load_pack
from tests.policy.support import Parts


@pytest.fixture(scope="session")
def tools(models: Path) -> Parts:
    from assistant.retrieval.embed import MiniLM

    return Parts(embedder=MiniLM(models / "all-MiniLM-L6-v2"), pack=load_pack("healthcare"))
