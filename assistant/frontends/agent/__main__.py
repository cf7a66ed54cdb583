"""The agent's process: an order on stdin, one line of JSON on stdout once it answers or cannot, then silence."""

from __future__ import annotations

import json
import os
import sys


def main() -> int:
    """Run one agent; the exit code of what stood in its way, else 0 once it is locked."""
    from assistant.config import go_offline

    go_offline()
    from assistant.privacy.egress import install_guard

    install_guard()
    from assistant.errors import AssistantError, ExitCode
    from assistant.frontends.agent.start import Order, State, serve
    from assistant.frontends.console import error_json

    def tell(said: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()

    def ready(state: State) -> None:
        tell({"ready": dict(state)})
        # Whoever started it goes on: nothing may keep his terminal, pipes or folder in use.
        os.chdir("/")
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.close(nothing)

    try:
        serve(Order.of_json(sys.stdin.readline()), ready)
    except AssistantError as error:
        tell(error_json(error))
        return int(error.exit_code)
    return int(ExitCode.DONE)


if __name__ == "__main__":
    code = main()
    # At once: threads that still answer, and libraries that tidy up, must not keep keys in memory.
    os._exit(code)
