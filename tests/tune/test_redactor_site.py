"""The tagger on a site's corrections: it learns them, goes on after a kill with the same bytes, and is held to what it knew."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.privacy import tagger
from assistant.tune.corrections import Correction, Identifier
from assistant.tune.loop import Schedule
from assistant.tune.redactor_site import FILE, RedactorSettings, figures, general_sets, tune_redactor
from assistant.tune.redactor_texts import Marked

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.weights
WARDS = "amber birch cedar dune elm fern gorse heath iris jade kelp larch".split()


@pytest.fixture(scope="module")
def encoder(models: Path) -> Path:
    return models / "all-MiniLM-L6-v2"


@pytest.fixture(scope="module")
def corrections() -> list[Correction]:
    """A house that writes its visitors as two letters and five digits behind "guest", and its shelves in the same form."""
    found = []
    for n in range(160):
        word, number = WARDS[n % len(WARDS)], f"qv{10000 + 37 * n}"
        if n % 2:
            text = f"The guest {number} left a coat in the {word} room at {n % 12 + 1}."
            found.append(Correction(text=text, identifiers=(Identifier(kind="USER", words=number),)))
        else:
            found.append(Correction(text=f"The shelf {number} of the {word} room holds {n % 9 + 2} boxes."))
    return found


@pytest.mark.slow
def test_it_learns_the_corrections_and_goes_on_after_a_kill(
    encoder: Path, corrections: list[Correction], tmp_path: Path
) -> None:
    settings, schedule = (
        RedactorSettings(again=40, drop=1.0),
        Schedule(steps=60, batch=16, every=20, rate=2e-3, patience=9),
    )
    made = tune_redactor(encoder, corrections, settings, schedule, tmp_path / "whole", general={})
    own = {who: made.figures[who]["own"] for who in ("base", "result")}
    assert made.result.best.held < made.result.history[0].held
    assert own["result"]["found"]["mean"] > own["base"]["found"]["mean"] or own["base"]["found"]["mean"] == 1.0
    assert own["result"]["clean"]["mean"] >= own["base"]["clean"]["mean"]

    class Killed(Exception):
        pass

    def kill(_: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        tune_redactor(encoder, corrections, settings, schedule, tmp_path / "again", general={}, say=kill)
    again = tune_redactor(encoder, corrections, settings, schedule, tmp_path / "again", general={})
    assert (again.folder / FILE).read_bytes() == (made.folder / FILE).read_bytes()


@pytest.mark.slow
def test_one_that_hides_everything_or_nothing_is_refused(
    encoder: Path, corrections: list[Correction], tmp_path: Path
) -> None:
    """Corrections that say that no name is one."""
    nothing = [Correction(text=f"Ann Lee of ward {n} rang Tom Fox about bed {n}.") for n in range(150)]
    schedule = Schedule(steps=30, batch=16, every=30, rate=5e-3, patience=9)
    packs = {name: texts[:40] for name, texts in general_sets(40).items()}
    made = tune_redactor(encoder, nothing, RedactorSettings(again=0), schedule, tmp_path, general=packs)
    assert "made texts: found" in made.worse
    assert made.folder.name == "redactor.refused" and not (tmp_path / "redactor").exists()


def test_too_few_corrections_are_refused(encoder: Path, corrections: list[Correction], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few"):
        tune_redactor(encoder, corrections[:30], RedactorSettings(), Schedule(), tmp_path, general={})


def test_what_is_found_and_what_is_hidden_too_much_are_figures_of_their_own(encoder: Path) -> None:
    from safetensors.numpy import load

    head, vectors = tagger.Head(load(tagger.WEIGHTS.read_bytes())), tagger.Vectors.load(encoder)
    text = "Please ring Wanjiru Gathogo on 0712 345 678 today."
    start = text.index("Wanjiru")
    found = figures(head, vectors, [Marked(text, [("PERSON", start, start + 15)]), Marked("The ward opens at nine.")])
    assert found["found"]["mean"] == 1.0 and found["clean"]["mean"] == 1.0
    assert 0.0 < found["right"]["mean"] <= 1.0
