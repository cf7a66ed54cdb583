"""What a server may be run with."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.frontends.web.access import Site
from assistant.frontends.web.options import ServeOptions

ORIGIN = "https://www.example.org"
SHOP = Site("shop", "s" * 43, frozenset({ORIGIN}), frozenset({"customer"}))


def test_plain_http_is_for_loopback_only() -> None:
    assert not ServeOptions(host="127.0.0.1").tls
    assert not ServeOptions(host="::1").tls
    for host in ("0.0.0.0", "::", "192.168.1.4"):
        with pytest.raises(UsageError, match="loopback"):
            ServeOptions(host=host)
        assert ServeOptions(host=host, self_signed=True).tls
    with pytest.raises(UsageError):
        ServeOptions(host="example.org", self_signed=True)
    with pytest.raises(UsageError):
        ServeOptions(tls_cert=Path("a.pem"))
