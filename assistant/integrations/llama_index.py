"""The assistant in LlamaIndex's interfaces: retriever, query engine and language model, each of them behind the gate.

LlamaIndex's global `Settings` is never touched. Importing this module imports llama_index.core (some seconds), so nothing
else of the product does.
"""

from __future__ import annotations

from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from assistant.facade import Assistant, Finished, Released
from assistant.types import Answer, Citation, Passage


class GatedRetriever(BaseRetriever):
    """Hybrid search for LlamaIndex. The question is admitted and the passages are veiled as for an answer.

    A question that the policy refuses retrieves nothing.
    """

    def __init__(self, assistant: Assistant, *, similarity_top_k: int = 8) -> None:
        super().__init__()
        self._assistant = assistant
        self._k = similarity_top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        passages = self._assistant.search(query_bundle.query_str, limit=self._k)
        return [NodeWithScore(node=_node(passage), score=passage.score) for passage in passages]


class GatedQueryEngine(BaseQueryEngine):
    """`query` gives a released answer; its status, verdicts and audit id stand in the response's metadata."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        answer = self._assistant.ask(query_bundle.query_str)
        nodes = [NodeWithScore(node=_cited(citation), score=citation.score) for citation in answer.citations]
        return Response(response=answer.answer, source_nodes=nodes, metadata=answer.as_json())

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


class GatedLLM(CustomLLM):
    """A language model whose every completion is a released answer: there is no way to the model past the gate."""

    _assistant: Assistant = PrivateAttr()

    def __init__(self, assistant: Assistant, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._assistant = assistant

    @classmethod
    def class_name(cls) -> str:
        """Name in LlamaIndex's serialized forms."""
        return "GatedLLM"

    @property
    def metadata(self) -> LLMMetadata:
        """Window in tokens and name."""
        return LLMMetadata(context_window=2048, num_output=128, model_name="assistant", is_chat_model=False)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:  # noqa: ARG002
        """The released answer to the prompt, the whole answer object in `raw`."""
        answer = self._assistant.ask(prompt)
        return CompletionResponse(text=answer.answer, raw=answer.as_json())

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:  # noqa: ARG002
        """Released sentences as they come; the last response holds what counts."""
        return _stream(self._assistant, prompt)


def _stream(assistant: Assistant, prompt: str) -> CompletionResponseGen:
    shown = ""
    answer: Answer | None = None
    for event in assistant.stream(prompt):
        if isinstance(event, Released):
            delta = f"{' ' if shown else ''}{event.text}"
            shown += delta
            yield CompletionResponse(text=shown, delta=delta)
        elif isinstance(event, Finished):
            answer = event.answer
    if answer is not None:
        yield CompletionResponse(text=answer.answer, delta="", raw=answer.as_json())


def _node(passage: Passage) -> TextNode:
    return TextNode(
        id_=str(passage.id),
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={"document_id": passage.document_id, "title": passage.title, "locator": passage.locator},
    )


def _cited(citation: Citation) -> TextNode:
    return TextNode(
        text=citation.quote,
        start_char_idx=citation.start,
        end_char_idx=citation.end,
        metadata={
            "document_id": citation.document_id,
            "title": citation.title,
            "locator": citation.locator,
            "n": citation.n,
        },
    )
