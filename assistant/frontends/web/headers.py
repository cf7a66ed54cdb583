"""Security headers, and the policies of what each page may load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Nothing by default: what the interfaces send is data, no page.
CSP_DATA: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# The admin page: its own script and style, no inline code, no eval, and no way for text to become markup.
CSP_ADMIN: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
# A report that is HTML: shown without scripts, forms and origin; its own style may stand inline.
CSP_REPORT: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"

ALWAYS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
DEFAULTS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CSP_DATA,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Two years, as the preload lists ask; sent over TLS only.
HSTS: Final = "max-age=63072000"
