"""Desks in their windows on one server, for tests: each as `opsroom --log postgresql://…` would show it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.bootstrap import Desktop, build, now
from app.desktop import Shown
from dispatch.commands import AddNote, AssignUnits, Choice, ReportIncident, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.incident import Location

PATIENCE_MS = 20_000  # what a loaded machine is given; nothing here waits for it otherwise


class Seat:
    """One window of a room."""

    def __init__(
        self,
        city: Path,
        address: str,
        folder: Path,
        name: str,
        *,
        clock: Callable[[], datetime] = now,
        read_only: bool = False,
        language: str = "en",
        engine: Engine | None = None,
        keep_in: Path | None = None,
    ) -> None:
        self.desktop: Desktop = build(
            city,
            log_place=address,
            engine=engine,
            room_place=address,
            island_folder=folder / "islands",
            kind=LogKind.DRILL,
            who=Who(name, seat=f"seat-{name}"),
            planner=None,
            key_folder=folder,
            clock=clock,
            read_only=read_only,
            language=language,
        )
        self.desk = self.desktop.desk
        self.said: list[tuple[str, str]] = []
        self.refused: list[str] = []
        self.failed: list[str] = []
        self.desk.said.connect(lambda level, words: self.said.append((level, words)))
        self.desk.refused.connect(lambda command, refused: self.refused.append(refused.code))
        self.desk.failed.connect(lambda command, reason: self.failed.append(reason))
        self.shown = Shown(self.desktop, keep_in=keep_in, workers=0, silent=True)
        self.window = self.shown.window
        self.window.resize(1600, 900)
        self.window.show()
        self.desktop.pulse.start()

    @property
    def strip(self):  # type: ignore[no-untyped-def]
        """Return the strip on top of the window."""
        return self.window.strip

    def report(self, text: str = "", kind: str = "structure_fire") -> None:
        """Report an incident in the middle of the city, from the window."""
        lon, lat = self.desktop.city.center
        self.desk.send(ReportIncident(kind, Location(lon, lat, text or "the middle"), text=text))

    def assign(self, number: int, *units: str) -> None:
        """Send units."""
        self.desk.send(AssignUnits(number, tuple(Choice(unit) for unit in units)))

    def close(self) -> None:
        """End the window and all that runs behind it."""
        self.window.close()
        self.shown.close()


def copy_key(folder: Path, to: Path) -> Path:
    """Give another seat the log's key, as joining does; return its folder."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*.head", "*.checkpoint"))
    return to


def wait(is_so: Callable[[], object], what: str = "", most_s: float = PATIENCE_MS / 1000) -> None:
    """Let the windows live until something is so."""
    until = time.monotonic() + most_s
    while not is_so():
        assert time.monotonic() < until, what or "waited in vain"
        QApplication.processEvents()
        time.sleep(0.005)


class Gaps(QTimer):
    """Beat every 10 ms in the window's thread, and remember the longest time between two beats."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = 0.0
        self._last_s = time.monotonic()
        self.setTimerType(Qt.TimerType.PreciseTimer)
        self.setInterval(10)
        self.timeout.connect(self._beat)
        self.start()

    def _beat(self) -> None:
        now_s = time.monotonic()
        self.longest_s = max(self.longest_s, now_s - self._last_s)
        self._last_s = now_s


def click_about(seat: Seat, turn: int) -> None:
    """Do what an operator does who looks for what is wrong: one deed a turn, each of which asks or sends something."""
    desk, window = seat.desk, seat.window
    units = sorted(desk.state.units)
    deeds: tuple[Callable[[], object], ...] = (
        lambda: desk.select(incident_id=1),
        lambda: desk.select(unit_id=units[turn % len(units)]),
        lambda: seat.report(f"in vain {turn}"),
        lambda: window.docks["case"].raise_() if "case" in window.docks else None,
        lambda: seat.assign(1, units[turn % len(units)]),
        lambda: window.intake_docks.take_call(),  # noqa: PLW0108 - as the key does
        lambda: desk.send(AddNote(1, f"said into the void {turn}")),
        lambda: window.strip.weather.menu().close(),
        lambda: window.commands.run("select 1"),
        lambda: window.resize(1600 - turn % 2, 900),
    )
    deeds[turn % len(deeds)]()
