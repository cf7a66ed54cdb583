"""What making follow-ups whole does for retrieval: QuAC's conversations, each question searched among all passages.

    python -m bench.followups ../shared/data/train/quac.jsonl [CONVERSATIONS]

The first question of a conversation is searched as typed; for the second and third, the share whose own passage comes
first (recall@1) and among five, as typed and made whole from the question before. BM25 and MiniLM as in the product.
"""

from __future__ import annotations

import json
import re
import secrets
import sys
import tempfile
from pathlib import Path

from assistant.asking.followup import resolve
from assistant.config import go_offline
from assistant.evaluate.retrieval import fill
from assistant.types import Document, Turn

_QUESTION = re.compile(r"question\d+:\s*(.*)")


def main(data: Path, limit: int) -> None:
    """Index the passages, ask, print."""
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

    go_offline()
    rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()][:limit]
    documents = [
        Document("", row["passage"], "quac", labels=frozenset({"public"}), metadata={"record": str(number)})
        for number, row in enumerate(rows)
    ]
    counts = {"as typed": [0, 0], "made whole": [0, 0]}
    asked = changed = 0
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault.create(Path(folder) / "vault", Secret.passphrase(secrets.token_hex(16)))
        retriever, owner = fill(vault, documents)
        for number, row in enumerate(rows):
            before = ""
            for typed in _QUESTION.findall(row["question"]):
                whole = resolve(typed, [Turn(before, "")]) if before else typed
                if before and whole != typed:
                    changed += 1
                    for name, question in (("as typed", typed), ("made whole", whole)):
                        found = [owner[item.id] for item in retriever.rank(question, allowed=None)]
                        best = list(dict.fromkeys(found))[:5]
                        counts[name][0] += best[:1] == [str(number)]
                        counts[name][1] += str(number) in best
                asked += bool(before)
                before = whole
        vault.close()
    print(f"{asked} follow-ups, {changed} made whole")
    for name, (first, five) in counts.items():
        print(f"{name:<12} recall@1 {first / max(1, changed):.3f}  recall@5 {five / max(1, changed):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 700)
