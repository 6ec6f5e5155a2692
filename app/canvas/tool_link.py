"""Ties the map's tools to the desk: the strip of tools, selections, measures, perimeters, the menu, what is here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from app.canvas.canvas import MapCanvas
from app.canvas.tool_bar import ENTRIES, ToolBar
from app.canvas.tool_group import GroupCard
from app.canvas.tool_hint import Shelf, ToolHint
from app.canvas.tool_perimeters import PerimeterLink
from app.canvas.tools import LonLat, Taking, Tool
from app.desk import Desk, Selection
from app.wording import one_line, text
from app.wording.measures import coordinates
from dispatch.commands import CloseRoad
from dispatch.incident import Closure

CARD_GAP_PX = 18
T = TypeVar("T", int, str)


class ToolLink(QObject):
    """Hold what stands over one map and does something.

    `here` is the card of a place, a widget made for the desk (`app.panels.here.HerePanel`).
    `closure_wanted` asks for a closure to be drawn ("" along a line, "area" in an area), `call_here` for a call to be
    taken at lon, lat, `case_here` for a case to be reported there.
    """

    closure_wanted = Signal(str)
    call_here = Signal(float, float)
    case_here = Signal(float, float)

    def __init__(self, desk: Desk, canvas: MapCanvas, here: Any) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self.bar = ToolBar(canvas, desk.language)
        self.hint = ToolHint(desk.language)
        self.group = GroupCard(desk)
        self.shelf = Shelf(canvas, self.group, self.hint)
        self.here = here
        here.setParent(canvas)
        self.perimeters = PerimeterLink(desk, canvas, self.hint)
        canvas.place_in_hand = desk.place_in_hand
        canvas.selected_places = self._selected_places
        for entry in ENTRIES:
            canvas.set_key(entry.key, lambda tool=entry.tool: self.choose(tool.value), shift=entry.shift)
        self.bar.chosen.connect(self.choose)
        canvas.tool_changed.connect(self._on_tool)
        canvas.enclosed.connect(self._on_enclosed)
        canvas.measured.connect(self._on_measured)
        canvas.asked_here.connect(self.show_here)
        canvas.menu_wanted.connect(self._show_menu)
        canvas.escaped.connect(self._on_escape)
        canvas.view_changed.connect(self._place_card)
        self.here.resized.connect(self._place_card)
        self.here.closed.connect(self._unpin)
        desk.selection_changed.connect(self._refresh)
        desk.looked.connect(self._refresh)
        canvas.installEventFilter(self)
        self.shelf.arrange()

    def keys(self) -> list[tuple[str, str]]:
        """Return every key with the words of what it does, for the page of keys."""
        return [(entry.key_name, text(entry.words, self._desk.language)) for entry in ENTRIES]

    def choose(self, tool: str) -> None:
        """Take a tool in hand; one that is in hand already is put away."""
        chosen = Tool(tool)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        if chosen is self._canvas.tool:
            chosen = Tool.PAN
        if chosen in (Tool.LINE, Tool.POLYGON):
            self.closure_wanted.emit("" if chosen is Tool.LINE else "area")
        else:
            self._canvas.set_tool(chosen)
        self.bar.show_tool(self._canvas.tool.value)

    def show_here(self, lon: float, lat: float) -> None:
        """Show what is known of a place."""
        self._canvas.pin = (lon, lat)
        self.here.ask(lon, lat)
        self._place_card()
        self._canvas.repaint_soon()

    def menu_for(self, at: QPoint, lon: float, lat: float) -> QMenu:
        """Return the menu of a place."""
        menu = QMenu(self._canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        canvas, place = self._canvas, QPointF(at)
        self._add(menu, self._words("menu.here"), lambda: self.show_here(lon, lat))
        self._add(menu, self._words("menu.call"), lambda: self.call_here.emit(lon, lat))
        self._add(menu, self._words("menu.case"), lambda: self.case_here.emit(lon, lat))
        menu.addSeparator()
        self._add(menu, self._words("menu.measure"), lambda: self._measure_from(lon, lat))
        self._add(menu, self._words("menu.perimeter"), lambda: self.choose(Tool.PERIMETER.value))
        self._add(menu, self._words("menu.close_road"), lambda: self._close_road(lon, lat))
        for kind, key in canvas.overlay.pick_all(canvas.view, place.x(), place.y()):
            if kind == "perimeter" and key in self._desk.state.perimeters:
                what = self.perimeters.name(self._desk.state.perimeters[key])
                words = self._words("perimeter.lift", what=what)
                self._add(menu, words, lambda key=key: self.perimeters.lift(key))  # type: ignore[misc]
        menu.addSeparator()
        self._add(menu, self._words("menu.nearer"), lambda: canvas.zoom_by(2, place))
        where = coordinates(lon, lat)
        copy = self._words("menu.copy")
        self._add(menu, f"{copy}  {where}", lambda: QGuiApplication.clipboard().setText(where))
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.shelf.arrange()
            self._place_card()
        return False

    def _add(self, menu: QMenu, words: str, do: Callable[[], object]) -> None:
        action = menu.addAction(one_line(words, 120).replace("&", "&&"))
        action.triggered.connect(lambda checked=False: do())

    def _show_menu(self, at: QPoint, lon: float, lat: float) -> None:
        self.menu_for(at, lon, lat).popup(self._canvas.mapToGlobal(at))

    def _measure_from(self, lon: float, lat: float) -> None:
        canvas = self._canvas
        canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        canvas.set_tool(Tool.MEASURE)
        canvas.hand.click(canvas.on_screen(*canvas.ground_of((lon, lat))), Qt.KeyboardModifier.NoModifier)

    def _close_road(self, lon: float, lat: float) -> None:
        closure = Closure(f"closure-{uuid.uuid4().hex[:12]}", "Point", ((lon, lat),))
        self._desk.send(CloseRoad(closure))

    def _on_tool(self, tool: str) -> None:
        self.bar.show_tool(tool)
        place = self._desk.place_in_hand()
        number = self._desk.selection.incident_id if place is not None else None
        self.hint.show_tool(tool, number)
        self.shelf.arrange()

    def _on_measured(self, figure: str) -> None:
        self._desk.said.emit("info", self._words("measured", figure=figure))

    def _on_escape(self) -> None:
        if self.here.isVisible():
            self.here.dismiss()
        elif not self.group.isHidden():
            self.group.clear()

    def _on_enclosed(self, found: Sequence[tuple[str, str]], taking: str) -> None:
        """Hold what was enclosed beside, or instead of, what is held."""
        held: Selection = self._desk.selection
        how = Taking(taking)
        units = _taken(held.unit_ids, (key for kind, key in found if kind == "unit"), how)
        incidents = _taken(
            self.group.incidents, (int(key) for kind, key in found if kind == "incident" and key.isdigit()), how
        )
        cameras = _taken(self.group.cameras, (key for kind, key in found if kind == "camera"), how)
        incident_id = held.incident_id
        if len(incidents) == 1 and how is not Taking.REMOVE:
            (incident_id,) = incidents  # the only one is meant
        camera_id = next(iter(cameras)) if len(cameras) == 1 else None
        self._desk.select(incident_id=incident_id, camera_id=camera_id, unit_ids=units)
        self.group.hold(sorted(incidents), sorted(cameras))
        self.shelf.arrange()

    def _refresh(self, *_: object) -> None:
        was = self.group.isHidden()
        self.group.refresh()
        if not (was and self.group.isHidden()):
            self.shelf.arrange()

    def _selected_places(self) -> list[LonLat]:
        """Return where the units in hand are; where there are none, the incident in hand."""
        canvas, units = self._canvas, self._desk.selection.unit_ids
        places = [canvas.lonlat_of(mark.x, mark.y) for mark in canvas.marks.units if mark.unit_id in units]
        place = self._desk.place_in_hand()
        return places or ([place] if place is not None else [])

    def _unpin(self) -> None:
        self._canvas.pin = None
        self._canvas.repaint_soon()

    def _place_card(self, *_: object) -> None:
        """Let the card stand beside its place, within the map."""
        if self.here.place is None or self._canvas.city is None:
            return
        canvas, card = self._canvas, self.here
        at = canvas.on_screen(*canvas.ground_of(self.here.place))
        left = at.x() + CARD_GAP_PX
        if left + card.width() > canvas.width() - 8:
            left = at.x() - CARD_GAP_PX - card.width()
        left = min(max(left, self.bar.geometry().right() + 8), max(0, canvas.width() - card.width() - 8))
        top = min(max(at.y() - card.height() / 2, 8), max(8, canvas.height() - card.height() - 30))
        card.move(round(left), round(top))
        card.raise_()

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _taken(held: Iterable[T], found: Iterable[T], how: Taking) -> frozenset[T]:
    before, new = frozenset(held), frozenset(found)
    if how is Taking.ADD:
        return before | new
    return before - new if how is Taking.REMOVE else new
