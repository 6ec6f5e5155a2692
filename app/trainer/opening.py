"""Opens the trainer's window beside a session, and joins what it asks for."""

from __future__ import annotations

from PySide6.QtCore import QMetaMethod

from app.trainer.face import Session
from app.trainer.window import TrainerWindow


def open_trainer(session: Session) -> TrainerWindow:
    """Show the trainer's window of a session that has begun; it stays through all branches, and ends with either.

    The debriefing is offered where somebody listens to the session's `debriefing_wanted` by now.
    """
    window = TrainerWindow(session)
    if session.isSignalConnected(QMetaMethod.fromSignal(session.debriefing_wanted)):
        window.offer_debriefing()
    window.debriefing_wanted.connect(session.debriefing_wanted)
    window.left.connect(session.leave)
    session.left.connect(window.end)
    window.show()
    return window
