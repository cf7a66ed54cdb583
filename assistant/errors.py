"""One error tree. Every error knows its exit code and how to put it right, and never carries document or user text."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """Process exit codes of the command line; scripts rely on them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BLOCKED = 3
    LOCKED = 4
    INTEGRITY = 5


class AssistantError(Exception):
    """Base of all errors raised on purpose.

    `message` says what is wrong, `path` and `line` where, `remedy` what the reader can do about it.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(
        self, message: str, *, path: Path | str | None = None, line: int | None = None, remedy: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = str(path) if path is not None else None
        self.line = line
        self.remedy = remedy

    def __str__(self) -> str:
        where = ""
        if self.path is not None:
            # A file name may hold control characters; repr-like escaping keeps a message on one line.
            where = self.path.encode("unicode_escape").decode("ascii")
            where += f":{self.line}: " if self.line is not None else ": "
        tail = f" Remedy: {self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{tail}"


class UsageError(AssistantError):
    """The command was called in a way that cannot work."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """A configuration file or environment variable is wrong."""


class PolicyError(UsageError):
    """A policy file is malformed: unknown key, unknown check, wrong type. Nothing runs under it."""


class PackError(UsageError):
    """A domain pack is malformed."""


class BlockedError(AssistantError):
    """The policy forbids the action."""

    exit_code = ExitCode.BLOCKED


class AccessDenied(BlockedError):
    """The principal's roles do not permit the action."""


class EgressDenied(BlockedError):
    """Something tried to reach a host outside the allowed ones."""


class LockedError(AssistantError):
    """The vault cannot be opened: no key, wrong key, or locked out for a while."""

    exit_code = ExitCode.LOCKED


class IntegrityError(AssistantError):
    """Stored bytes are not what they were when written: vault page, audit chain, backup or model file."""

    exit_code = ExitCode.INTEGRITY


class VaultError(AssistantError):
    """The vault cannot do this now: missing, busy, disk full, not permitted."""


class ReaderError(AssistantError):
    """A file could not be read as a document."""


class ModelError(AssistantError):
    """A model is missing, unpinned or unusable."""


class EngineError(AssistantError):
    """A language-model engine failed or timed out."""


class SealError(AssistantError):
    """Somebody other than the gate tried to build a sealed value."""
