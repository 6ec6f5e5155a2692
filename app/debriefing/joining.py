"""Joins the debriefing to an exercise that is played: asked for there, it opens in a window of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject

from app.window.in_turns import InTurns, Parts, dressed, loaded
from gis.city import City

if TYPE_CHECKING:
    from app.debriefing.opening import DebriefWindow

PARTS = ("app.debriefing.material", "app.debriefing.charts", "app.debriefing.page", "app.debriefing.opening")


class PlaceOf(Protocol):
    """Where a session finds things: `app.exercise.session.Place`."""

    @property
    def city(self) -> City:
        """Return the city."""

    @property
    def key_folder(self) -> Path:
        """Return where the keys of logs are."""

    @property
    def language(self) -> str:
        """Return the language of its windows."""

    @property
    def workers(self) -> int | None:
        """Return how many processes paint its map."""


class SessionOf(Protocol):
    """What is asked of a session: `app.exercise.session.Session`, which knows nothing of this."""

    debriefing_wanted: Any  # Signal()
    left: Any  # Signal()

    @property
    def place(self) -> PlaceOf:
        """Return where it finds things."""

    @property
    def log_file(self) -> Path:
        """Return the log that is played now."""


class DebriefRoom(QObject):
    """Open a debriefing of what the session plays when it is asked for; all end with the session."""

    def __init__(self, session: SessionOf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._coming: dict[str, InTurns] = {}
        self.windows: dict[str, DebriefWindow] = {}
        session.debriefing_wanted.connect(self.open)
        session.left.connect(self.close)

    def open(self) -> None:
        """Show the debriefing of the log that is played now, worked out anew where it is shown already."""
        name = str(self._session.log_file)
        shown = self.windows.get(name)
        if shown is None:
            if name not in self._coming:
                self._coming[name] = InTurns(self._opening(self._session.log_file), self)
            return
        if not shown.isVisible():
            shown.show()
        shown.raise_()
        shown.activateWindow()
        shown.page.work_out()

    def _opening(self, log_file: Path) -> Parts[None]:
        """Make the window in turns: those who play sit before other windows meanwhile."""
        place, name, window = self._session.place, str(log_file), None
        try:
            yield from loaded(PARTS)
            from app.debriefing.opening import DebriefWindow

            yield
            window = DebriefWindow(
                log_file, place.city, key_folder=place.key_folder, language=place.language, workers=place.workers
            )
            yield
            yield from dressed(window)
        except BaseException:
            if window is not None:
                window.deleteLater()
            raise
        finally:
            self._coming.pop(name, None)
        self.windows[name] = window
        window.show()
        window.page.work_out()

    def close(self) -> None:
        """Put all away for good."""
        for coming in list(self._coming.values()):
            coming.stop()
        for window in self.windows.values():
            window.page.close_down()
            window.close()
            window.deleteLater()
        self.windows = {}
