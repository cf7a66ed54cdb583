"""The model that tuning starts from: a GGUF of the catalog or of a site, or a checkpoint folder, as weights that can be trained.

A GGUF is dequantized by transformers. What is tuned on it must be written back in the same architecture (`tune.export`).
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.errors import ModelError
from assistant.models.catalog import load_catalog, verify
from assistant.models.digest import sha256_of
from assistant.models.family import family_of
from assistant.models.gguf_file import read_gguf
from assistant.models.gguf_weights import gguf_known

DTYPES: Final = ("auto", "float32", "bfloat16")
_BF16: Final = ("avx512_bf16", "amx_bf16")


@dataclass(frozen=True, slots=True)
class Base:
    """A loaded model. `model` is a causal language model of transformers, `tokenizer` its tokenizer; `template` names the chat
    family (`engines.prompt`). `sha256` is that of the file, or of the list of the folder's files and digests."""

    name: str
    sha256: str
    template: str
    path: Path
    model: Any
    tokenizer: Any


def load_base(name_or_path: str, *, template: str = "", dtype: str = "auto") -> Base:
    """Load a writer of the catalog by name (its hash is verified), a GGUF file, or a folder of transformers' own form.

    `template` overrules the chat family. Raises ModelError where there is none such or it cannot be loaded, IntegrityError where a
    model of the catalog is not what is pinned.
    """
    given = Path(name_or_path)
    if given.exists():
        name, path, family = given.stem, given.resolve(), template or _family(given)
    else:
        entry = load_catalog().get(name_or_path)
        name, path, family = entry.name, verify(entry.name), template or entry.chat_template
    if not family:
        raise ModelError(
            "the chat template of this model is not known", path=path, remedy="give --template, chatml for instance"
        )
    model, tokenizer = _loaded(path, chosen_dtype(dtype))
    return Base(name, fingerprint(path), family, path, model, tokenizer)


def chosen_dtype(dtype: str) -> str:
    """`float32` or `bfloat16`; `auto` takes the latter where the processor computes in it. Raises ModelError for another."""
    if dtype not in DTYPES:
        raise ModelError(f"there is no number format '{dtype}'", remedy=f"choose one of: {', '.join(DTYPES)}")
    if dtype != "auto":
        return dtype
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "float32"
    return "bfloat16" if any(flag in flags for flag in _BF16) else "float32"


def fingerprint(path: Path) -> str:
    """SHA-256 of a file; of a folder that of its files' names and digests, in order."""
    if path.is_file():
        return sha256_of(path)
    listed = "".join(f"{sha256_of(p)}  {p.relative_to(path)}\n" for p in sorted(path.rglob("*")) if p.is_file())
    return hashlib.sha256(listed.encode()).hexdigest()


def _family(path: Path) -> str:
    if path.is_file():
        return family_of(read_gguf(path).text("tokenizer.chat_template"))
    form = path / "chat_template.jinja"
    return family_of(form.read_text(encoding="utf-8")) if form.is_file() else ""


def _loaded(path: Path, dtype: str) -> tuple[Any, Any]:
    import torch

    # Threads that spin at the end of each operation cost a shared machine half its speed.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    with quiet():
        from transformers import AutoModelForCausalLM, AutoTokenizer

        at: dict[str, str] = {} if path.is_dir() else {"gguf_file": path.name}
        folder = str(path if path.is_dir() else path.parent)
        try:
            with gguf_known():
                model = AutoModelForCausalLM.from_pretrained(
                    folder, dtype=getattr(torch, dtype), local_files_only=True, **at
                )
                tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, **at)
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as problem:
            raise ModelError(
                f"cannot be loaded for training ({type(problem).__name__})",
                path=path,
                remedy="tuning needs a model that transformers knows: a GGUF of the Llama or Qwen family, or a checkpoint folder; "
                "install the extra `tune`",
            ) from None
    # Its weights are plain numbers now; transformers would refuse to change their type because the file was quantized.
    model.is_quantized = False
    return model.eval(), tokenizer


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars and warnings of transformers: commands show their own."""
    from transformers.utils import logging as theirs

    level = theirs.get_verbosity()
    theirs.set_verbosity(logging.ERROR)
    theirs.disable_progress_bar()
    try:
        yield
    finally:
        theirs.set_verbosity(level)
        theirs.enable_progress_bar()
