"""Long fuzzing of every reader, the chart loaders, the stream reader, the field schema and the policy loader.

    python -m bench.fuzz [--seconds 60] [--only .xlsx policy ...] [--keep DIR]

Each target runs in a child process under 2 GiB of address space (RLIMIT_AS), three ways: the hostile files (bombs, entities,
depth, cycles), structures grown by hypothesis (a third of the time), and coverage-guided mutation by atheris (the rest; left
out with a word where atheris is not installed). A call may give documents or raise an error of this product. Anything else
is a finding, as is a call of more than 10 seconds of CPU time: the watchdog of the parent ends the child, notes the input
and starts another one. Printed per target: executions, refusals, how often a reader's guard turned a parser's exception into
a refusal, refusals for memory, the longest call, peak memory. Exit code 1 where there is a finding; --keep stores the inputs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import mmap
import os
import random
import re
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
MEMORY: Final = 2 * 2**30
CALL_S: Final = 10.0
# A busy machine may hold a child back; one that makes no step for this long hangs without computing.
STILL_S: Final = 60.0
_START_S: Final = 120.0
_BYTES: Final = 160 * 2**20
# executions, refused, guarded, for memory, length of the input, wall and CPU time at its start, longest call, state
_HEAD: Final = struct.Struct("<5Q3dQ")
_WAITING, _CALLING, _DONE = range(3)
Call = Callable[[bytes], object]


class Board:
    """What child and parent share: counters, when the running call began, and its input."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        if fresh:
            with path.open("wb") as file:
                file.truncate(_BYTES)
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _BYTES)
        self.values: list[Any] = list(_HEAD.unpack_from(self._map))

    def load(self) -> list[Any]:
        self.values = list(_HEAD.unpack_from(self._map))
        return self.values

    def store(self) -> None:
        _HEAD.pack_into(self._map, 0, *self.values)

    def begin(self, data: bytes) -> None:
        data = data[: _BYTES - _HEAD.size]
        self._map[_HEAD.size : _HEAD.size + len(data)] = data
        self.values[4:7] = len(data), time.monotonic(), time.process_time()
        self.values[8] = _CALLING
        self.store()

    def end(self, column: int | None) -> None:
        self.values[0] += 1
        if column is not None:
            self.values[column] += 1
        self.values[7] = max(self.values[7], time.process_time() - self.values[6])
        self.values[8] = _WAITING
        self.store()

    def input(self) -> bytes:
        return bytes(self._map[_HEAD.size : _HEAD.size + self.values[4]])


# ---------------------------------------------------------------- child

_TYPES: Final = re.compile(r"damaged or not what its name says \((\w+)\)")


def _fuzzers() -> ModuleType:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tools")]
    import fuzz_readers

    return fuzz_readers


def _recorded(call: Call, board: Board, findings: Path) -> Callable[[bytes], None]:
    """The call with its accounts: how it ended goes to the board, what it must not do to a file of findings."""
    from assistant.errors import AssistantError

    def run(data: bytes) -> None:
        board.begin(data)
        column: int | None = None
        try:
            call(data)
        except AssistantError as error:
            column = 2 if _TYPES.search(error.message) else 3 if "more memory" in error.message else 1
        except MemoryError:
            column = 3
            _finding(findings, "MemoryError", data)
        except Exception as error:
            place = error.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
            _finding(findings, f"{type(error).__name__} in {where}", data)
        board.end(column)

    return run


def _finding(folder: Path, what: str, data: bytes) -> None:
    name = re.sub(r"\W+", "-", what)
    with contextlib.suppress(FileExistsError), (folder / name).open("xb") as file:
        file.write(data)


