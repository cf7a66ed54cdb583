"""Which chat template family a model belongs to, told from the template its file carries."""

from __future__ import annotations

from typing import Final

# A phrase of the template tells its family; the first that occurs decides. `assistant/engines/prompt.py` has the spellings.
_SIGNS: Final = (
    ("<|im_start|>", "chatml"),
    ("<|start_header_id|>", "llama3"),
    ("<start_of_turn>", "gemma"),
    ("[SYSTEM_PROMPT]", "mistral-v7"),
    ("<<SYS>>", "llama2"),
    ("[INST]", "mistral"),
    ("<\u7528\u6237>", "minicpm"),
    ("<|end|>", "phi3"),
    ("ASSISTANT:", "vicuna"),
    ("<|assistant|>", "zephyr"),
)


def family_of(template: str) -> str:
    """The family of a chat template (the Jinja text of a GGUF file); `plain` where it is none we know."""
    return next((family for sign, family in _SIGNS if sign in template), "plain")
