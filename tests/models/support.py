"""A small catalog of made-up models, their wheels, and small GGUF files."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from assistant.models import catalog

FILES = {
    "alpha.gguf": {"alpha.gguf": b"alpha weights " * 400},
    "beta": {"config.json": b"{}", "deep/weights": b"beta" * 999},
}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def use_catalog(folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: str) -> Path:
    """Put a catalog of two models (a file, a folder) in the shipped one's place; `changes` replaces text in it."""
    lines = ["schema = 1"]
    for name, files in FILES.items():
        stem = name.removesuffix(".gguf")
        role = "writer" if name.endswith(".gguf") else "embedder"
        lines += ["[[model]]", f'name = "{stem}"', f'role = "{role}"', 'summary = "s"', 'licence = "MIT"']
        lines += ["parameters = 1", "context = 64", 'chat_template = "plain"', "ram_mb = 1", f'path = "{name}"']
        lines += [f'source = {{ package = "{stem}-model", version = "1.0" }}', "files = ["]
        for path, data in files.items():
            member = f"{stem}_model/{path}"
            lines.append(f'{{ path = "{path}", member = "{member}", size = {len(data)}, sha256 = "{digest(data)}" }},')
        lines.append("]")
    text = "\n".join(lines)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "shipped.toml"
    path.write_text(text)
    monkeypatch.setattr(catalog, "SHIPPED", path)
    return path


def fill(store: Path) -> None:
    """Lay the files of both models into a store."""
    for name, files in FILES.items():
        for path, data in files.items():
            target = store / path if name.endswith(".gguf") else store / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def wheel(folder: Path, stem: str, **changes: bytes) -> Path:
    """The wheel that carries a model of the catalog; `changes` puts other bytes in place of a file's."""
    name = next(name for name in FILES if name.removesuffix(".gguf") == stem)
    members = {f"{stem}_model/{file}": changes.get(file, data) for file, data in FILES[name].items()}
    return plain_wheel(folder, f"{stem}-model", members)


def plain_wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    """A wheel of the version 1.0 with these members."""
    plain = name.replace("-", "_")
    path = folder / f"{plain}-1.0-py3-none-any.whl"
    info = f"{plain}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


def gguf(
    tokens: list[str] | None = None,
    architecture: str = "llama",
    vocabulary: str = "gpt2",
    template: str = "",
    shared: bool = True,
) -> bytes:
    """A whole GGUF file (version 3) with a tiny vocabulary and two tensors."""
    words = tokens if tokens is not None else ["<|im_start|>", "<|im_end|>", "\u010a", "\u0120", "a", "b"]
    pairs: list[tuple[str, bytes]] = [
        ("general.architecture", _text(architecture)),
        (f"{architecture}.context_length", struct.pack("<II", 4, 128)),
        ("tokenizer.ggml.model", _text(vocabulary)),
        ("tokenizer.ggml.tokens", struct.pack("<IIQ", 9, 8, len(words)) + b"".join(map(_string, words))),
        (
            "tokenizer.ggml.token_type",
            struct.pack(f"<IIQ{len(words)}i", 9, 5, len(words), *(3 if w.startswith("<|") else 1 for w in words)),
        ),
        ("tokenizer.ggml.merges", struct.pack("<IIQ", 9, 8, 1) + _string("a b")),
        ("tokenizer.ggml.eos_token_id", struct.pack("<II", 4, 1)),
    ]
    if template:
        pairs.append(("tokenizer.chat_template", _text(template)))
    tensors = [("token_embd.weight", (4, len(words))), ("blk.0.norm", (4,))]
    if not shared:
        tensors.append(("output.weight", (4, len(words))))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs))
    head += b"".join(_string(key) + value for key, value in pairs)
    data = b""
    for number, (name, shape) in enumerate(tensors):
        count = 1
        for side in shape:
            count *= side
        head += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
        data += struct.pack(f"<{count}f", *(number + place / 100 for place in range(count)))
        data += b"\0" * (-len(data) % 32)
    return head + b"\0" * (-len(head) % 32) + data


def _string(text: Any) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _text(text: str) -> bytes:
    return struct.pack("<I", 8) + _string(text)
