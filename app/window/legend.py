"""What the map's shapes and letters mean, beside the codes that lists use for the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app import theme
from app.desk import Desk
from app.parts.marks import draw_badge, draw_department, draw_priority
from app.wording import label, listed, short_status, text
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.standards import COMPONENT, EVENT
from gis.closures import KINDS
from maps import symbols
from maps.case_symbols import CHECKED, IN_HAND, PAUSED, REPORTED, CaseLook, case_colour, case_icon, case_symbol
from maps.cluster_symbols import cluster_symbol, radius_px
from maps.gathered_points import pill
from maps.incident_symbols import Look, gathered_flag, incident_flag
from maps.layers import ClosureMark
from maps.live_imagined import ImaginedMark
from maps.overlay import Overlay
from maps.style import THEMES, Theme
from maps.view import View
from resources.status import Status

PRIORITIES = range(1, 6)
STAGES = ("waiting", "assigned", "working", "cleared")
SHOWN_KIND = "structure_fire"
WORDS_PX = 190
ROAD_PX = (58, 26)
ROAD_XY = np.array([[-26.0, 0.0], [0.0, 0.0], [26.0, 0.0]])
GATHERED = ("fire",) * 5 + ("ambulance",) * 3 + ("police",) * 2


class Legend(QWidget):
    """Show departments, statuses and priorities, each as the map and as the lists show it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setAccessibleName(say("shortcuts", desk.language))
        self._desk = desk
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        ratio = self.devicePixelRatioF()
        worn, painted = theme.look(), THEMES[theme.look().name]
        language = desk.language
        self._head(say("legend_departments", language))
        for kind, names in _departments(desk).items():
            self._row(
                _of_map(symbols.unit_symbol(painted, kind, "available", ratio), ratio),
                _of_list(lambda painter, box, kind=kind: draw_department(painter, box, kind), 18, ratio),
                names,
            )
        self._row(
            _of_map(symbols.small_unit_symbol(painted, "fire", ratio), ratio), None, say("legend_small", language)
        )
        self._head(say("legend_statuses", language))
        for status in Status:
            fill = worn.statuses.get(status.value, worn.neutral)
            code = short_status(status.value)
            self._row(
                _of_map(symbols.unit_symbol(painted, "fire", status.value, ratio), ratio),
                _of_list(lambda painter, box, fill=fill, code=code: draw_badge(painter, box, fill, code), 31, ratio),
                label("status", status.value, language),
            )
        self._head(say("legend_priorities", language))
        for priority in PRIORITIES:
            self._row(
                _of_map(incident_flag(painted, Look(14, SHOWN_KIND, priority), ratio), ratio, 34),
                _of_list(lambda painter, box, number=priority: draw_priority(painter, box, number), 18, ratio),
                label("priority", priority, language),
            )
        for stage in STAGES:
            self._row(
                _of_map(incident_flag(painted, Look(14, SHOWN_KIND, 2, stage), ratio), ratio, 34),
                None,
                label("stage", stage, language),
            )
        late = incident_flag(painted, Look(14, SHOWN_KIND, 2, late_min=7), ratio)
        self._row(_of_map(late, ratio, 34), None, say("legend_late", language))
        self._head(say("legend_gathered", language))
        self._row(
            _of_map(cluster_symbol(painted, GATHERED, True, radius_px(12), ratio), ratio),
            None,
            say("legend_gathered_units", language),
        )
        self._row(
            _of_map(gathered_flag(painted, 5, 1, 2, False, ratio), ratio, 34),
            None,
            say("legend_gathered_incidents", language),
        )
        self._cases(painted, ratio)
        self._head(say("legend_route", language))
        self._head(say("legend_roads", language))
        for kind in KINDS:
            mark = ClosureMark(kind, "LineString", ROAD_XY, kind=kind, speed_factor=0.4)
            self._row(_of_road(painted, ratio, closures=[mark]), None, label("closure_kind", kind, language))
        imagined = ImaginedMark("imagined", ROAD_XY)
        self._row(_of_road(painted, ratio, imagined=[imagined]), None, say("legend_imagined", language))
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self._grid.setColumnStretch(2, 1)

    def _cases(self, painted: Theme, ratio: float) -> None:
        """Show the marks of cases."""
        language = self._desk.language
        self._head(text("case_map.legend", language))
        for look, words in (
            (CaseLook(COMPONENT, REPORTED), "case_map.legend_component"),
            (CaseLook(EVENT, REPORTED), "case_map.legend_event"),
            (CaseLook(EVENT, IN_HAND), "case_map.legend_in_hand"),
            (CaseLook(EVENT, CHECKED), "case_map.legend_checked"),
            (CaseLook(EVENT, PAUSED), "case_map.legend_paused"),
            (CaseLook(EVENT, IN_HAND, is_late=True), "case_map.legend_late"),
            (CaseLook(EVENT, REPORTED, is_danger=True), "case_map.legend_danger"),
        ):
            self._row(_of_map(case_symbol(painted, look, ratio), ratio), None, text(words, language))
        sign = pill(painted, 12, case_colour(painted), case_icon(painted, False), ratio)
        self._row(_of_map(sign, ratio), None, text("case_map.legend_gathered", language))

    def _head(self, words: str) -> None:
        head = QLabel(words)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setProperty("role", "muted")
        head.setWordWrap(True)
        self._grid.addWidget(head, self._grid.rowCount(), 0, 1, 3)

    def _row(self, on_map: QPixmap, in_list: QPixmap | None, words: str) -> None:
        row = self._grid.rowCount()
        for column, picture in enumerate((on_map, in_list)):
            if picture is not None:
                shown = QLabel()
                shown.setPixmap(picture)
                shown.setAccessibleName(words)
                self._grid.addWidget(shown, row, column, Qt.AlignmentFlag.AlignCenter)
        said = QLabel(words)
        said.setTextFormat(Qt.TextFormat.PlainText)
        said.setWordWrap(True)
        said.setMinimumWidth(WORDS_PX)
        self._grid.addWidget(said, row, 2)


