"""Presidio as it comes, for comparison: its own recognizers over the whole spaCy pipeline. Not used by the product."""

from __future__ import annotations

import logging
from typing import Any

from assistant.config import model_store
from assistant.errors import ModelError
from assistant.privacy.lean import lean_imports


def stock_analyzer() -> Any:
    """An AnalyzerEngine with Presidio's default recognizers and the pinned model. Raises ModelError where that is missing."""
    folder = model_store() / "en_core_web_sm"
    if not (folder / "meta.json").is_file():
        raise ModelError("the model en_core_web_sm is missing", path=folder, remedy="run `assistant models pull`")
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    with lean_imports():
        import spacy
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import SpacyNlpEngine

        packaged_suffixes()
        # Given a loaded pipeline, `load` has nothing to do: left to itself it downloads a model.
        nlp_engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "en_core_web_sm"}])
        nlp_engine.nlp = {"en": spacy.load(folder)}
        return AnalyzerEngine(nlp_engine=nlp_engine, supported_languages=["en"])


def packaged_suffixes() -> None:
    """Make Presidio's e-mail recognizer use the public suffix list that tldextract ships: no fetch, no cache on disk."""
    import tldextract
    from tldextract import tldextract as module

    extractor = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)
    tldextract.extract = extractor
    module.TLD_EXTRACTOR = extractor
