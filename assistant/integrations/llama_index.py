"""The assistant in LlamaIndex's interfaces: retriever, query engine, chat engine, language model and embedding, each of them
behind the gate; and documents of any LlamaHub reader into the vault.

Streams give a sealed answer sentence by sentence: LlamaIndex cannot take back a piece that it has passed on.

LlamaIndex's global `Settings` is never touched. Importing this module imports llama_index.core (some seconds), so nothing
else of the product does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from threading import Thread
from typing import Any, Final

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.chat_engine.types import AgentChatResponse, BaseChatEngine, StreamingAgentChatResponse
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.core.memory import ChatMemoryBuffer
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from assistant.facade import Assistant, Conversation
from assistant.intake.report import IngestReport
from assistant.language.sentences import sentences
from assistant.types import Answer, Citation, Document, Passage, Turn

# Metadata that readers and ingest of this product write; a document's own of that name would speak in their place.
_OWN: Final = frozenset({"hidden", "hidden_sheets", "sketch", "duplicate_of", "record"})


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
        return Response(response=answer.answer, source_nodes=_sources(answer), metadata=answer.as_json())

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


class GatedChatEngine(BaseChatEngine):
    """A conversation whose every answer is released by the gate. `chat_history` holds what was asked and released.

    A history that is handed in is taken as earlier turns: questions with the answers after them.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._conversation = Conversation()

    @property
    def chat_history(self) -> list[ChatMessage]:
        """Questions and released answers, oldest first."""
        return [
            ChatMessage(role=role, content=text)
            for turn in self._conversation.turns
            for role, text in ((MessageRole.USER, turn.question), (MessageRole.ASSISTANT, turn.answer))
        ]

    def reset(self) -> None:
        """Forget the conversation."""
        self._assistant.end(self._conversation)
        self._conversation = Conversation()

    def chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """The released answer, the whole answer object in `metadata`."""
        answer = self._ask(message, chat_history)
        return AgentChatResponse(answer.answer, source_nodes=_sources(answer), metadata=answer.as_json())

    def stream_chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> StreamingAgentChatResponse:
        """The released answer, sentence by sentence."""
        answer = self._ask(message, chat_history)
        found = StreamingAgentChatResponse(chat_stream=_chatted(answer), source_nodes=_sources(answer))
        # The framework's own way to fill the response; the history itself is kept here.
        Thread(target=found.write_response_to_history, args=(ChatMemoryBuffer.from_defaults(),), daemon=True).start()
        return found

    async def achat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """As `chat`."""
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """As `stream_chat`, for `async_response_gen`."""
        answer = await asyncio.to_thread(self._ask, message, chat_history)

        async def pieces() -> object:
            for piece in _chatted(answer):
                yield piece

        found = StreamingAgentChatResponse(achat_stream=pieces(), source_nodes=_sources(answer))
        memory = ChatMemoryBuffer.from_defaults()
        found.awrite_response_to_history_task = asyncio.create_task(found.awrite_response_to_history(memory))
        return found

    def _ask(self, message: str, history: list[ChatMessage] | None) -> Answer:
        if history is not None:
            self.reset()
            self._conversation.turns.extend(_turns(history))
        return self._assistant.ask(message, conversation=self._conversation)


class GatedEmbedding(BaseEmbedding):
    """The product's embedder (all-MiniLM-L6-v2, unit vectors of 384 numbers), in this process, from the verified files."""

    _assistant: Assistant = PrivateAttr()

    def __init__(self, assistant: Assistant, **kwargs: object) -> None:
        super().__init__(model_name=assistant.tools.embedder.name, **kwargs)
        self._assistant = assistant

    @classmethod
    def class_name(cls) -> str:
        """Name in LlamaIndex's serialized forms."""
        return "GatedEmbedding"

    def _get_query_embedding(self, query: str) -> Embedding:
        return self._vectors([query])[0]

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        return [[float(x) for x in row] for row in self._assistant.tools.embedder.passages(texts)]

    async def _aget_text_embedding(self, text: str) -> Embedding:
        return await asyncio.to_thread(self._get_text_embedding, text)

    def _vectors(self, texts: Sequence[str]) -> list[Embedding]:
        return [[float(x) for x in row] for row in self._assistant.tools.embedder.query(texts)]


