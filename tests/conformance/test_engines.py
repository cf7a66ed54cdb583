"""What every engine must do, held to with real weights; add yours to ENGINES and it is held to it."""

from __future__ import annotations

import inspect
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
from assistant.protocols import Engine, Prompt, Sampling
from tests.engines.support import FILE, LONG, MODEL, PROMPT, Reciting, listening, model_server, patient

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


NO_MODEL = "none"
#: What only an engine of the registry can be held to.
OF_THE_REGISTRY = ("test_keeps_the_protocol",)
#: What engines with a model are asked, and what must stand in their answer. Others write what they write.
ASKED_FOR = "500 mg"


def test_every_engine_of_the_registry_is_held_to_this() -> None:
    missing = ", ".join(sorted(set(registry.ENGINES) - set(ENGINES)))
    assert not missing, f"say how to make {missing} for a test: give it a line in ENGINES of this file"
    strange = ", ".join(sorted(set(ENGINES) - set(registry.ENGINES)))
    assert not strange, f"give {strange} a line in ENGINES of assistant/engines/registry.py, or strike it off here"


def refusal(engine: Engine, prompt: Prompt, sampling: Sampling) -> str | None:
    """The words of the EngineError in which an answer ends, None where it does not end in one."""
    try:
        list(engine.stream(prompt, sampling))
    except EngineError as error:
        return str(error)
    return None


def answer(engine: Engine, prompt: Prompt = PROMPT, **changes: object) -> str:
    """What the engine writes, whole."""
    return "".join(engine.stream(prompt, patient(**changes)))


def still_answers(engine: Engine, whole: str) -> bool:
    """Whether PROMPT is answered as before; with a model the words around the answer may differ by what was computed before."""
    again = answer(engine)
    return again == whole if engine.model == NO_MODEL else ASKED_FOR in again


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


@pytest.fixture(scope="module")
def whole(engine: Engine) -> str:
    """What the engine itself answers to PROMPT, which the other tests compare with."""
    return answer(engine)


