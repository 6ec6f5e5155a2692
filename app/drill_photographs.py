"""Photographs of a drill: drawn, marked as simulated, and kept as real ones are."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF

from app.evidence.album import Album
from app.wording import text
from dispatch.case import BEFORE, Evidence
from dispatch.refused import Refused

logger = logging.getLogger(__name__)

WIDTH_PX, HEIGHT_PX = 640, 480


def photograph(album: Album | None, kind: str, name: str, at: datetime, number: int, language: str) -> Evidence:
    """Draw a photograph of a thing by its name and keep it; without an album only its name is kept.

    `number` makes it another one than any that was drawn in the same second.
    """
    words = f"{name} {kind} {at.isoformat()} {number}"
    if album is not None:
        try:
            data = _drawn(kind, name, f"{at:%Y-%m-%d %H:%M:%S} UTC · {number}", text("drill.photograph", language))
            return Evidence(album.store.add_bytes(data, "drill.jpg").file.id, kind, near=True, distance_m=8.0)
        except (OSError, Refused) as problem:
            logger.warning("a drill's photograph is not kept: %s", problem)
    return Evidence(hashlib.sha256(words.encode()).hexdigest(), kind, near=True, distance_m=8.0)


def _drawn(kind: str, name: str, stamp: str, mark: str) -> bytes:
    """Draw a street at dusk with something on it before, and without it after."""
    tint = int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big")
    image = QImage(WIDTH_PX, HEIGHT_PX, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(0, 0, 0, HEIGHT_PX * 0.45)
    sky.setColorAt(0, QColor.fromHsv(205 + tint % 20, 70, 170))
    sky.setColorAt(1, QColor.fromHsv(205 + tint % 20, 30, 225))
    painter.fillRect(image.rect(), sky)
    for place in range(5):
        left, high = place * 140 - tint % 60, 90 + (tint * (place + 3)) % 90
        painter.fillRect(QRectF(left, 216 - high, 120, high), QColor.fromHsv(20 + (tint + place * 7) % 30, 50, 120))
    painter.fillRect(QRectF(0, 216, WIDTH_PX, 60), QColor(150, 148, 142))
    painter.fillRect(QRectF(0, 276, WIDTH_PX, HEIGHT_PX - 276), QColor(88, 90, 94))
    painter.setPen(Qt.PenStyle.NoPen)
    if kind == BEFORE:
        spot = QPolygonF(
            [QPointF(220, 350), QPointF(290, 268), QPointF(372, 286), QPointF(430, 352), QPointF(330, 392)]
        )
        painter.setBrush(QColor.fromHsv(tint % 360, 150, 110))
        painter.drawPolygon(spot)
        painter.setBrush(QColor.fromHsv(tint % 360, 110, 165))
        painter.drawEllipse(QRectF(292, 296, 76, 52))
    painter.fillRect(QRectF(0, HEIGHT_PX - 66, WIDTH_PX, 66), QColor(0, 0, 0, 150))
    painter.setPen(QColor("white"))
    font = painter.font()
    font.setPixelSize(22)
    painter.setFont(font)
    painter.drawText(QRectF(14, HEIGHT_PX - 62, 612, 30), Qt.AlignmentFlag.AlignVCenter, f"{mark} · {name}")
    font.setPixelSize(16)
    painter.setFont(font)
    painter.drawText(QRectF(14, HEIGHT_PX - 34, 612, 26), Qt.AlignmentFlag.AlignVCenter, stamp)
    painter.end()
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(out, "JPEG", 85)
    return bytes(out.data().data())
