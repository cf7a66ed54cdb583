"""`assistant batch`: its exit codes, its options and what it tells; the run itself is tested in tests/batch."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.frontends.commands import batch
from tests.batch.support import manifest, run
from tests.charts.support import bundle, condition, untidy


def test_policy_and_usage_have_their_exit_codes(tmp_path: Path) -> None:
    records, out = untidy(tmp_path / "in", 1), tmp_path / "out"
    run(tmp_path, "batch", "summarize", records, "--out", out, "--policy", "customer-service", code=3)
    run(tmp_path, "batch", "summarize", tmp_path / "none", "--out", out, code=2)
    run(tmp_path, "batch", "summarize", records, "--out", out, "--as-of", "2026-01-01")
    run(tmp_path, "batch", "summarize", records, "--out", out, "--as-of", "2026-01-02", code=2)
    run(tmp_path, "batch", "summarize", records, "--out", out, "--as-of", "2026-01-02", "--fresh")


def test_sealed_output_shows_nothing_and_opens_whole(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Quillfeather.json").write_bytes(
        bundle(condition("c1", "Gout tophaceous"), name=[{"family": "Quillfeather"}]).replace(b"p1", b"patient-0815")
    )
    out = tmp_path / "out"
    run(tmp_path, "batch", "summarize", tmp_path / "in", "--out", out, "--encrypt", "--format", "fhir")
    for path in out.rglob("*"):
        # Long enough that no ciphertext holds them by chance: 12 given bytes in a megabyte are one case in 10^23.
        held = path.read_bytes() + path.name.encode()
        assert not any(word in held for word in (b"Gout tophaceous", b"Quillfeather", b"patient-0815"))
    again = json.loads(
        run(
            tmp_path, "batch", "summarize", tmp_path / "in", "--out", out, "--encrypt", "--format", "fhir", "--json"
        ).stdout
    )
    assert again["unchanged"] == 1
    run(tmp_path, "batch", "decrypt", out, "--to", tmp_path / "no", code=4, ASSISTANT_OUT_PASSPHRASE="wrong")
    run(tmp_path, "batch", "decrypt", out, "--to", tmp_path / "open")
    fhir = json.loads((tmp_path / "open" / "patient-0815.fhir.json").read_text())
    assert [e["resource"]["resourceType"] for e in fhir["entry"]] == ["Composition", "DocumentReference"]
    sealed = next(p for p in out.glob("*.sealed") if p.name != "manifest.sealed")
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    run(tmp_path, "batch", "decrypt", out, "--to", tmp_path / "open2", code=5)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--engine", "dask"], "no batch engine 'dask'"),
        (["--format", "pdf"], "no output format 'pdf'"),
        (["--narrative", "poem"], "no narrative 'poem'"),
        (["--as-of", "24.11.2026"], "--as-of is no date"),
        (["--encrypt", "--out-key-file", "none.key"], "no such key file"),
    ],
)
def test_an_option_that_says_nothing_known_is_a_usage_error_before_anything_is_written(
    tmp_path: Path, words: list[str], told: str
) -> None:
    records, out = untidy(tmp_path / "in", 1), tmp_path / "out"
    done = run(tmp_path, "batch", "summarize", records, "--out", out, *words, code=2)
    assert told in done.stderr and not (out / "manifest.json").exists()


def test_decrypt_wants_a_sealed_run(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(bundle(condition("c1", "Gout")))
    run(tmp_path, "batch", "summarize", tmp_path / "a.json", "--out", tmp_path / "out", "--jobs", 1)
    for folder in (tmp_path / "out", tmp_path):
        done = run(tmp_path, "batch", "decrypt", folder, "--to", tmp_path / "open", code=2)
        assert "no sealed run is here" in done.stderr and not (tmp_path / "open").exists()


def test_a_run_that_goes_on_keeps_the_day_of_the_first_one_and_json_is_always_made(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(bundle(condition("c1", "Gout")))
    words = [
        "batch",
        "summarize",
        tmp_path / "a.json",
        "--out",
        tmp_path / "out",
        "--jobs",
        1,
        "--format",
        "ward,patient",
    ]
    run(tmp_path, *words, "--as-of", "2020-02-29")
    told = json.loads(run(tmp_path, *words, "--json").stdout)
    assert (told["done"], told["unchanged"]) == (0, 1)
    assert manifest(tmp_path / "out")["settings"]["as_of"] == "2020-02-29"
    names = {path.name for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")}
    assert names == {"manifest.json", "p1.json", "p1.ward.html", "p1.patient.html"}


def test_failures_are_told_by_name_and_reason_and_counted(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(22):
        (tmp_path / "in" / f"bad{number:02}.json").write_text('{"resourceType": "Bundle", "entry": [{')
    done = run(tmp_path, "batch", "summarize", tmp_path / "in", "--out", tmp_path / "out", "--jobs", 1, code=1)
    assert done.stderr.count("failed: bad") == 20 and "and 2 more" in done.stderr
    assert "0 summarized, 0 unchanged, 22 failed" in done.stdout


def test_a_polite_end_is_taken_like_ctrl_c_and_the_former_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), batch._stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_formats_stand_in_one_order_however_they_are_named() -> None:
    assert batch._formats(None) == ("json", "md")
    assert batch._formats(["ward", "md,fhir"]) == ("json", "md", "fhir", "ward")
    with pytest.raises(UsageError):
        batch._formats(["md", "docx"])
