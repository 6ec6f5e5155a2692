"""What stands beside a new call: warnings for its place, what may be the same event, and what happened here before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk, Draft
from app.intake.kind_field import kind_name
from app.intake.nearby import Nearby, Neighbour, warnings_at
from app.parts import tints
from app.parts.forms import button, plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock, distance, rough_span


class IntakeContext(QWidget):
    """Refresh from the draft; hold which of the probable duplicates is in hand."""

    attach_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._nearby = Nearby.of(desk)
        self.warnings = plain_label()
        self.warnings.setAccessibleName(self._words("intake.warnings"))
        self.duplicates_title = plain_label(self._words("intake.duplicates"), role="muted")
        self.duplicates = RowList(self._words("intake.duplicates"), grows=True, most_rows=3)
        self.duplicates.pointed.connect(self._name_twin)
        self.attach_button = button(self._words("intake.attach"), self.attach_wanted.emit)
        self.earlier_title = plain_label(self._words("intake.earlier"), role="muted")
        self.earlier = RowList(self._words("intake.earlier"), grows=True, most_rows=3)
        head = QHBoxLayout()
        head.addWidget(self.duplicates_title, 1)
        head.addWidget(self.attach_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.warnings)
        layout.addLayout(head)
        layout.addWidget(self.duplicates)
        layout.addWidget(self.earlier_title)
        layout.addWidget(self.earlier)
        self.earlier.chosen.connect(self._look_at)
        self.refresh(None)

    @property
    def duplicate_id(self) -> int | None:
        """Return the number of the open incident in hand, None where none stands beside the call."""
        key = self.duplicates.current_key
        return int(key) if key else None

    def refresh(self, draft: Draft | None) -> None:
        """Look round the draft's place."""
        place = draft.location if draft is not None else None
        now = self._desk.clock()
        warnings = warnings_at(self._desk.state, place.lon, place.lat, now) if place is not None else ()
        lines = [
            self._words("intake.warning", text=one_line(warning.text), distance=distance(away_m))
            for warning, away_m in warnings
        ]
        show_words(self.warnings, "\n".join(lines), "warning" if lines else "")
        twins = self._nearby.duplicates(place, draft.kind, now) if place is not None and draft is not None else ()
        self.duplicates.set_rows([self._duplicate_row(one) for one in twins], take_first=True)
        self._name_twin()
        past = self._nearby.earlier(place) if place is not None else ()
        self.earlier.set_rows([self._earlier_row(one) for one in past])
        for widget, is_seen in (
            (self.duplicates_title, bool(twins)),
            (self.duplicates, bool(twins)),
            (self.attach_button, bool(twins)),
            (self.earlier_title, bool(past)),
            (self.earlier, bool(past)),
        ):
            widget.setVisible(is_seen)
        self.setVisible(bool(lines or twins or past))

    def _look_at(self, key: str) -> None:
        self._desk.select(incident_id=int(key))

    def _name_twin(self) -> None:
        """Name the incident that F7 would attach to, also where the list is not in sight."""
        row = next((row for row in self.duplicates.rows if row.key == self.duplicates.current_key), None)
        if row is not None:
            words = self._words("intake.twin", what=row.title, distance=row.right)
            show_words(self.duplicates_title, words)
            attach = self._words("intake.attach_to", number=row.key)
            self.attach_button.setText(attach)
            self.attach_button.setAccessibleName(attach)

    def _duplicate_row(self, one: Neighbour) -> Row:
        incident = one.incident
        ago = rough_span((self._desk.clock() - incident.received_at).total_seconds())
        stage = label("stage", incident.stage, self._desk.language)
        return Row(
            str(incident.id),
            f"{incident.id}  {kind_name(self._desk, incident.kind)}",
            right=distance(one.distance_m),
            detail=" · ".join((ago, stage, one_line(incident.location.text, 80))),
            mark=f"P{incident.priority}",
            mark_colour=tints.priority(incident.priority),
        )

    def _earlier_row(self, one: Neighbour) -> Row:
        incident = one.incident
        ended = label("disposition", incident.disposition, self._desk.language) if incident.disposition else ""
        detail = [day_and_clock(incident.received_at, self._desk.state.time_zone), ended]
        return Row(
            str(incident.id),
            f"{incident.id}  {kind_name(self._desk, incident.kind)}",
            detail=" · ".join(part for part in detail if part),
            tone="muted",
        )

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
