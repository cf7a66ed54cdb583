"""Does a study's abstract answer its yes/no question with yes or with no, and by which sentence?

A logistic score over cues of significance, difference and direction in the results, weighted by how near each sentence is in
meaning to the question, and over the words of results, last sentences and question. The words are kept as hashes with their
weights: nothing of the abstracts that the score was fitted on can be read from it. `assistant/tune/yesno_recipe.py` fits it
and prints the curve from which the release line was chosen; `docs/evaluation.md` has the figures.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

from assistant.errors import IntegrityError, ModelError
from assistant.language.sentences import Sentence, sentences
from assistant.language.words import words
from assistant.types import Passage

if TYPE_CHECKING:
    from assistant.protocols import Embedder

Floats = npt.NDArray[np.float64]

WEIGHTS: Final = Path(__file__).parent / "weights" / "yesno.npz"
WEIGHTS_SHA256: Final = "022869ae2e5b4f8f29c59cfc00d4c6d7a6697c6e0a4903db7c0c4e093410707d"

_WH: Final = re.compile(
    r"(?:^|[:;,.?!–-]\s)\s*(?:in |for |at |to |of |by |from )?(?:what|which|who|whom|whose|when|where|why|how)\b", re.I
)
_RESULTS: Final = re.compile(r"\b(?:result|finding|outcome|conclusion|interpretation)s?\b", re.I)
# Names of the sections of structured abstracts (Haynes et al. 1990; the 500 of PubMedQA's dev part have one of each, but for
# 24 without an aim).
_METHODS: Final = re.compile(
    r"\b(?:methods?|methodology|design|materials?|patients?|subjects?|participants?|setting|procedures?|sources?|"
    r"measure(?:s|ments?)?|population|sample|interventions?)\b",
    re.I,
)
_AIM: Final = re.compile(
    r"\b(?:aims?|objectives?|purpose|backgrounds?|introduction|context|goals?|hypothes[ie]s|rationale|importance)\b",
    re.I,
)
_SECTION: Final = re.compile(r"[A-Z][A-Z /,&()-]{2,60}|[A-Z][\w /,&()-]{2,40}")

CUES: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "nothing": r"\bno(?:t)? (?:statistically )?significant|\bnon-?significant|\bnot (?:differ|associat|correlat|relat|affect|influenc|"
        r"predict|improv|increas|reduc|chang)|insignifican|\bno (?:\w+ ){0,3}(?:differen|association|correlation|relationship|effect|"
        r"change|evidence|increase|improvement|benefit|influence|impact|advantage)",
        "denial": r"\b(?:did|does|do|was|were|is|are|could|had|has|have) not\b|\bneither\b|\bnor\b|failed to|\bwithout\b",
        "same": r"\bsimilar|\bcomparable|\bequivalent|\bunchanged|\bthe same\b|\bequal",
        "significant": r"(?<!no )(?<!not )(?<!no statistically )(?<!not statistically )\bsignificant(?:ly)?\b",
        "small p": r"p\s*(?:<|=|≤|value of|<or=|less than)\s*0?\.0(?:[0-4]|50\b)",
        "large p": r"p\s*(?:>|=)\s*0?\.(?:0[5-9]\d*|[1-9])|\bp\s*=\s*ns\b|\bns\b",
        "up": r"\bincreas|\bhigher|\bgreater|\bmore\b|\bimprov|\bbetter|\blonger",
        "down": r"\bdecreas|\blower|\breduc|\bless\b|\bfewer|\bworse|\bshorter|\bdeclin",
        "linked": r"\bassociat|\bcorrelat|\bpredict|\brelated|\brisk factor|\bodds ratio",
        "turn": r"\bonly\b|\bhowever\b|\balthough\b|\bbut\b|\bdespite\b|\bwhereas\b",
        "percent": r"\d%",
    }.items()
}
_UP, _DOWN = CUES["up"], CUES["down"]
ASKED: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "needed": r"\bnecessary|\bneed|\brequired|\bshould|\bjustif|\bwarrant|\bworth|\broutine",
        "differs": r"\bdiffer",
        "linked": r"\bassociat|\brelat|\bcorrelat|\blink|\bpredict|\brisk",
        "works": r"\beffect|\baffect|\binfluence|\bimpact|\bimprove|\bbetter|\breduce|\bincrease|\bprevent",
        "good": r"\bsafe|\bfeasib|\breliab|\baccura|\bvalid|\buseful|\bvalue",
        "there": r"^is there|^are there",
        "can": r"\bcan\b|\bcould\b|\bmay\b",
        "does": r"^does|^do\b|^did",
        "is": r"^is\b|^are\b|^was|^were",
        "two parts": r"[:;?].*\?$",
        "doubt": r"\bstill\b|\bonly\b|\breally\b|\balways\b|\bmyth|\bquestion",
        "denies": r"\bno\b|\bnot\b|\bwithout\b",
        "same": r"\bsame|\bequal|\bequivalent|\bas \w+ as",
    }.items()
}
# How steeply nearness in meaning weighs a sentence's cues; not tuned.
_STEEP: Final = 8.0


@dataclass(frozen=True, slots=True)
class Decision:
    """`yes` is the probability of yes from 0 to 1; the deciding sentence is `passage.text[start:end]` of passage number `index`."""

    yes: float
    index: int
    start: int
    end: int

    @property
    def word(self) -> Literal["Yes", "No"]:
        """The decision in a word."""
        return "Yes" if self.yes >= 0.5 else "No"

    @property
    def sure(self) -> float:
        """Probability of the decision, 0.5 to 1."""
        return max(self.yes, 1 - self.yes)


@dataclass(frozen=True, slots=True)
class Study:
    """A question and the sentences of its study's results, with their cosines to the question."""

    question: str
    found: tuple[tuple[int, Sentence], ...]
    cosines: Floats


