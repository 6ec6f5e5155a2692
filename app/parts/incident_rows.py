"""The incidents of the log as table rows by need: two lines a cell; `incident_delegate` paints them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt

from app.desk import Desk
from app.parts.live_rows import Index, LiveRows
from app.parts.queues import ALL, DISTRESS, Queues, is_tagged, why_words
from app.parts.seat_marks import SeatMarks, marks_of
from app.parts.seats import open_at, who_words
from app.parts.tally import assignments, in_stage_since, touched
from app.wording import label, listed, text
from app.wording.durations import column_span, rough_span
from app.wording.plain import one_line, tooltip
from app.wording.screen import say
from dispatch.charges import offered_to
from dispatch.events import Entry
from dispatch.incident import Incident, Stage
from dispatch.state import State

NUMBER, WHAT, UNITS, SINCE, DUE = range(5)


_HEADINGS = ("queue_no", "queue_kind", "queue_units", "queue_since", "queue_deadline")


_RANK = {Stage.WAITING: 0, Stage.ASSIGNED: 1, Stage.WORKING: 1, Stage.CLEARED: 2, Stage.CLOSED: 3}


NEW_S = 10.0


SOON_S = 600.0


def need_key(incident: Incident) -> tuple[int, int, datetime, int]:
    """Return the key that puts who needs us most on top: nobody going first, then priority, then the longest wait."""
    return (_RANK[incident.stage], incident.priority, incident.received_at, incident.id)


def open_units(state: State, incident_id: int) -> list[str]:
    """Return the call signs of the units bound to an incident now."""
    return [one.unit_id for one in assignments(state, incident_id) if one.is_open]


class IncidentRows(LiveRows):
    """Give the incidents in their order; `data` is words, the delegate paints two lines of them a cell."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(len(_HEADINGS))
        self._desk = desk
        self.now = desk.clock()
        self.with_closed = False
        self.filter = ""
        self.choice = ALL  # whose queue is shown
        self.why: dict[int, str] = {}  # of what is shown under a choice: why it stands there
        self.count_hidden = 0  # what the choice leaves out
        self.offered: frozenset[int] = frozenset()  # to whoever sits here
        self._queues = Queues.of(desk)

    def take(self, entry: Entry | None) -> None:
        """Bring the rows up to the desk's state; only what the entry names is told as changed."""
        state = self._desk.state
        numbers = state.incidents if self.with_closed else state.open_incidents
        shown = [state.incidents[one] for one in numbers]
        shown = self._chosen(shown)
        if self.filter:
            shown = [one for one in shown if self.filter in self._haystack(one)]
        offered = frozenset(each.incident_id for each in offered_to(state, self._desk.who))
        was_offered, self.offered = self.offered, offered if self._desk.seats is not None else frozenset()
        self.arrange([one.id for one in sorted(shown, key=lambda one: (one.id not in self.offered, *need_key(one)))])
        self.refresh(was_offered ^ self.offered)
        changed = touched(entry, state)
        self.refresh(self.keys if changed.everything else changed.incidents)

    def _chosen(self, incidents: list[Incident]) -> list[Incident]:
        if self.choice == ALL or self._desk.seats is None:
            self.why, self.count_hidden = {}, 0
            return incidents
        why = ((one, self._queues.why(self.choice, one)) for one in incidents)
        self.why = {one.id: reason for one, reason in why if reason}
        self.count_hidden = len(incidents) - len(self.why)
        return [one for one in incidents if one.id in self.why]

    def incident(self, index: Index) -> Incident | None:
        """Return the incident of a row."""
        if not index.isValid() or index.row() >= len(self.keys):
            return None
        return self._desk.state.incidents.get(self.keys[index.row()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return say(_HEADINGS[section], self._desk.language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        incident = self.incident(index)
        if incident is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join(part for part, _ in self.lines(incident, index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.sentence(incident))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(incident)
        return None

    def lines(self, incident: Incident, column: int) -> tuple[tuple[str, str], tuple[str, str]]:
        """Return the two lines of a cell, each as words and a level (calm, muted, good, warning, alarm)."""
        state, language = self._desk.state, self._desk.language
        if column == NUMBER:
            return (str(incident.id), "calm"), ("", "muted")
        if column == WHAT:
            return (self.kind(incident), "calm"), self._below(incident)
        if column == UNITS:
            units = open_units(state, incident.id)
            stage = label("stage", incident.stage.value, language)
            waiting = incident.stage is Stage.WAITING
            return (self._units(units, incident.stage), "warning" if waiting else "calm"), (
                stage,
                "warning" if waiting else "muted",
            )
        if column == SINCE:
            end = incident.closed_at or self.now
            since = (end - incident.received_at).total_seconds()
            in_stage = (end - in_stage_since(state, incident)).total_seconds()
            waits = incident.stage is Stage.WAITING and incident.priority <= 2 and since > 60
            return (column_span(max(0.0, since)), "alarm" if waits else "calm"), (
                column_span(max(0.0, in_stage)),
                "muted",
            )
        return self._due(incident)

    def _below(self, incident: Incident) -> tuple[str, str]:
        """Return the place, behind what must be known first: that it is offered here, or why it is in this queue."""
        language, where = self._desk.language, place(incident)
        charge = self._desk.state.charges.get(incident.id)
        if incident.id in self.offered and charge is not None and charge.offer is not None:
            name = who_words(self._desk, charge.offer.actor, charge.offer.seat)
            return text("room.offered_by", language, name=name, place=where), "notice"
        why = self.why.get(incident.id, "")
        if is_tagged(why):
            tag = label("queue_tag", why, language)
            return text("room.tagged", language, tag=tag, place=where), "alarm" if why == DISTRESS else "muted"
        return where, "muted"

    def _due(self, incident: Incident) -> tuple[tuple[str, str], tuple[str, str]]:
        if incident.deadline_at is None or incident.stage is Stage.CLOSED:
            return ("–", "muted"), ("", "muted")
        left = (incident.deadline_at - self.now).total_seconds()
        if left < 0:
            return (say("overdue", span=rough_span(-left)), "alarm"), ("", "alarm")
        return (rough_span(left), "warning" if left < SOON_S else "muted"), ("", "muted")

    def _units(self, units: list[str], stage: Stage) -> str:
        language = self._desk.language
        if not units:
            return say("no_units" if stage is Stage.WAITING else "units_gone", language)
        named = " ".join(one_line(unit, 12) for unit in units)
        if len(named) <= 12:
            return named
        return say("many_units", language, count=len(units))

    def marks(self, incident: Incident) -> SeatMarks:
        """Return who is in charge and who has it open, as marks."""
        return marks_of(self._desk, incident.id)

    def kind(self, incident: Incident) -> str:
        """Return the kind's name in the desk's language."""
        card = self._desk.state.cards.get(incident.kind)
        if card is None:
            return one_line(incident.kind)
        return one_line(card.name_zh if self._desk.language == "zh" and card.name_zh else card.name)

    def sentence(self, incident: Incident) -> str:
        """Return the whole row as one sentence, for a screen reader and the tooltip."""
        language = self._desk.language
        said = say(
            "row_said",
            language,
            number=incident.id,
            priority=incident.priority,
            kind=self.kind(incident),
            place=place(incident),
            stage=label("stage", incident.stage.value, language),
            units=listed(open_units(self._desk.state, incident.id), language) or say("no_units", language),
        )
        return "\n".join((said, *self._room_sentence(incident)))

    def _room_sentence(self, incident: Incident) -> Iterator[str]:
        """Say who is in charge, where it is open, that it is offered here, and why it stands in the queue shown."""
        desk, language = self._desk, self._desk.language
        if desk.seats is None:
            return
        charge = desk.state.charges.get(incident.id)
        if charge is not None and charge.is_held:
            yield text("room.in_charge", language, name=who_words(desk, charge.actor, charge.seat))
        seats = [who_words(desk, each.actor, each.seat) for each in open_at(desk, incident_id=incident.id)]
        if seats:
            yield text("room.open_at", language, seats=seats)
        if incident.id in self.offered and charge is not None and charge.offer is not None:
            name = who_words(desk, charge.offer.actor, charge.offer.seat)
            yield text("room.offered_tip", language, name=name, note=charge.offer.note)
        if incident.id in self.why:
            yield why_words(self.why[incident.id], language)

    def _haystack(self, incident: Incident) -> str:
        units = " ".join(open_units(self._desk.state, incident.id))
        return f"{incident.id} {self.kind(incident)} {place(incident)} {units} {incident.text}".casefold()


def place(incident: Incident) -> str:
    """Return the words of an incident's place; its coordinates where it has none."""
    where = incident.location
    words = ", ".join(part for part in (where.text or where.crossing, where.municipality) if part)
    return one_line(words) or f"{where.lat:.5f}, {where.lon:.5f}"
