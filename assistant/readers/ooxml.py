"""What DOCX and PPTX share: parts and their relations, the title and dates of a file's properties, attributes by name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from assistant.formats.xml import local
from assistant.readers.archive import Archive
from assistant.readers.compose import tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

OFF: Final = ("0", "false", "off", "none")
"""How a property says that it does not hold (ISO/IEC 29500-1, 22.9.2.7)."""


def attribute(element: _Element, name: str) -> str:
    """An attribute by its local name: transitional and strict files use different namespaces."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def is_on(element: _Element) -> bool:
    """Whether a property that stands there holds."""
    return attribute(element, "val").lower() not in OFF


def is_placeholder(control: _Element) -> bool:
    """Whether a content control shows only what asks for its content ("Click here to enter text")."""
    return any(
        local(entry) == "showingPlcHdr" and is_on(entry) for part in control if local(part) == "sdtPr" for entry in part
    )


def number_of(text: str, default: int = 0) -> int:
    """A small number of an attribute."""
    return int(text) if text.isdigit() and len(text) < 8 else default


def relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part points to: id to the last word of the kind and the name; what lies outside is left out."""
    folder, name = posixpath.split(part)
    listing = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    found: dict[str, tuple[str, str]] = {}
    for relation in archive.xml(listing) if listing in archive else ():
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target") or ""
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if path in archive:
            found[relation.get("Id") or ""] = ((relation.get("Type") or "").rpartition("/")[2], path)
    return found


def title_of(archive: Archive) -> str:
    """The title in the properties of a file, "" where it says nothing."""
    title = properties(archive).get("title", "")
    return (
        "" if re.fullmatch(r"(?i)\s*|untitled.*|document\s?\d*|word document|powerpoint presentation", title) else title
    )


def properties(archive: Archive) -> Mapping[str, str]:
    """The properties of a file by name, in lower case: title, subject, keywords, contentstatus, version and the file's own."""
    found: dict[str, str] = {}
    for part in ("docProps/core.xml", "docProps/custom.xml"):
        for entry in archive.xml(part) if part in archive else ():
            name = (entry.get("name") or local(entry)).lower()
            if value := tidy("".join(entry.itertext()))[:500]:
                found[name] = value
    return found
