"""The ways that were taken through the exercise, as a tree; any of them is opened again from here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.parts.forms import button, plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.trainer.sitting import Sitting
from app.wording import one_line, text
from app.wording.durations import clock
from dispatch.exercise.branches import Branch, Tree

OPEN_KEY = "Alt+O"
DEEPEST = 12
INDENT = "\u2003"


class Branching(QWidget):
    """List the branches under what they came from, and open one."""

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        language = sitting.language
        self.rows = RowList(text("trainer.branches", language))
        self.open_button = button(text("trainer.open", language), self.open, tip=text("trainer.open_tip", language))
        sitting.keys.give(self.open_button, OPEN_KEY)
        self.said = plain_label()
        foot = QHBoxLayout()
        foot.addWidget(self.open_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.rows, 1)
        column.addLayout(foot)
        column.addWidget(self.said)
        self.setFocusProxy(self.rows)
        self.rows.pointed.connect(lambda key: self._point())
        self.rows.chosen.connect(lambda key: self.open_button.setFocus() if self.open_button.isEnabled() else None)
        sitting.begun.connect(self._begin)
        sitting.changed.connect(self.refresh)
        sitting.session.failed.connect(
            lambda why: show_words(self.said, text("trainer.not_gone", language, reason=one_line(why, 300)), "warning")
        )
        self._begin()

    @property
    def here(self) -> str:
        """Return the name of the log that is played."""
        return Path(self._sitting.play.log_file).name

    def open(self) -> None:
        """Go on with the branch in hand, where it was left."""
        if self.open_button.isEnabled() and self.rows.current_key:
            show_words(self.said, text("trainer.going_back", self._sitting.language))
            file = Path(self._sitting.play.log_file).with_name(Path(self.rows.current_key).name)
            self._sitting.session.open(file)

    def refresh(self) -> None:
        """Show the tree."""
        self.rows.set_rows(list(self._rows(self._sitting.play.tree())))
        self._point()

    def _begin(self) -> None:
        show_words(self.said, "")
        self.refresh()
        self.rows.take_key(self.here)

    def _rows(self, tree: Tree) -> Iterator[Row]:
        yield self._row(tree.root, text("trainer.root", self._sitting.language), "", 0)
        yield from self._below(tree, tree.root, 1, {tree.root})

    def _below(self, tree: Tree, log: str, depth: int, seen: set[str]) -> Iterator[Row]:
        for each in tree.children(log):
            if each.log not in seen and depth < DEEPEST:
                seen.add(each.log)
                yield self._row(each.log, self._name(each), clock(each.at, self._zone, seconds=True), depth)
                yield from self._below(tree, each.log, depth + 1, seen)

    def _row(self, log: str, name: str, right: str, depth: int) -> Row:
        is_here = log == self.here
        badge = text("trainer.is_here", self._sitting.language) if is_here else ""
        indent = INDENT * depth
        head = indent + ("↳ " if depth else "")
        detail = indent + (INDENT if depth else "") + one_line(log, 80)
        tone = "good" if is_here else "normal"
        return Row(log, head + name, right, detail, tone, badge=badge, is_quiet=True)

    def _name(self, branch: Branch) -> str:
        return one_line(branch.label, 80) or text("trainer.unnamed", self._sitting.language)

    @property
    def _zone(self) -> str:
        return self._sitting.state.time_zone

    def _point(self) -> None:
        self.open_button.setEnabled(bool(self.rows.current_key) and self.rows.current_key != self.here)