def _child(way: str, kind: str, seconds: float, seed: int, folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    board = Board(folder / "board")
    if way == "atheris":
        _guided(kind, seed, folder, board)
    tools = _fuzzers()
    run = _recorded(tools.targets()[kind], board, folder / "findings")
    if way == "hostile":
        for number, data in enumerate(tools.hostile().get(kind, [])):
            if number >= seed:
                run(data)
    else:
        _grown(run, kind, tools, time.monotonic() + seconds, seed)
    board.values[8] = _DONE
    board.store()


def _guided(kind: str, seed: int, folder: Path, board: Board) -> None:
    """atheris: libFuzzer led by the coverage of our code and of the parsers written in Python. Runs until its parent ends it."""
    import atheris

    with atheris.instrument_imports(include=["assistant", "pypdf", "markdown_it", "email", "yaml", "json", "csv"]):
        tools = _fuzzers()
    call = tools.targets()[kind]
    run = _recorded(call, board, folder / "findings")
    seeds = tools.seeds()[kind]
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(seeds):
        (corpus / f"{number}").write_bytes(data)
    words = folder / "words"
    spelled = ("".join(f"\\x{byte:02x}" for byte in word) for word in tools.WORDS)
    words.write_text("".join(f'"{word}"\n' for word in spelled))

    def mutator(data: bytes, most: int, number: int) -> bytes:
        rng = random.Random(number)
        if rng.random() < (0.95 if data[:2] == b"PK" else 0.3):
            # An archive that was broken before cannot be opened for an edit.
            with contextlib.suppress(Exception):
                return bytes(tools.mutate(data, rng, seeds))[:most]
        return bytes(atheris.Mutate(data, most))

    options = ["-timeout=100000", f"-artifact_prefix={folder}/", "-rss_limit_mb=0", "-max_len=131072", f"-seed={seed + 1}",
               f"-dict={words}", "-print_final_stats=0", "-verbosity=0"]  # fmt: skip
    atheris.Setup([sys.argv[0], str(corpus), *options], run, custom_mutator=mutator)
    atheris.Fuzz()


def _grown(run: Callable[[bytes], None], kind: str, tools: ModuleType, until: float, seed: int) -> None:
    """hypothesis: any bytes, edited files, and files whose values or words are replaced by others of any type."""
    import hypothesis
    from hypothesis import strategies as st

    seeds = tools.seeds()[kind]
    scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
                        st.sampled_from(["1e999", "9" * 40, "2024-13-45", "-0", "\ud800", "urn:uuid:", "#x", "{}"]))  # fmt: skip
    trees = st.recursive(
        scalars, lambda t: st.lists(t, max_size=3) | st.dictionaries(st.text(max_size=8), t, max_size=3), max_leaves=6
    )
    word = st.one_of(st.sampled_from(tools.WORDS), st.binary(max_size=12), st.text(max_size=8).map(str.encode))
    places = st.lists(st.tuples(st.integers(0, 2**20), word), min_size=1, max_size=6)
    base = st.sampled_from(seeds)
    ways = [
        st.binary(max_size=2000),
        st.builds(lambda data, n: tools.mutate(data, random.Random(n), seeds), base, st.integers(0, 2**40)),
        st.builds(_reworded, base, places),
    ]
    parse, dump = _tree_of(kind)
    if parse is not None:
        grafts = st.lists(st.tuples(st.integers(0, 2**16), trees), min_size=1, max_size=4)
        ways += [st.builds(lambda data, g: dump(_grafted(parse(data), g)), base, grafts)] * 3
        ways.append(trees.map(dump))
    quiet = hypothesis.settings(
        max_examples=300, deadline=None, database=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    while time.monotonic() < until:

        @hypothesis.seed(seed)
        @quiet
        @hypothesis.given(st.one_of(ways))
        def once(data: bytes) -> None:
            if time.monotonic() < until:
                run(data)

        once()
        seed += 1_000_003


def _tree_of(kind: str) -> tuple[Callable[[bytes], Any] | None, Callable[[Any], bytes]]:
    """How a kind that holds a tree of values is taken apart and put together."""
    if kind in (".json", "chart.fhir"):
        return json.loads, lambda tree: json.dumps(tree).encode()
    if kind in (".jsonl", "vitals"):
        return (lambda data: [json.loads(x) for x in data.splitlines()] if data[:1] == b"{" else [data.decode("latin-1")],
                lambda tree: "\n".join(json.dumps(x) for x in tree if x is not None).encode() if isinstance(tree, list)
                else json.dumps(tree).encode())  # fmt: skip
    if kind in ("policy", "schema"):
        import yaml

        return yaml.safe_load, lambda tree: yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "replace")
    return None, lambda _: b""


def _grafted(tree: Any, changes: list[tuple[int, Any]]) -> Any:
    """The tree with some of its nodes replaced; a `None` removes one."""
    for number, value in changes:
        nodes: list[tuple[Any, Any]] = []
        stack = [tree]
        while stack:
            node = stack.pop()
            keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
            for key in keys:
                nodes.append((node, key))
                stack.append(node[key])
        if not nodes:
            return value
        holder, key = nodes[number % len(nodes)]
        if value is None:
            del holder[key]
        else:
            holder[key] = value
    return tree


