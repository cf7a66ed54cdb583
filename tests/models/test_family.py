from __future__ import annotations

import pytest

from assistant.models.family import family_of


@pytest.mark.parametrize(
    ("template", "family"),
    [
        ("{{'<|im_start|>'}}", "chatml"),
        ("<|start_header_id|>", "llama3"),
        ("<start_of_turn>", "gemma"),
        ("[INST]", "mistral"),
        ("[INST] <<SYS>>", "llama2"),
        ("[SYSTEM_PROMPT][INST]", "mistral-v7"),
        ("<\u7528\u6237>", "minicpm"),
        ("USER: ASSISTANT:", "vicuna"),
        ("<|user|><|end|>", "phi3"),
        ("<|assistant|>", "zephyr"),
        ("", "plain"),
    ],
)
def test_the_family_is_told_from_the_template(template: str, family: str) -> None:
    from assistant.engines.prompt import FAMILIES

    assert family_of(template) == family
    assert family in FAMILIES
