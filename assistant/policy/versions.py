"""The versions of a vault's own policy: their texts lie in the vault, the one in force also as a file that is held to it.

The file is there because policies are read from files; what counts is the text in the vault, which nobody changes without its key.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Protocol

from assistant.errors import PolicyError, UsageError
from assistant.policy.explain import explain, lint
from assistant.policy.model import load_policy

_KEPT: Final = "policy.versions"
_MOST_BYTES: Final = 200_000
_MOST_KEPT: Final = 50


class Book(Protocol):
    """What is used of a vault: its settings and its folder."""

    @property
    def folder(self) -> Path: ...

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str | None) -> None: ...

    def transaction(self) -> AbstractContextManager[object]: ...


@dataclass(frozen=True, slots=True)
class Version:
    """One text that was in force: its digest, what it calls itself, since when (UTC) and by whom."""

    sha256: str
    id: str
    version: str
    at: str
    by: str
    text: str

    def told(self) -> dict[str, object]:
        """Plain values without the text."""
        return {name: value for name, value in asdict(self).items() if name != "text"}


def versions(vault: Book) -> list[Version]:
    """The versions that were put in force here, newest first."""
    return [Version(**row) for row in json.loads(vault.get(_KEPT) or "[]")]


def in_force(vault: Book) -> str | None:
    """The name or file of the vault's policy; a file of ours is first made what the vault says, where it is gone or changed.

    Raises PolicyError where it cannot be written.
    """
    named, kept = vault.get("policy"), versions(vault)
    if not kept or not _is_ours(named):
        return named
    return str(_written(vault, kept[0]))


def draft_of(vault: Book, named: str) -> str:
    """The text of the policy in force, to be edited. Raises PolicyError where it cannot be read."""
    kept = versions(vault)
    if kept and _is_ours(vault.get("policy")):
        return kept[0].text
    path = load_policy(named).path
    if path is None:
        raise PolicyError("the policy has no file", remedy="start from a shipped one")
    return path.read_text(encoding="utf-8")


@contextmanager
def as_file(text: str) -> Iterator[Path]:
    """The text as a file for as long as the block runs. Raises UsageError for one that is too large."""
    if len(text.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        raise UsageError("the policy is too large", remedy=f"{_MOST_BYTES // 1000} KB at most")
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        yield path


def checked(text: str, before: str) -> dict[str, object]:
    """What is wrong with a draft, how it differs from the text before, line by line, and in the sentences that explain it."""
    with as_file(text) as path, as_file(before) as old:
        remarks = [remark._asdict() for remark in lint(path)]
        usable = not any(remark["level"] == "error" for remark in remarks)
        sentences: list[str] = []
        if usable:
            sentences = _changed(explain(load_policy(old)), explain(load_policy(path)))
    for remark in remarks:
        remark["message"] = str(remark["message"]).replace(str(path), "the policy")
    return {
        "sha256": digest(text), "usable": usable, "remarks": remarks, "sentences": sentences,
        "diff": _changed(before.splitlines(), text.splitlines()),
    }  # fmt: skip


def put_in_force(vault: Book, text: str, *, before: str, by: str, at: str) -> Version:
    """Keep the text as the newest version and write its file; what was in force `before` is kept as the first one.

    The caller records it, and only calls this for a text that was tried. Raises PolicyError where it cannot be used.
    """
    version = _version(text, by, at)
    with vault.transaction():
        earlier = versions(vault) or [_version(before, "", "")]
        kept = [version, *earlier][:_MOST_KEPT]
        vault.put(_KEPT, json.dumps([asdict(one) for one in kept]))
        vault.put("policy", str(_written(vault, version)))
    return version


def _version(text: str, by: str, at: str) -> Version:
    with as_file(text) as path:
        policy = load_policy(path)
    return Version(digest(text), policy.id, policy.version, at, by, text)


def digest(text: str) -> str:
    """The SHA-256 of a policy's bytes, as the audit record names policies."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _is_ours(named: str | None) -> bool:
    return named is not None and Path(named).parent.name == "policies" and Path(named).name.startswith("kept-")


def _written(vault: Book, version: Version) -> Path:
    path = vault.folder / "policies" / f"kept-{version.sha256[:16]}.yaml"
    try:
        if path.is_file() and path.read_bytes() == version.text.encode():
            return path
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(version.text.encode())
        fresh.replace(path)
    except OSError as error:
        raise PolicyError(
            f"the policy in force cannot be written ({error.strerror})", path=path, remedy="check owner and permissions"
        ) from None
    return path


def _changed(before: list[str], after: list[str]) -> list[str]:
    """The lines that go ("-") and come ("+"), with what stands around them ("@@")."""
    return list(difflib.unified_diff(before, after, "in force", "draft", lineterm="", n=2))


def by_id(vault: Book, sha256: str) -> Version:
    """A version by its digest. Raises UsageError where there is none."""
    found = next((version for version in versions(vault) if version.sha256 == sha256), None)
    if found is None:
        raise UsageError("there is no such version", remedy="choose one of the list")
    return found


def shown(vault: Book) -> list[Mapping[str, object]]:
    """The versions without their texts, newest first."""
    return [version.told() for version in versions(vault)]
