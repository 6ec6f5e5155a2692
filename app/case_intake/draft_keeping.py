"""Keeps what is being written as a draft, a moment after it was; who reported stays in memory alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from app.case_intake.case_drafts import CaseDraft
from app.case_intake.case_page import CasePage
from app.case_intake.written import Written

SAVE_AFTER_MS = 700


class DraftKeeping(QObject):
    """Follow one form. `is_sending` holds it up: what is on its way is no draft."""

    def __init__(self, page: CasePage, written: Written, *, is_sending: Callable[[], bool]) -> None:
        super().__init__(page)
        self._page, self._written, self._is_sending = page, written, is_sending
        self._draft: CaseDraft | None = None  # what is being written, as it was kept last
        self._reporters: dict[str, tuple[str, str]] = {}
        self._soon = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._soon.timeout.connect(self.save)
        self.touch = self._soon.start

    def save(self) -> None:
        """Write down what stands there; where nothing does any more, drop what was kept."""
        self._soon.stop()
        if self._is_sending():
            return
        page, before = self._page, self._draft
        draft = self._written.draft(before.id if before is not None else str(uuid.uuid4()), before)
        if page.photographs.is_busy and before is not None:
            draft = replace(draft, evidence=before.evidence)  # they are still being shown again
        if draft.says_something:
            self._draft = draft
            self._reporters[draft.id] = page.reporter.written
            page.drafts.keep(draft, in_hand=True)
        elif before is not None:
            self.drop()

    def leave(self) -> CaseDraft | None:
        """Let what stands there be a draft beside the form; return it, None where there is nothing."""
        self.save()
        draft, self._draft = self._draft, None
        if draft is not None:
            self._page.drafts.keep(draft, in_hand=False)
        return draft

    def take_up(self, draft: CaseDraft) -> None:
        """Fill the form from a draft, with who reported as far as that is still known."""
        self._draft = draft
        self._written.fill(draft, reporter=self._reporters.get(draft.id, ("", "")))
        self._page.drafts.keep(draft, in_hand=True)

    def drop(self) -> None:
        """Drop what was kept of what is being written: it was reported, or cleared."""
        self._soon.stop()
        draft, self._draft = self._draft, None
        if draft is not None:
            self._reporters.pop(draft.id, None)
            self._page.drafts.forget(draft.id)
