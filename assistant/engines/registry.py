"""Which engines there are, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.config import EDGE, model_store, profile
from assistant.errors import ModelError, UsageError

if TYPE_CHECKING:
    from assistant.protocols import Engine

# The options of the command line name the engines, so nothing heavy is imported before one is built.
DEFAULT_ENGINE: Final = "llamacpp"


def _llamacpp(model: str | None, adapter: Path | None = None) -> Engine:
    from assistant.engines.adapter import checked_adapter
    from assistant.engines.llamacpp import CONTEXT, LlamaCpp
    from assistant.models.catalog import load_catalog

    name = _writer(model)
    beside = None if adapter is None else checked_adapter(adapter, load_catalog().get(name)).path
    if profile() == EDGE:
        return LlamaCpp(name, slots=1, context=CONTEXT // 2, adapter=beside)
    return LlamaCpp(name, adapter=beside)


def _ctransformers(model: str | None) -> Engine:
    from assistant.engines.ctransformers import CTransformers

    return CTransformers(_writer(model))


def _remote(model: str | None) -> Engine:
    from assistant.engines.remote import RemoteEngine, remote_from_environment

    return RemoteEngine(remote_from_environment(model))


def _extractive(model: str | None) -> Engine:  # noqa: ARG001 - there is no model to choose
    from assistant.engines.extractive import Extractive

    return Extractive()


ENGINES: Final[dict[str, Callable[[str | None], Engine]]] = {
    "llamacpp": _llamacpp,
    "ctransformers": _ctransformers,
    "remote": _remote,
    "extractive": _extractive,
}
WRITERS: Final = tuple(name for name in ENGINES if name != "extractive")
"""Those that write; the others leave it to the sources."""


def build_engine(name: str = DEFAULT_ENGINE, model: str | None = None, adapter: Path | None = None) -> Engine:
    """The engine of that name with a model of the catalog (default: the first writer). Weights are loaded at first use.

    `adapter` is a LoRA adapter of `tune lora`, which llamacpp alone loads beside its model.

    Raises UsageError for an unknown engine or one without adapters, ModelError where the model is not pinned, no writer, or not in the
    store, or the adapter is none of its own, ConfigError or EgressDenied where `remote` is not set up or not allowed.
    """
    if name not in ENGINES:
        raise UsageError(f"there is no engine {name!r}", remedy="choose one of: " + ", ".join(ENGINES))
    if adapter is None:
        return ENGINES[name](model)
    _takes_adapters(name)
    return _llamacpp(model, adapter)


def check_adapter(adapter: Path, name: str = DEFAULT_ENGINE, model: str | None = None) -> None:
    """Hold an adapter to its manifest and to the writer beside which it is to be loaded, before anything else is opened.

    Raises what `build_engine` raises of an adapter.
    """
    from assistant.engines.adapter import checked_adapter
    from assistant.models.catalog import load_catalog

    _takes_adapters(name)
    checked_adapter(adapter, load_catalog().get(_writer(model)))


def _takes_adapters(name: str) -> None:
    if name != DEFAULT_ENGINE:
        raise UsageError(f"the engine {name} writes without an adapter", remedy=f"say --engine {DEFAULT_ENGINE}")


def _writer(model: str | None) -> str:
    from assistant.models.catalog import load_catalog

    catalog = load_catalog()
    entry = catalog.get(model) if model else catalog.default("writer")
    if entry.role != "writer":
        raise ModelError(
            f"{entry.name} does not write: its role is {entry.role}", remedy="choose a model of the role writer"
        )
    if not (model_store() / entry.path).exists():
        remedy = "import its file again" if entry.own else "run `assistant models pull`"
        raise ModelError(
            f"the model {entry.name} is not in the model store", path=model_store() / entry.path, remedy=remedy
        )
    return entry.name
