from __future__ import annotations

from dataclasses import replace

from assistant.tune import reader_mix as mix
from tests.tune.reader_rows import row


def test_shares_tell_label_and_source_apart() -> None:
    shares = [mix.share(replace(row("q?", ""), source="nq", label=label)) for label in (0, 1)]
    assert shares[0] < shares[1] <= 1.0
    assert mix.share(replace(row("q?", ""), source="unheard of")) == 1.0
