"""Opens the trainer's window beside a session, in turns of the window's loop, and joins what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMetaMethod, QObject, Signal

from app.trainer.face import Session
from app.window.in_turns import InTurns, Parts, loaded

if TYPE_CHECKING:
    from app.trainer.window import TrainerWindow

PARTS = ("app.trainer.sitting", "app.trainer.script_view", "app.trainer.live", "app.trainer.window",
         "app.trainer.small_map")  # fmt: skip


class TrainerRoom(QObject):
    """Open the trainer's window of a session that has begun; it stays through all branches, and ends with either.

    The debriefing is offered where somebody listens to the session's `debriefing_wanted` by then. `opened` tells that
    the window is seen, whole; `window` is None until then.
    """

    opened = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.window: TrainerWindow | None = None
        self._coming: InTurns | None = InTurns(self._opening(), self)
        session.left.connect(self._on_left)

    def _opening(self) -> Parts[None]:
        yield from loaded(PARTS)
        from app.trainer.window import TrainerWindow

        session = self._session
        window = yield from TrainerWindow.in_parts(session)
        self._coming, self.window = None, window
        if session.isSignalConnected(QMetaMethod.fromSignal(session.debriefing_wanted)):
            window.offer_debriefing()
        window.debriefing_wanted.connect(session.debriefing_wanted)
        window.left.connect(session.leave)
        session.left.connect(window.end)
        window.show()
        window.raise_()
        self.opened.emit()

    def _on_left(self) -> None:
        if self._coming is not None:
            self._coming.stop()
            self._coming = None
