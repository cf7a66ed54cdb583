"""`assistant doctor`: what is installed, what this machine can do, and whether the guards are up."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Annotated, Final, TypedDict

import typer

from assistant.config import EDGE, OFFLINE_ENV, allowed_hosts, default_vault, model_store, threads
from assistant.config import profile as chosen_profile
from assistant.engines.llamacpp import CONTEXT, SLOTS
from assistant.engines.load import decode_threads, prefill_threads
from assistant.engines.machine import Machine, measured
from assistant.errors import ExitCode
from assistant.frontends import console
from assistant.frontends.options import JsonOption, VaultOption

PACKAGES: Final = (
    "sqlcipher3", "cryptography", "faiss-cpu", "sentence-transformers", "torch", "spacy", "presidio-analyzer", "xllamacpp",
    "ctransformers", "llama-index-core", "textual",
)  # fmt: skip
# Resident memory of a question in the profile edge beside the writer's: interpreter, embedder, reader, tagger.
_BESIDE_MB: Final = 600


def doctor(
    vault: VaultOption = None,
    profile: Annotated[
        str, typer.Option("--profile", metavar="NAME", help="Judge for this profile: edge (one core, no torch, 1 GiB).")
    ] = "",
    measure: Annotated[bool, typer.Option("--measure", help="Measure the machine again.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the installation and measure the machine once.

    Exit code 1 where something that answers need is missing, 5 where a model was changed.
    """
    if profile:
        os.environ["ASSISTANT_PROFILE"] = profile
    machine, kept = measured(measure)
    report: Report = {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": threads(),
        "cpu_features": list(machine.features),
        "machine": machine.as_json() | {"kept": kept},
        "engine": _engine(machine.cores),
        "packages": _packages(),
        "models": _models(),
        "model_store": str(model_store()),
        "vault": _vault(vault or default_vault()),
        "network": _network(),
        "troubles": [],
    }
    troubles = report["troubles"]
    troubles += [f"package {name} is missing" for name, version in report["packages"].items() if not version]
    if chosen_profile() == EDGE:
        troubles += _too_small(report["engine"]["ram_mb"])
    troubles += [
        f"model {name} is {state}" for name, state in report["models"].items() if state in ("missing", "changed")
    ]
    if not report["network"]["guard"]:
        troubles.append("the network guard is not up")
    if as_json:
        console.say_json(report)
    else:
        _show(report, machine, was_kept=kept)
    if "changed" in report["models"].values():
        raise typer.Exit(int(ExitCode.INTEGRITY))
    if troubles:
        raise typer.Exit(int(ExitCode.FAILED))


class EngineSettings(TypedDict):
    """The settings that a question would be answered with."""

    profile: str
    reading_threads: int
    writing_threads: int
    slots: int
    context: int
    ram_mb: int


class Network(TypedDict):
    """Whether the guard is up, and what it did."""

    guard: bool
    allowed_hosts: list[str]
    refused_attempts: int
    hubs_off: bool


class Report(TypedDict):
    """What was found; `machine` as `engines.machine` gives it."""

    python: str
    platform: str
    cores: int
    cpu_features: list[str]
    machine: dict[str, object]
    engine: EngineSettings
    packages: dict[str, str]
    models: dict[str, str]
    model_store: str
    vault: str
    network: Network
    troubles: list[str]


def _engine(cores: int) -> EngineSettings:
    """The settings that a question would be answered with."""
    from assistant.models.catalog import load_catalog

    edge = chosen_profile() == EDGE
    return {
        "profile": chosen_profile() or "ordinary",
        "reading_threads": prefill_threads(cores),
        "writing_threads": decode_threads(cores),
        "slots": 1 if edge else SLOTS,
        "context": CONTEXT // 2 if edge else CONTEXT,
        "ram_mb": load_catalog().default("writer").ram_mb,
    }


def _too_small(ram_mb: int) -> list[str]:
    from assistant.models.memory import available_mb, why_not

    # docs/models.md: what a question took beside the writer in this profile.
    reason = why_not(ram_mb + _BESIDE_MB, available_mb())
    return [f"the profile edge {reason}"] if reason else []


def _packages() -> dict[str, str]:
    import importlib.metadata

    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    return found


def _models() -> dict[str, str]:
    from assistant.models.catalog import states

    return {
        state.entry.name: "verified" if state.verified else "changed" if state.present else "missing"
        for state in states()
    }


def _vault(folder: Path) -> str:
    if not (folder / "slots.json").is_file():
        return f"none at {folder}"
    mode = folder.stat().st_mode & 0o777
    private = "private" if mode == 0o700 else f"readable by others (mode {mode:o})"
    return f"{folder}, {(folder / 'vault.db').stat().st_size / 1e6:.1f} MB, {private}"


def _network() -> Network:
    from assistant.privacy.egress import attempts, guard_installed

    return {
        "guard": guard_installed(),
        "allowed_hosts": sorted(allowed_hosts()),
        "refused_attempts": len(attempts()),
        "hubs_off": all(os.environ.get(key) == value for key, value in OFFLINE_ENV.items() if value),
    }


def _show(report: Report, machine: Machine, *, was_kept: bool) -> None:
    console.say(
        f"Python {report['python']} on {report['platform']}, {report['cores']} cores, {' '.join(report['cpu_features'])}"
    )
    engine = report["engine"]
    lock = "no limit" if machine.lock_mb < 0 else f"{machine.lock_mb} MB"
    kept = "kept" if was_kept else "not kept: the machine is busy, measure again" if machine.busy else "not kept"
    console.say(
        f"Memory copies {machine.bandwidth} GB/s with {machine.writers} threads ({kept}); may lock {lock}. Engine, profile "
        f"{engine['profile']}: {engine['reading_threads']} threads read, {engine['writing_threads']} write, {engine['slots']} "
        f"conversations of {engine['context']} tokens"
    )
    for name, version in report["packages"].items():
        console.say(f"  {name:<24}{version or 'MISSING'}")
    console.say(f"Models in {report['model_store']}")
    for name, state in report["models"].items():
        console.say(f"  {name:<34}{state}")
    console.say(f"Vault: {report['vault']}")
    network = report["network"]
    console.say(
        f"Network guard {'up' if network['guard'] else 'DOWN'}; allowed beyond loopback: {', '.join(network['allowed_hosts']) or 'none'}"
    )
    console.say(f"Interpreter: {sys.executable}")
    console.say("All is well." if not report["troubles"] else "Troubles: " + "; ".join(report["troubles"]))
