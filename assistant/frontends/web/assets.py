"""The shipped files of the web front end, read once, with the hashes that pages pin them by."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.frontends.web.bundle import bundle

_FOLDER: Final = Path(__file__).parent / "static"
_NEVER: Final = re.compile(r"\s*q\s*=\s*0(?:\.0*)?\s*")
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: bytes, media type, integrity value (SHA-384, W3C Subresource Integrity) and entity tag."""

    body: bytes
    media_type: str
    integrity: str
    packed: bytes = b""
    """The body, compressed by gzip."""

    @classmethod
    def of(cls, body: bytes, media_type: str) -> Asset:
        """A file's bytes with what follows from them."""
        digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
        return cls(body, media_type, f"sha384-{digest}", gzip.compress(body, mtime=0))

    @property
    def etag(self) -> str:
        """The entity tag."""
        return f'"{self.integrity[7:31]}"'

    @property
    def etag_packed(self) -> str:
        """The entity tag of the compressed form, which is another representation (RFC 9110, section 8.8.3)."""
        return f'"{self.integrity[7:31]}-gzip"'


Assets = Mapping[str, Asset]


def load_assets() -> Assets:
    """All shipped files by name; the widget is bundled from its modules."""
    found = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}
    found["widget.js"] = bundle(_FOLDER / "widget" / "main.js").encode()
    return {name: Asset.of(body, _TYPES[Path(name).suffix]) for name, body in found.items()}


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip (RFC 9110, section 12.5.3): it is listed, and not with a weight of 0."""
    weights = {
        coding.strip(): weight for coding, _, weight in (p.partition(";") for p in accept_encoding.lower().split(","))
    }
    return _NEVER.fullmatch(weights.get("gzip", weights.get("*", "q=0"))) is None


def snippet(assets: Assets, base: str) -> str:
    """What a host page embeds."""
    integrity = assets["widget.js"].integrity
    return (
        f'<script src="{base}/widget.js" integrity="{integrity}" crossorigin="anonymous" defer></script>\n'
        f'<assistant-chat token-src="/assistant-token"></assistant-chat>'
    )
