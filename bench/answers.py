"""Ours beside LlamaIndex's default query engine and beside the bare model: same weights, same embedder, same questions, one run.

    python -m bench.answers ../shared/data/squad2/dev.jsonl ../shared/data/pubmedqa/dev.jsonl --each 100 40 --write docs/evaluation.md

Every question brings its contexts. For LlamaIndex each context is a document of a fresh `VectorStoreIndex`, and its default
`as_query_engine` answers; nothing of it is changed. The bare model gets the contexts and is told to answer from them or to say
that it does not know. All are scored by `assistant/evaluate/scoring.py`; whatever reads like a refusal counts as one, so the
baselines get the benefit of the doubt. Prints a table; `--write` puts it between the marks of a Markdown file.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.config import go_offline
from assistant.evaluate.answers import passages_of, read_items, throwaway
from assistant.evaluate.scored import Item
from assistant.evaluate.scoring import interval, is_right
from assistant.facade import Assistant
from assistant.protocols import Engine, Prompt, Sampling
from assistant.types import Status

BEGIN, END = "<!-- bench.answers begin -->", "<!-- bench.answers end -->"
# LlamaIndex's own default for the length of an answer, in tokens.
ANSWER_TOKENS = 256
_REFUSES = re.compile(
    r"(?:do(?:es)?|did|is|are|was|could|can)(?: not|n't) (?:\w+ )?(?:know|mention|provide|specif|state|contain|say|give|found|find|"
    r"clear|explicit|answer|determine|possible)|no information|cannot (?:be )?(?:answer|determin)|can't (?:answer|say)|unable to|"
    r"not (?:enough|sufficient)|empty response|^\W*$",
    re.I,
)
BARE = (
    "Answer the question from the context in one sentence. If the context does not hold the answer, say: I don't know."
)


class Outcome(NamedTuple):
    """What one system made of one question."""

    released: bool
    right: bool
    seconds: float


def ours(assistant: Assistant, item: Item) -> str:
    """The released answer, or nothing."""
    answer = assistant.ask(item.question, given=passages_of(item.contexts))
    return answer.answer if answer.status in (Status.ANSWERED, Status.EXTRACTED) else ""


def bare(engine: Engine, item: Item) -> str:
    """The model with all contexts in its prompt."""
    context = "\n\n".join(text for _, text in item.contexts)
    prompt = Prompt(BARE, f"Context: {context[:5000]}\n\nQuestion: {item.question}")
    return "".join(engine.stream(prompt, Sampling(max_tokens=96)))


def llama_index(model: Any, embedding: Any, item: Item) -> str:
    """LlamaIndex's default: an index over the contexts, two passages, its own prompt."""
    from llama_index.core import Document, VectorStoreIndex

    documents = [Document(text=text, metadata={"title": title}) for title, text in item.contexts]
    index = VectorStoreIndex.from_documents(documents, embed_model=embedding)
    return str(index.as_query_engine(llm=model).query(item.question))


def wrapped(engine: Engine, embedder: Any) -> tuple[Any, Any]:
    """Our engine and embedder in LlamaIndex's base classes, without any gate."""
    from llama_index.core.base.llms.types import CompletionResponse, LLMMetadata
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.llms import CustomLLM
    from llama_index.core.llms.callbacks import llm_completion_callback

    class Model(CustomLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=2048, num_output=ANSWER_TOKENS, model_name="same weights")

        @llm_completion_callback()
        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:  # noqa: ARG002
            said = engine.stream(Prompt("", prompt), Sampling(max_tokens=ANSWER_TOKENS))
            return CompletionResponse(text="".join(said))

        @llm_completion_callback()
        def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:  # noqa: ARG002
            yield self.complete(prompt)

    class Embedding(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(x) for x in embedder.query([query])[0]]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_query_embedding(text)

    return Model(), Embedding()


def run(paths: Sequence[Path], each: Sequence[int]) -> dict[tuple[str, str], list[tuple[Item, Outcome]]]:
    """All systems on a seeded sample of each file, question by question."""
    found: dict[tuple[str, str], list[tuple[Item, Outcome]]] = defaultdict(list)
    with throwaway(policy="base", domain=None, engine="llamacpp") as assistant:
        engine, embedder = assistant.tools.engine, assistant.tools.embedder
        model, embedding = wrapped(engine, embedder)
        systems = {
            "ours": lambda item: ours(assistant, item),
            "LlamaIndex default": lambda item: llama_index(model, embedding, item),
            "bare model": lambda item: bare(engine, item),
        }
        for path, count in zip(paths, each, strict=True):
            items = read_items(path)
            for item in random.Random(11).sample(items, min(count, len(items))):
                for name, answer in systems.items():
                    begun = time.perf_counter()
                    said = answer(item)
                    seconds = time.perf_counter() - begun
                    released = bool(said) and (name == "ours" or not _REFUSES.search(said))
                    right = released and item.answerable and is_right(said, item.answers)
                    found[path.parent.name, name].append((item, Outcome(released, right, seconds)))
    return found


def table(found: dict[tuple[str, str], list[tuple[Item, Outcome]]]) -> str:
    """One row a data set and system; intervals are 95% bootstrap intervals of the share of all questions."""
    lines = [
        "| data | system | questions | right | wrong released | precision | unanswerable refused | s a question |",
        "|---|---|---|---|---|---|---|---|",
    ]
    totals: dict[str, list[tuple[Item, Outcome]]] = defaultdict(list)
    for (_, name), rows in found.items():
        totals[name] += rows
    both = {("all", name): rows for name, rows in totals.items()} if len({d for d, _ in found}) > 1 else {}
    for (data, name), rows in {**found, **both}.items():
        right = [float(o.right) for _, o in rows]
        wrong = [float(o.released and not o.right) for _, o in rows]
        released = sum(o.released for _, o in rows)
        refused = [float(not o.released) for item, o in rows if not item.answerable]
        seconds = sorted(o.seconds for _, o in rows)[len(rows) // 2]
        lines.append(
            f"| {data} | {name} | {len(rows)} | {_rate(right)} | {_rate(wrong)} | "
            f"{sum(right) / released if released else 0:.2f} | {_rate(refused)} | {seconds:.2f} |"
        )
    return "\n".join(lines)


def _rate(values: list[float]) -> str:
    low, high = interval(values)
    return f"{sum(values) / len(values):.3f} ({low:.2f} to {high:.2f})" if values else "none"


def main() -> None:
    """Run, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--each", type=int, nargs="+", default=[150], help="questions of each file, or of all")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    go_offline()
    each = options.each * len(options.data) if len(options.each) == 1 else options.each
    made = table(run(options.data, each))
    print(made)
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        options.write.write_text(f"{before}{BEGIN}\n{made}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
