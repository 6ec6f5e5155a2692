"""Joins a replay to its window: the bar, its menu and keys; what only works on a log that is written is shut."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QToolBar

from app import jobs
from app.replay.bar import ReplayBar
from app.replay.kept_marks import KeptMarks
from app.replay.laying import lay_out
from app.replay.player import Player
from app.replay.tracks_then import TracksThen
from app.wording import one_line, sentence, text, tooltip
from app.wording.screen import say
from dispatch.replay.record import Record
from dispatch.replay.tape import Tape

if TYPE_CHECKING:
    from app.desktop import Shown

TELL_EVERY_S = 0.5
LOOK_MS = 2_000  # how often a log is looked at that may be being written
SHUT = (
    *("new_call", "send", "attach", "plan_all", "print", "hand_out", "acknowledge_distress", "acknowledge_speak"),
    *("open_log_again", "close_road", "new_case"),
)
NOT_SEEN = ("intake", "case_intake", "room")


class ReplayRoom(QObject):
    """Hold what a replay adds to the ordinary window. `wind_on` brings the tape up to its log, again and again."""

    def __init__(self, shown: Shown, record: Record, player: Player, marks_file: Path) -> None:
        super().__init__(shown.window)
        self._shown, self._record, self.player = shown, record, player
        desk, window = shown.desktop.desk, shown.window
        self._desk, self._language = desk, desk.language
        self._winding: jobs.Job | None = None
        self._wanted_at: datetime | None = None
        self._told_s = 0.0
        self._was_all = False
        self.marks = KeptMarks(marks_file, self)
        self.bar = ReplayBar(player, self.marks, desk.language)
        self.tracks = TracksThen(record, player, self)
        player.shown.connect(lambda: lay_out(window))
        self._put_bar()
        self._add_menu()
        self._shut()
        window.sounds.hush(True)
        self.bar.sound_wanted.connect(lambda on: window.sounds.hush(not on))
        kind = say(record.kind.value, desk.language) if record.kind is not None else ""
        window.strip.kind.setToolTip(tooltip(text("replay.kind_tip", desk.language, kind=kind)))
        self.bar.set_note(self._usual_note())
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.wind_on)
        self.marks.read()

    def start(self, *, at: datetime | None = None) -> None:
        """Wind on from now on; go to `at` as soon as the tape reaches it."""
        self._wanted_at = at
        self._go_where_wanted()
        self._look.start()
        self.wind_on()
        self.bar.timeline.setFocus()

    def stop(self) -> None:
        """Play and wind no more."""
        self._look.stop()
        self.player.pause()
        if self._winding is not None:
            self._winding.cancel()

    def wind_on(self) -> None:
        """Take what the log holds more, in a job; what is there can be played meanwhile."""
        if self._winding is not None:
            return
        tape = self.player.tape
        self._winding = jobs.start(
            lambda job: _wind(tape, job),
            done=self._wound,
            failed=self._failed,
            progressed=lambda share, words: self._on_progress(share),
        )

    def _on_progress(self, share: float) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s < TELL_EVERY_S:
            return
        self._told_s = now_s
        self.bar.set_note(text("replay.winding", self._language, share=f"{100 * share:.0f}"))
        self.player.on_wound()
        self._go_where_wanted()

    def _wound(self, taken: int) -> None:
        self._winding = None
        if taken:
            self.player.on_wound()
            if self._was_all:
                self.bar.say(text("replay.grown", self._language, count=f"{taken:,}"))
        self._was_all = True
        self._go_where_wanted(is_all=True)
        self.bar.set_note(self._usual_note())

    def _failed(self, problem: BaseException) -> None:
        self._winding = None
        self.bar.set_note(text("replay.wind_failed", self._language, reason=one_line(problem, 160)))

    def _go_where_wanted(self, *, is_all: bool = False) -> None:
        at, player = self._wanted_at, self.player
        if at is not None and not player.tape.is_empty and (is_all or at <= player.ends_at):
            self._wanted_at = None
            player.jump(at)

    def _usual_note(self) -> str:
        tape = self.player.tape
        if tape.before:
            zone = ZoneInfo(self._desk.state.time_zone or "UTC")
            at = f"{self.player.begins_at.astimezone(zone):%Y-%m-%d %H:%M}"
            return text("replay.begins", self._language, at=at)
        return text("replay.no_positions", self._language) if "://" not in self._record.name else ""

    def _put_bar(self) -> None:
        window = self._shown.window
        holder = QToolBar(window)
        holder.setObjectName("replay_bar")
        holder.setMovable(False)
        holder.setFloatable(False)
        holder.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        holder.toggleViewAction().setEnabled(False)
        holder.addWidget(self.bar)
        commands = window.findChild(QToolBar, "command_bar")
        assert commands is not None
        window.insertToolBar(commands, holder)
        window.insertToolBarBreak(commands)

    def _add_menu(self) -> None:
        window, bar, player = self._shown.window, self.bar, self.player
        window.menus.insert(
            "menu_replay",
            "menu_view",
            ("replay_play", "Ctrl+Y", player.toggle),
            ("replay_previous", "Alt+Left", bar.previous_event),
            ("replay_next", "Alt+Right", bar.next_event),
            ("replay_previous_incident", "Alt+Shift+Left", bar.previous_incident),
            ("replay_next_incident", "Alt+Shift+Right", bar.next_incident),
            ("replay_next_alarm", "", bar.next_alarm),
            ("replay_bookmark", "Ctrl+Shift+Y", bar.bookmarks.ask_name),
            ("replay_focus", "Ctrl+U", bar.timeline.setFocus),
        )
        window.menus.keys.append(("Space, ← →, [ ], B", text("replay.keys", self._language)))

    def _shut(self) -> None:
        """Switch off what only works on a log that is written, and put away the panels that only write."""
        shown, window = self._shown, self._shown.window
        why = tooltip(sentence("is_record", (), self._language))
        for action in (*(window.menus.actions[code] for code in SHUT), shown.what_if.action, shown.figures_room.action):
            action.setEnabled(False)
            action.setToolTip(why)
        for key in NOT_SEEN:
            dock = window.docks.get(key)
            if dock is not None:
                dock.hide()
                dock.toggleViewAction().setEnabled(False)


def _wind(tape: Tape, job: jobs.Job) -> int:
    return tape.wind(lambda share, end: job.report(share))
