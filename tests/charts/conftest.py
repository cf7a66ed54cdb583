from __future__ import annotations

import pytest

from assistant.charts.rules import Rules, load_rules
from assistant.packs.pack import load_pack


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rules of the healthcare pack."""
    return load_rules(load_pack("healthcare"))
