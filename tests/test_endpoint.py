"""Which address may be spoken to."""

from __future__ import annotations

import pytest

from assistant.endpoint import Place, admit, checked
from assistant.errors import ConfigError, EgressDenied

NAME = "ASSISTANT_X_URL"


def look(url: str, *, plain: bool = False) -> Place:
    return checked(url, NAME, what="letters", example="https://HOST/v1", plain=plain)


def test_this_machine_is_always_allowed_and_a_port_is_filled_in() -> None:
    assert look("http://127.0.0.1/v1/") == Place("127.0.0.1", 80, "/v1", False)
    assert look("https://[::1]:8443/v1") == Place("::1", 8443, "/v1", True)
    assert admit("localhost", NAME)


@pytest.mark.parametrize("allowed", ["keys.example.org", "10.1.0.0/16"])
def test_other_hosts_must_be_named_and_https(allowed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    host = "10.1.2.3" if "/" in allowed else allowed
    monkeypatch.delenv("ASSISTANT_ALLOWED_HOSTS", raising=False)
    with pytest.raises(EgressDenied, match="not allowed"):
        look(f"https://{host}/v1")
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", allowed)
    assert look(f"https://{host}/v1").host == host
    with pytest.raises(EgressDenied, match="letters would go unencrypted"):
        look(f"http://{host}/v1")
    assert not look(f"http://{host}/v1", plain=True).secure
    with pytest.raises(EgressDenied):
        look("https://127.0.0.1.example.net/v1")


@pytest.mark.parametrize(
    "url", ["", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://127.0.0.1/?a=1", "http://[::1", "http://h:x/"]
)
def test_a_malformed_address_is_told_by_its_variable(url: str) -> None:
    with pytest.raises(ConfigError, match=NAME):
        look(url)
