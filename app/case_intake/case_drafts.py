"""Reports begun and not sent, kept over a restart: never who reported, and of photographs their names alone."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from app.cases.words import class_name
from app.desk import Desk
from app.intake.drafts import place_of_row, place_row
from app.parts.draft_file import DraftFile, NotWrittenError
from app.wording import one_line, text
from app.wording.durations import clock
from dispatch.case import Evidence
from dispatch.evidence import is_evidence_id
from dispatch.incident import Location

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """Hold a report as far as it was written; `component` is a code, `evidence` what the album keeps already."""

    id: str
    started_at: datetime
    location: Location | None = None
    standard_id: str = ""
    degree: str = ""
    component: str = ""
    text: str = ""
    source: str = ""
    incident_id: int | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything that would be lost."""
        return self.location is not None or bool(self.standard_id or self.text or self.evidence)


class CaseDrafts(QToolButton):
    """Keep drafts of reports and offer them again; a disk that refuses is said, and loses nothing before the end."""

    resumed = Signal(object)  # CaseDraft

    def __init__(self, desk: Desk, file: Path | None) -> None:
        super().__init__()
        self._desk = desk
        if file is not None and desk.state.kind is not None:
            file = file.with_stem(f"{file.stem}-{desk.state.kind.value}")  # a drill's never stand among the real ones
        self._drafts = DraftFile[CaseDraft](file, key=lambda draft: draft.id, row_of=row_of, draft_of=draft_of)
        self._in_hand = ""
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.refresh()

    @property
    def kept(self) -> tuple[CaseDraft, ...]:
        """Return the drafts beside the one that is being written, newest first."""
        return tuple(one for one in self._drafts.kept if one.id != self._in_hand)

    def keep(self, draft: CaseDraft, *, in_hand: bool) -> None:
        """Write a draft down; `in_hand`: it is being written, and not offered meanwhile."""
        self._in_hand = draft.id if in_hand else ""
        if draft not in self._drafts.kept:
            try:
                self._drafts.keep(draft)
            except NotWrittenError as problem:
                self._warn(problem)
        self.refresh()

    def forget(self, name: str) -> None:
        """Drop a draft: it was reported, or given up."""
        self._in_hand = ""
        try:
            self._drafts.forget(name)
        except NotWrittenError as problem:
            self._warn(problem)
        self.refresh()

    def describe(self, draft: CaseDraft) -> str:
        """Say in one line what a draft is about."""
        language, state = self._desk.language, self._desk.state
        kind = class_name(state, draft.standard_id, language) if draft.standard_id else None
        place = one_line(draft.location.text or draft.location.crossing, 60) if draft.location is not None else None
        started = clock(draft.started_at, state.time_zone)
        words = one_line(draft.text, 40) if kind is None else None
        return text("case_intake.draft_row", language, clock=started, kind=kind or words, place=place or None)

    def refresh(self) -> None:
        """Offer what is kept."""
        drafts = self.kept
        self._menu.clear()
        for draft in drafts:
            action = self._menu.addAction(self.describe(draft).replace("&", "&&"))
            action.triggered.connect(lambda _=False, draft=draft: self.resumed.emit(draft))
        words = text("intake.drafts", self._desk.language, count=len(drafts))
        self.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(drafts))

    def _warn(self, problem: OSError) -> None:
        logger.warning("drafts of cases are not on disk: %s", problem)
        reason = problem.strerror or str(problem)
        self._desk.said.emit("warning", text("intake.draft_unsaved", self._desk.language, reason=reason))


def row_of(draft: CaseDraft) -> dict[str, Any]:
    """Return a draft as it stands in the file."""
    return {
        "id": draft.id,
        "started_at": draft.started_at.isoformat(),
        "place": place_row(draft.location),
        "standard_id": draft.standard_id,
        "degree": draft.degree,
        "component": draft.component,
        "text": draft.text,
        "source": draft.source,
        "incident_id": draft.incident_id,
        "evidence": [{"id": each.id, "kind": each.kind} for each in draft.evidence],
    }


def draft_of(row: Mapping[str, Any]) -> CaseDraft:
    """Return the draft of a row. Raises KeyError, TypeError, ValueError, AttributeError where it is none."""
    words = {key: str(row.get(key, "")) for key in ("standard_id", "degree", "component", "text", "source")}
    started_at = datetime.fromisoformat(row["started_at"])
    if started_at.tzinfo is None:
        raise ValueError("started_at says no zone")
    incident = row.get("incident_id")
    return CaseDraft(
        str(row["id"]),
        started_at,
        place_of_row(row.get("place")),
        incident_id=int(incident) if incident is not None else None,
        evidence=tuple(
            Evidence(str(each["id"]), str(each["kind"]))
            for each in row.get("evidence", ())
            if is_evidence_id(each["id"])
        ),
        **words,
    )
