"""The button that holds the calls put aside."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.desk import Desk, Draft
from app.intake.drafts import Drafts
from app.intake.kind_field import kind_name
from app.parts.draft_file import NotWrittenError
from app.wording import one_line, text
from app.wording.durations import clock
from dispatch.events import Entry
from dispatch.incident import Call
from dispatch.state import State

logger = logging.getLogger(__name__)


class DraftsButton(QToolButton):
    """Keep drafts and offer them again; a disk that refuses is said once and loses nothing before the program ends."""

    resumed = Signal(object)  # Draft

    def __init__(self, desk: Desk, file: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._drafts = Drafts(file)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        desk.draft_changed.connect(self.refresh)
        desk.state_changed.connect(self._on_state)
        self.refresh()

    @property
    def kept(self) -> tuple[Draft, ...]:
        """Return the drafts beside the call being taken, newest first."""
        current = self._desk.draft.call_id if self._desk.draft is not None else None
        return tuple(one for one in self._drafts.kept if one.call_id != current)

    def keep(self, draft: Draft) -> None:
        """Put a draft aside."""
        try:
            self._drafts.keep(draft)
        except NotWrittenError as problem:
            self._warn(problem)
        self.refresh()

    def keep_call(self, call: Call) -> None:
        """Put aside a call that belongs to no incident any more."""
        self.keep(Draft(call_id=call.id, started_at=call.answered_at or call.ringing_at))

    def forget(self, call_id: str) -> None:
        """Drop the draft of a call that was sent."""
        try:
            self._drafts.forget(call_id)
        except NotWrittenError as problem:
            self._warn(problem)
        self.refresh()

    def describe(self, draft: Draft) -> str:
        """Say in one line what a draft is about."""
        kind = kind_name(self._desk, draft.kind) if draft.kind else self._words("intake.no_kind")
        place = one_line(draft.location.text, 60) if draft.location is not None else self._words("intake.no_place")
        started = clock(draft.started_at, self._desk.state.time_zone)
        return self._words("intake.draft_row", clock=started, kind=kind, place=place)

    def refresh(self) -> None:
        """Offer what is kept."""
        drafts = self.kept
        self._menu.clear()
        for draft in drafts:
            action = self._menu.addAction(self.describe(draft).replace("&", "&&"))
            action.triggered.connect(lambda _=False, draft=draft: self.resumed.emit(draft))
        words = self._words("intake.drafts", count=len(drafts))
        self.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(drafts))

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is None:
            self.refresh()  # names of kinds come with the run cards

    def _warn(self, problem: OSError) -> None:
        logger.warning("drafts are not on disk: %s", problem)
        reason = problem.strerror or str(problem)
        self._desk.said.emit("warning", self._words("intake.draft_unsaved", reason=reason))

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
