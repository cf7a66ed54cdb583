"""A set is kept in the vault unless a file is asked for, with the card of what it was made of; the same documents give the same set."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.evaluate.answers import throwaway
from assistant.facade import Assistant
from assistant.packs.pack import load_pack
from assistant.tune.corpus import collect
from assistant.tune.making import keep_set, kept_rows, make_set, pack_assistant, write_set
from assistant.tune.rows import digest, read_rows

pytestmark = pytest.mark.weights
LABELS = frozenset({"public", "internal"})


@pytest.fixture(scope="module")
def assistant(models: Path) -> Iterator[Assistant]:
    with throwaway(policy="healthcare", domain="healthcare", engine="extractive") as made:
        paths = [
            document.path for document in load_pack("healthcare").documents if document.path.stem == "visiting-hours"
        ]
        assert paths
        made.ingest(paths, labels=frozenset({"public"}))
        yield made


def test_a_set_is_kept_written_and_repeated(assistant: Assistant, tmp_path: Path) -> None:
    made = make_set(assistant, licence="Apache-2.0", labels=LABELS)
    assert made.card.sha256 == digest(made.text)
    assert made.card.licences == {"Apache-2.0": 1}
    assert sum(source.rows for source in made.card.sources) == made.card.rows == len(made.rows)
    keep_set(assistant.vault, "one", made)
    assert tuple(kept_rows(assistant.vault, "one")) == made.rows
    file, card = write_set(made, tmp_path / "deep" / "set.jsonl")
    assert tuple(read_rows(file)) == made.rows
    assert json.loads(card.read_text())["policy"] == "healthcare"
    assert (file.stat().st_mode & 0o077, card.stat().st_mode & 0o077) == (0, 0)
    again = make_set(assistant, licence="Apache-2.0", labels=LABELS)
    assert again.card == made.card


def test_what_is_not_there_is_refused(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="no such training set"):
        kept_rows(assistant.vault, "none")
    with pytest.raises(UsageError, match="1 without a licence"):
        make_set(assistant)


def test_a_pack_with_people_makes_the_same_statements_in_another_vault(
    models: Path, pack: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(pack, folder)
    for path in (folder / "documents" / "public").iterdir():
        path.unlink()
    told = (
        "# Ward nine\n\nDr Amara Okafor leads ward nine. Ring Amara Okafor on 020 7946 0991 about beds of ward nine.\n"
    )
    (folder / "documents" / "public" / "ward-nine.md").write_text(told)
    found = []
    for _ in range(2):
        with pack_assistant(str(folder), None) as made:
            found.append([statement.text for statement in collect(made, licence="Apache-2.0").statements])
    assert found[0] == found[1] and "ward nine" in " ".join(found[0])
    assert not any(word in " ".join(found[0]) for word in ("Okafor", "7946"))
