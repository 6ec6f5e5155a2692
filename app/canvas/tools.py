"""Tools of the map: what mouse and keys do while one of them is chosen. Each tool is a small object, a hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from maps.layers import Marks
from maps.overlay import Overlay
from maps.style import Theme
from maps.view import View

LonLat = tuple[float, float]


class Tool(StrEnum):
    """Say what the mouse does on the map."""

    PAN = "pan"
    PLACE = "place"
    LINE = "line"
    POLYGON = "polygon"
    LASSO = "lasso"
    RECTANGLE = "rectangle"
    MEASURE = "measure"
    AREA = "area"
    BUFFER = "buffer"
    PERIMETER = "perimeter"
    HERE = "here"


class Taking(StrEnum):
    """Say what becomes of the selection when something is enclosed."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"

    @classmethod
    def by(cls, modifiers: Qt.KeyboardModifier) -> Taking:
        """Read it off the keyboard: Shift adds, Ctrl removes."""
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            return cls.REMOVE
        return cls.ADD if modifiers & Qt.KeyboardModifier.ShiftModifier else cls.REPLACE


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a tool drew: a GeoJSON geometry type and its lon/lat corners; a circle is a "Point" with its radius."""

    tool: Tool
    geometry_type: str
    corners: tuple[LonLat, ...]
    radius_m: float | None = None


class Surface(Protocol):
    """What a hand knows of the map under it; the canvas says what each of these is, and which signals there are."""

    theme: Theme
    perimeter_kind: str
    place_in_hand: Callable[[], LonLat | None]
    selected_places: Callable[[], Sequence[LonLat]]
    picked: Any
    clicked: Any
    placed: Any
    drawn: Any
    finished: Any
    enclosed: Any
    measured: Any
    asked_here: Any

    @property
    def view(self) -> View: ...
    @property
    def marks(self) -> Marks: ...
    @property
    def overlay(self) -> Overlay: ...
    def ground(self, at: QPointF) -> tuple[float, float]: ...
    def on_screen(self, x: float, y: float) -> QPointF: ...
    def lonlat(self, at: QPointF) -> LonLat: ...
    def lonlat_of(self, x: float, y: float) -> LonLat: ...
    def ground_of(self, place: LonLat) -> tuple[float, float]: ...
    def middle(self) -> QPointF: ...
    def set_tool(self, tool: Tool) -> None: ...
    def zoom_by(self, levels: int, about: QPointF | None = None) -> None: ...
    def repaint_soon(self) -> None: ...
    def hasFocus(self) -> bool: ...


class Hand:
    """Do nothing but let the map be dragged; every tool overrides what it needs.

    Points are logical pixels of the canvas. Methods that answer bool tell whether the hand used what was given.
    """

    tool = Tool.PAN
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Surface) -> None:
        self.canvas = canvas

    def press(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """Take the drag that may follow; the map is dragged where this answers False."""
        return False

    def drag(self, at: QPointF) -> None:
        """Follow a drag that was taken."""

    def release(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """End a drag that was taken."""

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Take a press and a release at one place."""

    def double_click(self, at: QPointF) -> bool:
        """Take a double click; its first half was a click."""
        return False

    def enter(self) -> bool:
        """Finish."""
        return False

    def back(self) -> bool:
        """Take the last step back."""
        return False

    def escape(self) -> bool:
        """Give up what was begun and keep the tool; the tool is put away where this answers False."""
        return False

    def write(self, text: str) -> bool:
        """Take a character that was typed."""
        return False

    def paint(self, painter: QPainter, cursor: QPointF | None) -> None:
        """Paint what is being drawn; the painter counts logical pixels."""


class LookHand(Hand):
    """Look round and pick."""

    cursor = Qt.CursorShape.ArrowCursor

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Pick what lies there, and tell where it was."""
        found = self.canvas.overlay.pick(self.canvas.view, at.x(), at.y())
        if found is not None:
            self.canvas.picked.emit(*found)
        self.canvas.clicked.emit(*self.canvas.lonlat(at), modifiers)

    def double_click(self, at: QPointF) -> bool:
        """Come nearer."""
        self.canvas.zoom_by(2, at)
        return True


class PlaceHand(Hand):
    """Answer one place: of a click, or the middle of the map for Enter."""

    tool = Tool.PLACE

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Answer the place."""
        place = self.canvas.lonlat(at)
        self.canvas.set_tool(Tool.PAN)
        self.canvas.placed.emit(*place)

    def enter(self) -> bool:
        """Answer the middle of the map."""
        self.click(self.canvas.middle(), Qt.KeyboardModifier.NoModifier)
        return True

    def paint(self, painter: QPainter, cursor: QPointF | None) -> None:
        """Paint the cross that Enter places."""
        if self.canvas.hasFocus():
            middle = self.canvas.middle()
            painter.setPen(QPen(QColor(self.canvas.theme.selection), 1.6))
            for arm in (QPointF(9, 0), QPointF(0, 9)):
                painter.drawLine(middle - arm, middle + arm)


class HereHand(Hand):
    """Ask once what is at a place."""

    tool = Tool.HERE

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Ask for the place of the click."""
        place = self.canvas.lonlat(at)
        self.canvas.set_tool(Tool.PAN)
        self.canvas.asked_here.emit(*place)

    def enter(self) -> bool:
        """Ask for the middle of the map."""
        self.click(self.canvas.middle(), Qt.KeyboardModifier.NoModifier)
        return True
