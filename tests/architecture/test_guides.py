"""What CONTRIBUTING.md and docs/architecture.md name is there: files, folders, and the tables of the recipes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("CONTRIBUTING.md", "docs/architecture.md")
_PLACE = re.compile(r"`([\w./-]+(?:\.py|\.md|\.toml|/))`")
_TABLE = re.compile(r"`([A-Z][A-Z_0-9]{3,})`")
#: What stands for a name that the reader chooses.
_MADE_UP = re.compile(r"NAME|\bx/")
_SAID_OF_THE_NEW_FILE = {"EXAMPLES"}


def files(place: str) -> list[Path]:
    """What a guide may mean: a path from the root, from the package, or a name that the sentence before it places."""
    found = [base / place for base in (ROOT, ROOT / "assistant") if (base / place).exists()]
    return found or ([] if "/" in place.rstrip("/") else sorted((ROOT / "assistant").rglob(place.rstrip("/"))))


def lost(text: str) -> list[str]:
    """The places that are not there, and the tables that no file named in the same paragraph defines."""
    found = []
    for paragraph in re.split(r"\n(?:\n|(?=[|-]))", text):
        places = [place for place in _PLACE.findall(paragraph) if not _MADE_UP.search(place)]
        found += [place for place in places if not files(place)]
        code = "\n".join(
            path.read_text(encoding="utf-8") for place in places for path in files(place) if path.suffix == ".py"
        )
        tables = set(_TABLE.findall(paragraph)) - {"NAME"} - _SAID_OF_THE_NEW_FILE
        found += [name for name in sorted(tables) if not re.search(rf"(?m)^{name}\b", code)]
    return found


def test_what_is_gone_is_found() -> None:
    told = (
        "Add it to `READERS` in `readers/registry.py` and `TABLES` in `assistant/readers/gone.py`.\n\nSee `readers/`."
    )
    assert lost(told) == ["assistant/readers/gone.py", "TABLES"]
    assert lost("Write `assistant/readers/NAME.py`, see `READERS`.") == ["READERS"]


@pytest.mark.parametrize("guide", GUIDES)
def test_what_the_guides_name_is_there(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    assert len(_PLACE.findall(text)) > 10
    assert lost(text) == [], f"name in {guide} what took its place"
