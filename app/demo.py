"""The opening drill without a display: the real window, real keys, a clock that is wound on, pictures of every step."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QKeySequence, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.demo_scenes import show_departments, show_the_day
from app.window.alarm import ACKNOWLEDGE_KEY
from dispatch.commands import CloseIncident, CloseRoad, RaiseSignal, Who
from dispatch.events import LogKind
from dispatch.incident import Closure, Stage
from resources.status import Signal, Status

if TYPE_CHECKING:
    from app.bootstrap import Desktop
    from app.desktop import Shown
    from app.drill import Drill

logger = logging.getLogger(__name__)
OPENS_AT = datetime(2026, 3, 3, 15, 40, tzinfo=UTC)
PATIENCE_MS = 10_000
Report = Callable[[str], object]


class Clock:
    """Tell the time that somebody winds on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def play_offscreen(out: Path, *, city_folder: Path | None = None, report: Report = lambda words: None) -> list[Path]:
    """Play the opening drill of a city (the bundled one) and write its pictures into `out`; return them in order.

    Uses no display, no log of the user and no clock of the machine. Raises StartError or OSError where it cannot.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication(["opsroom"])
    assert isinstance(app, QApplication)
    if city_folder is None:
        from maps.cities.helsinki import ensure_built

        report("The bundled city is built first where it is not there yet.")
        city_folder = ensure_built(lambda *progress: None)
    out.mkdir(parents=True, exist_ok=True)
    before = qInstallMessageHandler(_tell_qt)
    with tempfile.TemporaryDirectory(prefix="opsroom-demo-") as folder:
        demo = Demo(city_folder, Path(folder), out, report)
        try:
            demo.play()
        finally:
            demo.close()
            qInstallMessageHandler(before)
    return demo.pictures


def _tell_qt(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
    """Pass on what Qt says, but for what windows without a display cannot do."""
    if not words.startswith("This plugin does not support"):
        logger.warning("Qt: %s", words)


class Demo:
    """One run of the drill: `play` is the story, everything else is how it is told."""

    def __init__(self, city_folder: Path, folder: Path, out: Path, report: Report) -> None:
        self._city_folder = city_folder
        self._folder = folder
        self._out = out
        self._report = report
        self._clock = Clock(OPENS_AT)
        self.pictures: list[Path] = []
        self._open()

    def play(self) -> None:
        """Play from the first incident to the restart that finds everything as it was."""
        self.let_pass(2)
        self.picture("desk", "The desk of the bundled city: layers, cameras, units at their stations.")
        self.let_pass(28)
        self.picture("four-incidents", "Four incidents of several departments; two are being worked on.")
        show_the_day(self)
        number = self._take_a_call("Aleksanterinkatu 52", "cardiac", "Man, about sixty, fell at the tram stop.")
        self.let_pass(20)
        self.picture("sent", f"Incident {number} was sent with F12; its crews acknowledge and turn out.")
        fire = self._number_of("structure_fire")
        self.desktop.desk.select(incident_id=fire)
        self.until(lambda: self._answered_for(fire))
        self.picture("fire-recommended", "What the fire needs, when each unit would be there, and why.")
        self._close_a_road(fire)
        self.picture("road-closed", "A road is closed: the recommendation changes at once.")
        self.key("F12")
        self.until(lambda: bool(self.state.assignments_of.get(fire)))
        self.let_pass(45)
        self.picture("travelling", "Units of several departments on their way, with the time they still need.")
        self._pass_until(lambda: self._has_arrived(fire), 600)
        self.picture("on-scene", "The first units are on scene.")
        show_departments(self, fire)
        self._distress(fire)
        self._type_command("goto Mannerheimintie 5")
        self.picture("command-line", "The command line finds an address.")
        self._pass_until(lambda: self.state.incidents[number].stage is Stage.CLEARED, 2_400)
        self._close_case(number)
        self.picture("closed", f"Incident {number} is closed with its disposition; its story stays.")
        self.key("Ctrl+T")
        self.picture("day", "The same desk by day.")
        self.key("Ctrl+T")
        self._restart()
        self.picture("restarted", "The program was ended and started again: everything is as it was.")

    def close(self) -> None:
        """End the window and everything behind it."""
        self.drill.stop()
        self.shown.window.close()
        self.shown.close()
        self.shown.window.deleteLater()
        QApplication.processEvents()

    # Scenes

    def _take_a_call(self, place: str, kind: str, words: str) -> int:
        self.key("F2")
        self.type_words(place)
        self.wait(250)
        self.enter()
        self.until(lambda: self._draft_has("location"))
        self.type_words(kind)
        self.wait(100)
        self.enter()
        self.until(lambda: self._draft_has("kind") and self.desktop.desk.recommendation is not None)
        self.picture("intake", "Place and kind suffice: the recommendation stands there before anything is sent.")
        before = len(self.state.incidents)
        self.key("F12")
        self.until(lambda: len(self.state.incidents) > before)
        number = max(self.state.incidents)
        self.until(lambda: bool(self.state.assignments_of.get(number)))
        self.type_words(words)
        self.key("F12")
        return number

    def _close_a_road(self, fire: int) -> None:
        desk = self.desktop.desk
        place = desk.state.incidents[fire].location
        lon, lat = place.lon, place.lat
        ring = ((lon - 0.0012, lat + 0.0004), (lon - 0.0004, lat + 0.0004), (lon - 0.0004, lat + 0.0009))
        corner = (lon - 0.0012, lat + 0.0009)
        desk.send(
            CloseRoad(Closure("demo-closure", "Polygon", (*ring, corner, ring[0]), (), "hoses across the street"))
        )
        self.wait(400)

    def _distress(self, fire: int) -> None:
        unit = next(
            item.unit_id
            for item in map(self.state.assignments.__getitem__, self.state.assignments_of[fire])
            if self.state.units[item.unit_id].status is Status.ON_SCENE
        )
        self.desktop.bridge.submit(
            self._command(Who(unit, "crew", seat=f"unit-{unit}"), RaiseSignal(unit, Signal.DISTRESS))
        )
        self.let_pass(3)
        self.picture("distress", f"{unit} is in distress: over everything, until somebody acknowledges.")
        self.key(ACKNOWLEDGE_KEY)
        self.until(lambda: self.state.units[unit].distress_at is None)
        self.let_pass(1)

    def _close_case(self, number: int) -> None:
        desk = self.desktop.desk
        card = desk.state.cards[desk.state.incidents[number].kind]
        desk.select(incident_id=number)
        disposition = card.dispositions[0] if card.dispositions else "done"
        desk.send(CloseIncident(number, disposition, "Handed over at the hospital.", release_units=True))
        self.until(lambda: self.state.incidents[number].stage is Stage.CLOSED)
        self.let_pass(1)

    def _restart(self) -> None:
        before = self.state
        self.close()
        self._open()
        after = self.state
        for name in ("incidents", "assignments", "closures", "cases", "duties", "messages", "majors"):
            if getattr(before, name) != getattr(after, name):
                raise RuntimeError(f"after the restart the {name} differ")
        self.let_pass(2)
        self.desktop.desk.select(incident_id=self._number_of("structure_fire"))
        self.wait(400)

    # How it is told

    def _open(self) -> None:
        from app import theme
        from app.bootstrap import build
        from app.desktop import Shown, make_drill

        self.desktop: Desktop = build(
            self._city_folder,
            log_place=self._folder / "demo.db",
            kind=LogKind.DRILL,
            who=Who("demo", seat="demo"),
            planner="inline",
            in_thread=False,
            key_folder=self._folder / "keys",
            clock=self._clock,
        )
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.put_on(app, "night")
        self.shown: Shown = Shown(self.desktop, keep_in=self._folder / "desk", workers=0, silent=True)
        self.shown.sign_in()
        self.drill: Drill = make_drill(self.desktop)
        window = self.shown.window
        window.resize(1920, 1080)
        window.show()
        window.activateWindow()
        self.wait(300)

    @property
    def state(self):  # type: ignore[no-untyped-def]
        return self.desktop.engine.state

    def let_pass(self, seconds: int) -> None:
        """Let seconds pass, one by one, as they would in the room."""
        for _ in range(seconds):
            self._clock.at += timedelta(seconds=1)
            self.drill.step(self._clock.at)
            self.desktop.pulse.beat()
            QApplication.processEvents()

    def _pass_until(self, is_so: Callable[[], bool], at_most_s: int) -> None:
        window = self.shown.window
        window.setUpdatesEnabled(False)  # no picture is taken of these minutes: painting them is half of the drill
        try:
            for _ in range(at_most_s):
                if is_so():
                    return
                self.let_pass(1)
        finally:
            window.setUpdatesEnabled(True)
        raise TimeoutError(f"not so after {at_most_s} seconds of the drill")

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what other threads bring (a search, a picture); the drill's clock stands still meanwhile."""
        for _ in range(PATIENCE_MS // 20):
            if is_so():
                return
            QTest.qWait(20)
        raise TimeoutError("the window did not answer")

    def wait(self, milliseconds: int) -> None:
        QTest.qWait(milliseconds)

    def _focused(self) -> QWidget:
        return QApplication.focusWidget() or self.shown.window

    def key(self, keys: str) -> None:
        combination = QKeySequence(keys)[0]
        QTest.keyClick(self._focused(), combination.key(), combination.keyboardModifiers())
        QApplication.processEvents()

    def enter(self) -> None:
        QTest.keyClick(self._focused(), Qt.Key.Key_Return)
        QApplication.processEvents()

    def type_words(self, words: str) -> None:
        QTest.keyClicks(self._focused(), words)
        QApplication.processEvents()

    def _type_command(self, words: str) -> None:
        self.key("Ctrl+K")
        self.type_words(words)
        self.enter()
        self.wait(500)

    def _command(self, who: Who, body):  # type: ignore[no-untyped-def]
        from dispatch.commands import Command

        return Command(f"demo-{self.state.sequence}-{type(body).__name__}", self._clock.at, who, body)

    def _draft_has(self, field: str) -> bool:
        draft = self.desktop.desk.draft
        return draft is not None and bool(getattr(draft, field))

    def _answered_for(self, number: int) -> bool:
        answer = self.desktop.desk.recommendation
        return answer is not None and answer.incident_id == number

    def _has_arrived(self, number: int) -> bool:
        return self.state.incidents[number].first_on_scene_at is not None

    def _number_of(self, kind: str) -> int:
        return next(number for number, incident in self.state.incidents.items() if incident.kind == kind)

    def _screen(self) -> QPixmap:
        """Take the window with everything that stands over it, such as the banner of a distress."""
        window = self.shown.window
        screen = window.grab()
        painter = QPainter(screen)
        for other in QApplication.topLevelWidgets():
            if other.isVisible() and other.parentWidget() is window:
                painter.drawPixmap(window.mapFromGlobal(other.mapToGlobal(QPoint())), other.grab())
        painter.end()
        return screen

    def picture(self, name: str, words: str, *, of: QWidget | None = None) -> None:
        """Take the window, or one that stands apart from it."""
        self.wait(250)
        path = self._out / f"{len(self.pictures) + 1:02d}-{name}.png"
        screen = self._screen() if of is None else of.grab()
        if not screen.save(str(path)):
            raise OSError(f"the picture {path} could not be written")
        self.pictures.append(path)
        self._report(f"{path.name}  {words}")
