"""Joins major incidents to a window: the panel's dock and key, the map, the sounds, and what is said aloud."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app import jobs
from app.canvas.canvas import MapCanvas
from app.canvas.map_link import MapLink
from app.canvas.tool_link import ToolLink
from app.canvas.tools import Tool
from app.desk import Desk
from app.intake.kind_field import kind_name
from app.major.words import party_name
from app.native_types import make_slowly
from app.window.later import panel_in, when_made
from app.window.window import MainWindow
from app.wording import label, listed, one_line, text
from app.wording.durations import clock_span
from app.wording.screen import say
from dispatch import major_events as m
from dispatch.events import Entry
from dispatch.incident import PerimeterKind
from dispatch.major import UNIT, Staging
from dispatch.state import State
from maps.live_stagings import staging_marks

if TYPE_CHECKING:
    from app.panels.major import MajorPanel

ROOM_KEY = "Ctrl+Shift+J"
WARM_AFTER_MS = 6_000
_LOUD = (m.PeopleMissing, m.RollCallUnanswered, m.RollCallOverdue, m.ElapsedTimeDue)


class MajorRoom(QObject):
    """Hold everything of major incidents that a desk's window shows."""

    def __init__(self, desk: Desk, window: MainWindow, place: QWidget, map_link: MapLink, tools: ToolLink) -> None:
        """`place` holds the panel, or will once somebody asks for it."""
        super().__init__(window)
        self._desk, self._window, self._place, self._tools = desk, window, place, tools
        self._canvas: MapCanvas = map_link.canvas
        self._shown: object = None
        self._missing: dict[tuple[int, str, str], str] = {}  # alarms that were said and hold
        self._paper = map_link.paper
        when_made(place, self._join)
        action = QAction(say("show_major", desk.language), window)
        action.setObjectName("show_major")
        action.setShortcut(QKeySequence(ROOM_KEY))
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(lambda _=False: self.show_room())
        window.addAction(action)
        window.menus.extend("menu_incident", action)
        window.menus.keys.append((ROOM_KEY, action.text()))
        self._canvas.set_description(lambda kind, key: self.describe(key), "staging")
        desk.state_changed.connect(self._on_state)
        make_slowly(self, then=self._warm_up, after_ms=WARM_AFTER_MS)  # all at once would hold a turn up for 0.1 s
        self.refresh()

    def show_room(self, incident_id: int | None = None) -> None:
        """Bring the room to the front, with an incident or the one in hand."""
        dock = self._window.docks.get("major")
        if dock is None:
            return
        dock.show()
        dock.raise_()
        dock.activateWindow()
        number = incident_id if incident_id is not None else self._desk.selection.incident_id
        if number is not None and number in self._desk.state.incidents:
            panel_in(self._place).show_incident(number)

    def _join(self, panel: MajorPanel) -> None:
        panel.paper = self._paper
        panel.draw_cordon_wanted.connect(self.draw_cordon)

    def draw_cordon(self) -> None:
        """Put the perimeter's tool in hand, set to a cordon."""
        self._tools.hint.kinds[PerimeterKind.CORDON].click()
        if self._canvas.tool is not Tool.PERIMETER:
            self._tools.choose(Tool.PERIMETER.value)

    def refresh(self) -> None:
        """Draw the staging areas anew, where major incidents changed."""
        state, city = self._desk.state, self._canvas.city
        if city is not None and state.majors is not self._shown:
            self._shown = state.majors
            self._canvas.set_marks(stagings=staging_marks(state, city, name=self._staging_name))

    def _warm_up(self) -> None:
        """Read the code of the pages before the first major incident wants them at once."""
        jobs.start(lambda job: (import_module("app.panels.major"), import_module("app.major.pages")))

    def describe(self, key: str) -> str:
        """Return the plain words of a staging area's card; empty where it stands no more."""
        number, _, staging_id = key.partition(":")
        major = self._desk.state.majors.get(int(number)) if number.isdecimal() else None
        found = [each for each in major.stagings if each.id == staging_id] if major is not None else []
        if not found:
            return ""
        language, staging = self._desk.language, found[0]
        units = listed((one_line(each.unit_id, 30) for each in staging.units[:12]), language)
        card = text("major.staging_card", language, number=number)
        head = f"{card} · {one_line(staging.name, 60)}"
        return "\n".join(part for part in (head, one_line(staging.manager, 60), units) if part)

    def _staging_name(self, staging: Staging) -> str:
        return text(
            "major.staging_mark", self._desk.language, name=one_line(staging.name, 30), count=len(staging.units)
        )

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self.refresh()
        for event in entry.events if entry is not None else ():
            if isinstance(event, m.MajorIncidentDeclared):
                self._say_declared(event, state)
            elif isinstance(event, _LOUD):
                self._window.sounds.order()
                level = "alarm" if isinstance(event, (m.PeopleMissing, m.RollCallUnanswered)) else "warning"
                words = self._words(event, state)
                if isinstance(event, m.PeopleMissing):
                    key = (event.incident_id, event.kind, event.party)
                    self._window.notices.take_back(self._missing.pop(key, ""))
                    self._missing[key] = words
                self._desk.said.emit(level, words)
            elif isinstance(event, m.MissingResolved):
                self._say_resolved(event, state)

    def _say_declared(self, event: m.MajorIncidentDeclared, state: State) -> None:
        incident = state.incidents[event.incident_id]
        words = text(
            "major.said_declared",
            self._desk.language,
            number=incident.id,
            kind=kind_name(self._desk, incident.kind),
            place=one_line(incident.location.text, 80),
        )
        self._desk.said.emit("warning", words)

    def _say_resolved(self, event: m.MissingResolved, state: State) -> None:
        """Take the alarm back, and say what became of them."""
        language = self._desk.language
        self._window.notices.take_back(self._missing.pop((event.incident_id, event.kind, event.party), ""))
        party = party_name(state.majors[event.incident_id], event.kind, event.party)
        outcome = label("missing_outcome", event.outcome, language)
        words = text("major.said_resolved", language, number=event.incident_id, party=party, outcome=outcome)
        self._desk.said.emit("info", words)

    def _words(self, event: object, state: State) -> str:
        language = self._desk.language
        if isinstance(event, m.PeopleMissing):
            party = party_name(state.majors[event.incident_id], event.kind, event.party)
            return text("major.said_missing", language, number=event.incident_id, count=event.missing, party=party)
        if isinstance(event, m.RollCallUnanswered):
            major = state.majors[event.incident_id]
            kinds = {one.id: one.kind for one in major.roll_call.expected} if major.roll_call is not None else {}
            names = listed((party_name(major, kinds.get(each, UNIT), each) for each in event.unheard), language)
            return text("major.said_unanswered", language, number=event.incident_id, call=event.number, names=names)
        if isinstance(event, m.RollCallOverdue):
            return text("major.said_roll_due", language, number=event.incident_id)
        assert isinstance(event, m.ElapsedTimeDue)
        return text("major.said_elapsed_due", language, number=event.incident_id, span=clock_span(event.elapsed_s))
