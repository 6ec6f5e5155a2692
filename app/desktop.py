"""The desk in its window, its rooms joined to it, and what runs beside: it lives on whatever happens."""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app import jobs, theme
from app.bootstrap import Desktop
from app.docks import LATER_CODE, panels_in_parts
from app.layers.sweeping import sweep_later
from app.unexpected import telling
from app.window.in_turns import InTurns, Parts, at_once, loaded
from app.window.later import Later, when_made
from app.window.sound import Sounds
from app.window.window import MainWindow, Panels
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.account_commands import RecordExport
from dispatch.log import NotSaved
from dispatch.refused import Refused
from dispatch.signing_in import DEMO_ID, sign_in_demo
from gis.city import City

if TYPE_CHECKING:
    from app.drill import Drill
    from app.island.room import IslandRoom

logger = logging.getLogger(__name__)
PRINT_EVERY_MS = 60_000
LOAD_AFTER_MS = 2_000


class Shown(QObject):
    """A desk in its window, with what runs beside it: the drill, the printed picture, the last word on exceptions."""

    def __init__(
        self, desktop: Desktop, *, keep_in: Path | None, workers: int | None = None, silent: bool = False
    ) -> None:
        super().__init__()
        at_once(self._build(desktop, keep_in, workers, silent))

    @classmethod
    def in_parts(
        cls, desktop: Desktop, *, keep_in: Path | None, workers: int | None = None, silent: bool = False
    ) -> Parts[Shown]:
        """Make all of it in parts, none of which holds up a window that is seen; where it fails, nothing is left."""
        shown = cls.__new__(cls)
        QObject.__init__(shown)
        try:
            yield from shown._build(desktop, keep_in, workers, silent)
        except BaseException:
            if hasattr(shown, "window"):
                shown.window.deleteLater()
            raise
        return shown

    def _build(self, desktop: Desktop, keep_in: Path | None, workers: int | None, silent: bool) -> Parts[None]:
        from app.canvas.area_link import AreaLink
        from app.canvas.cells_link import CellsLink
        from app.canvas.layer_link import join_layers, lay_over
        from app.canvas.map_link import MapLink
        from app.canvas.sight_link import SightLink
        from app.canvas.tool_link import ToolLink
        from app.coverage.panel import CoveragePanel
        from app.demand.room import DemandRoom
        from app.exercise_start.offer import ExerciseOffer
        from app.figures.room import FiguresRoom
        from app.handout.maker import HandoutMaker
        from app.history_in.room import HistoryRoom
        from app.mapwindow.cover_room import CoverRoom
        from app.mapwindow.major_room import MajorRoom
        from app.mapwindow.map_room import MapRoom
        from app.panels.here import HerePanel
        from app.room.presence_link import PresenceLink
        from app.room.seats_room import SeatsRoom
        from app.signin.room import SignInRoom
        from app.siting.room import SitingRoom
        from app.times.room import TimesRoom
        from app.what_if.room import WhatIfRoom

        self.desktop = desktop
        self.drill: Drill | None = None
        self._is_printing = False
        self._told: set[str] = set()
        desk = desktop.desk
        presence = PresenceLink.of(desk, desktop.log)
        docks, canvas = yield from panels_in_parts(desk, keep_in=keep_in, workers=workers)
        self.window = yield from MainWindow.in_parts(
            desk,
            Panels(docks, canvas),
            sounds=Sounds(is_silent=silent),
            log_place=desktop.log.name,
            keep_in=keep_in,
        )
        canvas.set_theme(theme.look().name)
        yield
        self.seats_room = SeatsRoom(desk, self.window, presence, keep_in=keep_in)
        self.island_room: IslandRoom | None = None
        if desktop.alone is not None:  # a desk on a log of its own has no use for any of it
            from app.island.room import IslandRoom

            self.island_room = IslandRoom(
                desk, desktop.alone, desktop.engine, self.window, self.seats_room, keep_in=keep_in
            )
        self.signin = SignInRoom(desk, self.window, desktop.engine, log_name=desktop.log.name, keep_in=keep_in)
        yield
        self.map_link = MapLink(desk, canvas, keep_in / "views.json" if keep_in is not None else None)
        yield
        self.sight_link = SightLink(desk, canvas)
        fields_wanted = getattr(docks["cameras"], "fields_wanted", None)
        if fields_wanted is not None:
            fields_wanted.connect(self.sight_link.show_all)
        self.layer_link = join_layers(docks["layers"], canvas, desk.language)
        self.area_link = AreaLink(desk, canvas)
        self.cells_link = CellsLink(desk, canvas)
        self.window.menus.extend("menu_view", *self.area_link.menus(), self.cells_link.menu())
        yield
        self.tool_link = ToolLink(desk, canvas, HerePanel(desk))
        self.tool_link.closure_wanted.connect(self.map_link.hand.draw_closure)
        self.tool_link.call_here.connect(self.window.intake_docks.take_call_at)
        self.tool_link.case_here.connect(self.window.intake_docks.report_case_at)
        repair_wanted = getattr(docks["incident"], "repair_wanted", None)
        if repair_wanted is not None:
            repair_wanted.connect(self.window.intake_docks.report_case_from)
        when_made(docks["case_intake"], self._join_case_intake)
        more_keys = getattr(docks["recommendation"], "keys", list)
        case_keys = self.window.case_docks.panel_keys()
        self.window.menus.keys += [*more_keys(), *case_keys, *self.tool_link.keys(), *self.map_link.keys()]
        yield
        self.map_room: MapRoom | None = None
        if desk.city is not None:
            self.map_room = MapRoom(desk, self.window, self.map_link, keep_in=keep_in, workers=workers)
            if self.layer_link is not None:
                self.map_room.windows.opened.connect(partial(lay_over, self.layer_link, docks["layers"]))
        self.cover_room: CoverRoom | None = None
        if isinstance(docks["coverage"], CoveragePanel):  # a panel that could not be made has a word in its place
            self.cover_room = CoverRoom(desk, self.window, canvas, docks["coverage"], desktop.planner)
        self.major_room: MajorRoom | None = None
        if isinstance(docks["major"], Later):
            self.major_room = MajorRoom(desk, self.window, docks["major"], self.map_link, self.tool_link)
            major_wanted = getattr(docks["incident"], "major_wanted", None)
            if major_wanted is not None:
                major_wanted.connect(self.major_room.show_room)
        yield
        self.what_if = WhatIfRoom(desk, self.window, canvas, desktop.planner)
        if self.map_room is not None:
            self.map_room.windows.opened.connect(self.what_if.mark_map)
        self.figures_room = FiguresRoom(desk, self.window, lambda: desktop.engine.log)
        self.times_room = TimesRoom(desk, self.window, lambda: desktop.engine.log)
        self.exercise_offer = ExerciseOffer(desk, self.window)
        self.history_room = HistoryRoom(desk, self.window)
        self.demand_room = DemandRoom(desk, self.window, lambda: desktop.engine.log, workers=workers)
        self.siting_room = SitingRoom(desk, self.window, lambda: desktop.engine.log, keep_in=keep_in)
        yield
        self.window.draw_closure.connect(self.map_link.hand.draw_closure)
        self.window.look_up.connect(self._look_up)
        self.window.print_wanted.connect(lambda: self.print_state(by_hand=True))
        self.handouts = HandoutMaker(
            desk, canvas, self.window, keep=getattr(getattr(docks["layers"], "book", None), "flush", lambda: None)
        )
        self.window.hand_out_wanted.connect(self.handouts.ask)
        self.window.open_log_wanted.connect(self.open_log_again)
        self._printer = QTimer(self)
        self._printer.setInterval(PRINT_EVERY_MS)
        self._printer.timeout.connect(self.print_state)
        # Neither a replay nor an exercise is the present state: nobody is to take its pages for one.
        is_present = desk.kind not in ("replay", "exercise")
        self._print_folder = keep_in / "printed" if keep_in is not None and is_present else None

    def start(self, *, with_drill: bool = False) -> None:
        """Show the window and let time begin."""
        sys.excepthook = telling(self._on_exception)
        self.window.showMaximized()
        self.desktop.pulse.start()
        self._printer.start()
        QTimer.singleShot(LOAD_AFTER_MS, self, lambda: InTurns(loaded(LATER_CODE), self))
        self.window.sounds.prepare()
        sweep_later(self.desktop.city)
        if with_drill and not self.desktop.log.is_read_only:  # its crews report elsewhere, where the log is written
            self.drill = make_drill(self.desktop)
            self.drill.start()

    def sign_in(self) -> None:
        """Let the desk ask who sits there; a drill signs its demonstration account in, a reader is not asked.

        Takes some tenths of a second in a drill, before its window is seen.
        """
        desktop, who = self.desktop, None
        if desktop.log.is_read_only:
            return
        seat, kept = desktop.desk.who.seat, self.signin.memory.roles.get(DEMO_ID, "")
        try:
            who = sign_in_demo(desktop.engine, role=kept, seat=seat, at=desktop.desk.clock())
        except (Refused, NotSaved) as problem:
            logger.warning("the demonstration account cannot sign in: %s", problem)
        self.signin.begin(who, asks=True)

    def close(self) -> None:
        """End everything that `start` began."""
        sys.excepthook = sys.__excepthook__
        self._printer.stop()
        if self.drill is not None:
            self.drill.stop()
        if self.layer_link is not None:
            self.layer_link.close()
        self.desktop.end_room()  # before anything is waited for
        self.seats_room.stop()
        self.desktop.close()

    def _join_case_intake(self, panel: object) -> None:
        place_changed = getattr(panel, "place_changed", None)
        if place_changed is not None:  # one that could not be made has a word in its place
            place_changed.connect(self.map_link.show_case_place)

    def print_state(self, *, by_hand: bool = False) -> None:
        """Write the printable picture of the present state; a worker does it."""
        if self._is_printing or self._print_folder is None:
            return
        desk, folder = self.desktop.desk, self._print_folder
        state, at, paint = desk.state, desk.clock(), self.map_link.paper()
        self._is_printing = True

        def write(job: jobs.Job) -> Path:
            from app import printout

            of = printout.origin(self.desktop.engine.log, state)
            return printout.write(state, folder, at, paint=paint, language=desk.language, **of)

        def done(path: Path) -> None:
            self._is_printing = False
            if by_hand:  # what is written by itself every minute stays in the desk's own folder
                desk.send(RecordExport("situation", path.name))
                desk.said.emit("info", say("printed", desk.language, path=str(path)))

        def failed(problem: BaseException) -> None:
            self._is_printing = False
            desk.said.emit("warning", say("print_failed", desk.language, reason=str(problem)))

        jobs.start(write, done=done, failed=failed)

    def open_log_again(self) -> None:
        """Open the log again after the disk failed; a worker does it, and the engine waits meanwhile."""
        desk, engine = self.desktop.desk, self.desktop.engine

        def done(found: int) -> None:
            desk.said.emit("warning", say("log_again_done", desk.language, sequence=f"{engine.state.sequence:,}"))

        def failed(problem: BaseException) -> None:
            desk.said.emit("alarm", say("log_again_failed", desk.language, reason=one_line(problem, 200)))

        jobs.start(lambda job: engine.reopen(), done=done, failed=failed)

    def _look_up(self, words: str) -> None:
        desk = self.desktop.desk
        city = self.desktop.city

        def search(job: jobs.Job) -> object:
            places = city.places()
            try:
                return places.search(words, limit=1, near=city.center)
            finally:
                places.close()

        def show(found: tuple[object, ...]) -> None:
            if not found:
                self.window.commands.not_found(words)
                return
            place = found[0]
            desk.go_to.emit(place.lon, place.lat)  # type: ignore[attr-defined]
            where = ", ".join(part for part in (place.label, place.municipality) if part)  # type: ignore[attr-defined]
            self.window.commands.found(where)

        jobs.start(search, done=show, failed=lambda problem: self.window.commands.not_found(words))

    def _on_exception(self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        logger.critical("a bug", exc_info=(kind, problem, trace))
        words = f"{kind.__name__}: {problem}"
        if words not in self._told:
            self._told.add(words)
            self.window.tell_bug(words)


def make_drill(desktop: Desktop) -> Drill:
    """Return the drill of the city's scenario, with crews that drive; their positions come to the desk.

    A city without an `opening.toml` has crews and no incidents but those that the operator reports.
    """
    from app.drill import Drill
    from app.drill_cases import DrillCases, cells_of
    from dispatch.ground import Ground
    from dispatch.scenario import Scenario
    from dispatch.scenario_file import read_scenario

    desk, city = desktop.desk, desktop.city
    file = city.folder / "opening.toml"
    state, scenario = desk.state, Scenario("", ())
    if file.is_file():
        scenario = read_scenario(file, kinds=state.cards, classes=state.classes)
    drill = Drill(
        scenario,
        state=lambda: desktop.engine.state,
        submit=desktop.bridge.submit,
        make_ground=lambda: Ground.of_city(city),
        clock=desk.clock,
        hospitals=_hospitals(city),
        fixes=desk.fixes,
        cases=DrillCases(scenario, cell_of=cells_of(city), album=desk.album, language=desk.language),
    )
    drill.fixes_made.connect(desktop.pulse.take_fixes)
    if desk.positions is not None:
        drill.fixes_made.connect(desk.positions.give)
    return drill


def _hospitals(city: City) -> tuple[tuple[float, float], ...]:
    if "hospitals" not in city.layer_names():
        return ()
    layer = city.layer("hospitals")
    boxes = layer.boxes
    return tuple(city.to_lonlat(float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2) for box in boxes[:50])
