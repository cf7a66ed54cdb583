"""No function needs more paths through it than a person can hold in mind, and no file more lines than can be surveyed."""

from __future__ import annotations

from radon.complexity import cc_visit
from radon.visitors import Function

from tests.architecture.modules import MODULES

# McCabe's number with boolean operators and comprehensions counted, as radon does. Ruff holds the number without them at 12.
CEILING = 15
LINES = 400


def test_functions_stay_below_the_ceiling() -> None:
    found = {
        f"{name.removeprefix('assistant.')}.{block.fullname.rsplit('.', 1)[-1]}": block.complexity
        for name, path in MODULES.items()
        for block in cc_visit(path.read_text(encoding="utf-8"))
        if isinstance(block, Function) and block.complexity >= CEILING
    }
    assert found == {}


def test_a_tangled_function_is_found() -> None:
    branches = "".join(f"    if x == {i} and y:\n        return {i}\n" for i in range(CEILING))
    (block,) = cc_visit(f"def tangled(x, y):\n{branches}    return x\n")
    assert block.complexity >= CEILING


def test_files_stay_short() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert len(lengths) > 300
    assert {name: lines for name, lines in lengths.items() if lines >= LINES} == {}
