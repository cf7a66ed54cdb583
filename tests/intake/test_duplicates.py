from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.intake.duplicates import FEWEST, NEAR, SLOTS, Sketch, Sketcher
from assistant.intake.run import ingest
from assistant.vault import KdfCost, Secret, Vault

WORDS = [f"word{i}" for i in range(5000)]


class Flat:
    """An embedder without a model: duplicates are found by words."""

    name, dimension = "flat", 4

    def query(self, texts: list[str]) -> np.ndarray:
        return np.full((len(texts), 4), 0.5, np.float32)

    passages = query


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault.create(
        tmp_path / "vault", Secret.passphrase("one two three four"), kdf=KdfCost(memory_kib=1024, iterations=1, lanes=1)
    )
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "in"
    found.mkdir()
    return found


def prose(count: int, seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def likeness(one: Sketch, other: Sketch) -> float:
    return float((np.frombuffer(one.slots, np.uint16) == np.frombuffer(other.slots, np.uint16)).mean())


def test_the_sketch_estimates_the_share_of_common_runs() -> None:
    sketcher = Sketcher(b"k" * 32)
    for share in (0.3, 0.6, 0.9):
        common, own = prose(int(4000 * share), 1), int(4000 * (1 - share))
        one, other = sketcher.sketch(f"{common} {prose(own, 2)}"), sketcher.sketch(f"{common} {prose(own, 3)}")
        true = share / (2 - share)
        assert abs(likeness(one, other) - true) < 4 * (true * (1 - true) / SLOTS) ** 0.5 + 0.01
    assert likeness(sketcher.sketch(prose(3000, 4)), sketcher.sketch(prose(3000, 5))) < 0.05
    # More runs than a slot has values: the slots must not all become 0.
    assert likeness(sketcher.sketch(prose(300_000, 6)), sketcher.sketch(prose(300_000, 7))) < 0.05


def test_case_marks_and_blanks_do_not_count_and_the_key_does() -> None:
    one = Sketcher(b"a" * 32)
    assert one.sketch("Take ONE\n tablet.").exact == one.sketch("take one tablet").exact
    assert one.sketch("take one tablet").exact != Sketcher(b"b" * 32).sketch("take one tablet").exact
    assert Sketch.of(one.sketch(prose(50, 1)).stored()) == one.sketch(prose(50, 1))
    assert one.sketch(" ".join(WORDS[: FEWEST - 1])).slots == b""


def test_duplicates_are_stored_reported_and_listed(vault: Vault, folder: Path) -> None:
    text = prose(400, 1)
    (folder / "a.txt").write_text(text)
    (folder / "b.md").write_text(text.replace(" ", "\n", 1))
    (folder / "c.txt").write_text(text.replace("word1 ", "other ").replace(text.split()[200], "changed"))
    (folder / "d.txt").write_text(prose(400, 2))
    report = ingest([folder], vault=vault, embedder=Flat())
    names = [(Path(s).name, Path(of).name, share) for s, of, share in report.duplicates]
    assert names[0] == ("b.md", "a.txt", 1.0)
    assert names[1][:2] == ("c.txt", "a.txt")
    assert NEAR <= names[1][2] < 1.0
    assert len(names) == 2
    assert report.documents == 4
    infos = {Path(info.source).name: info for info in vault.documents()}
    assert infos["b.md"].duplicate_of == infos["c.txt"].duplicate_of == infos["a.txt"].id
    assert infos["a.txt"].duplicate_of == infos["d.txt"].duplicate_of == ""
    # A document that is read again is no duplicate of itself.
    (folder / "d.txt").write_text(prose(400, 2) + " more")
    assert ingest([folder], vault=vault, embedder=Flat()).duplicates == ()
    # In a later run the stored ones are compared with; what is erased is named no more.
    (folder / "e.txt").write_text(prose(400, 2) + " more")
    assert len(ingest([folder], vault=vault, embedder=Flat()).duplicates) == 1
    vault.delete_document(infos["a.txt"].id)
    assert {info.duplicate_of for info in vault.documents() if "b.md" in info.source} == {""}


def test_identical_ones_are_left_out_only_where_asked_for(vault: Vault, folder: Path) -> None:
    text = prose(100, 1)
    (folder / "a.txt").write_text(text)
    (folder / "b.txt").write_text(text)
    (folder / "c.txt").write_text(text + " and a little more")
    report = ingest([folder], vault=vault, embedder=Flat(), skip_duplicates=True)
    assert len(report.duplicates) == 2
    assert {Path(info.source).name for info in vault.documents()} == {"a.txt", "c.txt"}
    # A stored file whose new text repeats another is replaced, not left as it was.
    (folder / "c.txt").write_text(text)
    ingest([folder], vault=vault, embedder=Flat(), skip_duplicates=True)
    assert {vault.document(info.id).text for info in vault.documents()} == {text}


def test_documents_under_other_labels_are_not_compared(vault: Vault, folder: Path) -> None:
    (folder / "a.txt").write_text(prose(100, 1))
    ingest([folder], vault=vault, embedder=Flat(), labels=frozenset({"psychotherapy"}))
    other = folder.parent / "other"
    other.mkdir()
    (other / "b.txt").write_text(prose(100, 1))
    assert ingest([other], vault=vault, embedder=Flat(), labels=frozenset({"public"})).duplicates == ()


def test_no_word_of_a_document_stands_in_its_sketch(vault: Vault, folder: Path) -> None:
    (folder / "a.txt").write_text(prose(100, 1))
    ingest([folder], vault=vault, embedder=Flat())
    (_, _, _, sketch) = vault.sketches("default")[0]
    assert len(sketch) < 400
    assert "word" not in sketch
