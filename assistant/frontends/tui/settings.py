"""What a person sets for this interface: theme, idle lock, keys. A small file that never holds a word of a user or document."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from assistant.config import data_home
from assistant.errors import ConfigError
from assistant.frontends.tui.keys import KEYS, is_key

NAME: Final = "tui.json"
IDLE_MINUTES: Final = range(1, 241)
# 45 CFR 164.312(a)(2)(iii) asks for an automatic logoff and names no time; five minutes stand until the site sets its own.
DEFAULT_IDLE: Final = 5
THEMES: Final = ("night", "day", "contrast")


@dataclass(frozen=True, slots=True)
class Settings:
    """Theme name, minutes without a key press until the vault closes, and keys that differ from the shipped ones."""

    theme: str = THEMES[0]
    idle_minutes: int = DEFAULT_IDLE
    keys: Mapping[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """The key of an action: the person's own or the shipped one."""
        return self.keys.get(name, KEYS[name].default)


def settings_path() -> Path:
    """Where the settings lie: beside the vault's folder, not in it, since they are needed before it is open."""
    return data_home() / NAME


def load_settings(path: Path | None = None) -> Settings:
    """The settings, or the shipped ones where there is no file.

    Raises ConfigError where the file is not what `save_settings` writes.
    """
    where = path or settings_path()
    try:
        raw = json.loads(where.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise _wrong(where, f"cannot be read ({type(error).__name__})") from None
    if not isinstance(raw, dict) or set(raw) - {"theme", "idle_minutes", "keys"}:
        raise _wrong(where, "holds an unknown setting")
    return checked(raw, where)


def checked(raw: Mapping[str, Any], where: Path) -> Settings:
    """The settings of their plain form. Raises ConfigError for a wrong value or two actions on one key."""
    settings = Settings(
        raw.get("theme", THEMES[0]), raw.get("idle_minutes", DEFAULT_IDLE), dict(_mapping(raw.get("keys", {}), where))
    )
    if settings.theme not in THEMES:
        raise _wrong(where, f"theme must be one of {', '.join(THEMES)}")
    if not isinstance(settings.idle_minutes, int) or settings.idle_minutes not in IDLE_MINUTES:
        raise _wrong(where, f"idle_minutes must be {IDLE_MINUTES.start} to {IDLE_MINUTES.stop - 1}")
    used: dict[str, str] = {}
    for name in KEYS:
        other = used.setdefault(settings.key(name), name)
        if other != name:
            raise _wrong(where, f"'{name}' and '{other}' have the same key")
    return settings


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the file in one step, readable by its owner only. Raises ConfigError where it cannot be written."""
    where = path or settings_path()
    plain = {
        "theme": settings.theme,
        "idle_minutes": settings.idle_minutes,
        "keys": dict(sorted(settings.keys.items())),
    }
    checked(plain, where)
    fresh = where.with_name(f"{NAME}.new")
    try:
        where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps(plain, indent=2) + "\n")
        fresh.replace(where)
    except OSError as error:
        raise ConfigError(
            f"the settings cannot be written ({error.strerror})", path=where, remedy="check owner and permissions"
        ) from None


def _mapping(raw: object, where: Path) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise _wrong(where, "keys must be a table of action and key")
    for name, key in raw.items():
        if name not in KEYS:
            raise _wrong(where, "keys names an action that does not exist")
        if not isinstance(key, str) or not is_key(key):
            raise _wrong(where, f"the key of '{name}' is not usable")
    return raw


def _wrong(path: Path, what: str) -> ConfigError:
    return ConfigError(
        f"the settings file {what}", path=path, remedy="correct it, or remove it to have the shipped ones"
    )
