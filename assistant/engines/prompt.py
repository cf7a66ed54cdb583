"""Chat messages to the text a model family was trained on.

What does not change between questions (system message, examples) stands first and is handed out apart as `prefix`, so that an
engine can keep its computed state. Control tokens inside a message are taken apart: a document that holds "<|im_end|>" must
stay a document and never end the turn it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from assistant.errors import ModelError
from assistant.protocols import Prompt

# What opens and closes turns in any family below, whichever model is loaded.
_MARKERS: Final = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|</?s>|<(?:start|end)_of_turn>|<(?:bos|eos|unk|pad)>|\[/?INST\]|<</?SYS>>"
    r"|\[/?SYSTEM_PROMPT\]|<(?:AI|\u7528\u6237)>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Family:
    """How one model family spells a conversation; `{}` is the message. Without `system` the first user turn carries it.

    `carried` is how: `{}` is the system message, and what the user says follows.
    """

    system: str
    user: str
    assistant: str
    answer: str
    """What stands after the last user turn, where the model goes on."""
    stop: tuple[str, ...]
    carried: str = "{}\n\n"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt as text. `text` starts with `prefix`, the part that stays the same from question to question."""

    text: str
    prefix: str
    stop: tuple[str, ...]


FAMILIES: Final[dict[str, Family]] = {
    "chatml": Family(
        "<|im_start|>system\n{}<|im_end|>\n",
        "<|im_start|>user\n{}<|im_end|>\n",
        "<|im_start|>assistant\n{}<|im_end|>\n",
        "<|im_start|>assistant\n",
        ("<|im_end|>",),
    ),
    "llama3": Family(
        "<|start_header_id|>system<|end_header_id|>\n\n{}<|eot_id|>",
        "<|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
        ("<|eot_id|>",),
    ),
    "gemma": Family(
        "",
        "<start_of_turn>user\n{}<end_of_turn>\n",
        "<start_of_turn>model\n{}<end_of_turn>\n",
        "<start_of_turn>model\n",
        ("<end_of_turn>",),
    ),
    "mistral": Family("", "[INST] {} [/INST]", " {}</s>", "", ("</s>", "[INST]")),
    "phi3": Family(
        "<|system|>\n{}<|end|>\n",
        "<|user|>\n{}<|end|>\n",
        "<|assistant|>\n{}<|end|>\n",
        "<|assistant|>\n",
        ("<|end|>",),
    ),
    "zephyr": Family(
        "<|system|>\n{}</s>\n", "<|user|>\n{}</s>\n", "<|assistant|>\n{}</s>\n", "<|assistant|>\n", ("</s>", "<|user|>")
    ),
    "mistral-v7": Family("[SYSTEM_PROMPT]{}[/SYSTEM_PROMPT]", "[INST]{}[/INST]", "{}</s>", "", ("</s>", "[INST]")),
    "llama2": Family("", "[INST] {} [/INST]", " {} </s>", "", ("</s>", "[INST]"), "<<SYS>>\n{}\n<</SYS>>\n\n"),
    "vicuna": Family("{} ", "USER: {} ", "ASSISTANT: {}</s>", "ASSISTANT:", ("</s>", "USER:")),
    "stablelm": Family(
        "<|system|>\n{}<|endoftext|>\n",
        "<|user|>\n{}<|endoftext|>\n",
        "<|assistant|>\n{}<|endoftext|>\n",
        "<|assistant|>\n",
        ("<|endoftext|>", "<|user|>"),
    ),
    "minicpm": Family("", "<\u7528\u6237>{}", "<AI>{}</s>", "<AI>", ("</s>", "<\u7528\u6237>")),
    "falcon": Family("{}\n\n", "User: {}\n\n", "Assistant: {}\n\n", "Assistant:", ("\nUser:", "<|endoftext|>")),
    "plain": Family("{}\n\n", "Question: {}\n", "Answer: {}\n\n", "Answer:", ("\nQuestion:",)),
}


def render(prompt: Prompt, family: str, controls: Iterable[str] = ()) -> Rendered:
    """The prompt in the spelling of `family`; `controls` are the model's own control tokens beside the well-known ones.

    Raises ModelError for an unknown family: a model asked in a foreign template answers beside the point.
    """
    form = FAMILIES.get(family)
    if form is None:
        raise ModelError(
            f"the chat template {family!r} is unknown",
            remedy="set chat_template in the catalog to one of: " + ", ".join(FAMILIES),
        )
    own = _pattern(controls)
    system = defuse(prompt.system, own).strip()
    head, carried = ("", system) if not form.system else (form.system.replace("{}", system) if system else "", "")
    for question, answer in prompt.examples:
        head += form.user.replace("{}", _join(form, carried, defuse(question, own)))
        head += form.assistant.replace("{}", defuse(answer, own))
        carried = ""
    turn = form.user.replace("{}", _join(form, carried, defuse(prompt.user, own)))
    return Rendered(head + turn + form.answer, head, form.stop)


def messages(prompt: Prompt) -> list[dict[str, str]]:
    """The prompt as OpenAI-style messages, for a server that knows its own template."""
    turns = [{"role": "system", "content": defuse(prompt.system)}] if prompt.system.strip() else []
    for question, answer in prompt.examples:
        turns.append({"role": "user", "content": defuse(question)})
        turns.append({"role": "assistant", "content": defuse(answer)})
    return [*turns, {"role": "user", "content": defuse(prompt.user)}]


def defuse(text: str, own: re.Pattern[str] | None = None) -> str:
    """Text whose control tokens are split by a space, so that no tokenizer reads them as control tokens.

    Repeats until none is left, for taking one apart could not but might form another.
    """
    for pattern in (_MARKERS, own):
        while pattern is not None and pattern.search(text):
            text = pattern.sub(lambda match: match.group()[0] + " " + match.group()[1:], text)
    return text


def _pattern(controls: Iterable[str]) -> re.Pattern[str] | None:
    # One-character control tokens cannot be split; a vocabulary that has them uses them as plain characters too.
    spelled = sorted({control for control in controls if len(control) > 1}, key=lambda c: (-len(c), c))
    return re.compile("|".join(map(re.escape, spelled))) if spelled else None


def _join(form: Family, first: str, second: str) -> str:
    return form.carried.replace("{}", first) + second if first else second
