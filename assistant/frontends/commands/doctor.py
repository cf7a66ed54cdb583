"""`assistant doctor`: what is installed, what this machine can do, and whether the guards are up."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Any, Final

import typer

from assistant.config import OFFLINE_ENV, allowed_hosts, default_vault, model_store, threads
from assistant.errors import ExitCode
from assistant.frontends import console
from assistant.frontends.options import JsonOption, VaultOption

PACKAGES: Final = (
    "sqlcipher3", "cryptography", "faiss-cpu", "sentence-transformers", "torch", "spacy", "presidio-analyzer", "xllamacpp",
    "ctransformers", "llama-index-core", "textual",
)  # fmt: skip
CPU_FEATURES: Final = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "asimd", "bf16", "aes", "sha_ni")


def doctor(vault: VaultOption = None, as_json: JsonOption = False) -> None:
    """Check the installation. Exit code 1 where something that answers need is missing, 5 where a model was changed."""
    report: dict[str, Any] = {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": threads(),
        "cpu_features": _cpu_features(),
        "packages": _packages(),
        "models": _models(),
        "model_store": str(model_store()),
        "vault": _vault(vault or default_vault()),
        "network": _network(),
    }
    troubles = [f"package {name} is missing" for name, version in report["packages"].items() if not version]
    troubles += [
        f"model {name} is {state}" for name, state in report["models"].items() if state in ("missing", "changed")
    ]
    if not report["network"]["guard"]:
        troubles.append("the network guard is not up")
    report["troubles"] = troubles
    if as_json:
        console.say_json(report)
    else:
        _show(report)
    if "changed" in report["models"].values():
        raise typer.Exit(int(ExitCode.INTEGRITY))
    if troubles:
        raise typer.Exit(int(ExitCode.FAILED))


def _cpu_features() -> list[str]:
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return []
    flags = set(
        next((line for line in info.read_text().splitlines() if line.startswith(("flags", "Features"))), "").split()
    )
    return [feature for feature in CPU_FEATURES if feature in flags]


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


def _network() -> dict[str, object]:
    from assistant.privacy.egress import attempts, guard_installed

    return {
        "guard": guard_installed(),
        "allowed_hosts": sorted(allowed_hosts()),
        "refused_attempts": len(attempts()),
        "hubs_off": all(os.environ.get(key) == value for key, value in OFFLINE_ENV.items() if value),
    }


def _show(report: dict[str, Any]) -> None:
    console.say(
        f"Python {report['python']} on {report['platform']}, {report['cores']} cores, {' '.join(report['cpu_features'])}"
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
