"""The one form of a sentence about a resource: "Kind: name, part, part." with what the record does not say left out."""

from __future__ import annotations

from assistant.readers.compose import tidy


def sentence(subject: str, *parts: str) -> str:
    """ "Subject: part, part." or "Kind: name, part, part." with the empty parts left out."""
    said = ", ".join(part for part in parts if part)
    joint = ", " if ": " in subject else ": "
    body = tidy(f"{subject}{joint}{said}" if said else subject).rstrip(".:; ")
    return f"{body}." if body else ""


def tagged(name: str, value: str) -> str:
    """The value after the name of what it is; '' where there is none."""
    return f"{name} {value}" if value else ""
