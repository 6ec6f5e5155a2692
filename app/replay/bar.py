"""The replay bar: play, pause, speed, steps, the timeline, bookmarks; every part has a key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.parts.forms import plain_label
from app.parts.word_entry import WordEntry
from app.replay.kept_marks import KeptMarks
from app.replay.player import FASTEST, SLOWEST, Player
from app.replay.signs import sign
from app.replay.timeline import Timeline
from app.wording import one_line, text, tooltip
from app.wording.screen import say
from dispatch.replay.bookmarks import LONGEST_NAME, Bookmark, named
from dispatch.replay.marks import Mark

SAID_MS = 6_000
HOUR_S = 3_600
ROOMY_PX = 1_250


class ReplayBar(QFrame):
    """Show and steer a player; `marks` are its bookmarks. `sound_wanted` tells whether the room may be heard."""

    sound_wanted = Signal(bool)

    def __init__(self, player: Player, marks: KeptMarks, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player, self._marks, self._language = player, marks, language
        self._zone = "UTC"
        self._note = ""  # what is said while nothing else is
        self.setObjectName("replay")
        self.setAccessibleName(self._words("replay.bar"))
        self.timeline = Timeline(self._words("replay.timeline"))
        self.start_button = self._button("start", "replay.start", "Home", player.to_start)
        self.previous_button = self._button("previous", "replay.previous", "←", self.previous_event)
        self.play_button = self._button("play", "replay.play", self._words("replay.space"), player.toggle)
        self.next_button = self._button("next", "replay.next", "→", self.next_event)
        self.end_button = self._button("end", "replay.end", "End", player.to_end)
        self.incident_button = self._button("incident", "replay.next_incident", "Shift+→", self.next_incident)
        self.alarm_button = self._button("alarm", "replay.alarm_tip", "Ctrl+→", self.next_alarm)
        self.speed = QSpinBox()
        self.speed.setRange(int(SLOWEST), int(FASTEST))
        self.speed.setSuffix("×")
        self.speed.setGroupSeparatorShown(True)
        self.speed.setKeyboardTracking(False)
        self.speed.setAccessibleName(self._words("replay.speed"))
        self.speed.setToolTip(tooltip(self._words("replay.speed_tip") + " ([ ])"))
        self.speed.setFixedWidth(86)
        self.moment = QLabel()
        self.moment.setTextFormat(Qt.TextFormat.PlainText)
        self.moment.setProperty("role", "moment")
        self.entry = QLabel()
        self.entry.setTextFormat(Qt.TextFormat.PlainText)
        self.entry.setProperty("role", "muted")
        self.said = plain_label(" ", role="muted", wraps=False)
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.name = WordEntry()
        self.name.setPlaceholderText(self._words("replay.bookmark_name"))
        self.name.setAccessibleName(self._words("replay.bookmark_name"))
        self.name.setMaxLength(LONGEST_NAME)
        self.name.hide()
        self.bookmark_button = self._button("bookmark", "replay.bookmark_tip", "B", self.ask_name)
        self.bookmarks_button = QToolButton()
        self.bookmarks_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bookmarks_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.bookmarks_button)
        self.menu.setToolTipsVisible(True)
        self.bookmarks_button.setMenu(self.menu)
        self.sound = QToolButton()
        self.sound.setText(self._words("replay.sound"))
        self.sound.setCheckable(True)
        self.sound.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.sound.setToolTip(self._words("replay.sound_tip"))
        self._said_for = QTimer(self, singleShot=True, interval=SAID_MS)
        self._said_for.timeout.connect(self._say_note)
        self._lay_out()
        self._connect()
        self.refresh()

    def set_note(self, words: str) -> None:
        """Say this while there is nothing else to say."""
        self._note = one_line(words, 200)
        if not self._said_for.isActive():
            self._say_note()

    def say(self, words: str) -> None:
        """Say something for a while."""
        self._show_said(words)
        self._said_for.start()

    def refresh(self) -> None:
        """Show everything anew."""
        player, tape = self._player, self._player.tape
        state = player.desk.state if player.desk is not None else None
        self._zone = state.time_zone if state is not None else "UTC"
        share = 1.0 if not tape.head else min(1.0, tape.end / tape.head)
        self.timeline.show_span(player.begins_at, player.ends_at, self._zone, wound_share=share)
        self._show_marks()
        self._show_moment()
        self._show_playing()
        is_empty = tape.is_empty
        for part in (self.timeline, self.play_button, self.start_button, self.end_button, self.next_button,
                     self.previous_button, self.incident_button, self.alarm_button, self.bookmark_button):  # fmt: skip
            part.setEnabled(not is_empty)

    # What the keys and buttons do

    def next_event(self) -> None:
        """Step to the next entry."""
        self._stepped(self._player.next_event())

    def previous_event(self) -> None:
        """Step to the entry before."""
        self._stepped(self._player.previous_event(), is_back=True)

    def next_incident(self) -> None:
        """Go to where the next incident is reported."""
        self._stepped(self._player.next_mark(Mark.INCIDENT))

    def previous_incident(self) -> None:
        """Go to where the incident before was reported."""
        self._stepped(self._player.previous_mark(Mark.INCIDENT), is_back=True)

    def next_alarm(self) -> None:
        """Go to the next alarm."""
        self._stepped(self._player.next_mark(Mark.ALARM))

    def previous_alarm(self) -> None:
        """Go to the alarm before."""
        self._stepped(self._player.previous_mark(Mark.ALARM), is_back=True)

    def leap(self, seconds: float) -> None:
        """Go so far on, or back."""
        self._player.jump(self._player.clock() + timedelta(seconds=seconds))

    def ask_name(self) -> None:
        """Ask how this moment is to be called; it plays on no further meanwhile."""
        if self._player.tape.is_empty:
            return
        self._player.pause()
        held = self._marks.of(self._player.sequence)
        self.name.setText(held.name if held is not None else "")
        self.said.hide()
        self.name.show()
        self.name.setFocus()
        self.name.selectAll()

    def set_bookmark(self) -> None:
        """Keep this moment under the name that was written, or under its time."""
        name = named(self.name.text()) or self.moment.text()
        self._put_name_away()
        mark = Bookmark(self._player.clock(), self._player.sequence, name)
        self.say(self._words("replay.bookmark_set", name=one_line(name, 60)))
        self._marks.add(mark)

    def delete_bookmark(self) -> None:
        """Delete the bookmark of this moment."""
        held = self._marks.of(self._player.sequence)
        if held is not None:
            self._marks.remove(held)
            self.say(self._words("replay.bookmark_gone", name=one_line(held.name, 60)))

    def take_bookmark(self, mark: Bookmark) -> None:
        """Go to a bookmark: to its entry where that came on the screens then, else to its instant."""
        tape = self._player.tape
        if tape.before < mark.sequence <= tape.end and tape.moment(mark.sequence) == mark.at:  # of several at once
            self._player.jump_to(mark.sequence)
        else:
            self._player.jump(mark.at)
        self.timeline.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._do_key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.name:
                if event.key() == Qt.Key.Key_Escape:
                    self._put_name_away()
                    return True
                return False
            is_press = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if isinstance(watched, QAbstractButton) and not is_press:
                return self._do_key(event)
        return False

    def _do_key(self, event: QKeyEvent) -> bool:
        player, held, key = self._player, event.modifiers(), event.key()
        shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
        plain: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Space: player.toggle,
            Qt.Key.Key_Right: self.next_event,
            Qt.Key.Key_Left: self.previous_event,
            Qt.Key.Key_Home: player.to_start,
            Qt.Key.Key_End: player.to_end,
            Qt.Key.Key_PageDown: lambda: self.leap(HOUR_S),
            Qt.Key.Key_PageUp: lambda: self.leap(-HOUR_S),
            Qt.Key.Key_B: self.ask_name,
        }
        moved = {
            (Qt.Key.Key_Right, shift): self.next_incident,
            (Qt.Key.Key_Left, shift): self.previous_incident,
            (Qt.Key.Key_Right, control): self.next_alarm,
            (Qt.Key.Key_Left, control): self.previous_alarm,
        }
        held &= ~Qt.KeyboardModifier.KeypadModifier
        do = plain.get(key) if held == Qt.KeyboardModifier.NoModifier else moved.get((key, held))
        if do is None and event.text() in ("[", "【"):  # also on a keyboard that writes Chinese
            do = player.slower
        elif do is None and event.text() in ("]", "】"):
            do = player.faster
        if do is None:
            return False
        do()
        return True

    def _stepped(self, is_there: bool, *, is_back: bool = False) -> None:
        self._player.pause()
        if not is_there:
            self.say(self._words("replay.none_before" if is_back else "replay.no_more"))

    # How it looks

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        for part in (self.start_button, self.previous_button, self.play_button, self.next_button, self.end_button):
            row.addWidget(part)
        row.addSpacing(8)
        for part in (self.incident_button, self.alarm_button):
            row.addWidget(part)
        row.addSpacing(8)
        row.addWidget(self.speed)
        row.addSpacing(10)
        row.addWidget(self.moment)
        row.addSpacing(8)
        row.addWidget(self.entry)
        row.addSpacing(8)
        row.addWidget(self.said, 1)
        row.addWidget(self.name, 1)
        for part in (self.bookmark_button, self.bookmarks_button, self.sound):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 3, 8, 4)
        column.setSpacing(2)
        column.addWidget(self.timeline)
        column.addLayout(row)

    def _connect(self) -> None:
        player = self._player
        self.timeline.sought.connect(player.seek)
        self.timeline.bookmark_taken.connect(self.take_bookmark)
        player.moved.connect(self._show_moment)
        player.changed.connect(self._show_playing)
        player.grown.connect(self.refresh)
        self._marks.changed.connect(self._show_marks)
        self._marks.bad.connect(lambda why: self.say(self._words("replay.bookmarks_bad", reason=one_line(why, 160))))
        self._marks.not_kept.connect(
            lambda why: self.say(self._words("replay.bookmark_failed", reason=one_line(why, 160)))
        )
        self.menu.aboutToShow.connect(self._fill_menu)
        self.speed.valueChanged.connect(lambda value: player.set_speed(float(value)))
        self.name.entered.connect(self.set_bookmark)
        self.name.installEventFilter(self)
        self.sound.toggled.connect(self.sound_wanted)
        for part in self.findChildren(QAbstractButton):
            part.installEventFilter(self)

    def _show_playing(self) -> None:
        is_playing = self._player.is_playing
        words = self._words("replay.pause" if is_playing else "replay.play")
        self.play_button.setIcon(sign("pause" if is_playing else "play"))
        self.play_button.setAccessibleName(words)
        self.play_button.setToolTip(f"{words} (" + self._words("replay.space") + ")")
        if self.speed.value() != round(self._player.speed):
            self.speed.setValue(round(self._player.speed))

    def _show_moment(self) -> None:
        player, tape = self._player, self._player.tape
        if tape.is_empty:
            self.moment.setText("–")
            self.entry.setText("")
            return
        at = player.clock()
        local = at.astimezone(ZoneInfo(self._zone or "UTC"))
        day = say(f"day_{local.isoweekday()}", self._language)
        self.moment.setText(f"{day} {local:%Y-%m-%d %H:%M:%S}")
        sequence, end = f"{player.sequence:,}", f"{tape.end:,}"
        self.entry.setText(self._words("replay.entry", sequence=sequence, end=end))
        if not player.is_playing:
            self._tell_entry()
        self.timeline.show_moment(at)
        self.timeline.setAccessibleDescription(
            self._words("replay.at", at=self.moment.text(), sequence=sequence, end=end)
        )

    def _tell_entry(self) -> None:
        """Say in a tooltip when the entry was so, when it was written and by whom."""
        entry, zone = self._player.tape.entry(self._player.sequence), ZoneInfo(self._zone or "UTC")
        occurred, recorded = (
            f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" for at in (entry.occurred_at, entry.recorded_at)
        )
        actor, seat = one_line(entry.actor, 40), one_line(entry.seat, 40)
        self.entry.setToolTip(
            tooltip(self._words("replay.entry_tip", occurred=occurred, recorded=recorded, actor=actor, seat=seat))
        )

    def _show_marks(self) -> None:
        tape = self._player.tape
        self.timeline.show_marks(tape.moments_of(Mark.INCIDENT), tape.moments_of(Mark.ALARM), self._marks.all)
        count = len(self._marks.all)
        words = self._words("replay.bookmarks")
        self.bookmarks_button.setText(f"{words} {count}" if count else words)
        self.bookmarks_button.setAccessibleName(self.bookmarks_button.text())

    def _fill_menu(self) -> None:
        self.menu.clear()
        for mark in self._marks.all:
            at = f"{mark.at.astimezone(ZoneInfo(self._zone or 'UTC')):%m-%d %H:%M:%S}"
            words = self._words("replay.bookmark_line", at=at, name=one_line(mark.name, 60)).replace("&", "&&")
            self.menu.addAction(words).triggered.connect(lambda _=False, mark=mark: self.take_bookmark(mark))
        if not self._marks.all:
            self.menu.addAction(self._words("replay.no_bookmarks")).setEnabled(False)
        self.menu.addSeparator()
        gone = self.menu.addAction(self._words("replay.bookmark_delete"))
        gone.setEnabled(self._marks.of(self._player.sequence) is not None)
        gone.triggered.connect(lambda _=False: self.delete_bookmark())

    def _put_name_away(self) -> None:
        self.name.hide()
        self.said.show()
        self.timeline.setFocus()

    def _say_note(self) -> None:
        self._show_said(self._note)

    def _show_said(self, words: str) -> None:
        self.said.setText(words or " ")
        self.said.setToolTip(tooltip(words) if words else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_said_for"):
            for part in self.findChildren(QToolButton):
                name = part.property("sign")
                if name:
                    part.setIcon(sign(name))
            self._show_playing()

    def resizeEvent(self, event: object) -> None:
        is_narrow = self.width() < ROOMY_PX
        self.entry.setVisible(not is_narrow)

    def _button(self, name: str, code: str, key: str, do: Callable[[], object]) -> QToolButton:
        made = QToolButton()
        made.setIcon(sign(name))
        made.setProperty("sign", name)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = self._words(code)
        made.setAccessibleName(words)
        made.setToolTip(tooltip(f"{words} ({key})"))
        made.clicked.connect(lambda _=False: do())
        return made

    def _words(self, code: str, **values: object) -> str:
        return text(code, self._language, **values)