@pytest.mark.weights
class TestEngine:
    def test_keeps_the_protocol(self, engine: Engine) -> None:
        assert isinstance(engine, Engine), "write name, model, writes, stream and close: see Engine in protocols.py"
        assert engine.name in ENGINES, "Engine.name is its name in ENGINES"
        assert engine.model, 'Engine.model is the name of the model, or "none"'
        said = "engines that write nothing are left out of WRITERS in assistant/engines/registry.py"
        assert engine.writes == (engine.name in registry.WRITERS), said

    def test_writes_from_the_source(self, engine: Engine) -> None:
        pieces = list(engine.stream(PROMPT, patient()))
        if not engine.writes:
            assert pieces == []
            return
        assert all(isinstance(piece, str) and piece for piece in pieces), "yield pieces of text, no empty ones"
        assert len(pieces) > 3, "yield pieces as they are written, not the whole at the end"
        if engine.model != NO_MODEL:
            assert ASKED_FOR in "".join(pieces)
        assert "<|" not in "".join(pieces), "the marks of a template are no text"

    def test_greedy_decoding_repeats_itself(self, engine: Engine) -> None:
        assert answer(engine) == answer(engine), "at temperature 0 the same prompt has the same answer"

    def test_a_seed_makes_sampling_repeatable(self, engine: Engine) -> None:
        if not engine.writes:
            pytest.skip("it does not sample")
        drawn = {
            seed: [answer(engine, LONG, temperature=1.5, seed=seed, max_tokens=12) for _ in range(2)] for seed in (1, 2)
        }
        assert drawn[1][0] == drawn[1][1], "above temperature 0 the seed alone decides"
        assert drawn[2][0] == drawn[2][1]
        if engine.model != NO_MODEL:
            assert drawn[1][0] != drawn[2][0]

    def test_max_tokens_bounds_the_answer(self, engine: Engine) -> None:
        short = answer(engine, LONG, max_tokens=3)
        longer = answer(engine, LONG, max_tokens=12)
        pieces = len(list(engine.stream(LONG, patient(max_tokens=3))))
        assert pieces <= 3, "yield at most max_tokens pieces"
        assert longer.startswith(short.rstrip("\ufffd"))
        assert len(longer) > len(short) or not engine.writes

    def test_ends_before_a_stop_string(self, engine: Engine, whole: str) -> None:
        if not engine.writes:
            pytest.skip("there is nothing to stop")
        words = whole.split()
        assert len(words) > 2, f"an answer of {len(words)} words cannot be stopped within"
        # The second goes over the border of two words, and so of two pieces.
        for stop in (words[len(words) // 2], " ".join(words[1:3])[1:]):
            at = whole.find(stop)
            if at >= 0:
                told = f"end before the stop string {stop!r}, also where pieces share it: engines/stops.py does so"
                assert answer(engine, stop=(stop,)) == whole[:at], told

    def test_closing_the_stream_stops_the_work(self, engine: Engine, whole: str) -> None:
        if not engine.writes:
            pytest.skip("there is no work to stop")
        stream = engine.stream(LONG, patient(max_tokens=1500))
        assert next(stream)
        stream.close()  # type: ignore[attr-defined]
        began = time.monotonic()
        assert still_answers(engine, whole), "a stream that was closed leaves nothing behind for the next question"
        # With a model the 1500 tokens would take at least 10 s on any machine the tests run on, and often minutes.
        assert time.monotonic() - began < 60, "closing a stream ends the work for it"

    def test_a_time_out_is_an_error(self, engine: Engine, whole: str) -> None:
        if not engine.writes:
            pytest.skip("it takes no time")
        # A model is stopped at work; what needs none is done in no time and must still look at the clock.
        limit = 1e-6 if engine.model == NO_MODEL else 0.01
        said = refusal(engine, LONG, patient(max_tokens=1500, timeout_s=limit))
        told = "look at Sampling.timeout_s at each piece and raise EngineError('... did not finish within N s')"
        assert said is not None and f"did not finish within {limit:g} s" in said, f"{told}; it said {said!r}"
        assert still_answers(engine, whole), "an answer that was too late leaves nothing behind for the next question"

    def test_a_prompt_that_does_not_fit_is_an_error(self, engine: Engine, whole: str) -> None:
        if not engine.writes:
            pytest.skip("it has no context")
        marker = "Zebrafish"
        said = refusal(engine, Prompt("", f"{marker} and " * 4000), patient())
        # What has no model need not have a context either.
        assert said or engine.model == NO_MODEL, "raise EngineError for a prompt that does not fit, never cut it"
        assert marker not in (said or ""), "errors hold no word of the prompt"
        assert still_answers(engine, whole)

    def test_opens_no_network_socket(self, engine: Engine, elsewhere: list[str]) -> None:
        before = listening()
        answer(engine, max_tokens=2)
        after = listening()
        # The one that listens is the model server of the test, on another engine's behalf.
        assert len(after) - len(elsewhere) == (1 if engine.name == "remote" else 0)
        assert after == before
        assert listening(ports=False) == []


RULES = [name for name in vars(TestEngine) if name.startswith("test_") and name not in OF_THE_REGISTRY]


@pytest.mark.parametrize("rule", RULES)
def test_an_engine_that_writes_without_a_model_can_keep_every_rule(rule: str) -> None:
    held_to(rule, Reciting())


@pytest.mark.parametrize(
    ("duty", "rule", "told"),
    [
        ("stop", "test_ends_before_a_stop_string", "engines/stops.py"),
        ("timeout_s", "test_a_time_out_is_an_error", "look at Sampling.timeout_s"),
        ("max_tokens", "test_max_tokens_bounds_the_answer", "at most max_tokens"),
        ("seed", "test_a_seed_makes_sampling_repeatable", "the seed alone decides"),
        ("pieces", "test_writes_from_the_source", "as they are written"),
        ("closing", "test_closing_the_stream_stops_the_work", "leaves nothing behind"),
    ],
)
def test_an_engine_that_neglects_a_duty_is_found_and_told_what_to_do(duty: str, rule: str, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        held_to(rule, Reciting(neglects=duty))


def held_to(rule: str, engine: Engine) -> None:
    """Run one test of TestEngine with this engine."""
    method = getattr(TestEngine(), rule)
    given = {"engine": engine, "whole": answer(Reciting()), "elsewhere": listening()}
    method(**{name: given[name] for name in inspect.signature(method).parameters})


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
            said = refusal(engine, PROMPT, patient(max_tokens=2))
            assert said is not None and "closed" in said, "after close() an answer ends in EngineError: it is closed"
    assert listening() == before
