"""A recipe beside the screen: a real process that says its lines, ends as the command does, and can be stopped at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from assistant.frontends.recipe_job import STOPPED, Offer, RecipeJob, offers


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path / "models"))
    return tmp_path


def test_the_packs_recipes_and_the_sites_own_are_offered(home: Path) -> None:
    (home / "recipes").mkdir()
    (home / "recipes" / "ours.yaml").write_text("schema: 1\n")
    found = {offer.name: offer for offer in offers()}
    assert {"healthcare", "ours"} <= set(found)
    assert found["ours"].folder == home / "workshop" / "ours"


def test_a_recipe_that_cannot_run_says_why_in_one_line(home: Path) -> None:
    file = home / "broken.yaml"
    file.write_text("schema: 1\nshedule: {steps: 3}\n")
    told: list[str] = []
    job = RecipeJob(Offer("broken", file, home / "work"), told.append)
    ended = job.run()
    assert ended.startswith("ERROR: ") and "broken.yaml" in ended
    assert told and not job.running


def test_it_is_stopped_at_once_and_nothing_is_left_running(home: Path) -> None:
    offer = next(offer for offer in offers() if offer.name == "healthcare")
    job = RecipeJob(offer, lambda _: None)
    ended: list[str] = []
    thread = threading.Thread(target=lambda: ended.append(job.run()))
    thread.start()
    until = time.monotonic() + 20
    while not job.running and time.monotonic() < until:
        time.sleep(0.01)
    job.cancel()
    thread.join(30)
    assert ended == [STOPPED] and not job.running


def test_one_that_was_cancelled_before_it_began_does_not_begin(home: Path) -> None:
    job = RecipeJob(Offer("healthcare", home / "no.yaml", home / "work"), lambda _: None)
    job.cancel()
    assert job.run() == STOPPED
    assert not (home / "work").exists()
