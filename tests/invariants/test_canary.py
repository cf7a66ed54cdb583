"""Nothing readable on disk: a marker goes in, is asked about, the process is killed, and every byte left behind is searched."""

from __future__ import annotations

import base64
import signal
import time

import pytest

from tests.invariants.conftest import Site

MARKER = "ZQXV7KJ4W2M9PLT0RBNH3CY8DFG6SAE5"


def forms(marker: str) -> list[bytes]:
    plain = marker.encode()
    return [
        plain,
        plain.lower(),
        marker.encode("utf-16-le"),
        base64.b64encode(plain)[2:-4],
        plain.hex().encode(),
        plain[::-1],
    ]


@pytest.mark.slow
@pytest.mark.weights
def test_a_marker_is_nowhere_but_in_the_source(site: Site) -> None:
    folder = site.root / "work" / "docs"
    folder.mkdir()
    text = f"The mascot of ward seven is {MARKER}. Visitors ring at the ward seven door. The ward opens at nine.\n"
    for number in range(12):
        (folder / f"ward{number}.md").write_text(
            f"# Ward {number} rules\n\n" + text.replace("seven", f"seven-{number}")
        )
    site.json("init")
    site.json("ingest", "docs", "--label", "public")
    answer = site.json("ask", "What is the mascot of ward seven-3?", "--policy", "base")
    assert MARKER in str(answer), "the marker must have been through the whole path, or this test shows nothing"
    site.run("summarize", "docs/ward1.md", "--policy", "base")
    for delay in (0.6, 1.5, 3.0):
        process = site.start("ask", "What is the mascot of ward seven-5?", "--policy", "base")
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    (folder / "extra.md").write_text(f"# Extra\n\nExtra mascot {MARKER}.\n" * 400)
    process = site.start("ingest", "docs", "--label", "public")
    time.sleep(1.2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert site.hits(*forms(MARKER)) == []
    # And the vault is whole after all that.
    assert site.json("vault", "status", "--verify")["integrity"] == ["ok"]