def asks_yes_no(question: str) -> bool:
    """Whether a question can be answered by yes or no: no clause of it begins with a question word."""
    return question.rstrip().endswith("?") and _WH.search(question.strip()) is None


def is_study(passages: Sequence[Passage]) -> bool:
    """Whether the passages are sections of a structured abstract: of its aim, its methods and its results.

    A heading "Results" alone makes no study: laboratory letters and surveys have one too. Where there is no aim, all the
    sections must be of such names.
    """
    return any(_structured(group) for group in _documents(passages))


def _documents(passages: Sequence[Passage]) -> list[list[Passage]]:
    """The passages by document; all as one where each is a section that came with a question under its own title."""
    titles = {
        passage.document_id: {p.title for p in passages if p.document_id == passage.document_id} for passage in passages
    }
    labelled = all(passage.heading in ("", passage.title) for passage in passages)
    if labelled and all(len(named) == 1 for named in titles.values()):
        return [list(passages)]
    return [[p for p in passages if p.document_id == document] for document in titles]


def _structured(passages: Sequence[Passage]) -> bool:
    named = [name for passage in passages if (name := (passage.heading or passage.title).strip())]
    named = [name for name in named if _SECTION.fullmatch(name) and len(name.split()) <= 6]
    others = [name for name in named if not _RESULTS.search(name)]
    methods = list(filter(_METHODS.search, others))
    aims = any(map(_AIM.search, named))
    return len(others) < len(named) and bool(methods) and (aims or methods == others)


def study(question: str, passages: Sequence[Passage], embedder: Embedder) -> Study | None:
    """The sentences that report results (of the last passage where no heading says so); None where there are none."""
    chosen = [n for n, p in enumerate(passages) if _RESULTS.search(f"{p.title} {p.heading}")] or [len(passages) - 1]
    found = [(n, sentence) for n in chosen if n >= 0 for sentence in sentences(passages[n].text)]
    if not found:
        return None
    vectors = embedder.query([question, *(sentence.text for _, sentence in found)])
    return Study(question, tuple(found), np.asarray(vectors[1:] @ vectors[0], np.float64))


