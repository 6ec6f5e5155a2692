"""The rows of the case board as a list: what each says, and the words that it is found by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from app.cases.docket import Docket, Wanted, touched_cases
from app.cases.due import LOUD, NOTABLE, SOON_S, due_of, marks_of
from app.cases.words import class_name, due_words, holder_words, place_words, when_words
from app.desk import Desk
from app.parts.live_rows import NO_INDEX, Index
from app.parts.queues import Queues, is_tagged
from app.parts.seats import open_at
from app.wording import label, text, tooltip
from dispatch.case import Case, CaseStage
from dispatch.clocks import limit_s, spent_s
from dispatch.events import Entry

CASE = Qt.ItemDataRole.UserRole
NEW_S = 10.0


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold what a row says: words, and levels (`calm`, `muted`, `good`, `warning`, `alarm`)."""

    number: str
    what: str
    stage: str
    place: str
    holder: str
    due: str
    due_level: str
    clock: str
    share: float | None  # of the limit that is spent, 0 to 1; None: no bar
    chips: tuple[tuple[str, str], ...]  # words, level


class BoardRows(QAbstractListModel):
    """Give the cases of a docket; only rows that changed are told, so that five thousand stay fluid."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.now = desk.clock()
        self._queues = Queues.of(desk)
        self.docket = Docket(self._haystack, stands_in=lambda queue, case: bool(self._queues.why(queue, case)))
        self.docket.begin(desk.state, desk.who, self.now)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.docket.keys)

    def case(self, index: Index) -> Case | None:
        """Return the case of a row."""
        if not index.isValid() or index.row() >= len(self.docket.keys):
            return None
        return self._desk.state.cases.get(self.id_at(index.row()))

    def id_at(self, row: int) -> int:
        """Return the number of the case in a row."""
        return abs(self.docket.keys[row][2])

    def row_of(self, case_id: int | None) -> int:
        """Return the row of a case, -1 where it is not shown."""
        return self.docket.row_of(case_id) if case_id is not None else -1

    def begin(self) -> None:
        """Look through all cases anew."""
        self.beginResetModel()
        self.docket.begin(self._desk.state, self._desk.who, self.now)
        self.endResetModel()

    def seat(self) -> None:
        """Show the board to whoever sits here now."""
        self.beginResetModel()
        self.docket.seat(self._desk.who)
        self.endResetModel()

    def want(self, wanted: Wanted) -> None:
        """Show other cases."""
        self.beginResetModel()
        self.docket.want(wanted, self._desk.state, self.now)
        self.endResetModel()

    def take(self, entry: Entry | None) -> bool:
        """Bring the rows up to the desk's state; tell whether any changed."""
        found = touched_cases(entry) if entry is not None else None
        if found is None or entry is None:
            self.begin()
            return True
        # What is taken apart does not name the case that it was part of.
        parted = [event.case_id for event in entry.events if getattr(event, "move", "") == "unmerged"]  # type: ignore[union-attr]
        mains = {self.docket.main_of(each) for each in parted} - {None}
        for case_id in sorted(found | mains):  # type: ignore[arg-type]
            case = self._desk.state.cases.get(case_id)
            if case is not None:
                self._take_one(case)
        return bool(found)

    def tick(self, now: datetime) -> tuple[int, ...]:
        """Let time go on; return the cases that fell due meanwhile."""
        self.now = now
        before = len(self.docket.keys)
        fallen = self.docket.pass_time(now)
        if len(self.docket.keys) != before:  # the overdue alone are shown, and there are more of them
            self.beginResetModel()
            self.endResetModel()
        return fallen

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        case = self.case(index)
        if case is None:
            return None
        if role == CASE:
            return case
        if role == Qt.ItemDataRole.DisplayRole:
            shown = self.shown(case)
            return f"{shown.number} {shown.what}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.sentence(case))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(case)
        return None

    def shown(self, case: Case) -> Shown:
        """Return what the row of a case says."""
        state, language = self._desk.state, self._desk.language
        due, level, clock_words, share = self._due(case)
        chips = []
        for code in marks_of(case):
            words = label("case_mark", code, language)
            if code == "merged":
                words = f"{words} {len(case.merged)}"
            elif code == "rework" and case.rework > 1:
                words = f"{words} {case.rework}"
            chips.append((words, "alarm" if code in LOUD else "warning" if code in NOTABLE else "calm"))
        chips += self._room_chips(case)
        return Shown(
            str(case.id),
            class_name(state, case.standard_id, language),
            label("case_stage_short", case.stage.value, language),
            place_words(case.place),
            holder_words(state, case, language),
            due,
            level,
            clock_words,
            share,
            tuple(chips),
        )

    def _room_chips(self, case: Case) -> list[tuple[str, str]]:
        """Say at which seats a case is open, and why it stands in the queue shown where it fits nobody who is there."""
        found, language = [], self._desk.language
        seats = [each.seat for each in open_at(self._desk, case_id=case.id)]
        if seats:
            found.append((text("room.chip_open", language, seats=seats), "calm"))
        queue = self.docket.wanted.queue
        if queue and is_tagged(why := self._queues.why(queue, case)):
            found.append((label("queue_tag", why, language), "calm"))
        return found

    def sentence(self, case: Case) -> str:
        """Return the whole row as sentences, for a screen reader and the tooltip."""
        shown = self.shown(case)
        parts = [
            text("cases.said", self._desk.language, number=shown.number, kind=shown.what),
            label("case_stage", case.stage.value, self._desk.language),
            shown.due,
            shown.clock,
            shown.place,
            shown.holder,
            *(words for words, _ in shown.chips),
        ]
        return "\n".join(part for part in parts if part)

    def _due(self, case: Case) -> tuple[str, str, str, float | None]:
        state, language = self._desk.state, self._desk.language
        if not case.is_open:
            closed = when_words(case.closed_at or case.moved_at, self.now, state.time_zone, language)
            ending = label("case_outcome_short", case.outcome or case.stage.value, language)
            return ending, "good" if case.outcome else "muted", closed, None
        if case.paused:
            until = ""
            if case.pause_until is not None:
                when = when_words(case.pause_until, self.now, state.time_zone, language)
                until = text("cases.until", language, when=when)
            return text("cases.stands", language), "muted", until, None
        due = due_of(case)
        if due is None:
            return text("cases.no_limit", language), "muted", "", None
        left_s = (due.at - self.now).total_seconds()
        level = "alarm" if left_s < 0 else "warning" if left_s < SOON_S else "calm"
        when = when_words(due.at, self.now, state.time_zone, language)
        clock_words = f"{label('case_clock', due.clock, language)} {when}"
        return due_words(due.at, self.now, language), level, clock_words, self._share(case, due.clock, left_s)

    def _share(self, case: Case, clock: str, left_s: float) -> float | None:
        """Return how much of the limit is spent, on its own clock where one limit says it all, else by the wall's."""
        if left_s < 0:
            return 1.0
        visit, calendar = case.visit, self._desk.state.calendar
        if clock == "stage" and calendar is not None and len(visit.limits) == 1:
            limit = visit.limits[0]
            allowed = limit_s(calendar, limit)
            spent = spent_s(calendar, limit.kind, visit.entered_at, self.now, case.pauses)
            return min(1.0, spent / allowed) if allowed > 0 else None
        safe = case.make_safe
        begun = {"stage": visit.entered_at, "case": case.close_from_at, "make_safe": safe.ordered_at if safe else None}
        begun_at = begun[clock]
        if begun_at is None:
            return None
        spent = (self.now - begun_at).total_seconds()
        return min(1.0, max(0.0, spent / (spent + left_s))) if spent + left_s > 0 else None

    def _take_one(self, case: Case) -> None:
        docket = self.docket
        old = docket.row_of(case.id)
        new, key = docket.place_of(case)
        if old >= 0 and new >= 0 and docket.keys[old] == key:
            docket.take(case)
            self.dataChanged.emit(self.index(old), self.index(old))
            return
        if old >= 0:
            self.beginRemoveRows(QModelIndex(), old, old)
            docket.drop(case.id)
            self.endRemoveRows()
        new, _ = docket.place_of(case)
        if new >= 0:
            self.beginInsertRows(QModelIndex(), new, new)
            docket.take(case)
            self.endInsertRows()
        else:
            docket.take(case)

    def _haystack(self, case: Case) -> str:
        # Only looked through, never shown: what stands there need not be made plain.
        where = case.place.location
        parts = (
            f"#{case.id}",
            self._names_of_class(case.standard_id),
            where.text,
            where.crossing,
            where.municipality,
            self._names_of_department(case.department or case.answerable),
            case.place.cell,
            case.place.component,
            case.collector,
            case.text[:2_000],
        )
        return " ".join(parts).casefold()

    def _names_of_class(self, standard_id: str) -> str:
        standard = self._desk.state.classes.get(standard_id)
        return f"{standard.name} {standard.name_zh}" if standard is not None else standard_id

    def _names_of_department(self, department_id: str) -> str:
        department = self._desk.state.departments.get(department_id)
        return f"{department.name} {department.name_zh}" if department is not None else department_id


STAGES = (
    CaseStage.COLLECT,
    CaseStage.VERIFY,
    CaseStage.FILE,
    CaseStage.DISPATCH,
    CaseStage.HANDLE,
    CaseStage.FEED_BACK,
    CaseStage.CHECK,
    CaseStage.CLOSE,
    CaseStage.EMERGENCY,
)