def _departments(desk: Desk) -> dict[str, str]:
    """Return the kinds of the roster's departments with the names of those that have it."""
    kinds: dict[str, list[str]] = {}
    for one in desk.state.roster.departments:
        name = one.name_zh if desk.language == "zh" and one.name_zh else one.name
        kinds.setdefault(one.kind, []).append(one_line(name, 40))
    return {kind: listed(names[:3], desk.language) for kind, names in kinds.items()}


def _of_map(image: QImage, ratio: float, least_height: int = 0) -> QPixmap:
    """Cut the empty upper or lower part of a symbol's picture away, so that rows stand close."""
    picture = QPixmap.fromImage(image)
    picture.setDevicePixelRatio(ratio)
    if least_height:  # a flag stands wholly in the upper half of its picture
        height = round(image.height() / 2 + 6 * ratio)
        picture = picture.copy(0, round(8 * ratio), image.width(), height - round(8 * ratio))
        picture.setDevicePixelRatio(ratio)
    return picture


def _of_road(painted: Theme, ratio: float, **marks: object) -> QPixmap:
    """Paint a piece of road as the map does."""
    width, height = ROAD_PX
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    overlay = Overlay()
    overlay.set_marks(**marks)  # type: ignore[arg-type]
    painter = QPainter(picture)
    overlay.paint(painter, View(0.0, 0.0, 1.0, width, height, device_pixel_ratio=ratio), painted, 0.0)
    painter.end()
    return picture


def _of_list(draw: Callable[[QPainter, QRectF], None], width: int, ratio: float) -> QPixmap:
    picture = QPixmap(round((width + 4) * ratio), round(20 * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter, QRectF(2, 1, width, 18 if width < 20 else 16))
    painter.end()
    return picture
