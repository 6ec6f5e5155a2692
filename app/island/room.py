"""Joins going alone to the desk's window: bar, page, menu, key, marks, and the report of a merge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app import jobs
from app.desk import Desk
from app.island.alone import Alone
from app.island.bar import KEY, IslandBar
from app.window.front import bring_to_front
from app.window.later import panel_in, when_made
from app.wording import one_line, text
from dispatch.account_commands import RecordExport

if TYPE_CHECKING:
    from app.island.panel import IslandPanel
    from app.room.seats_room import SeatsRoom
    from app.window.window import MainWindow
    from dispatch.engine import Engine

PAGE_KEY = "Ctrl+Shift+M"
LOOK_AFTER_MS = 1_500  # the window comes first


class IslandRoom(QObject):
    """Do what the bar and the page ask for; mark the window while the seat is alone."""

    def __init__(
        self,
        desk: Desk,
        alone: Alone,
        engine: Engine,
        window: MainWindow,
        seats_room: SeatsRoom,
        *,
        keep_in: Path | None,
    ) -> None:
        super().__init__(window)
        self._desk, self._alone, self._engine = desk, alone, engine
        self._window, self._seats_room = window, seats_room
        self._folder = keep_in / "reports" if keep_in is not None else None
        self._has_presence = desk.seats is not None
        self.bar = IslandBar(desk, alone)
        window.put_below_strip(self.bar)
        self.bar.page_wanted.connect(self.show_page)
        window.menus.put_before(
            "menu_incident",
            "close_road",
            ("island_deed", KEY, self.bar.do_next),
            ("show_island", PAGE_KEY, self.show_page),
        )
        when_made(window.panels["island"], self._join_page)
        alone.changed.connect(self._mark)
        alone.came_back.connect(self._on_came_back)
        desk.state_changed.connect(self._on_state)
        self._mark()
        QTimer.singleShot(LOOK_AFTER_MS, alone, alone.find_left_here)

    def show_page(self) -> None:
        """Bring the page of what was done alone to the front, with the keys on it."""
        bring_to_front(self._window.docks.get("island"))
        panel = panel_in(self._window.panels.get("island"))
        if hasattr(panel, "focus_list"):  # one that could not be made has a word in its place
            panel.focus_list()

    def write_report(self) -> None:
        """Write the report of the merge that is under way, else of the last one; a worker does it."""
        alone, desk, folder = self._alone, self._desk, self._folder
        over = alone.over
        merge = alone.merge or (over.merge if over is not None else None)
        if merge is None or folder is None:
            desk.said.emit("warning", text("alone.report_nowhere", desk.language))
            return
        is_over = merge is not alone.merge and over is not None
        file = str(over.file if is_over and over is not None else merge.island.path)
        island_state = alone.island_state

        def write(job: jobs.Job) -> Path:
            from app import printout
            from app.island.report import merge_tables

            with merge.lock:
                tables = merge_tables(desk, merge, merge.ledger.report(), island_state, file)
            base = merge.island.base
            return printout.put_on_paper(tables, folder, f"merge-{base.began_at:%Y%m%d-%H%M%S}-{base.island_id[:8]}")

        def done(path: Path) -> None:
            desk.send(RecordExport("island", path.name))
            desk.said.emit("info", text("alone.report_made", desk.language, path=str(path)))

        def failed(problem: BaseException) -> None:
            desk.said.emit("warning", text("alone.report_failed", desk.language, reason=one_line(problem, 200)))

        jobs.start(write, done=done, failed=failed)

    def _join_page(self, panel: IslandPanel) -> None:
        if self._folder is not None and hasattr(panel, "write_report"):
            panel.write_report = self.write_report
            panel.refresh()

    def _mark(self) -> None:
        is_alone = self._alone.is_island
        self._window.heading.show_alone(is_alone)
        if is_alone or self._alone.server.lost_at is None:  # it is saved again: the bar and the strip say the rest
            self._window.notices.take_back(text("server.lost", self._desk.language))

    def _on_state(self, entry: object, state: object) -> None:
        if entry is None:
            self._window.status_line.show_log(self._engine.log.name)
            self._mark()

    def _on_came_back(self) -> None:
        if self._has_presence:
            return
        from app.room.presence_link import PresenceLink

        presence = PresenceLink.of(self._desk, self._engine.log)
        if presence is not None:
            self._has_presence = True
            self._seats_room.join(presence)
