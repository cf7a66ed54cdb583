"""Orders survive the pipe and show no secret; what stands in the way of an agent is told as it is without one."""

from __future__ import annotations

import dataclasses

import pytest

from assistant.errors import LockedError
from assistant.frontends.agent.start import Order, launch
from assistant.frontends.opening import Opening
from tests.frontends.agent.conftest import PASSPHRASE, Site


def test_an_order_goes_through_a_pipe(site: Site) -> None:
    order = Order(Opening(site.vault, roles=("nurse",), user="ann"), "words", None, "more words", 2.5)
    assert Order.of_json(order.to_json()) == order
    assert "\n" not in order.to_json()
    assert "words" not in repr(order)


def test_a_wrong_passphrase_is_told_and_leaves_no_agent(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in site.variables.items():
        monkeypatch.setenv(name, value)
    order = Order(Opening(site.vault, engine="extractive"), "wrong words entirely")
    with pytest.raises(LockedError):
        launch(order)
    assert list((site.runtime).rglob("*.sock")) == []
    with pytest.raises(LockedError, match="user"):
        launch(dataclasses.replace(order, passphrase=PASSPHRASE, opening=Opening(site.vault, user="ann")))
