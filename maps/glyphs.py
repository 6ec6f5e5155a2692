"""Tiny outlines that say what kind of incident it is, drawn in a box of 14 by 14 around the origin."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

# The first word found in the id of a kind decides; the order matters ("gas_fire" burns).
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("hazard", ("gas", "hazmat", "chemical", "spill", "explosion", "bomb", "radiation", "suspicious_package")),
    ("flame", ("fire", "smoke", "alarm", "burn")),
    ("cross", (
        "cardiac", "medical", "stroke", "breath", "injur", "unconscious", "overdose", "birth", "fall", "chest",
        "bleed", "ambulance", "ill_", "sick", "trauma", "patient", "choking", "drown",
    )),
    ("car", ("traffic", "collision", "vehicle", "parking", "road_accident", "crash", "tram", "train")),
    ("drop", ("water", "flood", "drain", "sewer", "hydrant", "leak", "pipe")),
    ("bolt", ("power", "electric", "lamp", "light", "cable", "wire", "signal", "outage")),
    ("star", (
        "assault", "robbery", "burglary", "theft", "fight", "shoot", "weapon", "disturb", "domestic", "noise",
        "police", "crime", "intruder", "vandal", "crowd", "threat", "stab",
    )),
    ("person", ("person", "missing", "search", "child", "lift", "rescue", "trapped", "welfare", "evacu")),
    ("cone", (
        "manhole", "road", "tree", "waste", "rubbish", "garbage", "litter", "pothole", "graffiti", "snow", "ice",
        "sign", "bench", "pavement", "street", "construction", "animal", "stall",
    )),
)  # fmt: skip


def glyph_of(kind: str) -> str:
    """Name the glyph of a kind of incident by the words in its id; "mark" where none fits."""
    if kind == "missing_manhole_cover":
        return "cone"
    for glyph, words in _WORDS:
        if any(word in kind for word in words):
            return glyph
    return "mark"


@lru_cache(maxsize=32)
def glyph_path(glyph: str) -> QPainterPath:
    """Return the outline of a glyph; unknown ones are an exclamation mark."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    draw = _DRAWN.get(glyph, _mark)
    draw(path)
    return path


def _shape(path: QPainterPath, *corners: tuple[float, float]) -> None:
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()


def _flame(path: QPainterPath) -> None:
    path.moveTo(0.5, -7.5)
    path.cubicTo(1.5, -4, 5.5, -2.5, 5.5, 2)
    path.cubicTo(5.5, 5.5, 3, 7, 0, 7)
    path.cubicTo(-3.5, 7, -5.5, 5, -5.5, 2)
    path.cubicTo(-5.5, -0.5, -4, -2, -3.2, -3.5)
    path.cubicTo(-2.6, -2, -2, -1.2, -1.2, -1)
    path.cubicTo(-1.6, -3.4, -0.8, -5.8, 0.5, -7.5)
    path.closeSubpath()


def _cross(path: QPainterPath) -> None:
    _shape(
        path, (-2.2, -6.5), (2.2, -6.5), (2.2, -2.2), (6.5, -2.2), (6.5, 2.2), (2.2, 2.2), (2.2, 6.5), (-2.2, 6.5),
        (-2.2, 2.2), (-6.5, 2.2), (-6.5, -2.2), (-2.2, -2.2),
    )  # fmt: skip


def _car(path: QPainterPath) -> None:
    body = QPainterPath()
    body.addPolygon(
        QPolygonF([
            QPointF(-7, 4), QPointF(-7, 0), QPointF(-4.6, -0.8), QPointF(-2.8, -4.8), QPointF(3, -4.8),
            QPointF(5, -0.8), QPointF(7, 0), QPointF(7, 4),
        ])
    )  # fmt: skip
    body.closeSubpath()
    holes = QPainterPath()
    holes.addPolygon(QPolygonF([QPointF(-3.1, -0.9), QPointF(-1.9, -3.5), QPointF(2.3, -3.5), QPointF(3.5, -0.9)]))
    holes.closeSubpath()
    wheels = QPainterPath()
    wheels.addEllipse(QPointF(-3.8, 4.2), 2.0, 2.0)
    wheels.addEllipse(QPointF(3.8, 4.2), 2.0, 2.0)
    path.addPath(body.subtracted(holes).united(wheels))


def _drop(path: QPainterPath) -> None:
    path.moveTo(0, -7.5)
    path.cubicTo(2.5, -3.5, 5, -1, 5, 2)
    path.arcTo(QRectF(-5, -3, 10, 10), 0, -180)
    path.cubicTo(-5, -1, -2.5, -3.5, 0, -7.5)
    path.closeSubpath()


def _bolt(path: QPainterPath) -> None:
    _shape(path, (1.5, -7.5), (-4.5, 1), (-0.6, 1), (-1.5, 7.5), (4.5, -1.6), (0.6, -1.6))


def _hazard(path: QPainterPath) -> None:
    outer, inner = QPainterPath(), QPainterPath()
    _shape(outer, (0, -7), (7.5, 6), (-7.5, 6))
    _shape(inner, (-1.1, -2.5), (1.1, -2.5), (0.7, 2), (-0.7, 2))
    inner.addEllipse(QPointF(0, 3.9), 1.1, 1.1)
    path.addPath(outer.subtracted(inner))


def _star(path: QPainterPath) -> None:
    _shape(
        path, (0, -7.2), (1.9, -2.4), (6.9, -2.2), (3, 1), (4.3, 6), (0, 3.2), (-4.3, 6), (-3, 1), (-6.9, -2.2),
        (-1.9, -2.4),
    )  # fmt: skip


def _person(path: QPainterPath) -> None:
    path.addEllipse(QPointF(0, -4), 2.9, 2.9)
    path.moveTo(-5.5, 7)
    path.cubicTo(-5.5, -1.5, 5.5, -1.5, 5.5, 7)
    path.closeSubpath()


def _cone(path: QPainterPath) -> None:
    _shape(path, (-1.2, -7), (1.2, -7), (2.3, -3.2), (-2.3, -3.2))
    _shape(path, (-2.7, -1.8), (2.7, -1.8), (3.7, 1.6), (-3.7, 1.6))
    _shape(path, (-4.1, 3), (4.1, 3), (4.6, 4.4), (6.5, 4.4), (6.5, 6.6), (-6.5, 6.6), (-6.5, 4.4), (-4.6, 4.4))


def _mark(path: QPainterPath) -> None:
    _shape(path, (-1.9, -7), (1.9, -7), (1.2, 2), (-1.2, 2))
    path.addEllipse(QPointF(0, 5), 2.0, 2.0)


_DRAWN = {
    "flame": _flame,
    "cross": _cross,
    "car": _car,
    "drop": _drop,
    "bolt": _bolt,
    "hazard": _hazard,
    "star": _star,
    "person": _person,
    "cone": _cone,
}
