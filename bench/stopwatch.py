"""How long a newcomer takes to the first right answer, by the real things: keys typed into tmux, a page in Chromium.

    python -m bench.stopwatch terminal|widget [--keys MILLISECONDS] [--captures DIR]

`terminal` walks through the wizard of `assistant tui` with the pack's samples and asks; `widget` goes from `assistant init --samples`
over a site and the host page of `docs/web.md` to an answer on that page. Each step is timed; exit code 1 where no right answer came.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from assistant.config import model_store

# The first pack of the wizard, and that of the widget: what is asked, and what a right answer says.
CLINIC: Final = ("What is the maximum daily dose of paracetamol for an adult?", "4 g")
SHOP: Final = ("How many days do I have to return an item?", "30 days")
PASSPHRASE: Final = "four brown owls on a fence"
_ROOT: Final = Path(__file__).parents[1]
_LONGEST: Final = 900.0
_PORT, _PAGE_PORT = 8961, 8962


@dataclass
class Watch:
    """Steps and their seconds, told as they end."""

    begun: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def step(self, name: str) -> None:
        """A step ended."""
        now = time.monotonic()
        print(f"{now - self.last:7.1f} s  {now - self.begun:7.1f} s in all  {name}", flush=True)
        self.last = now


class Pane:
    """A terminal of its own in tmux, with a person at its keys."""

    def __init__(self, command: str, environment: dict[str, str], keys_ms: int) -> None:
        self._socket, self._pause = f"stopwatch-{os.getpid()}", keys_ms / 1000
        given = " ".join(f"{name}={value}" for name, value in environment.items())
        self._tmux("new-session", "-d", "-x", "120", "-y", "40", f"env {given} {command}")

    def _tmux(self, *words: str) -> str:
        return subprocess.run(["tmux", "-L", self._socket, *words], capture_output=True, text=True, check=False).stdout

    def shows(self) -> str:
        """What is on the screen."""
        return self._tmux("capture-pane", "-p")

    def type(self, text: str) -> None:
        """Letter by letter."""
        for letter in text:
            self._tmux("send-keys", "-l", letter)
            time.sleep(self._pause)

    def press(self, *keys: str) -> None:
        """Keys by their tmux names."""
        for key in keys:
            self._tmux("send-keys", key)
            time.sleep(self._pause)

    def until(self, *said: str) -> str:
        """Wait until one of these stands on the screen. Raises TimeoutError where none comes."""
        return wait_for(lambda: next((self.shows() for one in said if one in self.shows()), ""), " or ".join(said))

    def close(self) -> None:
        """End it and what runs in it."""
        self._tmux("kill-server")


def wait_for(ready: Callable[[], str], what: str) -> str:
    """The first text that is not empty. Raises TimeoutError after fifteen minutes."""
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        if found := ready():
            return found
        time.sleep(0.1)
    raise TimeoutError(f"waited in vain for: {what}")


def terminal(keys_ms: int, captures: Path | None) -> bool:
    """Wizard, samples, question; whether the answer was right."""
    with tempfile.TemporaryDirectory(prefix="stopwatch-") as folder:
        pane = Pane(f"{sys.executable} -m assistant tui", _environment(Path(folder)), keys_ms)
        watch = Watch()
        try:
            pane.until("Step 1 of 4")
            watch.step("the wizard is there")
            pane.press("Down", "Enter")
            pane.until("Step 2 of 4")
            watch.step("a pack is chosen")
            pane.type(PASSPHRASE)
            pane.press("Enter")
            pane.type(PASSPHRASE)
            pane.press("Enter")
            pane.until("Step 3 of 4")
            watch.step("the passphrase is typed twice and the vault made")
            pane.press("Enter")
            pane.until("Step 4 of 4")
            watch.step("the models are looked at")
            pane.press("Enter")
            pane.until("DONE:")
            watch.step("the samples are in: set up")
            ready = time.monotonic()
            pane.type(CLINIC[0])
            pane.press("Enter")
            watch.step("the question is typed")
            shown = pane.until(" QUOTED ", " ANSWERED ", " NOT SURE ", " NOT KNOWN ")
            watch.step("the answer is there")
            print(f"{time.monotonic() - ready:7.1f} s  from set-up to the answer")
            if captures is not None:
                (captures / "stopwatch-terminal.txt").write_text(shown, encoding="utf-8")
            return CLINIC[1] in shown
        finally:
            pane.close()


def widget(keys_ms: int, captures: Path | None) -> bool:
    """Init with samples, site, server, page, question; whether the answer was right."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="stopwatch-") as folder:
        environment = _environment(Path(folder)) | {"ASSISTANT_PASSPHRASE": PASSPHRASE}
        environment |= {"SITE": "shop", "PAGE_PORT": str(_PAGE_PORT), "ASSISTANT_SERVER": f"http://127.0.0.1:{_PORT}"}
        watch = Watch()
        _command(environment, "init", "--domain", "customer-service", "--samples")
        watch.step("init --samples")
        origin = f"http://127.0.0.1:{_PAGE_PORT}"
        told = _command(environment, "serve", "new-site", "shop", "--origin", origin, "--role", "customer")
        environment["SITE_SECRET"] = told.strip().splitlines()[-1]
        watch.step("serve new-site")
        page = Path(folder) / "page.py"
        page.write_text(_host_page(), encoding="utf-8")
        serve = [sys.executable, "-m", "assistant", "serve", "--port", str(_PORT)]
        with _running(serve, environment), _running([sys.executable, str(page)], environment):
            wait_for(lambda: _answers(f"http://127.0.0.1:{_PORT}/readyz"), "the server")
            watch.step("serve is ready, the page is up")
            with sync_playwright() as play:
                chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
                browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
                tab = browser.new_page(viewport={"width": 1100, "height": 800})
                tab.set_default_timeout(_LONGEST * 1000)
                tab.goto(origin)
                tab.locator("assistant-chat .launcher").click()
                watch.step("the page is opened and the widget with it")
                tab.keyboard.type(SHOP[0], delay=keys_ms)
                tab.keyboard.press("Enter")
                tab.locator("assistant-chat .badge").wait_for()
                watch.step("the question is typed and the answer there")
                if captures is not None:
                    tab.screenshot(path=str(captures / "stopwatch-widget.png"))
                right = SHOP[1] in tab.locator("assistant-chat .said").inner_text()
                browser.close()
                return right


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "OMP_NUM_THREADS") if name in os.environ}
    return kept | {
        "HOME": str(folder),
        "ASSISTANT_HOME": str(folder / "data"),
        "ASSISTANT_MODELS": str(model_store()),
        "PYTHONPATH": str(_ROOT),
    }


def _command(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *words], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def _host_page() -> str:
    text = (_ROOT / "docs" / "web.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- host page -->\n```python\n(.*?)```", text, re.S)
    if found is None:
        raise LookupError("docs/web.md has no host page")
    return found[1]


def _answers(url: str) -> str:
    import httpx

    try:
        return "yes" if httpx.get(url, timeout=2).status_code == 200 else ""
    except httpx.HTTPError:
        return ""


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        started.terminate()
        started.wait(60)


def main() -> int:
    """Read the words of the command line, run, say whether the answer was right."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("journey", choices=("terminal", "widget"))
    words.add_argument("--keys", type=int, default=60, metavar="MILLISECONDS", help="between two letters typed")
    words.add_argument("--captures", type=Path, default=None, metavar="DIR")
    given = words.parse_args()
    if given.journey == "terminal" and shutil.which("tmux") is None:
        words.error("tmux is not installed")
    right = (terminal if given.journey == "terminal" else widget)(given.keys, given.captures)
    print("the answer is right" if right else "the answer is NOT right")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
