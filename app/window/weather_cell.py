"""The weather that the roads are driven in, on the strip: what, since when; a click sets it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.desk import Desk
from app.weather import weather_words, weathers_of
from app.window.strip_cells import Cell
from app.wording import text, tooltip
from app.wording.durations import clock
from dispatch import fact
from dispatch.commands import ReportWeather

CALM = frozenset({"", "dry"})


class WeatherCell(Cell):
    """Say the weather and since when; its menu offers what the city's speeds know."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(text("weather.caption", desk.language), parent)
        self._desk = desk
        self._shown: object = None
        self._is_tight = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.refresh()

    def refresh(self) -> None:
        """Show what the log says."""
        state, language = self._desk.state, self._desk.language
        changed = state.changed.get(fact.WEATHER)
        shown = (state.weather, state.weather_until, changed, state.time_zone)
        if shown == self._shown:
            return
        self._shown = shown
        if not state.weather:
            self.show_value(text("weather.none", language), "faint")
            said = text("weather.tip_none", language)
        else:
            name = weather_words(state.weather, language)
            since = clock(changed.at, state.time_zone) if changed is not None else ""
            level = "calm" if state.weather in CALM else "warning"
            words = name if self._is_tight else text("weather.since", language, weather=name, clock=since)
            self.show_value(words, level)
            until = clock(state.weather_until, state.time_zone) if state.weather_until is not None else ""
            said = text("weather.tip_since", language, weather=name, clock=since, until=until)
        self.setToolTip(tooltip(text("weather.tip", language, words=said)))

    def set_tight(self, on: bool) -> None:
        """Leave the time out as well; the tooltip keeps it."""
        super().set_tight(on)
        if on != self._is_tight:
            self._is_tight, self._shown = on, None
            self.refresh()

    def menu(self) -> QMenu:
        """Return the menu of weathers; each sends what the command line would."""
        desk, language = self._desk, self._desk.language
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for code in ("", *weathers_of(desk.city)):
            words = weather_words(code, language) if code else text("weather.clear", language)
            action = menu.addAction(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(code == desk.state.weather)
            action.triggered.connect(partial(self._report, code))
        return menu

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height())))

    def _report(self, code: str, checked: bool = False) -> None:
        self._desk.send(ReportWeather(code))
