"""The bar's bookmarks: a line to name a moment, and the list of those that are named."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.parts.word_entry import WordEntry
from app.replay.kept_marks import KeptMarks
from app.replay.player import Player
from app.wording import one_line, text
from dispatch.replay.bookmarks import LONGEST_NAME, Bookmark, named


class Bookmarking(QObject):
    """Hold the line and the list; `said` is to be shown for a while, `naming` tells whether the line is written in."""

    said = Signal(str)
    naming = Signal(bool)

    def __init__(self, player: Player, marks: KeptMarks, language: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._player, self._marks, self._language = player, marks, language
        self.name = WordEntry()
        self.name.setPlaceholderText(self._words("replay.bookmark_name"))
        self.name.setAccessibleName(self._words("replay.bookmark_name"))
        self.name.setMaxLength(LONGEST_NAME)
        self.name.hide()
        self.list_button = QToolButton()
        self.list_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.list_button)
        self.list_button.setMenu(self.menu)
        self.menu.aboutToShow.connect(self._fill)
        self.name.entered.connect(self.set_here)
        self.name.installEventFilter(self)
        marks.changed.connect(self.refresh)
        marks.bad.connect(lambda why: self.said.emit(self._words("replay.bookmarks_bad", reason=one_line(why, 160))))
        marks.not_kept.connect(
            lambda why: self.said.emit(self._words("replay.bookmark_failed", reason=one_line(why, 160)))
        )
        self.refresh()

    def refresh(self) -> None:
        """Show how many there are."""
        count = len(self._marks.all)
        words = self._words("replay.bookmarks")
        self.list_button.setText(f"{words} {count}" if count else words)
        self.list_button.setAccessibleName(self.list_button.text())

    def ask_name(self) -> None:
        """Ask how this moment is to be called; it plays on no further meanwhile."""
        if self._player.tape.is_empty:
            return
        self._player.pause()
        held = self._marks.of(self._player.sequence)
        self.name.setText(held.name if held is not None else "")
        self.naming.emit(True)
        self.name.show()
        self.name.setFocus()
        self.name.selectAll()

    def set_here(self) -> None:
        """Keep this moment under the name that was written, or under its time."""
        name = named(self.name.text()) or self._clock(self._player.clock())
        self._put_away()
        mark = Bookmark(self._player.clock(), self._player.sequence, name)
        self.said.emit(self._words("replay.bookmark_set", name=one_line(name, 60)))
        self._marks.add(mark)

    def delete_here(self) -> None:
        """Delete the bookmark of this moment."""
        held = self._marks.of(self._player.sequence)
        if held is not None:
            self._marks.remove(held)
            self.said.emit(self._words("replay.bookmark_gone", name=one_line(held.name, 60)))

    def take(self, mark: Bookmark) -> None:
        """Go to a bookmark: to its entry where that came on the screens then, else to its instant."""
        tape = self._player.tape
        if tape.before < mark.sequence <= tape.end and tape.moment(mark.sequence) == mark.at:  # of several at once
            self._player.jump_to(mark.sequence)
        else:
            self._player.jump(mark.at)
        self.naming.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if is_key and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self._put_away()
            return True
        return False

    def _put_away(self) -> None:
        self.name.hide()
        self.naming.emit(False)

    def _fill(self) -> None:
        self.menu.clear()
        for mark in self._marks.all:
            words = self._words("replay.bookmark_line", at=self._clock(mark.at), name=one_line(mark.name, 60))
            self.menu.addAction(words.replace("&", "&&")).triggered.connect(lambda _=False, mark=mark: self.take(mark))
        if not self._marks.all:
            self.menu.addAction(self._words("replay.no_bookmarks")).setEnabled(False)
        self.menu.addSeparator()
        gone = self.menu.addAction(self._words("replay.bookmark_delete"))
        gone.setEnabled(self._marks.of(self._player.sequence) is not None)
        gone.triggered.connect(lambda _=False: self.delete_here())

    def _clock(self, at: datetime) -> str:
        desk = self._player.desk
        zone = ZoneInfo((desk.state.time_zone if desk is not None else "") or "UTC")
        return f"{at.astimezone(zone):%m-%d %H:%M:%S}"

    def _words(self, code: str, **values: object) -> str:
        return text(code, self._language, **values)
