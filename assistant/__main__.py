"""Entry point: go offline and put up the network guard before any third-party part is imported, then let a running agent
answer, or run the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the `assistant` command and exit with its code."""
    from assistant.config import go_offline

    go_offline()
    from assistant.privacy.egress import install_guard

    install_guard()
    from assistant.frontends.agent.client import through_agent

    if (code := through_agent(sys.argv[1:])) is None:
        from assistant.frontends.cli import run

        code = run(sys.argv[1:])
    raise SystemExit(code)


if __name__ == "__main__":
    main()