def signs(case: Study) -> Floats:
    """The cues of a study as numbers, in a fixed order; see CUES and ASKED."""
    texts = [sentence.text for _, sentence in case.found]
    near = np.exp(_STEEP * (case.cosines - case.cosines.max()))
    near /= near.sum()
    rows = np.array([[min(2, len(cue.findall(text))) for cue in CUES.values()] for text in texts], np.float64)
    at = dict(zip(CUES, range(len(CUES)), strict=True))
    asked = [float(bool(cue.search(case.question))) for cue in ASKED.values()]
    against = float(near @ (rows[:, [at["nothing"], at["denial"], at["same"], at["large p"]]].sum(axis=1) > 0))
    speaking = float(near @ (rows[:, [at["significant"], at["small p"]]].sum(axis=1) > 0))
    up, down = float(near @ rows[:, at["up"]]), float(near @ rows[:, at["down"]])
    rises, falls = bool(_UP.search(case.question)), bool(_DOWN.search(case.question))
    crossed = [
        against, speaking, (rises - falls) * (up - down), falls * down, rises * up, falls * up, rises * down,
        *(sign * asked[i] for i in range(4) for sign in (against, speaking)),
        float(case.cosines.max()), len(texts) / 10, len(case.question) / 100,
    ]  # fmt: skip
    return np.concatenate(
        [near @ rows, rows[-1], rows[int(case.cosines.argmax())], np.log1p(rows.sum(axis=0)), asked, crossed]
    )


def grams(case: Study) -> dict[str, Counter[int]]:
    """Hashed words and word pairs of the results, of their last two sentences and of the question."""
    texts = [sentence.text for _, sentence in case.found]
    fields = {"results": " ".join(texts), "last": " ".join(texts[-2:]), "question": case.question}
    return {name: _hashed(name, text) for name, text in fields.items()}


def _hashed(field: str, text: str) -> Counter[int]:
    said = ["#" if word.text[0].isdigit() else word.text.casefold() for word in words(text)]
    pairs = [f"{one} {other}" for one, other in pairwise(said)]
    return Counter(zlib.crc32(f"{field}:{gram}".encode()) for gram in (*said, *pairs))


class Decider:
    """The fitted score. Thread-safe: deciding changes nothing."""

    __slots__ = ("_bias", "_grams", "_mean", "_scale", "_signs")

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        self._mean = np.asarray(arrays["mean"], np.float64)
        self._scale = np.asarray(arrays["scale"], np.float64)
        self._signs = np.asarray(arrays["signs"], np.float64)
        self._bias = float(np.asarray(arrays["bias"], np.float64)[0])
        rarity, weight = np.asarray(arrays["rarity"], np.float64), np.asarray(arrays["weight"], np.float64)
        self._grams = {int(k): (float(r), float(w)) for k, r, w in zip(arrays["grams"], rarity, weight, strict=True)}

    @classmethod
    def load(cls, path: Path | None = None) -> Decider:
        """Load the shipped weights; IntegrityError when they are not the pinned ones, ModelError when they are missing."""
        place = path or WEIGHTS
        try:
            blob = place.read_bytes()
        except OSError as error:
            raise ModelError("yes/no weights are missing", path=place, remedy="reinstall the assistant") from error
        if hashlib.sha256(blob).hexdigest() != WEIGHTS_SHA256:
            raise IntegrityError("yes/no weights are not the pinned ones", path=place, remedy="reinstall the assistant")
        return cls.of(blob)

    @classmethod
    def of(cls, blob: bytes) -> Decider:
        """From the bytes of a weights file, without a pin: for the recipe, which makes the pin."""
        with np.load(io.BytesIO(blob), allow_pickle=False) as arrays:
            return cls({name: arrays[name] for name in arrays.files})

    def decide(self, question: str, passages: Sequence[Passage], embedder: Embedder) -> Decision | None:
        """The decision, with the sentence that speaks most for it; None where no results stand in the passages."""
        case = study(question, passages, embedder)
        if case is None:
            return None
        score = self.score(case)
        yes = 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))
        # The deciding sentence: near the question, and on its own speaking for the same side as the whole.
        side = 1.0 if score >= 0 else -1.0
        alone = [self.score(Study(question, (pair,), case.cosines[[i]])) for i, pair in enumerate(case.found)]
        merit = [float(c) + 0.15 * math.tanh(side * s) for c, s in zip(case.cosines, alone, strict=True)]
        index, sentence = case.found[int(np.argmax(merit))]
        return Decision(yes, index, sentence.start, sentence.end)

    def score(self, case: Study) -> float:
        """Log-odds of yes."""
        total = self._bias + float(((signs(case) - self._mean) / self._scale) @ self._signs)
        for counts in grams(case).values():
            known = [(self._grams[key], n) for key, n in counts.items() if key in self._grams]
            values = [((1 + math.log(n)) * rarity, weight) for (rarity, weight), n in known]
            norm = math.sqrt(sum(value * value for value, _ in values)) or 1.0
            total += sum(value * weight for value, weight in values) / norm
        return total
