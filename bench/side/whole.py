"""The whole way from a question to an answer, beside LlamaIndex's default index and query engine with the same weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.config import model_store, threads
from bench.side import texts
from bench.side.measure import Side


@contextmanager
def answering() -> Iterator[Side]:
    """Seconds until the first released sentence of ours, and until LlamaIndex's first piece of its streamed answer."""
    from assistant.evaluate.answers import throwaway

    with throwaway(policy="healthcare", domain="healthcare", engine="llamacpp") as assistant, _llama_index() as theirs:
        assistant.ingest(list(texts.documents()), labels=frozenset({"public"}))

        def ours() -> None:
            from assistant.facade import Released

            for question in texts.QUESTIONS:
                for event in assistant.stream(question):
                    if isinstance(event, Released):
                        break

        yield Side(
            "first sentence",
            f"{len(texts.QUESTIONS)} questions to {len(texts.passages())} passages, to the first words shown",
            "LlamaIndex, default index and query engine, same weights",
            ours,
            theirs,
            "ours shows a checked sentence with its source; the peer its model's first piece, unchecked",
        )


@contextmanager
def _llama_index() -> Iterator[Any]:
    import xllamacpp
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
    from sentence_transformers import SentenceTransformer

    from assistant.engines.load import decode_threads, prefill_threads
    from assistant.models.catalog import load_catalog, verify

    model = SentenceTransformer(str(model_store() / "all-MiniLM-L6-v2"), device="cpu", local_files_only=True)
    params = xllamacpp.CommonParams()
    params.model.path = str(verify(load_catalog().default("writer").name))
    params.n_parallel, params.n_ctx, params.n_gpu_layers, params.verbosity, params.ui = 1, 8192, 0, -1, False
    params.cpuparams.n_threads = decode_threads(threads())
    params.cpuparams_batch.n_threads = prefill_threads(threads())
    core = xllamacpp.Server(params)

    class Embedding(BaseEmbedding):
        """sentence-transformers in its interface."""

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(x) for x in model.encode(text, show_progress_bar=False)]

        def _get_text_embeddings(self, wanted: Sequence[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in model.encode(list(wanted), show_progress_bar=False)]

    class Writer(CustomLLM):
        """llama.cpp's core in its interface; greedy, one piece at a time."""

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=8192, num_output=128)

        def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
            return list(self.stream_complete(prompt, formatted))[-1]

        def stream_complete(
            self,
            prompt: str,
            formatted: bool = False,  # noqa: ARG002 - its signature
            **_: Any,
        ) -> Iterator[CompletionResponse]:
            # One token is what its first piece is: the core reads the whole prompt for it.
            reply: Any = core.handle_completions({"prompt": prompt, "n_predict": 1, "temperature": 0.0})
            yield CompletionResponse(text=str(reply), delta=str(reply))

    given = [Document(text=document.text, metadata={"title": document.title}) for document in texts.documents()]
    index = VectorStoreIndex.from_documents(given, embed_model=Embedding(model_name="same"))
    engine = index.as_query_engine(llm=Writer(), streaming=True)

    def theirs() -> None:
        for question in texts.QUESTIONS:
            for _ in engine.query(question).response_gen:  # type: ignore[union-attr]
                break

    yield theirs
