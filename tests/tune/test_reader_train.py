"""Encoding, batching, a short real training that goes on after a stop, and the same figures in numpy."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from assistant.tune import reader_train as training
from assistant.tune.reader_data import Row

WARD = "The clinic opened in 1962. Doctor Amara Osei led the cardiology ward. The garden is open."
ENCODER = "all-MiniLM-L6-v2"


def rows() -> list[Row]:
    at = WARD.index("Amara Osei")
    return [
        Row("answer", "Who led the cardiology ward?", WARD, at, at + 10, 1, 1.0, "a", "a"),
        Row("answer", "Who led the eye ward?", WARD, -1, -1, 0, 1.0, "a", "a"),
        Row("answer", "Is the garden open?", WARD, -1, -1, 1, 1.0, "b", "b"),
        Row("entail", "The clinic opened in 1962.", WARD, -1, -1, 0, 1.0, "c", "c"),
        Row("entail", "The clinic opened in 1975.", WARD, -1, -1, 2, 1.0, "c", "c"),
        Row("entail", "The clinic has a pond.", WARD, -1, -1, 3, 1.0, "c", "c"),
    ]


def test_batches_hold_every_row_once_and_one_task() -> None:
    data = [training.Encoded([0] * random.Random(i).randrange(5, 200), [], 0, 0, rows()[i % 6]) for i in range(300)]
    found = training.batches(data, 1000, random.Random(1))
    assert sorted(i for batch in found for i in batch) == list(range(300))
    assert all(len(batch) == 1 or max(len(data[i].ids) for i in batch) * len(batch) <= 1000 for batch in found)
    assert all(len({data[i].row.task for i in batch}) == 1 for batch in found)


def test_each_epoch_draws_its_share_anew(models: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    from assistant.tune.reader_model import Model

    data = [training.Encoded([0] * 9, [], 0, 0, rows()[0]) for _ in range(400)]
    run = training.Run(Model(models / ENCODER, 1), data, training.Schedule(), 1, tmp_path / "run.pt", lambda _: 0.5)
    first, second = ({i for batch in run._epoch(epoch) for i in batch} for epoch in (0, 1))
    assert 150 < len(first) < 250
    assert first != second
    assert first == {i for batch in run._epoch(0) for i in batch}


def test_training_learns_goes_on_and_is_exported(models: Path, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from tokenizers import Tokenizer

    from assistant.reading.network import Network
    from assistant.tune.reader_export import named, pack
    from assistant.tune.reader_model import Model

    folder = models / ENCODER
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    data = training.encode(tokenizer, rows())
    assert (data[1].first, data[2].first, data[3].first) == (0, -1, -1)
    assert tokenizer.decode(data[0].ids[data[0].first : data[0].last + 1]) == "amara osei"
    path, said = tmp_path / "run.pt", []
    for steps in (2, 60):
        model = Model(folder, 1)
        run = training.Run(model, data, training.Schedule(minutes=60, steps=steps, rate=3e-4), 1, path)
        said.append(run._step)
        run.go(lambda _: None)
    assert said == [0, 2], "the second run goes on from the checkpoint of the first"
    assert path.stat().st_mode & 0o777 == 0o600
    with torch.no_grad():
        starts, _, answer, support = model.eval()(*training.collate(data))
    network = Network.of(pack(named(model.state_dict()), folder, {}), folder)
    reads = network.run([(r.question, r.passage) for r in rows()])
    for index, read in enumerate(reads):
        assert read.answer == pytest.approx(float(answer[index]), abs=0.15)
        assert np.allclose(read.support, support[index].numpy(), atol=0.15)
        inside = np.flatnonzero(read.context)
        assert np.allclose(read.logits[inside, 0], starts[index].numpy()[inside], atol=0.3)
    assert min(reads[0].answer, reads[2].answer) > reads[1].answer
    assert reads[3].support.argmax() == 0
    assert reads[4].support.argmax() != 0
