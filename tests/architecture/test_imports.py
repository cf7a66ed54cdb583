"""No circle of modules, and no private name of one module in another."""

from __future__ import annotations

from tests.architecture.modules import MODULES, circles, imports


def test_the_circle_finder_finds_circles() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    edges = {name: {module for module, _ in imports(path)} - {name} for name, path in MODULES.items()}
    assert len(edges) > 300
    assert circles(edges) == []


def test_private_names_stay_in_their_module() -> None:
    found = [
        f"{name} imports {private} of {module}"
        for name, path in MODULES.items()
        for module, private in imports(path)
        if private.startswith("_") and not private.startswith("__")
    ]
    assert found == []
