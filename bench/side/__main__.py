"""`python -m bench.side`; see `bench.side.run`."""

from __future__ import annotations

from bench.side.run import main

# What starts processes lies in a module of its own: a package's `__main__` is not imported again in them.
if __name__ == "__main__":
    raise SystemExit(main())
