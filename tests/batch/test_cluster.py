"""Workers as Ray actors: the actor itself, and, where Ray is installed, the pool of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.batch.cluster import Host, RayPool
from assistant.batch.settings import Failed, Scan
from assistant.errors import AssistantError, UsageError
from tests.batch.support import ROOT, environment, run, settings
from tests.charts.support import bundle, checked, untidy


def test_an_actor_does_what_a_worker_does(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(bundle(patient="a"))
    host = Host(settings())
    done = host.do(Scan((str(tmp_path / "a.json"),), "fhir"))
    assert isinstance(done, list) and [part.patient_id for part in done] == ["a"]
    assert isinstance(host.do(Scan((str(tmp_path / "gone.json"),), "fhir")), Failed)


def test_an_actor_hands_back_why_it_cannot_be_set_up_for_ray_would_change_the_words(tmp_path: Path) -> None:
    told = Host(settings(policy_sha256="0" * 64)).do(Scan((str(tmp_path / "a.json"),), "fhir"))
    assert isinstance(told, AssistantError) and "differs from the one the run began with" in told.message


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    for name in ("RAY_USAGE_STATS_ENABLED", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN"):
        # Set here, so that what the pool sets of them is taken back at the end.
        monkeypatch.setenv(name, "")
    with pytest.raises(UsageError, match="not installed") as raised:
        RayPool(settings(), 1)
    assert "assistant[ray]" in raised.value.remedy


# Ray reads its token from the environment once in a process, so each of these gets a process of its own.
ADDRESS_OF_NOBODY = """
import sys
from assistant.batch.cluster import RayPool
from assistant.errors import AssistantError
from tests.batch.support import settings
try:
    RayPool(settings(), 1, address="ray://127.0.0.1:1")
except AssistantError as error:
    print(error.message, "|", error.remedy)
"""


@pytest.mark.slow
def test_a_cluster_that_nobody_answers_for_is_told_as_such(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    command = [sys.executable, "-c", ADDRESS_OF_NOBODY]
    done = subprocess.run(command, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, timeout=120)
    assert "Ray does not start" in done.stdout and "check the address" in done.stdout, done.stderr


@pytest.mark.slow
def test_ray_does_the_same(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    records = untidy(tmp_path / "in", 4)
    words = ["batch", "summarize", str(records), "--out", str(tmp_path / "ray"), "--engine", "ray", "--jobs", "1"]
    subprocess.run(
        [sys.executable, "-m", "assistant", *words], cwd=ROOT, check=True, timeout=120, env=environment(tmp_path)
    )
    run(tmp_path, "batch", "summarize", records, "--out", tmp_path / "local", "--jobs", 1)
    for path in (tmp_path / "local").glob("*.*"):
        if path.name != "manifest.json":
            assert (tmp_path / "ray" / path.name).read_bytes() == path.read_bytes()
    assert checked(records, tmp_path / "ray")[1] == []
