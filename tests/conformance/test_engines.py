"""What every engine must do, held to with real weights; add yours to ENGINES and it is held to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant.config import Remote
from assistant.engines import registry
from assistant.engines.ctransformers import CTransformers
from assistant.engines.extractive import Extractive
from assistant.engines.llamacpp import LlamaCpp
from assistant.engines.remote import RemoteEngine
from assistant.errors import EngineError
from assistant.protocols import Engine, Prompt
from tests.engines.support import FILE, LONG, MODEL, PROMPT, listening, model_server, patient

KEY = "ASSISTANT_TEST_REMOTE_KEY"


def _remote(store: Path, stack: ExitStack) -> Engine:
    url = stack.enter_context(model_server(store / FILE, "a-key"))
    return RemoteEngine(Remote(url, MODEL, KEY))


ENGINES: dict[str, Callable[[Path, ExitStack], Engine]] = {
    "llamacpp": lambda store, _: LlamaCpp(MODEL, store=store, context=2048),
    "ctransformers": lambda store, _: CTransformers(MODEL, store=store),
    "remote": _remote,
    "extractive": lambda _, __: Extractive(),
}


def test_every_engine_of_the_registry_is_held_to_this() -> None:
    assert set(ENGINES) == set(registry.ENGINES)


@pytest.fixture(scope="module")
def store(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    (folder / FILE).symlink_to((models / FILE).resolve())
    return folder


@pytest.fixture(scope="module")
def elsewhere() -> list[str]:
    """What listens in this process before there is an engine: servers of other tests that stay up for the session."""
    return listening()


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, store: Path, elsewhere: list[str]) -> Iterator[Engine]:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY, "a-key")
        built = ENGINES[request.param](store, stack)
        yield built
        built.close()


@pytest.mark.weights
class TestEngine:
    def test_keeps_the_protocol(self, engine: Engine) -> None:
        assert isinstance(engine, Engine)
        assert engine.name in ENGINES
        assert engine.model

    def test_writes_from_the_source(self, engine: Engine) -> None:
        pieces = list(engine.stream(PROMPT, patient()))
        if not engine.writes:
            assert pieces == []
            return
        assert all(isinstance(piece, str) and piece for piece in pieces)
        assert len(pieces) > 3
        assert "500 mg" in "".join(pieces)
        assert "<|" not in "".join(pieces)

    def test_greedy_decoding_repeats_itself(self, engine: Engine) -> None:
        first, second = ("".join(engine.stream(PROMPT, patient())) for _ in range(2))
        assert first == second

    def test_a_seed_makes_sampling_repeatable(self, engine: Engine) -> None:
        if not engine.writes:
            pytest.skip("it does not sample")
        drawn = {
            seed: ["".join(engine.stream(LONG, patient(temperature=1.5, seed=seed, max_tokens=12))) for _ in range(2)]
            for seed in (1, 2)
        }
        assert drawn[1][0] == drawn[1][1]
        assert drawn[2][0] == drawn[2][1]
        assert drawn[1][0] != drawn[2][0]

    def test_max_tokens_bounds_the_answer(self, engine: Engine) -> None:
        short = "".join(engine.stream(LONG, patient(max_tokens=3)))
        longer = "".join(engine.stream(LONG, patient(max_tokens=12)))
        assert len(list(engine.stream(LONG, patient(max_tokens=3)))) <= 3
        assert longer.startswith(short.rstrip("\ufffd"))
        assert len(longer) > len(short) or not engine.writes

    def test_ends_before_a_stop_string(self, engine: Engine) -> None:
        whole = "".join(engine.stream(PROMPT, patient()))
        if not engine.writes:
            pytest.skip("there is nothing to stop")
        stop = "500"
        assert "".join(engine.stream(PROMPT, patient(stop=(stop,)))) == whole[: whole.index(stop)]

    def test_closing_the_stream_stops_the_work(self, engine: Engine) -> None:
        if not engine.writes:
            pytest.skip("there is no work to stop")
        stream = engine.stream(LONG, patient(max_tokens=1500))
        assert next(stream)
        stream.close()  # type: ignore[attr-defined]
        began = time.monotonic()
        assert "500 mg" in "".join(engine.stream(PROMPT, patient()))
        # The 1500 tokens would take at least 10 s on any machine the tests run on, and often minutes.
        assert time.monotonic() - began < 60

    def test_a_time_out_is_an_error(self, engine: Engine) -> None:
        if not engine.writes:
            pytest.skip("it takes no time")
        with pytest.raises(EngineError, match=r"did not finish within 0\.01 s"):
            list(engine.stream(LONG, patient(max_tokens=1500, timeout_s=0.01)))
        assert "500 mg" in "".join(engine.stream(PROMPT, patient()))

    def test_a_prompt_that_does_not_fit_is_an_error(self, engine: Engine) -> None:
        if not engine.writes:
            pytest.skip("it has no context")
        marker = "Zebrafish"
        with pytest.raises(EngineError) as caught:
            list(engine.stream(Prompt("", f"{marker} and " * 4000), patient()))
        assert marker not in str(caught.value)
        assert "500 mg" in "".join(engine.stream(PROMPT, patient()))

    def test_opens_no_network_socket(self, engine: Engine, elsewhere: list[str]) -> None:
        before = listening()
        list(engine.stream(PROMPT, patient(max_tokens=2)))
        after = listening()
        # The one that listens is the model server of the test, on another engine's behalf.
        assert len(after) - len(elsewhere) == (1 if engine.name == "remote" else 0)
        assert after == before
        assert listening(ports=False) == []


@pytest.mark.weights
@pytest.mark.parametrize("name", ENGINES)
def test_close_can_be_repeated_and_ends_the_engine(name: str, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "a-key")
    before = listening()
    with ExitStack() as stack:
        engine = ENGINES[name](store, stack)
        list(engine.stream(PROMPT, patient(max_tokens=2)))
        engine.close()
        engine.close()
        if engine.writes:
            with pytest.raises(EngineError, match="closed"):
                list(engine.stream(PROMPT, patient(max_tokens=2)))
    assert listening() == before
