"""What tuning may start from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.models.digest import sha256_of
from assistant.tune.base import chosen_dtype, fingerprint, load_base

pytest.importorskip("torch")


def test_a_gguf_says_its_template_and_hash(tiny: Path) -> None:
    base = load_base(str(tiny), dtype="bfloat16")
    assert (base.name, base.template, base.sha256) == ("tiny", "chatml", sha256_of(tiny))
    assert str(base.model.dtype) == "torch.bfloat16"


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.gguf").write_bytes(b"GGUF" + bytes(60))
    for name in (str(tmp_path / "no.gguf"), "no-such-model"):
        with pytest.raises(ModelError):
            load_base(name, template="chatml")
    with pytest.raises(ModelError, match="number format"):
        chosen_dtype("int3")


def test_a_folder_is_known_by_its_files_and_their_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    first = fingerprint(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    second = fingerprint(tmp_path)
    (tmp_path / "b").write_text("two")
    assert len({first, second, fingerprint(tmp_path)}) == 3
