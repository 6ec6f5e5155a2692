"""Ties the map's areas to the desk: what is reached in time, where incidents gather, whose zone it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThreadPool, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.canvas.area_work import AreaWork, LonLat, ReachQuestion, density_marks, zone_layer_names, zone_marks
from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.jobs import Job
from app.wording import label
from app.wording.plain import one_line
from app.wording.screen import say
from gis.measure import distance_m
from maps.live_areas import ReachMark

if TYPE_CHECKING:
    from dispatch.state import State
    from gis.city import City

REFRESH_MS = 300
DENSITY_EVERY_MS = 2_000
_ALL_KINDS_FROM = 5_000
MOVED_M = 80.0  # a unit that went less far keeps its picture
BLUE_LIGHTS = frozenset({"fire", "ambulance", "police"})
UNIT, PLACE, STATIONS = "unit", "place", "stations"


class AreaLink(QObject):
    """Show areas on a canvas as its `menus` say; one worker thread does the work, and a newer question ends an older.

    A reach follows what is in hand, and is worked out anew when roads are closed or opened.
    """

    def __init__(self, desk: Desk, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._work = AreaWork()
        self._reach = ("", "")  # what for, and of which department
        self._asked: tuple[Any, ...] | None = None
        self._density: str | None = None  # the kind, "" for all, None for no density
        self._counted: object = None
        self._zones = ""
        self._jobs: dict[str, Job] = {}
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._soon.timeout.connect(self._refresh_reach)
        self._later = QTimer(self, singleShot=True, interval=DENSITY_EVERY_MS)
        self._later.timeout.connect(self._refresh_density)
        for signal in (desk.selection_changed, desk.draft_changed, desk.fixes_changed):
            signal.connect(self._on_hand)
        desk.state_changed.connect(self._on_state)
        self._menus = tuple(self._menu(code, fill) for code, fill in self._fillers())

    def menus(self) -> tuple[QAction, ...]:
        """Return the three menus to put into a window's: reach, density, zones."""
        return tuple(menu.menuAction() for menu in self._menus)

    def show_reach(self, what: str, department: str = "") -> None:
        """Show what the selected "unit" reaches, from where the "place" in hand is reached, or what "stations" reach.

        The empty text shows nothing; `department` is the id of the stations' department.
        """
        self._reach, self._asked = (what, department), None
        self._refresh_reach(by_hand=True)

    def show_density(self, kind: str | None) -> None:
        """Show where incidents gather: of a kind, of all for the empty text; None shows nothing."""
        self._density, self._counted = kind, None
        self._refresh_density(by_hand=True)

    def show_zones(self, layer: str) -> None:
        """Show the zones of a layer; the empty text shows none."""
        self._zones = layer
        city = self._desk.city
        if not layer or city is None:
            self._end("zones")
            self._canvas.set_marks(zones=())
            return
        self._start("zones", lambda job: zone_marks(city, layer), lambda marks: self._canvas.set_marks(zones=marks))

    def finish(self) -> None:
        """Wait until nothing is being worked out."""
        self._pool.waitForDone()

    # What is in hand

    def _on_hand(self, _: object = None) -> None:
        if self._reach[0] in (UNIT, PLACE) and not self._soon.isActive():
            self._soon.start()

    def _on_state(self, entry: object, state: State) -> None:
        if self._reach[0] and not self._soon.isActive():
            self._soon.start()
        if self._density is not None and not self._later.isActive():
            self._later.start()

    def _refresh_reach(self, *, by_hand: bool = False) -> None:
        city, state = self._desk.city, self._desk.state
        question, words = self._question() if city is not None else (None, "")
        if question is None or city is None:
            self._asked = None
            self._end("reach")
            self._canvas.set_marks(reach=())
            if by_hand and self._reach[0]:
                self._say("info", f"reach_needs_{self._reach[0]}")
            return
        asked = (city, state.closures, question, words)
        if self._is_as_asked(asked):
            return
        self._asked = asked
        closures = state.closures

        def done(marks: tuple[ReachMark, ...]) -> None:
            language = self._desk.language
            self._canvas.set_marks(
                reach=[
                    replace(mark, caption=words, label=say("reach_minutes", language, count=f"{mark.limit_s / 60:g}"))
                    for mark in marks
                ]
            )
            if not marks:
                self._say("warning", "reach_no_road")
            elif by_hand:
                self._desk.said.emit("info", words)

        self._start(
            "reach",
            lambda job: self._work.reach(city, closures, question, job.report),
            done,
            progressed=(lambda share, code: self._say("info", code)) if by_hand else None,
        )

    def _question(self) -> tuple[ReachQuestion | None, str]:
        """Return what is asked of the roads, and its words; None where nothing fitting is in hand."""
        desk, language = self._desk, self._desk.language
        what, department = self._reach
        if what == UNIT:
            known = desk.state.units.get(desk.selection.unit_id or "")
            if known is None:
                return None, ""
            fix = desk.fixes.get(known.unit.id)
            place = (fix.lon, fix.lat) if fix is not None else (known.unit.lon, known.unit.lat)
            mode = self._mode_of(known.unit.department, known.assignment_id)
            return ReachQuestion((place,), mode), say("reach_of_unit", language, unit=one_line(known.unit.id, 40))
        if what == PLACE:
            held = desk.place_in_hand()
            incident = desk.state.incidents.get(desk.selection.incident_id or 0)
            mode = incident.mode if incident is not None and desk.draft is None else "emergency"
            return (ReachQuestion((held,), mode, towards=True) if held else None), say("reach_to_place", language)
        if what == STATIONS:
            places = self._stations(department)
            words = say("reach_of_stations", language, department=self._department(department), count=len(places))
            return (ReachQuestion(places, self._mode_of(department)) if places else None), words
        return None, ""

    def _is_as_asked(self, asked: tuple[Any, ...]) -> bool:
        """Tell whether a question is the one that was asked, though a unit moved a little."""
        if self._asked is None or asked[0] is not self._asked[0] or asked[1] is not self._asked[1]:
            return False
        (new, words), (old, old_words) = asked[2:], self._asked[2:]
        if words != old_words or replace(new, places=()) != replace(old, places=()):
            return False
        if len(new.places) != 1 or len(old.places) != 1:
            return bool(new.places == old.places)
        return bool(distance_m(new.places[0], old.places[0]) < (MOVED_M if self._reach[0] == UNIT else 1.0))

    def _mode_of(self, department_id: str, assignment_id: str = "") -> str:
        """Return the driving profile: that of the incident it goes to, else blue lights where a department has them."""
        state = self._desk.state
        bound = state.assignments.get(assignment_id)
        incident = state.incidents.get(bound.incident_id) if bound is not None else None
        if incident is not None:
            return incident.mode
        department = state.departments.get(department_id)
        return "emergency" if department is not None and department.kind in BLUE_LIGHTS else "ordinary"

    def _stations(self, department: str) -> tuple[LonLat, ...]:
        stations = self._desk.state.stations
        return tuple((one.lon, one.lat) for _, one in sorted(stations.items()) if one.department == department)

    def _department(self, department_id: str) -> str:
        found = self._desk.state.departments.get(department_id)
        if found is None:
            return one_line(department_id, 40)
        is_chinese = self._desk.language == "zh" and found.name_zh
        return one_line(found.name_zh if is_chinese else found.name, 40) or label(
            "department_kind", found.kind, self._desk.language
        )

    def _refresh_density(self, *, by_hand: bool = False) -> None:
        city, state, kind = self._desk.city, self._desk.state, self._density
        if city is None or kind is None:
            self._end("density")
            self._canvas.set_marks(density=())
            return
        counted = (kind, len(state.incidents))
        if counted == self._counted:
            return
        self._counted = counted
        caption = say("density_caption", self._desk.language, what=self._kind(kind))

        def done(marks: tuple[Any, ...]) -> None:
            self._canvas.set_marks(density=marks)
            if not marks and by_hand:
                self._say("info", "density_none")

        self._start("density", lambda job: density_marks(city, state, kind, caption), done)

    def _kind(self, kind: str) -> str:
        if not kind:
            return say("density_all", self._desk.language)
        card = self._desk.state.cards.get(kind)
        if card is None:
            return one_line(kind, 40)
        return one_line(card.name_zh if self._desk.language == "zh" and card.name_zh else card.name, 40)

    # Work

    def _start(self, name: str, work: Any, done: Any, *, progressed: Any = None) -> None:
        self._end(name)
        job = Job(work)
        self._jobs[name] = job
        job.done.connect(done)
        job.failed.connect(
            lambda problem: self._desk.said.emit(
                "warning", say("area_failed", self._desk.language, reason=one_line(problem, 160))
            )
        )
        if progressed is not None:
            job.progressed.connect(progressed)
        job.start(self._pool)

    def _end(self, name: str) -> None:
        job = self._jobs.pop(name, None)
        if job is not None:
            job.cancel()

    def _say(self, level: str, code: str) -> None:
        self._desk.said.emit(level, say(code, self._desk.language))

    # Menus

    def _fillers(self) -> tuple[tuple[str, Any], ...]:
        return ("menu_reach", self._fill_reach), ("menu_density", self._fill_density), ("menu_zones", self._fill_zones)

    def _menu(self, code: str, fill: Any) -> QMenu:
        menu = QMenu(say(code, self._desk.language), self._canvas)
        menu.setObjectName(code)
        menu.aboutToShow.connect(lambda: (menu.clear(), fill(menu)))
        return menu

    def _fill_reach(self, menu: QMenu) -> None:
        state = self._desk.state
        self._entry(menu, say("reach_none", self._desk.language), not self._reach[0], lambda: self.show_reach(""))
        for what in (UNIT, PLACE):
            words = say(f"reach_{what}", self._desk.language)
            self._entry(menu, words, self._reach[0] == what, lambda what=what: self.show_reach(what))
        menu.addSeparator()
        for department in sorted({one.department for one in state.stations.values()}):
            words = say("reach_stations", self._desk.language, department=self._department(department))
            is_on = self._reach == (STATIONS, department)
            self._entry(menu, words, is_on, lambda one=department: self.show_reach(STATIONS, one))

    def _fill_density(self, menu: QMenu) -> None:
        state = self._desk.state
        # After thousands of incidents every kind has happened, and going through them would hold up the window.
        found = (
            state.cards if len(state.incidents) > _ALL_KINDS_FROM else {one.kind for one in state.incidents.values()}
        )
        kinds = sorted(found, key=self._kind)
        self._entry(
            menu, say("density_off", self._desk.language), self._density is None, lambda: self.show_density(None)
        )
        for kind in ("", *kinds):
            self._entry(menu, self._kind(kind), self._density == kind, lambda kind=kind: self.show_density(kind))

    def _fill_zones(self, menu: QMenu) -> None:
        city: City | None = self._desk.city
        names = zone_layer_names(city) if city is not None else ()
        self._entry(menu, say("zones_off", self._desk.language), not self._zones, lambda: self.show_zones(""))
        for name in names:
            self._entry(menu, name.replace("_", " "), self._zones == name, lambda name=name: self.show_zones(name))
        if not names:
            menu.addAction(say("zones_none", self._desk.language)).setEnabled(False)

    @staticmethod
    def _entry(menu: QMenu, words: str, is_on: bool, do: Any) -> None:
        action = menu.addAction(words.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(is_on)
        action.triggered.connect(lambda checked=False: do())
