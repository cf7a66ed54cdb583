"""After `docs delete` nothing of a document is left: not in the decrypted file, not in an answer; shown by the command itself."""

from __future__ import annotations

import pytest

from tests.invariants.conftest import Site

MARKER = "QJ7ZKX2WV9MPLT4RBNH6CY3DFG8SAE5U"


@pytest.mark.slow
@pytest.mark.weights
def test_an_erased_marker_is_proven_gone(site: Site) -> None:
    folder = site.root / "work" / "docs"
    folder.mkdir()
    for ward in ("seven", "eight"):
        secret = MARKER if ward == "seven" else "a heron"
        (folder / f"{ward}.md").write_text(
            f"# Ward {ward} rules\n\nThe mascot of ward {ward} is {secret}. Visitors ring at the ward {ward} door.\n"
        )
    site.json("init")
    site.json("ingest", "docs", "--label", "public")
    question = "What is the mascot of ward seven?"
    options = ("--policy", "base", "--engine", "extractive")
    asked = site.json("ask", question, *options)
    assert MARKER in asked["answer"], "the marker must have been answered before, or this test shows nothing"
    listed = site.json("docs", "list", "--policy", "base")["documents"]
    document_id = next(row["id"] for row in listed if "seven" in row["title"])
    site.json("docs", "delete", document_id, "--yes", "--policy", "base")
    done = site.run(
        "docs", "prove-erased", document_id, "--marker-file", "-", "--question", question, "--json", *options,
        stdin=f"{MARKER}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"proven": true' in done.stdout
    assert MARKER not in done.stdout
    # Put back from the source the marker is in the vault again: the proof must fail then.
    site.json("ingest", "docs", "--label", "public")
    marked = site.run("docs", "prove-erased", document_id, "--marker-file", "-", *options, stdin=f"{MARKER}\n")
    assert marked.returncode == 5, "the marker is back in the vault, and that is said"
