"""Types made of the real writer, measured and registered; and what is refused before anything is made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.evaluate.quantizing import Wanted, compare, gated_texts
from assistant.models.catalog import load_catalog, verify
from assistant.packs.pack import load_pack
from tests.engines.support import FILE, MODEL

pytestmark = pytest.mark.weights


@pytest.fixture
def store(models: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / FILE).symlink_to(models / FILE)
    return folder


def test_a_type_is_made_and_pinned_without_a_comparison(store: Path, models: Path) -> None:
    wanted = Wanted(MODEL, ["TQ2_0"], "healthcare", name="tiny", weighted=False, compare=False)
    found = compare(wanted, store=store)
    assert [made.registered for made in found.made] == ["tiny"]
    assert found.base is None
    entry = load_catalog(store).get("tiny")
    assert verify("tiny", store).stat().st_size == entry.size < (models / FILE).stat().st_size
    assert entry.provenance["type"] == "TQ2_0"
    assert entry.provenance["source_sha256"] == found.source_sha256
    assert not list(store.glob(".incoming-*"))


def test_an_unknown_type_and_a_name_that_is_taken_are_refused_before_any_work(store: Path) -> None:
    with pytest.raises(UsageError, match="has a model of that name"):
        compare(Wanted(MODEL, ["Q8_0"], "healthcare", name=MODEL), store=store)
    with pytest.raises(UsageError, match="no type"):
        compare(Wanted(MODEL, ["Q9"], "healthcare", weighted=False, compare=False), store=store)


@pytest.mark.slow
def test_what_the_pack_says_of_people_is_no_text_to_weigh_by(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", os.fspath(models))
    pack = load_pack("healthcare")
    texts, dropped = gated_texts(pack, None)
    assert len(texts) > 10
    assert dropped == 0
    patients = [
        d.path.read_text("utf-8") for d in pack.documents if "patients" in d.path.parts and d.path.suffix == ".md"
    ]
    assert patients
    assert not any(text[:80] in patient for text in texts for patient in patients)
