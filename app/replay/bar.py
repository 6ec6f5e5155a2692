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
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.parts.forms import number_field, plain_label
from app.replay.bar_keys import Keys, deed_of
from app.replay.bookmarking import Bookmarking
from app.replay.kept_marks import KeptMarks
from app.replay.player import FASTEST, SLOWEST, Player
from app.replay.signs import sign
from app.replay.timeline import Timeline
from app.wording import one_line, text, tooltip
from app.wording.screen import say
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
        self._said_words = ""
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
        self.speed = number_field()
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
        self.bookmarks = Bookmarking(player, marks, language, self)
        self.bookmark_button = self._button("bookmark", "replay.bookmark_tip", "B", self.bookmarks.ask_name)
        self.sound = QToolButton()
        self.sound.setText(self._words("replay.sound"))
        self.sound.setCheckable(True)
        self.sound.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.sound.setToolTip(self._words("replay.sound_tip"))
        self._said_for = QTimer(self, singleShot=True, interval=SAID_MS)
        self._said_for.timeout.connect(self._say_note)
        self._keys = Keys(
            play=player.toggle,
            next_event=self.next_event,
            previous_event=self.previous_event,
            next_incident=self.next_incident,
            previous_incident=self.previous_incident,
            next_alarm=self.next_alarm,
            previous_alarm=self.previous_alarm,
            start=player.to_start,
            end=player.to_end,
            hour_on=lambda: self.leap(HOUR_S),
            hour_back=lambda: self.leap(-HOUR_S),
            slower=player.slower,
            faster=player.faster,
            bookmark=self.bookmarks.ask_name,
        )
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._do_key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.said and event.type() == QEvent.Type.Resize:
            self._fit_said()
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_press = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if isinstance(watched, QAbstractButton) and not is_press:
                return self._do_key(event)
        return False

    def _do_key(self, event: QKeyEvent) -> bool:
        do = deed_of(event, self._keys)
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
        row.addWidget(self.bookmarks.name, 1)
        for part in (self.bookmark_button, self.bookmarks.list_button, self.sound):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 3, 8, 4)
        column.setSpacing(2)
        column.addWidget(self.timeline)
        column.addLayout(row)

    def _connect(self) -> None:
        player = self._player
        self.timeline.sought.connect(player.seek)
        self.timeline.bookmark_taken.connect(self.bookmarks.take)
        player.moved.connect(self._show_moment)
        player.changed.connect(self._show_playing)
        player.grown.connect(self.refresh)
        self._marks.changed.connect(self._show_marks)
        self.bookmarks.said.connect(self.say)
        self.bookmarks.naming.connect(self._on_naming)
        self.speed.valueChanged.connect(lambda value: player.set_speed(float(value)))
        self.said.installEventFilter(self)
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

    def _on_naming(self, is_on: bool) -> None:
        """Let the line stand in the place of what is said."""
        self.said.setVisible(not is_on)
        if not is_on:
            self.timeline.setFocus()

    def _say_note(self) -> None:
        self._show_said(self._note)

    def _show_said(self, words: str) -> None:
        self._said_words = words
        self.said.setToolTip(tooltip(words) if words else "")
        self._fit_said()

    def _fit_said(self) -> None:
        room = max(self.said.width() - 4, 0)
        fitted = self.said.fontMetrics().elidedText(self._said_words, Qt.TextElideMode.ElideRight, room)
        self.said.setText(fitted or " ")
        self.said.setAccessibleName(self._said_words)

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
