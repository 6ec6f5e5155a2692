"""Opens the trainer's window beside a session, and joins what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.trainer.window import TrainerWindow

if TYPE_CHECKING:
    from app.exercise.session import Session


def open_trainer(session: Session) -> TrainerWindow:
    """Show the trainer's window of a session that has begun; it stays through all branches, and ends with either."""
    window = TrainerWindow(session)
    window.debriefing_wanted.connect(session.debriefing_wanted)
    window.left.connect(session.leave)
    session.left.connect(window.end)
    window.show()
    return window
