"""Distress over every window: seen, heard, never muted, never in the way of typing, until its own key or button."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.desk import Desk
from app.parts.names import department_name
from app.parts.tally import in_distress
from app.window.sound import Sounds
from app.wording.durations import clock_span
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.commands import AcknowledgeSignal
from dispatch.state import State
from resources.status import Signal as CrewSignal

ACKNOWLEDGE_KEY = "Ctrl+Shift+A"
MOST_SHOWN = 6
WIDTH = 760


class DistressAlarm(QObject):
    """Show one banner over each window while any unit is in distress, and keep the sound on."""

    def __init__(self, desk: Desk, sounds: Sounds, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sounds = sounds
        self._units: tuple[str, ...] = ()
        self.banners: list[DistressBanner] = []
        desk.state_changed.connect(self._on_state)
        desk.ticked.connect(self._on_tick)
        self._on_state(None, desk.state)  # a desk may begin while a unit calls

    def cover(self, windows: Iterable[QWidget]) -> None:
        """Name the windows that a banner stands over."""
        for banner in self.banners:
            banner.close()
            banner.deleteLater()
        self.banners = [DistressBanner(self._desk, window) for window in windows]
        self._show()

    def acknowledge_first(self) -> None:
        """Acknowledge the call that has stood longest."""
        if self._units:
            self._desk.send(AcknowledgeSignal(self._units[0], CrewSignal.DISTRESS))

    def _on_state(self, entry: object, state: State) -> None:
        units = in_distress(state)
        if units != self._units:
            self._units = units
            self._sounds.distress(bool(units))
            self._show()

    def _on_tick(self, now: datetime) -> None:
        for banner in self.banners:
            banner.show_units(self._units, now)

    def _show(self) -> None:
        for banner in self.banners:
            banner.show_units(self._units, self._desk.clock())


class DistressBanner(QFrame):
    """One window's banner: a window of its own that stays on top and can never take the focus."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(
            over,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setObjectName("distress")
        self._desk = desk
        self._over = over
        self._lines: dict[str, QLabel] = {}
        self._holders: list[QWidget] = []
        self.buttons: dict[str, QPushButton] = {}
        self._shout = _label("shout")
        self._shout.setText(say("distress_shout", desk.language))
        self._more = _label("")
        self._hint = _label("")
        self._hint.setText(say("distress_hint", desk.language))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 18, 12)
        column.addWidget(self._shout)
        column.addLayout(self._rows)
        column.addWidget(self._more)
        column.addWidget(self._hint)

    def show_units(self, units: tuple[str, ...], now: datetime) -> None:
        """List the units in distress, the longest first; hide where there is none, or no window to stand over."""
        if not units or not self._over.isVisible():
            self.hide()
            return
        shown = units[:MOST_SHOWN]
        if list(self._lines) != list(shown):
            self._build(shown)
        for unit_id, line in self._lines.items():
            line.setText(self._words(unit_id, now))
        session = self._desk.state.sessions.get(self._desk.who.seat)
        is_locked = session is not None and session.is_locked
        self._hint.setText(say("distress_hint_locked" if is_locked else "distress_hint", self._desk.language))
        self._more.setVisible(len(units) > len(shown))
        self._more.setText(f"+ {len(units) - len(shown)}")
        self.setAccessibleName(f"{self._shout.text()}: {', '.join(units)}")
        self._place()
        if not self.isVisible():
            self.show()
            QApplication.alert(self._over)
        self.raise_()

    def _build(self, units: tuple[str, ...]) -> None:
        for gone in self._holders:
            self._rows.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._holders.clear()
        self._lines.clear()
        self.buttons.clear()
        for unit_id in units:
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            line = _label("title")
            line.setWordWrap(True)
            code = "distress_button" if self.buttons else "distress_button_first"
            words = say(code, self._desk.language, unit=one_line(unit_id, 20))
            button = QPushButton(words.replace("&", "&&"))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(
                lambda checked=False, unit_id=unit_id: self._desk.send(AcknowledgeSignal(unit_id, CrewSignal.DISTRESS))
            )
            row.addWidget(line, 1)
            row.addWidget(button)
            self._rows.addWidget(holder)
            self._holders.append(holder)
            self._lines[unit_id] = line
            self.buttons[unit_id] = button

    def _words(self, unit_id: str, now: datetime) -> str:
        desk = self._desk
        unit = desk.state.units.get(unit_id)
        if unit is None or unit.distress_at is None:
            return one_line(unit_id)
        language = desk.language
        assignment = desk.state.assignments.get(unit.assignment_id)
        fix = desk.fixes.get(unit_id)
        if assignment is not None:
            incident = desk.state.incidents[assignment.incident_id]
            place = one_line(incident.location.text or incident.location.crossing, 60)
            where = say("distress_on", language, number=incident.id, place=place)
        elif fix is not None:
            where = say("distress_at", language, lon=f"{fix.lon:.5f}", lat=f"{fix.lat:.5f}")
        else:
            where = say("distress_free", language)
        return say(
            "distress_line",
            language,
            unit=one_line(unit_id, 20),
            department=department_name(desk.state, unit.unit.department, language),
            span=clock_span(max(0.0, (now - unit.distress_at).total_seconds())),
            where=where,
        )

    def _place(self) -> None:
        host = self._over.frameGeometry()
        width = min(WIDTH, max(360, host.width() - 80))
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(host.center().x() - width // 2, host.top() + 78)


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
