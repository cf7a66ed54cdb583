"""Training for a quantized type against quantizing afterwards: the same adapter run twice, both measured with rounded weights.

    python -m bench.rounded_training SET.jsonl OUT [--type Q4_0] [--steps 50] [--domain healthcare] [--base NAME]

Both files have the same size, for both hold layers of that type. Prints, and keeps in OUT/rounded.json, the held-out loss (nats a token,
of the answers) of the base and both adapters, in full precision and with each linear layer of the blocks as such a file holds it.
Embedding and head stay as they are. Stopped, the same command goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant.config import go_offline
from assistant.packs.pack import load_pack
from assistant.tune.base import Base, load_base
from assistant.tune.examples import Encoded, encode
from assistant.tune.fake_quant import fake_quantized
from assistant.tune.loop import Schedule
from assistant.tune.lora import LoraSettings, tune_lora
from assistant.tune.review import read_reviewed
from assistant.tune.writer_task import WriterTask


def measured(base: Base, examples: Encoded, kind: str) -> dict[str, float]:
    """The held-out loss in full precision and rounded."""
    import torch

    task = WriterTask(base.model, examples, dict(base.model.named_parameters()))
    with torch.no_grad():
        whole = task.held_out()
        with fake_quantized(base.model, kind):
            return {"full": round(whole, 4), kind: round(task.held_out(), 4)}


def main() -> None:
    """Train twice and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--type", default="Q4_0")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--domain", default="healthcare")
    parser.add_argument("--base", default="SmolLM2-135M-Instruct")
    options = parser.parse_args()
    go_offline()
    rows, prompts = read_reviewed(options.set), load_pack(options.domain).prompts
    # Kept often: a run that is stopped goes on from its last checkpoint, and what was measured is not measured again.
    schedule = Schedule(steps=options.steps, batch=4, rate=5e-4, every=max(1, options.steps // 4), patience=9)
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "rounded.json"
    found: dict[str, dict[str, float]] = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    for name, kind in (("quantized afterwards", "none"), ("trained for it", options.type)):
        if name in found:
            continue
        base = load_base(options.base)
        examples = encode(rows, prompts, base.template, base.tokenizer)

        if "base" not in found:
            found["base"] = measured(base, examples, options.type)
            kept.write_text(json.dumps(found, indent=1), encoding="utf-8")
        tune_lora(base, rows, prompts, LoraSettings(fake_quant=kind), schedule, options.out / kind)
        found[name] = measured(base, examples, options.type)
        kept.write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(json.dumps(found, indent=1), flush=True)


if __name__ == "__main__":
    main()
