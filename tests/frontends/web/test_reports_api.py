"""A report run from the admin page: one at a time, with progress, stopped or whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from assistant.config import shipped
from assistant.vault.keys import Secret
from assistant.wiring import assemble, create_vault
from tests.frontends.web.conftest import CHEAP, PASSWORD
from tests.frontends.web.support import Running, serving, wait_ready, wait_until
from tests.frontends.web.test_admin_api import log_in

pytestmark = [pytest.mark.weights, pytest.mark.slow]
KEPT = ("delivery.md", "returns-policy.md", "refunds.md", "ticket-lost-table.md", "goodwill-and-authority.md")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Running]:
    """A server of a small pack: a report takes in the documents of its pack and asks each question for each group."""
    root = tmp_path_factory.mktemp("reports") / "customer-service"
    shutil.copytree(shipped("domains") / "customer-service", root)
    for path in (root / "documents").rglob("*"):
        if path.is_file() and path.name not in KEPT:
            path.unlink()
    suite = yaml.safe_load((root / "fairness.yaml").read_text(encoding="utf-8"))
    people = {name: dict(list(suite["people"][name].items())[:2]) for name in ("sex", "age")}
    small = {**suite, "people": people, "questions": suite["questions"][:3], "licensed": suite["licensed"][:1]}
    (root / "fairness.yaml").write_text(yaml.safe_dump(small), encoding="utf-8")
    folder = root.parent / "vault"
    vault = create_vault(folder, Secret.passphrase("a long passphrase"), policy=None, domain=str(root), kdf=CHEAP)
    vault.add_user("ann", PASSWORD, ["admin"], kdf=CHEAP)
    made = assemble(vault, engine="extractive")
    with serving(made) as running:
        wait_ready(running.base)
        yield running
    made.close()


def test_a_report_is_run_watched_and_stopped(server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.frontends.web.reports_api.reports_home", lambda: tmp_path / "reports")
    monkeypatch.setattr("assistant.frontends.web.reports.reports_home", lambda: tmp_path / "reports")
    with log_in(server.base, "ann") as ann:

        def run() -> dict[str, object]:
            return ann.get("/admin/api/reports").json()["run"]  # type: ignore[no-any-return]

        def ended() -> bool:
            return bool(run()["ended"])

        wanted = {"kind": "answers", "limit": 2}
        assert ann.post("/admin/api/reports/run", json={**wanted, "kind": "other"}).status_code == 400
        assert ann.post("/admin/api/reports/run", json={**wanted, "limit": 0}).status_code == 400
        assert ann.post("/admin/api/reports/run", json=wanted).status_code == 200
        assert ann.post("/admin/api/reports/run", json=wanted).status_code == 409
        assert ann.delete("/admin/api/reports/run").status_code == 204
        wait_until(ended, 180)
        assert run()["ended"] == "stopped" and not ann.get("/admin/api/reports").json()["reports"]
        assert ann.delete("/admin/api/reports/run").status_code == 404
        assert ann.post("/admin/api/reports/run", json=wanted).status_code == 200
        wait_until(ended, 240)
        told = ann.get("/admin/api/reports").json()
        assert (told["run"]["ended"], told["run"]["done"], told["run"]["total"]) == ("done", 2, 2)
        assert told["reports"]
        name = told["reports"][0]["name"]
        assert ann.get(f"/admin/reports/{name}").status_code == 200


def test_a_fairness_report_is_run_with_progress_and_holds_the_gates_findings(
    server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.frontends.web.reports_api.reports_home", lambda: tmp_path / "reports")
    monkeypatch.setattr("assistant.frontends.web.reports.reports_home", lambda: tmp_path / "reports")
    seen: set[tuple[int, int]] = set()
    with log_in(server.base, "ann") as ann:
        kinds = ann.get("/admin/api/reports").json()["kinds"]
        assert kinds["answers"]["limited"] and not kinds["fairness"]["limited"]
        assert ann.post("/admin/api/reports/run", json={"kind": "fairness"}).status_code == 200

        def ended() -> bool:
            run = ann.get("/admin/api/reports").json()["run"]
            seen.add((run["done"], run["total"]))
            return bool(run["ended"])

        wait_until(ended, 900)
        told = ann.get("/admin/api/reports").json()
        assert told["run"]["ended"] == "done" and len(seen) > 3
        assert {row["name"] for row in told["reports"]} == {
            f"fairness-customer-service.{end}" for end in ("json", "md", "html")
        }
        report = ann.get("/admin/reports/fairness-customer-service.json").json()
    assert report["answers"]["customer-service"] and report["redaction"]
    flips = next(finding for finding in report["gate"]["findings"] if finding["name"] == "flips")
    assert flips["measured"] is not None and report["gate"]["passed"] is not None
