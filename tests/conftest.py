"""Shared fixtures: the offline guard for the whole run, the model store, the evaluation data where it is present."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from assistant.config import go_offline, model_store

go_offline()

EVALUATION_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

# A busy machine is no fault of an input: how long one takes to be made says nothing of the code.
_SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("search", deadline=None, suppress_health_check=_SLOW)
# The same inputs in every run, so that a change is judged by the change. `--hypothesis-profile=search` looks for new ones.
hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=_SLOW, derandomize=True)
hypothesis.settings.load_profile("busy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: where files are dealt out to two processes, neither begins a long one at the very end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def models() -> Path:
    """The model store with the three pinned models; skips where it is not filled."""
    store = model_store()
    needed = ("SmolLM2-135M-Instruct.Q4_1.gguf", "all-MiniLM-L6-v2/model.safetensors", "en_core_web_sm/meta.json")
    missing = [name for name in needed if not (store / name).is_file()]
    if missing:
        pytest.skip(f"model store lacks {', '.join(missing)}: run `assistant models pull`")
    return store


@pytest.fixture(scope="session")
def evaluation_data() -> Path:
    """The public evaluation data beside the checkout; skips where it is absent."""
    if not EVALUATION_DATA.is_dir():
        pytest.skip("evaluation data is not beside this checkout (../shared/data)")
    return EVALUATION_DATA
