from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import IntegrityError
from assistant.policy.injection import classifier


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(classifier.WEIGHTS.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "weights.npz").write_bytes(bytes(data))
    monkeypatch.setattr(classifier, "WEIGHTS", tmp_path / "weights.npz")
    with pytest.raises(IntegrityError):
        classifier.load.__wrapped__()