def _reworded(data: bytes, places: list[tuple[int, bytes]]) -> bytes:
    """A text with some words, marks or tags replaced; in an archive those of a member."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(data)) as source:
            members = {name: source.read(name) for name in source.namelist()}
        name = sorted(members)[places[0][0] % len(members)]
        members[name] = _reworded(members[name], places)
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as target:
            for each, content in members.items():
                target.writestr(each, content)
        return packed.getvalue()
    tokens = re.findall(rb"\w+|\s+|[^\w\s]", data)
    for at, word in places:
        if tokens:
            tokens[at % len(tokens)] = word
    return b"".join(tokens)


# ---------------------------------------------------------------- parent


@dataclass(slots=True)
class Account:
    """What one target did."""

    executions: int = 0
    refused: int = 0
    guarded: int = 0
    memory: int = 0
    longest: float = 0.0
    peak_mib: float = 0.0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)

    def add(self, values: list[Any]) -> None:
        """Add a child's counters."""
        self.executions += values[0]
        self.refused += values[1] + values[2] + values[3]
        self.guarded += values[2]
        self.memory += values[3]
        self.longest = max(self.longest, values[7])


def fuzz(kind: str, seconds: float, seed: int, ways: dict[str, float], keep: Path | None) -> Account:
    """All ways on one target; a child that hangs or dies is a finding and is followed by another."""
    account = Account()
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "findings").mkdir()
        for way, share in ways.items():
            left, number = seconds * share, seed if way != "hostile" else 0
            while left > 0:
                started = time.monotonic()
                board = Board(folder / "board", fresh=True)
                wrong = _watched(way, kind, left, number, folder, board, account)
                values = board.load()
                account.add(values)
                if not wrong:
                    break
                _finding(folder / "findings", f"{way} {wrong}", board.input())
                left -= time.monotonic() - started
                number += values[0] + 1
        for path in sorted((folder / "findings").iterdir()):
            account.findings.append(path.name)
            if keep is not None:
                (keep / f"{kind.strip('.')}--{path.name}").write_bytes(path.read_bytes())
    account.seconds = time.monotonic() - begun
    return account


def _watched(way: str, kind: str, seconds: float, seed: int, folder: Path, board: Board, account: Account) -> str:
    """Run a child until it is done; what went wrong with it, '' for nothing."""
    words = [sys.executable, "-m", "bench.fuzz", "--child", way, "--only", kind, "--seconds", str(seconds), "--seed", str(seed),
             "--keep", str(folder)]  # fmt: skip
    with (folder / "stderr").open("wb") as errors:
        child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)
        begun = time.monotonic()
        try:
            while child.poll() is None:
                time.sleep(0.2)
                cpu, peak = _usage(child.pid)
                account.peak_mib = max(account.peak_mib, peak)
                values = board.load()
                if values[8] == _CALLING and cpu - values[6] > CALL_S:
                    return f"hang of more than {CALL_S:.0f} s"
                if values[8] == _CALLING and time.monotonic() - values[5] > STILL_S:
                    return f"no step in {STILL_S:.0f} s"
                if way == "atheris" and values[8] == _WAITING and values[0] and time.monotonic() - begun > seconds:
                    return ""
                if not values[0] and time.monotonic() - begun > _START_S:
                    return "did not start"
        finally:
            child.kill()
            child.wait()
    state = board.load()[8]
    if state == _DONE:
        return ""
    last = (folder / "stderr").read_text(errors="replace").strip().splitlines()[-40:]
    said = next((line for line in reversed(last) if re.match(r"[\w.]*(?:Error|Exception)\b", line)), "")
    return f"died with {child.returncode} {said[:60]}".strip()


def _usage(pid: int) -> tuple[float, float]:
    """CPU seconds and peak resident MiB of a process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0, 0.0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return cpu, int(found.group(1)) / 1024 if found else 0.0


def main() -> int:
    """Fuzz what was asked for, print the table; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="a target, beside its hostile files")
    parser.add_argument("--only", nargs="*", default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=None, help="folder for inputs that were findings")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(given.child, given.only[0], given.seconds, given.seed, given.keep)
        return 0
    from importlib.util import find_spec

    ways = {"hostile": 1.0, "hypothesis": 1 / 3, "atheris": 2 / 3}
    if find_spec("atheris") is None:
        print("atheris is not installed: hypothesis takes its time too")
        ways = {"hostile": 1.0, "hypothesis": 1.0}
    if given.keep is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
    print("target       seconds  executions  refused  guarded  memory  longest s  peak MiB  findings")
    found = 0
    for kind in given.only or list(_fuzzers().targets()):
        a = fuzz(kind, given.seconds, given.seed, ways, given.keep)
        found += len(a.findings)
        print(
            f"{kind:12} {a.seconds:7.0f} {a.executions:11,} {a.refused:8,} {a.guarded:8,} {a.memory:7,} {a.longest:10.2f} "
            f"{a.peak_mib:9.0f}  {len(a.findings):8}",
            flush=True,
        )
        for name in a.findings:
            print(f"    {name}", flush=True)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
