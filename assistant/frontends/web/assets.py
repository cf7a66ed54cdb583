"""The shipped files of the web front end, read once, with the hashes that pages pin them by."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "static"
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

    @property
    def etag(self) -> str:
        """The entity tag."""
        return f'"{self.integrity[7:31]}"'


Assets = Mapping[str, Asset]


def load_assets() -> Assets:
    """All shipped files by name."""
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _TYPES:
            body = path.read_bytes()
            digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
            found[path.name] = Asset(body, _TYPES[path.suffix], f"sha384-{digest}")
    return found


def snippet(assets: Assets, base: str) -> str:
    """What a host page embeds."""
    integrity = assets["widget.js"].integrity
    return (
        f'<script src="{base}/widget.js" integrity="{integrity}" crossorigin="anonymous" defer></script>\n'
        f'<assistant-chat token-src="/assistant-token"></assistant-chat>'
    )
