"""Shows coverage on the map: none, as it is now, as it would be after what is ticked leaves, and the difference."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.canvas.canvas import MapCanvas
from app.coverage import words
from app.coverage.watch import CoverWatch
from app.desk import Desk
from app.wording import listed, text
from dispatch.coverage_report import Cover, CoverageReport
from maps.live_coverage import CoverageMark
from maps.live_posts import PostMark
from resources.status import FREE

MOST_UNITS = 4
AT_POST_M = 120.0
REFRESH_MS = 250


class Shown(StrEnum):
    """What of coverage the map shows."""

    OFF = "off"
    NOW = "now"
    AFTER = "after"
    DIFFERENCE = "difference"


NAMES = {
    Shown.OFF: "cover.off",
    Shown.NOW: "cover.now",
    Shown.AFTER: "cover.after",
    Shown.DIFFERENCE: "cover.difference",
}
CAPTIONS = {
    Shown.NOW: "cover.caption_now",
    Shown.AFTER: "cover.caption_after",
    Shown.DIFFERENCE: "cover.caption_difference",
}


class CoverOnMap(QObject):
    """Keep a canvas' coverage and posts true; `next` goes from one picture to the next."""

    def __init__(self, desk: Desk, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._watch = CoverWatch.of(desk)
        self.shown = Shown.OFF
        self._of: tuple[str, str] | None = None  # whose cover; None: the one that is hit worst
        self._is_proposing = False
        self.menu = QMenu(text("cover.menu", desk.language), canvas)
        self.menu.aboutToShow.connect(self._fill)
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._soon.timeout.connect(self.refresh_posts)
        self._watch.changed.connect(self.refresh)
        self._watch.moves_changed.connect(self.refresh_posts)
        desk.looked.connect(self._refresh_posts_soon)
        desk.fixes_changed.connect(self._refresh_posts_soon)
        self.refresh_posts()

    def next(self) -> None:
        """Show the next picture, after the last none."""
        order = list(Shown)
        self.show(order[(order.index(self.shown) + 1) % len(order)])

    def show(self, shown: Shown) -> None:
        """Show this picture."""
        self.shown = shown
        if shown is not Shown.OFF:
            self._watch.look()
        language = self._desk.language
        words_said = text("cover.on_said", language, what=text(NAMES[shown], language).casefold())
        if shown is Shown.OFF:
            words_said = text("cover.off_said", language)
        if shown is not Shown.OFF and self._watch.report is None:
            words_said = text("cover.unknown" if self._watch.problem else "cover.needs_report", language)
        self._desk.said.emit("info", words_said)
        self.refresh()
        self.refresh_posts()

    def take(self, department: str, target: str = "") -> None:
        """Show whose cover: a department's by one target, by its first for the empty text; all empty: the worst."""
        self._of = (department, target) if department else None
        self.show(Shown.DIFFERENCE if self.shown is Shown.OFF and self._watch.leaving else self._not_off())

    def propose(self, is_wanted: bool) -> None:
        """Show also the move-ups that are only proposed, or no more."""
        self._is_proposing = is_wanted
        self.refresh_posts()

    def refresh(self) -> None:
        """Draw coverage anew."""
        report = self._watch.report
        cover = self._cover(report) if report is not None else None
        if self.shown is Shown.OFF or report is None or cover is None:
            self._canvas.set_marks(coverage=())
            return
        language = self._desk.language
        before, after = {
            Shown.NOW: (cover.chance, cover.chance),
            Shown.AFTER: (cover.chance_after, cover.chance_after),
        }.get(self.shown, (cover.chance, cover.chance_after))
        is_difference = self.shown is Shown.DIFFERENCE
        legend = (
            text("cover.in_time", language),
            text("cover.lost", language) if is_difference else "",
            text("cover.bare", language),
            text("cover.thinner", language) if is_difference else "",
        )
        mark = CoverageMark(
            report.demand.corner_xy, report.demand.cell_m, before, after, self._caption(report, cover), legend
        )
        self._canvas.set_marks(coverage=(mark,))

    def refresh_posts(self) -> None:
        """Draw anew who is on the way to another station than its own, and who is proposed to go."""
        city, state = self._desk.city, self._desk.state
        if city is None:
            return
        marks = []
        for unit_id, unit in sorted(state.units.items()):
            if unit.post is not None and unit.status in FREE and not unit.assignment_id:
                marks.append(self._post(unit_id, unit.post.station_id, (unit.post.lon, unit.post.lat)))
        if self._is_proposing or self.shown is not Shown.OFF:
            for move in self._watch.slots:
                station = state.stations.get(move.to_station) if move is not None else None
                if move is not None and station is not None:
                    place = (station.lon, station.lat)
                    marks.append(self._post(move.unit_id, station.id, place, is_proposed=True))
        far = [m for m in marks if np.hypot(m.x - m.post_x, m.y - m.post_y) > AT_POST_M]
        self._canvas.set_marks(posts=far)

    def _post(
        self, unit_id: str, station_id: str, place: tuple[float, float], *, is_proposed: bool = False
    ) -> PostMark:
        city, state = self._desk.city, self._desk.state
        unit, fix = state.units[unit_id], self._desk.fixes.get(unit_id)
        # Without a position it is thought to be at its own station until it says that it arrived.
        at = (fix.lon, fix.lat) if fix is not None else (unit.unit.lon, unit.unit.lat)
        if is_proposed and fix is None:
            at = unit.home
        x, y = city.to_metric(*at)
        post_x, post_y = city.to_metric(*place)
        department = state.departments.get(unit.unit.department)
        label = text("posts.to", self._desk.language, unit=unit_id, station=words.station_name(state, station_id))
        kind = department.kind if department is not None else ""
        return PostMark(unit_id, float(x), float(y), float(post_x), float(post_y), label, kind, is_proposed)

    def _refresh_posts_soon(self, *_: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _cover(self, report: CoverageReport) -> Cover | None:
        if self._of is not None:
            department, target = self._of
            for cover in report.covers:
                if cover.department == department and target in ("", cover.target.id):
                    return cover
        return words.foremost(report)

    def _caption(self, report: CoverageReport, cover: Cover) -> str:
        units = report.leaving
        named = listed(units[:MOST_UNITS], self._desk.language) + (" …" if len(units) > MOST_UNITS else "")
        key = CAPTIONS[self.shown]
        if self.shown is not Shown.NOW and not units:
            key = "cover.caption_nobody"
        now = cover.reached if self.shown is Shown.NOW else cover.reached_after
        return text(
            key,
            self._desk.language,
            who=words.who(cover, self._desk),
            within_s=cover.target.within_s,
            percent=words.percent(now),
            before=words.percent(cover.reached),
            after=words.percent(cover.reached_after),
            units=named,
        )

    def _not_off(self) -> Shown:
        return Shown.NOW if self.shown is Shown.OFF else self.shown

    def _fill(self) -> None:
        language, menu = self._desk.language, self.menu
        menu.clear()
        for shown in Shown:
            self._entry(text(NAMES[shown], language), self.shown is shown, partial(self.show, shown))
        menu.addSeparator()
        self._entry(text("cover.worst_first", language), self._of is None, partial(self.take, ""))
        for cover in self._watch.report.covers if self._watch.report is not None else ():
            is_on = self._of == words.key_of(cover)
            self._entry(words.heading(cover, self._desk), is_on, partial(self.take, *words.key_of(cover)))

    def _entry(self, said: str, is_on: bool, do: partial[None]) -> QAction:
        action = self.menu.addAction(said.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(is_on)
        action.triggered.connect(lambda checked=False: do())
        return action
