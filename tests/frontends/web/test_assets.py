"""The shipped files: the widget as one script, its integrity value, its compressed form, and its types."""

from __future__ import annotations

import base64
import gzip
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.frontends.web.assets import Asset, load_assets, snippet, takes_gzip

ROOT = Path(__file__).parents[3]
WIDGET = ROOT / "assistant/frontends/web/static/widget"


def test_the_widget_is_one_script_pinned_by_its_integrity_value() -> None:
    widget = load_assets()["widget.js"]
    digest = base64.b64encode(hashlib.sha384(widget.body).digest()).decode()
    assert widget.integrity == f"sha384-{digest}"
    assert gzip.decompress(widget.packed) == widget.body
    assert len(widget.packed) <= 26_000
    assert b"\nimport " not in widget.body and b"\nexport " not in widget.body
    # The same bytes at every start: pages pin them.
    assert load_assets()["widget.js"] == widget


def test_every_module_is_in_the_script() -> None:
    script = load_assets()["widget.js"].body.decode()
    modules = [path for path in WIDGET.glob("*.js") if path.name != "wire.js"]
    assert modules
    for path in modules:
        last = [line for line in path.read_text().splitlines() if line][-1]
        assert last in script, path.name


def test_what_a_page_embeds() -> None:
    assets = {"widget.js": Asset.of(b"x", "text/javascript")}
    told = snippet(assets, "https://assistant.example.org")
    assert f'integrity="{assets["widget.js"].integrity}"' in told
    assert told.count("<script") == 1


@pytest.mark.parametrize(
    ("sent", "takes"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1, gzip;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
    ],
)
def test_who_takes_gzip(sent: str, takes: bool) -> None:
    assert takes_gzip(sent) is takes


def test_the_types_of_the_modules_hold(tmp_path: Path) -> None:
    compiler = ROOT / "node_modules/typescript/bin/tsc"
    node = shutil.which("node")
    if node is None or not compiler.is_file():
        pytest.skip("the TypeScript compiler is not installed: run `npm ci`")
    copy = tmp_path / "widget"
    shutil.copytree(WIDGET, copy)

    def checked() -> subprocess.CompletedProcess[str]:
        return subprocess.run([node, compiler, "-p", copy], capture_output=True, text=True, timeout=240)

    right = checked()
    assert right.returncode == 0, right.stdout
    # And it looks: a field that the server does not send is found.
    source = copy / "source.js"
    source.write_text(source.read_text().replace("told.quote", "told.qoute"))
    wrong = checked()
    assert wrong.returncode != 0
    assert "qoute" in wrong.stdout
