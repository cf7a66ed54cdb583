"""Readers: bytes of files to documents with sections, locators and the identifiers known by field."""

from __future__ import annotations

from assistant.readers.registry import LIMITS, READERS, load, read_file, reader_for, reader_version, source_of

__all__ = ["LIMITS", "READERS", "load", "read_file", "reader_for", "reader_version", "source_of"]
