"""Entry point: go offline and put up the network guard before any third-party part is imported, then run the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the `assistant` command and exit with its code."""
    from assistant.config import go_offline

    go_offline()
    from assistant.privacy.egress import install_guard

    install_guard()
    from assistant.frontends.cli import run

    raise SystemExit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
