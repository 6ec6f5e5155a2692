"""Makes a map to hand out in a program of its own, so that the desk goes on, and says where it lies."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.beside.program import Outcome, Program
from app.canvas.picture import MapView
from app.desk import Desk
from app.handout.dialog import HandoutDialog, Wish
from app.handout.moment import banner_of, moment_lines
from app.parts.names import city_name
from app.wording import text
from app.wording.plain import one_line
from dispatch.account_commands import RecordExport
from maps.layers import Marks
from maps.marks_file import write_moment

LAYERS = ("incidents", "cases", "units", "routes", "closures", "perimeters", "cameras", "stations")


class HandoutMaker(QObject):
    """Ask what is wanted, have it made, and tell: one at a time. `finished` carries the file, or None."""

    finished = Signal(object)

    def __init__(
        self, desk: Desk, canvas: MapView, window: QWidget, *, keep: Callable[[], object] = lambda: None
    ) -> None:
        """`keep` writes down what the program that makes the map reads: the city's list of layers."""
        super().__init__(window)
        self._keep = keep
        self._desk, self._canvas, self._window = desk, canvas, window
        self._program = Program(self)
        self._moment: Path | None = None

    @property
    def is_busy(self) -> bool:
        """Tell whether a map is being made."""
        return self._program.is_busy

    def ask(self) -> None:
        """Show the dialog, and make what is chosen in it."""
        desk = self._desk
        if self.is_busy:
            desk.said.emit("warning", text("handout.busy", desk.language))
            return
        if desk.city is None:
            return
        dialog = HandoutDialog(
            self._window,
            title=one_line(city_name(desk), 60),
            metres_per_pixel=self._canvas.view.metres_per_pixel,
            layers=[name for name in LAYERS if self._canvas.overlay.is_shown(name)],
            is_night=self._canvas.theme.name == "night",
            language=desk.language,
        )
        if dialog.exec() and dialog.wish is not None:
            self.make(dialog.wish)

    def make(self, wish: Wish) -> None:
        """Have a map made of what the window shows now."""
        desk, city, view = self._desk, self._desk.city, self._canvas.view
        if city is None or self.is_busy:
            return
        lon, lat = (float(value) for value in city.to_lonlat(view.x, view.y))
        self._keep()
        try:
            self._moment = self._write_moment(wish)
        except OSError as problem:
            desk.said.emit("warning", text("handout.failed", desk.language, reason=one_line(problem, 200)))
            return
        arguments = [
            "map", "--json", "--city", str(city.folder), "--center", f"{lon:.7f},{lat:.7f}",
            "--scale", f"1:{max(100, min(2_000_000, round(wish.scale)))}", "--out", str(wish.file),
            "--marks", str(self._moment), "--language", desk.language, f"--title={wish.title}",
            "--size", wish.size or f"{round(view.width)}x{round(view.height)}",
        ]  # fmt: skip
        if wish.is_night:
            arguments.append("--night")
        desk.said.emit("info", text("handout.making", desk.language))
        self._program.start(arguments, self._done)

    def cancel(self) -> None:
        """Give up the map that is being made."""
        if self.is_busy:
            self._program.cancel()
            self._done(Outcome(is_well=False))

    def _write_moment(self, wish: Wish) -> Path:
        desk, overlay = self._desk, self._canvas.overlay
        shown = self._canvas.marks
        kept = {name: getattr(shown, name) for name in LAYERS if overlay.is_shown(name) and name not in wish.left_out}
        state = desk.state
        lines = moment_lines(state, desk.clock(), desk.language, seat=desk.who.seat)
        with tempfile.NamedTemporaryFile(prefix="opsroom-map-", suffix=".json", delete=False) as file:
            moment = Path(file.name)
        write_moment(moment, Marks(**kept), lines, banner_of(state, desk.language))
        return moment

    def _done(self, outcome: Outcome) -> None:
        if self._moment is not None:
            self._moment.unlink(missing_ok=True)
            self._moment = None
        desk = self._desk
        try:
            told = json.loads(outcome.said)
        except ValueError:
            told = {"error": text("handout.ended", desk.language)}
        if "file" in told:
            desk.said.emit("info", text("handout.made", desk.language, file=one_line(told["file"], 200)))
            desk.send(RecordExport("map", Path(told["file"]).name))
            self.finished.emit(Path(told["file"]))
        else:
            words = one_line(told.get("error", ""), 200)
            desk.said.emit("warning", text("handout.failed", desk.language, reason=words))
            self.finished.emit(None)
