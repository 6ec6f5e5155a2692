"""Moments that the trainer wants to speak of in the debriefing, with her words."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.parts.forms import button, plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.parts.word_entry import WordEntry
from app.trainer.sitting import Sitting
from app.wording import one_line, text
from app.wording.durations import clock
from dispatch.replay.bookmarks import LONGEST_NAME, Bookmark

MARK_KEY, DELETE_KEY = "Alt+M", "Alt+R"


class Marking(QWidget):
    """Set bookmarks at the present moment, list them, and take one away. `wanted`: it is to be seen."""

    wanted = Signal()

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        self._marks: dict[str, Bookmark] = {}
        self.held_at: datetime | None = None
        language = sitting.language
        self.words = WordEntry()
        self.words.setPlaceholderText(text("trainer.mark_hint", language))
        self.words.setAccessibleName(text("trainer.mark_hint", language))
        self.words.setMaxLength(LONGEST_NAME)
        self.mark_button = button(text("trainer.mark", language), self.mark, tip=text("trainer.mark_tip", language))
        self.mark_button.setToolTip(f"{text('trainer.mark_tip', language)} ({MARK_KEY})")
        sitting.keys.on(MARK_KEY, self.hold)
        self.rows = RowList(text("trainer.marks", language))
        self.none = plain_label(text("trainer.no_marks", language), role="muted")
        self.delete_button = button(text("trainer.unmark", language), self.delete)
        sitting.keys.give(self.delete_button, DELETE_KEY)
        line, foot = QHBoxLayout(), QHBoxLayout()
        line.addWidget(self.words, 1)
        line.addWidget(self.mark_button)
        foot.addWidget(self.delete_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(5)
        column.addLayout(line)
        column.addWidget(self.none)
        column.addWidget(self.rows, 1)
        column.addLayout(foot)
        self.setFocusProxy(self.words)
        self.words.entered.connect(self.mark)
        self.rows.pointed.connect(lambda key: self.delete_button.setEnabled(bool(self._marks.get(key))))
        sitting.begun.connect(self._let_go)
        sitting.begun.connect(self.refresh)
        sitting.changed.connect(self.refresh)
        self.refresh()

    def hold(self) -> None:
        """Hold this moment, and ask for its words; once more keeps it."""
        if self.words.isVisible() and self.words.hasFocus():
            self.mark()
            return
        self.held_at = self._sitting.at
        at = clock(self.held_at, self._sitting.state.time_zone, seconds=True)
        self.words.setPlaceholderText(text("trainer.mark_held", self._sitting.language, at=at))
        self.wanted.emit()
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def mark(self) -> None:
        """Keep this moment, or the one that is held, under the words that are written; under its time without."""
        self._sitting.play.mark(self.words.text(), self.held_at)
        self._let_go()

    def _let_go(self) -> None:
        self.held_at = None
        self.words.clear()
        self.words.setPlaceholderText(text("trainer.mark_hint", self._sitting.language))

    def delete(self) -> None:
        """Take the bookmark in hand away."""
        held = self._marks.get(self.rows.current_key)
        if held is not None:
            self._sitting.play.unmark(held)

    def refresh(self) -> None:
        """Show them, the newest first."""
        zone = self._sitting.state.time_zone
        marks = sorted(self._sitting.play.marks, reverse=True)
        self._marks = {f"{each.at.isoformat()}:{each.sequence}:{each.name}": each for each in marks}
        self.rows.set_rows(
            [
                Row(key, one_line(each.name, 80), clock(each.at, zone, seconds=True), is_quiet=True)
                for key, each in self._marks.items()
            ]
        )
        self.rows.setVisible(bool(marks))
        show_words(self.none, "" if marks else text("trainer.no_marks", self._sitting.language))
        self.delete_button.setVisible(bool(marks))
        self.delete_button.setEnabled(self.rows.current_key in self._marks)
