"""The workshop over the admin page's interface: who may, a recipe run and stopped, a set looked through."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.frontends.recipe_job import STOPPED
from assistant.tune.review import read_reviewed
from assistant.tune.rows import Answerable, Kind, Piece, Row, lines_of
from tests.frontends.web.conftest import PASSWORD
from tests.frontends.web.support import Running
from tests.frontends.web.test_admin_api import log_in

pytestmark = [pytest.mark.weights, pytest.mark.slow]
WORKSHOP = "/admin/api/workshop"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: Path) -> Path:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    monkeypatch.setenv("ASSISTANT_MODELS", str(models))
    return tmp_path


def _row(n: int) -> Row:
    return Row(
        kind=Kind.FACT, answerable=Answerable.YES, question=f"When does desk {n} open?", citations=(1,), document="0" * 64,
        evidence=(Piece(n=1, title="Desks", text=f"Desk {n} opens at noon."),), answer=f"Desk {n} opens at noon [1].",
    )  # fmt: skip


def test_it_is_for_administrators(server: Running, home: Path) -> None:
    assert httpx.get(server.base + WORKSHOP).status_code == 401
    for name in ("pat", "sue"):
        with log_in(server.base, name) as client:
            assert client.get(WORKSHOP).status_code == 403
            assert client.post(f"{WORKSHOP}/recipes/healthcare", json={}).status_code == 403


def test_a_recipe_is_run_and_stopped_and_only_one_at_a_time(server: Running, home: Path) -> None:
    with log_in(server.base, "ann") as ann:
        assert {r["name"] for r in ann.get(WORKSHOP).json()["recipes"]} >= {"healthcare", "customer-service"}
        url = f"{WORKSHOP}/recipes/healthcare"
        assert ann.post(url, json={}, headers={"X-CSRF-Token": ""}).status_code == 403
        assert ann.post(f"{WORKSHOP}/recipes/none", json={}).status_code == 404
        assert ann.get(f"{url}/report").status_code == 400
        assert ann.post(url, json={}).status_code == 200
        _until(ann, lambda found: found["running"] == "healthcare")
        assert ann.post(url, json={}).status_code == 400
        _until(ann, lambda found: "step 1 of 7: data" in str(found["lines"]))
        assert ann.delete(url).status_code == 204
        _until(ann, lambda found: found["ended"] == STOPPED)
        assert ann.delete(url).status_code == 404


def _until(client: httpx.Client, true: Callable[[dict[str, object]], bool]) -> None:
    end = time.monotonic() + 120
    while not true(found := client.get(WORKSHOP).json()):
        assert time.monotonic() < end, found
        time.sleep(0.1)


def test_a_set_is_looked_through(server: Running, home: Path) -> None:
    folder = home / "workshop" / "healthcare"
    folder.mkdir(parents=True)
    path = folder / "data.jsonl"
    path.write_text(lines_of([_row(1), _row(2), _row(3)]))
    (folder / "report.md").write_text("# It is better\n")
    with log_in(server.base, "ann") as ann:
        assert ann.get(f"{WORKSHOP}/recipes/healthcare/report").json() == {"text": "# It is better\n"}
        url = f"{WORKSHOP}/sets/recipe/healthcare"
        first = ann.get(f"{url}/0").json()
        assert (first["of"], first["state"], first["row"]["question"]) == (3, "open", "When does desk 1 open?")
        assert ann.post(f"{url}/0", json={"act": "reject", "of": 3}).json()["at"] == 1
        edit = {"act": "edit", "of": 3, "question": "Desk 2?", "answer": "It opens at noon [1]."}
        assert ann.post(f"{url}/1", json={**edit, "answer": "At noon [4]."}).status_code == 400
        secret = {**edit, "answer": "The door code is 4711 [1]."}
        assert ann.post(f"{url}/1", json=secret).status_code == 400, "what may not be learned is not typed in"
        assert ann.post(f"{url}/1", json=edit).json()["at"] == 2
        assert ann.post(f"{url}/2", json={"act": "accept", "of": 4}).status_code == 400, "another set than was shown"
        done = ann.post(f"{url}/2", json={"act": "accept", "of": 3}).json()
        assert done["counts"] == {"open": 0, "accepted": 1, "edited": 1, "rejected": 1}
        assert ann.get(f"{url}/9").status_code == 400
        assert ann.get(f"{WORKSHOP}/sets/elsewhere/healthcare/0").status_code == 404
        assert ann.get(f"{WORKSHOP}/sets/vault/none/0").status_code in (400, 403)
    assert [row.question for row in read_reviewed(path)] == ["Desk 2?", "When does desk 3 open?"]


def test_in_a_browser_a_set_is_looked_through_by_keys_alone(browser: Any, server: Running, home: Path) -> None:
    folder = home / "workshop" / "healthcare"
    folder.mkdir(parents=True)
    path = folder / "data.jsonl"
    path.write_text(lines_of([_row(1), _row(2), _row(3)]))
    context = browser.new_context(viewport={"width": 1000, "height": 860})
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    tab.goto(f"{server.base}/admin/#workshop")
    tab.locator("#name").fill("ann")
    tab.locator("#password").fill(PASSWORD)
    tab.keyboard.press("Enter")
    tab.get_by_label("Look through: healthcare").focus()
    tab.screenshot(path=str(home / "workshop.png"))
    tab.keyboard.press("Enter")
    tab.get_by_text("Row 1 of 3").wait_for()
    tab.screenshot(path=str(home / "row.png"))
    tab.keyboard.press("r")
    tab.get_by_text("Row 2 of 3").wait_for()
    tab.keyboard.press("e")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("Opening hour of desk 2, or not?")
    tab.keyboard.press("Escape")
    tab.keyboard.press("a")
    tab.get_by_text("Row 3 of 3").wait_for()
    tab.keyboard.press("a")
    tab.get_by_text("Every row is decided.").wait_for()
    context.close()
    assert [row.question for row in read_reviewed(path)] == [
        "Opening hour of desk 2, or not?",
        "When does desk 3 open?",
    ]
