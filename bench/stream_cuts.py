"""Streams of `assistant serve` cut at random moments: is every sentence that somebody was shown in the audit record?

    python bench/stream_cuts.py [--cuts 200] [--seed 1]

The real command over a real vault with the customer-service pack's public documents. A listener hangs up after a random number of
bytes or milliseconds, half of them with a reset. Then the server ends, and the record is read. Prints one JSON object; a sentence
without a record ends the run with an assertion.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant.vault import Secret, Vault  # noqa: E402 - the path comes first
from bench.web_load import PASSPHRASE, prepare, start  # noqa: E402 - the path comes first
from tests.invariants.cutting import cut_many, unrecorded  # noqa: E402 - the path comes first

QUESTIONS = (
    "How long does standard delivery take?",
    "How do I descale the kettle?",
    "How many days do I have to return an item?",
    "When does a gift card expire?",
    "How long is the warranty on a kettle?",
    "Who won the football world cup?",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    assistant = [sys.executable, "-m", "assistant"]
    with tempfile.TemporaryDirectory() as folder:
        env, _ = prepare(Path(folder), assistant)
        command = [*assistant, "serve", "new-key", "cuts", "--role", "agent", "--json"]
        key = json.loads(subprocess.run(command, env=env, check=True, capture_output=True).stdout)["key"]
        settings = argparse.Namespace(max_waiting=50, workers=1, engine="extractive")
        process, base = start(env, assistant, settings)
        shown = cut_many(base, key, QUESTIONS, options.cuts, options.seed)
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        with Vault.open(Path(folder) / "vault", Secret.passphrase(PASSPHRASE)) as vault:
            missing = unrecorded(vault, shown, 0)
            kinds = Counter(record.kind for record in vault.audit.records())
            chain = vault.audit.verify()
    print(
        json.dumps(
            {
                "cuts": options.cuts, "cut_before_the_end": shown.cut, "ran_to_the_end": shown.whole,
                "sentences_begun": shown.begun, "sentences_shown_whole": sum(shown.sentences.values()),
                "without_a_record": len(missing), "records": {k: kinds[k] for k in ("sentence", "answer", "answer.broken-off")},
                "chain_ok": chain.ok, "exit_code": code, "seconds": round(time.monotonic() - began),
            },
            indent=1,
        )
    )  # fmt: skip
    assert not missing
    assert chain.ok


if __name__ == "__main__":
    os.environ.setdefault("ASSISTANT_ENGINE", "extractive")
    main()