def documents_of(loaded: Iterable[object], *, labels: frozenset[str] = frozenset()) -> list[Document]:
    """What a LlamaHub reader's `load_data` returned, as documents for `Assistant.ingest`. Pictures and empty ones are left out.

    Documents of one file (`file_path`, `source` or `url` in their metadata) are stored and replaced together; the others
    each under their own id. Metadata that LlamaIndex keeps from models (`excluded_llm_metadata_keys`) is not taken over.
    """
    made = (_document_of(node, number, labels) for number, node in enumerate(loaded, 1))
    return [document for document in made if document.text.strip()]


def _document_of(node: object, number: int, labels: frozenset[str]) -> Document:
    text = node.get_content(metadata_mode="none") if hasattr(node, "get_content") else str(node)
    given = {str(key): value for key, value in (getattr(node, "metadata", None) or {}).items()}
    source = _first(given, "file_path", "source", "url") or f"llama-index:{getattr(node, 'node_id', '') or number}"
    hidden = set(getattr(node, "excluded_llm_metadata_keys", ()) or ()) | _OWN
    kept = {k: str(v) for k, v in given.items() if k not in hidden and isinstance(v, str | int | float)}
    metadata = {**kept, "record": _first(given, "page_label") or f"{number}"}
    return Document(_first(given, "title", "file_name") or source, text, source, labels=labels, metadata=metadata)


def _first(given: Mapping[str, object], *keys: str) -> str:
    """The first of the keys that has a value; '' where none has."""
    return next((str(given[key]) for key in keys if given.get(key)), "")


def ingest(assistant: Assistant, loaded: Iterable[object], **options: Any) -> IngestReport:
    """What a LlamaHub reader returned, into the vault; options are those of `Assistant.ingest`."""
    return assistant.ingest(documents_of(loaded), **options)


class GatedLLM(CustomLLM):
    """A language model whose every completion is a released answer: there is no way to the model past the gate."""

    _assistant: Assistant = PrivateAttr()

    def __init__(self, assistant: Assistant, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._assistant = assistant

    @classmethod
    def class_name(cls) -> str:
        """Name in LlamaIndex's serialized forms."""
        return "GatedLLM"

    @property
    def metadata(self) -> LLMMetadata:
        """Window in tokens and name."""
        return LLMMetadata(context_window=2048, num_output=128, model_name="assistant", is_chat_model=True)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: object) -> CompletionResponse:  # noqa: ARG002
        """The released answer to the prompt, the whole answer object in `raw`."""
        answer = self._assistant.ask(prompt)
        return CompletionResponse(text=answer.answer, raw=answer.as_json())

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: object) -> CompletionResponseGen:  # noqa: ARG002
        """The released answer sentence by sentence."""
        return _pieces(self._assistant.ask(prompt))

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: object) -> ChatResponse:  # noqa: ARG002
        """The released answer to the last message of the user, the earlier ones as its conversation."""
        return list(_chatted(self._answered(messages)))[-1]

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: object) -> ChatResponseGen:  # noqa: ARG002
        """As `chat`, sentence by sentence."""
        return _chatted(self._answered(messages))

    def _answered(self, messages: Sequence[ChatMessage]) -> Answer:
        said = [message for message in messages if message.role in (MessageRole.USER, MessageRole.ASSISTANT)]
        asked = said.pop().content if said and said[-1].role == MessageRole.USER else ""
        conversation = Conversation(turns=_turns(said))
        try:
            return self._assistant.ask(asked or "", conversation=conversation)
        finally:
            # The caller keeps the history; nothing of it stays here.
            self._assistant.end(conversation)


def _turns(messages: Sequence[ChatMessage]) -> list[Turn]:
    """Questions with the answers that follow them; instructions of a system role are not this assistant's to take."""
    turns: list[Turn] = []
    for message in messages:
        text = message.content or ""
        if message.role == MessageRole.USER:
            turns.append(Turn(text, ""))
        elif message.role == MessageRole.ASSISTANT and turns:
            turns[-1] = Turn(turns[-1].question, f"{turns[-1].answer} {text}".strip())
    return turns


def _pieces(answer: Answer) -> CompletionResponseGen:
    starts = [sentence.start for sentence in sentences(answer.answer)][1:]
    at = 0
    for end in (*starts, len(answer.answer)):
        yield CompletionResponse(text=answer.answer[:end], delta=answer.answer[at:end], raw=answer.as_json())
        at = end


def _chatted(answer: Answer) -> ChatResponseGen:
    for piece in _pieces(answer):
        message = ChatMessage(role=MessageRole.ASSISTANT, content=piece.text)
        yield ChatResponse(message=message, delta=piece.delta, raw=piece.raw)


def _sources(answer: Answer) -> list[NodeWithScore]:
    return [NodeWithScore(node=_cited(citation), score=citation.score) for citation in answer.citations]


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
