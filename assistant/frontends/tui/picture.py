"""A picture of the screen as a file, after a yes: it leaves the vault and is readable to whoever has it."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.frontends.tui.host import Host

_FONTS: Final = re.compile(r"@font-face\s*\{[^}]*\}")


def offer(app: Host) -> None:
    """Ask, then write the screen as it stood before the question."""
    from assistant.frontends.tui.screens.confirm import ConfirmScreen

    # The drawing names fonts on the network; whoever opens it must not be made to fetch them.
    drawn = _FONTS.sub("", app.export_screenshot(title="assistant"))
    file = Path.cwd() / f"assistant-{time.strftime('%Y%m%d-%H%M%S')}.svg"

    def answered(yes: bool | None) -> None:
        if yes:
            app.do(lambda: _written(app, file, drawn), lambda _: app.say(f"written: {file}; it is outside the vault"))

    words = (
        "Write what is on the screen as a picture? The file is not encrypted and whoever has it can read it. "
        f"That you did is recorded.\n\n{file}"
    )
    app.push_screen(ConfirmScreen(words, "Write it"), answered)


def _written(app: Host, file: Path, drawn: str) -> None:
    """Record it, then write the file for its owner alone. Raises UsageError where it cannot be written."""
    assistant = app.session.assistant
    record = {"principal": assistant.principal.name, "roles": sorted(assistant.principal.roles)}
    assistant.vault.audit.append("screenshot", record)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(drawn)
    except OSError as error:
        raise UsageError(
            f"the picture cannot be written ({error.strerror})", path=file, remedy="start from a folder of yours"
        ) from None
