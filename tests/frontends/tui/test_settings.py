from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.frontends.tui.settings import DEFAULT_IDLE, Settings, checked, load_settings, save_settings


def test_without_a_file_the_shipped_ones_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == Settings()
    assert Settings().idle_minutes == DEFAULT_IDLE and Settings().key("help") == "f1"


def test_what_is_saved_is_read_again_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "home" / "tui.json"
    mine = Settings("day", 12, {"help": "f11", "lock": "alt+l"})
    save_settings(mine, path)
    assert load_settings(path) == mine and mine.key("help") == "f11"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["tui.json"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"theme": "pink"}, "theme must be"), ({"theme": ["day"]}, "theme must be"), ({"idle_minutes": 0}, "idle_minutes"),
        ({"idle_minutes": 241}, "idle_minutes"), ({"idle_minutes": "5"}, "idle_minutes"), ({"keys": []}, "keys must be"),
        ({"keys": {"dance": "f11"}}, "does not exist"), ({"keys": {"help": "ctrl+c"}}, "help"), ({"keys": {"help": "f2"}}, "same key"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_an_error_that_names_the_file(raw: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=said) as error:
        checked(raw, tmp_path / "tui.json")
    assert "tui.json" in str(error.value)


@pytest.mark.parametrize("text", ["{", "[]", '{"passphrase": "x"}', "\udcff"])
def test_a_file_that_is_none_of_ours_is_an_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "tui.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError):
        load_settings(tmp_path / "tui.json")


def test_wrong_settings_are_not_saved_over_right_ones(tmp_path: Path) -> None:
    path = tmp_path / "tui.json"
    save_settings(Settings("day"), path)
    with pytest.raises(ConfigError):
        save_settings(Settings("pink"), path)
    assert json.loads(path.read_text())["theme"] == "day"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        save_settings(Settings(), tmp_path / "file" / "tui.json")
