"""A file browser: Enter opens a folder or takes a file, S takes the folder in hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import DirectoryTree

from assistant.frontends.tui.widgets.plain import Plain


class _Visible(DirectoryTree):
    """Hidden files are not taken in, so they are not shown either. Plain signs stand for folders: not every terminal draws icons."""

    ICON_NODE = "+ "
    ICON_NODE_EXPANDED = "- "
    ICON_FILE = "  "

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Those whose names begin with no dot."""
        return [path for path in paths if not path.name.startswith(".")]


class FilesScreen(ModalScreen[Path | None]):
    """Answers a file or folder, None to Escape."""

    CSS_PATH = "../pages.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("s", "take", "Take this folder", show=False),
        Binding("backspace", "up", "Up", show=False),
    ]

    def __init__(self, begin: Path) -> None:
        super().__init__()
        self._begin = begin if begin.is_dir() else begin.parent

    def compose(self) -> ComposeResult:
        """The tree and its keys."""
        with Vertical(classes="dialogue browser"):
            yield Plain(
                "Enter opens a folder or takes a file, S takes the folder in hand, Backspace goes up, Esc leaves.",
                classes="detail",
            )
            yield _Visible(self._begin.resolve(), id="tree")

    def on_mount(self) -> None:
        """To the tree."""
        self.query_one(_Visible).focus()

    def on_directory_tree_file_selected(self, selected: DirectoryTree.FileSelected) -> None:
        """Enter on a file."""
        self.dismiss(selected.path)

    def action_take(self) -> None:
        """The folder or file under the cursor."""
        node = self.query_one(_Visible).cursor_node
        self.dismiss(node.data.path if node is not None and node.data is not None else None)

    def action_up(self) -> None:
        """One folder up."""
        tree = self.query_one(_Visible)
        tree.path = Path(tree.path).resolve().parent

    def action_leave(self) -> None:
        """Nothing was chosen."""
        self.dismiss(None)
