"""XML parsed without document types, entities or network, and the names and words of its elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import ReaderError

if TYPE_CHECKING:
    from lxml.etree import _Element


def parse_xml(data: bytes, source: str) -> _Element:
    """XML without document types: entities are refused, nothing is fetched, huge or deep trees are refused by libxml2."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise ReaderError(
            "the XML is malformed, or larger or deeper than a document is",
            path=source,
            line=line,
            remedy="export it again",
        ) from error
    tree = root.getroottree()
    dtd = tree.docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise ReaderError("the XML declares entities", path=source, remedy="export it without a document type")
    return root


def local(element: _Element) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def said(element: _Element | None) -> str:
    """All text below an element as one line, runs of blanks as one; '' for none."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split()) if element is not None else ""
