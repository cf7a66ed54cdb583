"""How many threads a model may use on a machine that others use too.

ggml's threads wait for one another by spinning, some 600 times a token. Where one of them has lost its core to another process
the rest burn theirs until it is back: on 2 cores under a load of 4, decoding fell from 29 tokens/s with one thread to 6 with two
(1 in the worst case), and a prompt of 13 tokens took 4.5 s. One thread too few costs at most its share; one too many, twentyfold.
"""

from __future__ import annotations

import os

from assistant.config import EDGE, profile
from assistant.engines.machine import known


def prefill_threads(cores: int) -> int:
    """Threads for reading prompts: the cores that nobody else is using (by the one-minute load average), at least one.

    A set ASSISTANT_THREADS is the operator's word and is taken as it is. The profile `edge` reads with one.
    """
    if "ASSISTANT_THREADS" not in os.environ and profile() == EDGE:
        return 1
    if "ASSISTANT_THREADS" in os.environ or not hasattr(os, "getloadavg"):
        return cores
    return max(1, cores - round(os.getloadavg()[0]))


def decode_threads(cores: int) -> int:
    """Threads for writing: one core less than for reading, for the process that shows, checks and stores what is written, and
    no more than memory feeds, where `assistant doctor` has measured that."""
    if "ASSISTANT_THREADS" in os.environ:
        return cores
    machine = known()
    fed = machine.writers if machine is not None else cores
    return max(1, min(cores - 1, fed, prefill_threads(cores)))
