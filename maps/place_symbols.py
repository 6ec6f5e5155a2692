"""Small pictures of what stands still: cameras, stations, hospitals."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from maps.style import Theme, department_colour
from maps.symbols import drawn, write

CAMERA_FAN_PX = 64.0
CAMERA_FAN_DEG = 70.0
ALL_ROUND_DEG = 360.0


def camera_symbol(theme: Theme, rank: int | None, scale: float) -> QImage:
    """Draw a camera: a quiet dot with a lens, or a bright disc with its rank."""

    def draw(painter: QPainter) -> None:
        if rank is None:
            camera_icon(theme)(painter)
            return
        painter.setPen(QPen(QColor(theme.ink), 2.2))
        painter.setBrush(QColor(theme.camera_ranked))
        painter.drawRoundedRect(QRectF(-10, -9, 20, 18), 6, 6)
        write(painter, str(rank), 12.5, theme.ink if theme.name == "night" else theme.paper)

    return drawn(28, 26, scale, draw)


def camera_fan(
    theme: Theme, direction_deg: float | None, is_ranked: bool, scale: float, angle_deg: float = CAMERA_FAN_DEG
) -> QImage:
    """Draw where a camera looks (0 north, clockwise) and how wide as a fading fan; all round as a disc.

    Where nobody knows (no direction) a grey dashed ring says that it sees a part of this.
    """
    reach = CAMERA_FAN_PX / 2 if not is_ranked else CAMERA_FAN_PX * 0.85
    is_round = angle_deg >= ALL_ROUND_DEG

    def draw(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if direction_deg is None and not is_round:
            colour = QColor(theme.neutral)
            colour.setAlphaF(0.10)
            painter.setBrush(colour)
            colour.setAlphaF(0.55)
            painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DashLine))
            painter.drawEllipse(QPointF(0, 0), reach * 0.6, reach * 0.6)
            return
        colour = QColor(theme.camera_ranked if is_ranked else theme.camera)
        colour.setAlphaF((0.17 if is_ranked else 0.11) * (0.6 if is_round else 1.0))
        painter.setBrush(colour)
        painter.rotate(direction_deg or 0.0)
        for share in (1.0, 0.75, 0.5):
            radius = reach * share
            box = QRectF(-radius, -radius, 2 * radius, 2 * radius)
            if is_round:
                painter.drawEllipse(box)
            else:
                painter.drawPie(box, round((90 - angle_deg / 2) * 16), round(angle_deg * 16))

    return drawn(2 * reach + 2, 2 * reach + 2, scale, draw)


def camera_icon(theme: Theme) -> Callable[[QPainter], None]:
    """Return what draws the dot with a lens that stands for a camera."""

    def draw(painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme.halo), 1.2))
        painter.setBrush(QColor(theme.camera))
        painter.drawRoundedRect(QRectF(-4.5, -3.5, 9, 7), 2, 2)
        painter.setBrush(QColor(theme.halo))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(0, 0), 1.8, 1.8)

    return draw


def station_icon(theme: Theme, department_kind: str) -> Callable[[QPainter], None]:
    """Return what draws a station's little house in its department's colour, a hospital's board with an H.

    Without a department the house is grey: several kinds stand together.
    """

    def draw(painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme.ink), 1.4))
        if department_kind == "hospital":
            painter.setBrush(QColor(theme.paper))
            painter.drawRoundedRect(QRectF(-7, -7, 14, 14), 3, 3)
            write(painter, "H", 11, theme.distress)
            return
        house = QPolygonF([QPointF(-7, -2), QPointF(0, -8.5), QPointF(7, -2), QPointF(7, 7), QPointF(-7, 7)])
        painter.setBrush(QColor(department_colour(theme, department_kind) if department_kind else theme.neutral))
        painter.drawPolygon(house)
        painter.setBrush(QColor(theme.ink))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRect(QRectF(-2.6, 1, 5.2, 6))

    return draw


def station_symbol(theme: Theme, department_kind: str, scale: float) -> QImage:
    """Draw a station or a hospital."""
    return drawn(20, 22, scale, station_icon(theme, department_kind))
