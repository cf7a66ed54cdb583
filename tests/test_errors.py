from __future__ import annotations

import assistant.errors as errors
from assistant.errors import AssistantError, ExitCode, PolicyError


def test_a_message_names_file_line_and_remedy_on_one_line() -> None:
    error = PolicyError("unknown key 'stge'", path="a\nb.yaml", line=7, remedy="did you mean 'stage'?")
    assert str(error) == "a\\nb.yaml:7: unknown key 'stge' Remedy: did you mean 'stage'?"


def test_every_error_has_a_documented_exit_code() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AssistantError)]
    assert len(kinds) > 10
    assert all(kind("x").exit_code in ExitCode and kind("x").exit_code is not ExitCode.DONE for kind in kinds)
