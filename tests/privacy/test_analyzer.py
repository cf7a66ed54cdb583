"""The defaults of Presidio that we rely on: it changed them in 2.2.359 to 2.2.363, so the pin and these move together."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from assistant.privacy.lean import lean_imports, load_lean
from assistant.privacy.operators import Replacer, mask, remove, replace
from assistant.privacy.pseudonyms import MemoryMap

ROOT = Path(__file__).parents[2]
PARTS = ("presidio-analyzer", "presidio-anonymizer")


@pytest.mark.parametrize("part", PARTS)
def test_one_version_is_pinned_locked_and_installed(part: str) -> None:
    pinned = re.findall(rf'"{part}==([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = re.findall(rf"^{part}==([\d.]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M)
    assert pinned == locked == [version(part)]


def test_an_engine_given_a_registry_has_its_recognizers_and_no_others() -> None:
    """Were defaults added, a stock recognizer would hide what ours leaves, or fetch something."""
    from assistant.privacy.analyzer import LANGUAGE, NameRecognizer, NoEnhancer

    with lean_imports():
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

    registry = RecognizerRegistry(recognizers=[NameRecognizer(None)], supported_languages=[LANGUAGE])
    assert [r.name for r in registry.recognizers] == ["names"]
    engine = AnalyzerEngine(
        registry=registry,
        nlp_engine=_Nothing(),
        supported_languages=[LANGUAGE],
        context_aware_enhancer=NoEnhancer(),
        default_score_threshold=0.5,
    )
    assert engine.get_supported_entities(LANGUAGE) == ["PERSON"]
    assert engine.default_score_threshold == 0.5


def test_the_engine_keeps_results_at_the_threshold_and_drops_those_under_it(models: Path) -> None:
    from assistant.packs.pack import PatternSpec, RecognizerSpec
    from assistant.privacy.analyzer import Analyzer

    specs = [
        RecognizerSpec(entity="EXACT", patterns=(PatternSpec(name="e", regex="qqq1", score=0.5),)),
        RecognizerSpec(entity="UNDER", patterns=(PatternSpec(name="u", regex="qqq2", score=0.49),)),
    ]
    found = Analyzer(specs, folder=models / "en_core_web_sm").analyze(["qqq1 qqq2"])[0]
    assert [(s.entity, s.score) for s in found if s.entity in {"EXACT", "UNDER"}] == [("EXACT", 0.5)]


def test_country_recognizers_of_stock_presidio_are_those_that_we_compare_with() -> None:
    """Since 2.2.359 most countries are off by default: the comparison (`bench.unlike`) is with these."""
    with lean_imports():
        from presidio_analyzer import RecognizerRegistry
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    names = {r.name for r in registry.recognizers}
    assert {"UsSsnRecognizer", "UsPassportRecognizer", "NhsRecognizer", "EmailRecognizer", "PhoneRecognizer"} <= names
    assert not {n for n in names if n.startswith(("Au", "In", "Sg", "It", "Es", "Pl", "Fi", "De"))}


def test_the_operators_that_we_borrow_do_what_they_did() -> None:
    replacer = Replacer(MemoryMap(), "s")
    assert mask(replacer, "PERSON", "Ann Lee") == "*******"
    assert remove(replacer, "PERSON", "Ann Lee") == ""
    assert replace(replacer, "PERSON", "Ann Lee") == "<PERSON>"


def test_presidios_own_hash_is_salted_anew_so_that_ours_is_needed_for_like_hashes() -> None:
    hashing = load_lean("presidio_anonymizer.operators").Hash()
    assert hashing.operate("Ann Lee", {}) != hashing.operate("Ann Lee", {})


class _Nothing:
    """An NLP engine that is never asked: building the engine must not load or fetch one."""

    def is_loaded(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the engine asked for {name} while it was built")


def test_the_pipeline_keeps_no_word_that_it_read(models: Path) -> None:
    """Words without bound are memory without bound, and somebody's words that outlive their text."""
    from assistant.privacy.analyzer import LANGUAGE, MODEL, LeanSpacyEngine

    engine = LeanSpacyEngine(models / MODEL)
    strings = engine._nlp.vocab.strings
    list(engine.process_batch(["Mr Adam Warmup of Boston called."], LANGUAGE))
    before = len(strings)
    for n in range(3):
        said = dict(engine.process_batch([f"Mrs Zorbla{n}x of Boston met Quenvix{n}b at Yatterby{n}z."], LANGUAGE))
        assert not engine.is_stopword(f"Ubbleton{n}q", LANGUAGE)
        assert [len(found.entities) for found in said.values()] >= [1], "what was found outlives the words' own store"
    assert len(strings) == before
    assert "Zorbla1x" not in strings
    assert "Ubbleton1q" not in strings
