"""Where things live, read from the environment at the moment of asking; there is no settings object."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from assistant.errors import ConfigError

# Set before any third-party import: each of these libraries would otherwise look for updates, hubs or telemetry hosts.
OFFLINE_ENV = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "RAY_USAGE_STATS_ENABLED": "0",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
    "TLDEXTRACT_CACHE": "",
}
# Threads of numpy's BLAS wait for each other by spinning: a cold question took 9 s of processor time with two, 5 s with one.
# What is worth two threads runs two passes side by side instead. Whoever sets it means it.
_QUIET_ENV = {"OPENBLAS_NUM_THREADS": "1"}


def go_offline() -> None:
    """Switch hubs, telemetry and update checks of the libraries off, for this process and its children."""
    os.environ.update({key: value for key, value in OFFLINE_ENV.items() if value})
    for key, value in _QUIET_ENV.items():
        os.environ.setdefault(key, value)


def data_home() -> Path:
    """The user's data folder of this product: `ASSISTANT_HOME`, else where the system keeps such data
    (XDG_DATA_HOME/assistant or ~/.local/share/assistant on Linux)."""
    explicit = os.environ.get("ASSISTANT_HOME")
    return Path(explicit) if explicit else platformdirs.user_data_path("assistant", appauthor=False)


def model_store() -> Path:
    """The folder of verified model files: `ASSISTANT_MODELS`, else `data_home()/models`."""
    explicit = os.environ.get("ASSISTANT_MODELS")
    return Path(explicit) if explicit else data_home() / "models"


def default_vault() -> Path:
    """The vault folder used where none is given: `ASSISTANT_VAULT`, else `data_home()/vault`."""
    explicit = os.environ.get("ASSISTANT_VAULT")
    return Path(explicit) if explicit else data_home() / "vault"


def reports_home() -> Path:
    """Where evaluation and fairness reports lie: `ASSISTANT_REPORTS`, else `data_home()/reports`; totals, never text."""
    explicit = os.environ.get("ASSISTANT_REPORTS")
    return Path(explicit) if explicit else data_home() / "reports"


def shipped(name: str) -> Path:
    """The folder `domains`, `policies` or `knowledge`: beside the package in a checkout, inside it in an installed copy.

    Raises ConfigError where neither exists.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package.parent / name, package / "_data" / name):
        # A checkout is told from site-packages by the project file, so that a stranger's folder is never taken for ours.
        if candidate.is_dir() and (candidate.parent.name == "_data" or (package.parent / "pyproject.toml").is_file()):
            return candidate
    raise ConfigError(f"the shipped folder '{name}' is missing", path=package, remedy="install the package again")


@dataclass(frozen=True, slots=True)
class Remote:
    """An OpenAI-compatible endpoint inside the allowed network."""

    url: str
    model: str
    api_key_env: str = "ASSISTANT_REMOTE_KEY"


def allowed_hosts() -> frozenset[str]:
    """Hosts besides loopback that the site allows: `ASSISTANT_ALLOWED_HOSTS`, comma separated; empty by default."""
    raw = os.environ.get("ASSISTANT_ALLOWED_HOSTS", "")
    return frozenset(host.strip().lower() for host in raw.split(",") if host.strip())


EDGE = "edge"
"""A profile for small machines: one thread, one conversation of half the length at a time, no torch, under 1 GiB of memory."""


def profile() -> str:
    """How much of the machine is used: `ASSISTANT_PROFILE`, `edge` or empty for the ordinary one.

    Raises ConfigError for another word.
    """
    chosen = os.environ.get("ASSISTANT_PROFILE", "")
    if chosen not in ("", EDGE):
        raise ConfigError("ASSISTANT_PROFILE names no profile", remedy=f"unset it or set it to {EDGE}")
    return chosen


def threads() -> int:
    """Worker threads for local computation: `ASSISTANT_THREADS`, else the cores this process may use.

    Raises ConfigError where the variable is not a positive whole number.
    """
    raw = os.environ.get("ASSISTANT_THREADS")
    if raw is None:
        return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if not raw.isdigit() or int(raw) < 1:
        raise ConfigError(
            "ASSISTANT_THREADS must be a positive whole number", remedy="unset it or give a number such as 2"
        )
    return int(raw)
