from __future__ import annotations

import inspect

from assistant.engines.extractive import Extractive
from assistant.engines.registry import ENGINES
from assistant.protocols import Engine, Prompt, Sampling


def test_it_writes_nothing_and_says_so() -> None:
    engine = Extractive()
    assert list(engine.stream(Prompt("system", "question"), Sampling())) == []
    assert engine.writes is False and (engine.name, engine.model) == ("extractive", "none")


def test_it_may_be_closed_again_and_used_after() -> None:
    engine = Extractive()
    engine.close()
    engine.close()
    assert list(engine.stream(Prompt("", ""), Sampling())) == []


def test_it_is_registered_under_its_name_and_has_the_shape_of_an_engine() -> None:
    assert "extractive" in ENGINES
    wanted = {name for name, _ in inspect.getmembers(Engine) if not name.startswith("_")} | set(Engine.__annotations__)
    assert {name for name in wanted if not hasattr(Extractive, name)} == set()
