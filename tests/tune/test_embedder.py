"""An encoder learns a site's questions; one that forgets others is refused; the run repeats itself and says what it was made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ModelError, UsageError
from assistant.tune.embedder import EmbedderSettings, Encoder, Pair, figures, general_sets, pairs_of, tune_embedder
from assistant.tune.loop import Schedule
from assistant.tune.rows import Answerable, Row, Split

from .conftest import row

torch = pytest.importorskip("torch")
WORDS = "when does desk open opens at o'clock what is the of . ? '".split()
SCHEDULE = Schedule(steps=30, batch=8, every=10, rate=3e-3, patience=9)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of two layers that knows the words of the rows."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    names = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *WORDS,
        *map(str, range(100)),
        "o",
        "clock",
        "hours",
        "desks",
    ]
    vocabulary = {word: at for at, word in enumerate(dict.fromkeys(names))}
    reads = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    reads.normalizer, reads.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    reads.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=reads, unk_token="[UNK]", pad_token="[PAD]")
    torch.manual_seed(4)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def site() -> list[Row]:
    return [row(n, Split.HELD if n % 3 == 0 else Split.TRAIN) for n in range(75)]


def test_it_learns_the_sites_questions_and_repeats_itself(base: Path, site: list[Row], tmp_path: Path) -> None:
    settings = EmbedderSettings(keep=0.0, drop=1.0)
    made = tune_embedder(base, site, settings, SCHEDULE, tmp_path / "a", general={})
    assert made.result.best.held < made.result.history[0].held
    assert made.figures["result"]["own"]["rank"]["mean"] > made.figures["base"]["own"]["rank"]["mean"]
    assert made.passed and made.folder.name == "embedder"
    again = tune_embedder(base, site, settings, SCHEDULE, tmp_path / "b", general={})
    assert again.result.weights_sha256 == made.result.weights_sha256
    told = json.loads((tmp_path / "a" / "manifest.json").read_text())
    assert told["examples"] == {"own": 25, "train": 50}
    # What was written is what was measured.
    assert figures(Encoder(made.folder).many, pairs_of(site, Split.HELD)) == made.figures["result"]["own"]


def test_what_gets_worse_on_a_general_set_is_refused_by_name(base: Path, site: list[Row], tmp_path: Path) -> None:
    """The set holds what the base finds first: whatever the run moves can only lose there."""
    encoder = Encoder(base)
    texts = [f"desk {n} opens the {n + 1} of {n + 2}" for n in range(40)]
    easy = [Pair(text, text) for text in texts]
    assert figures(encoder.many, easy)["first"]["mean"] == 1.0
    hard = [Pair(f"what is {n} ?", text) for n, text in enumerate(texts)]
    found = encoder.many([pair.question for pair in hard]) @ encoder.many(texts).T
    lucky = [Pair(pair.question, texts[int(found[at].argmax())]) for at, pair in enumerate(hard)]
    schedule = Schedule(steps=30, batch=8, every=10, rate=2e-2, patience=9)
    made = tune_embedder(
        base, site, EmbedderSettings(keep=0.0, drop=0.0), schedule, tmp_path, general={"elsewhere": lucky}
    )
    assert not made.passed and any(name.startswith("elsewhere") for name in made.worse)
    assert not (tmp_path / "embedder").exists() and made.folder.name == "embedder.refused"
    assert "Refused" in (tmp_path / "report.md").read_text()


def test_the_term_that_keeps_holds_the_vectors_near_the_base(base: Path, site: list[Row], tmp_path: Path) -> None:
    questions = [pair.question for pair in pairs_of(site, Split.TRAIN)]
    before = Encoder(base).many(questions)
    moved = {}
    for keep in (0.0, 50.0):
        settings = EmbedderSettings(keep=keep, drop=1.0)
        made = tune_embedder(base, site, settings, SCHEDULE, tmp_path / str(keep), general={})
        moved[keep] = float((1 - (Encoder(made.folder).many(questions) * before).sum(-1)).mean())
    assert moved[50.0] < moved[0.0]


def test_too_few_questions_and_layers_that_are_not_there_are_refused(
    base: Path, site: list[Row], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="too few"):
        tune_embedder(base, site[:30], EmbedderSettings(), SCHEDULE, tmp_path, general={})
    with pytest.raises(UsageError, match="2 layers"):
        Encoder(base).last_layers(3)
    with pytest.raises(ModelError):
        Encoder(tmp_path)


def test_pairs_are_rows_that_one_source_answers() -> None:
    none = row(2, answerable=Answerable.NO, answer="NOT IN SOURCES.", citations=())
    assert [pair.question for pair in pairs_of([row(1), none, row(1)], Split.TRAIN)] == ["When does desk 1 open?"]


def test_every_shipped_pack_is_a_general_set() -> None:
    found = general_sets(30)
    assert {"healthcare", "customer-service"} <= set(found)
    assert all(len(pairs) >= 20 for pairs in found.values())
