"""What the default engine does beyond the conformance class, with real weights."""

from __future__ import annotations

import gc
import os
import re
import shutil
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.engines.grammar import cited_sentences_grammar
from assistant.engines.llamacpp import LlamaCpp
from assistant.engines.sockets import private_socket_path
from assistant.errors import EngineError, IntegrityError
from assistant.protocols import Prompt, Sampling
from tests.engines.support import FILE, LONG, MODEL, PROMPT, SOURCES, listening, patient

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def engine(models: Path) -> Iterator[LlamaCpp]:
    built = LlamaCpp(MODEL, store=models, context=1024)
    yield built
    built.close()


def test_a_grammar_holds_the_output(engine: LlamaCpp) -> None:
    question = Prompt(
        PROMPT.system, SOURCES + "Question: What is checked and how is metformin started?", PROMPT.examples
    )
    answer = "".join(engine.stream(question, patient(grammar=cited_sentences_grammar((2, 7)), max_tokens=80)))
    assert answer
    cited = re.findall(r"\[(\d+)\]", answer)
    assert set(cited) <= {"2", "7"}
    if answer != "NOT IN SOURCES":
        assert re.match(r"[A-Z0-9]", answer)
        assert cited


def test_a_grammar_with_one_way_out_gives_it(engine: LlamaCpp) -> None:
    assert "".join(engine.stream(PROMPT, patient(grammar=cited_sentences_grammar(())))) == "NOT IN SOURCES"


def test_a_malformed_grammar_is_refused_without_a_word_on_stderr(
    engine: LlamaCpp, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EngineError, match="malformed"):
        list(engine.stream(PROMPT, patient(grammar="root ::= (")))
    assert capfd.readouterr() == ("", "")


def test_the_part_that_stays_is_computed_once(engine: LlamaCpp) -> None:
    fixed = Prompt("Answer in one word. " * 20, "Is water wet?")
    list(engine.stream(fixed, patient(max_tokens=2)))
    list(engine.stream(Prompt(fixed.system, "Is snow white?"), patient(max_tokens=2)))
    assert engine.cached_tokens > 80


def test_the_same_words_whatever_was_asked_before(engine: LlamaCpp) -> None:
    alone = "".join(engine.stream(PROMPT, patient()))
    list(engine.stream(Prompt(PROMPT.system, "Something else entirely.", PROMPT.examples), patient(max_tokens=5)))
    list(engine.stream(LONG, patient(max_tokens=5)))
    assert "".join(engine.stream(PROMPT, patient())) == alone


def test_many_keep_their_order_and_their_own_grammar(engine: LlamaCpp) -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon"]
    each = [patient(grammar=f'root ::= "{word}"') for word in words]
    assert engine.complete_many([PROMPT] * 5, each) == words


def test_the_score_prefers_what_the_source_says(engine: LlamaCpp) -> None:
    right = engine.score(PROMPT, "Metformin is started at 500 mg once a day.")
    wrong = engine.score(PROMPT, "Purple elephants sing on Tuesdays.")
    assert wrong < right < 0


def test_waits_for_a_slot_and_gives_up_in_time(engine: LlamaCpp) -> None:
    streams = [engine.stream(LONG, patient(max_tokens=600)) for _ in range(2)]
    assert all(next(stream) for stream in streams)
    with pytest.raises(EngineError):
        list(engine.stream(PROMPT, patient(timeout_s=0.3)))
    for stream in streams:
        stream.close()  # type: ignore[attr-defined]
    assert "500 mg" in "".join(engine.stream(PROMPT, patient()))


def test_says_nothing_on_stdout_or_stderr(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    engine = LlamaCpp(MODEL, store=models, context=512)
    list(engine.stream(PROMPT, patient(max_tokens=3)))
    engine.close()
    del engine
    gc.collect()
    assert capfd.readouterr() == ("", "")


def test_close_ends_the_threads_and_a_running_answer(models: Path) -> None:
    before, open_before = len(os.listdir("/proc/self/task")), listening()
    engine = LlamaCpp(MODEL, store=models, context=1024)
    stream = engine.stream(LONG, patient(max_tokens=900))
    assert next(stream)
    threading.Timer(0.1, engine.close).start()
    with pytest.raises(EngineError):
        list(stream)
    engine.close()
    until = time.monotonic() + 20
    while len(os.listdir("/proc/self/task")) > before + 1 and time.monotonic() < until:
        time.sleep(0.05)  # one more may stay: ggml keeps a worker for the process
    assert len(os.listdir("/proc/self/task")) <= before + 1
    assert listening() == open_before


def test_a_byte_changed_is_refused_at_load(models: Path, tmp_path: Path) -> None:
    shutil.copyfile(models / FILE, tmp_path / FILE)
    with (tmp_path / FILE).open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)
        file.seek(50_000_000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(IntegrityError, match="SHA-256 differs"):
        list(LlamaCpp(MODEL, store=tmp_path).stream(PROMPT, Sampling()))


def test_the_socket_is_private_and_gone_after_loading(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Path("/dev/shm") / f"t-{os.getpid()}"  # a pytest folder's name is too long for a socket
    short.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short))
    try:
        with private_socket_path() as socket:
            assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
            assert socket.parent.parent == short
        assert list(short.iterdir()) == []
        before = listening()  # servers of other tests that stay up for the session
        engine = LlamaCpp(MODEL, store=models, context=512)
        list(engine.stream(PROMPT, patient(max_tokens=2)))
        assert list(short.iterdir()) == []
        assert listening() == before
        assert listening(ports=False) == []
        engine.close()
    finally:
        shutil.rmtree(short)


def test_a_process_may_end_in_the_middle_of_an_answer(models: Path) -> None:
    script = f"""
        from assistant.engines.llamacpp import LlamaCpp
        from assistant.protocols import Prompt, Sampling
        engine = LlamaCpp({MODEL!r}, context=1024)
        stream = engine.stream(Prompt("", "Tell me about the sea."), Sampling(max_tokens=900, timeout_s=240))
        print(next(stream) != "")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "ASSISTANT_MODELS": str(models)},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_an_architecture_that_would_end_the_process_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    from assistant.models.bundle import import_file
    from tests.models.support import gguf

    (tmp_path / "t5.gguf").write_bytes(gguf(architecture="t5"))
    import_file(tmp_path / "t5.gguf", name="small-t5", licence="Apache-2.0", store=tmp_path / "store")
    engine = LlamaCpp("small-t5", store=tmp_path / "store")
    with pytest.raises(EngineError, match="encoder-decoder"):
        list(engine.stream(Prompt("", "Hello"), Sampling()))
    engine.close()
