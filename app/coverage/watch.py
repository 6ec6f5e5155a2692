"""Keeps asked how the city is covered, with what is ticked gone, and who should move up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.desk import Desk
from app.parts.tally import touched
from app.sending.choosing import Choosing
from dispatch.compliance import TableMoves
from dispatch.coverage_report import CoverageReport
from dispatch.events import Entry
from dispatch.move_ups import MoveUp
from dispatch.state import State

if TYPE_CHECKING:
    from app.planner.face import PlannerFace

COVER, MOVES, TABLE = "cover", "moves", "moves_by_table"
AFTER_TICK_MS, AFTER_ENTRY_MS = 120, 600
AGAIN_MS = 15_000
SLOTS = 3


class CoverWatch(QObject):
    """Hold the latest report and the move-ups; ask again when ticks, units, roads or the weather change.

    Nothing is asked before somebody looks: what answers for a whole city is a process of its own. `slots` are the
    move-ups by the key that sends them: one that is proposed again keeps its key, however its rank changes.
    """

    changed = Signal()  # the report, or why there is none
    moves_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._planner: PlannerFace | None = None
        self._choosing = Choosing.of(desk)
        self._is_watching = False
        self._by_table = False
        self._asked: tuple[str, ...] = ()
        self._told_of: tuple[str, ...] = ()
        self.report: CoverageReport | None = None
        self.problem = ""
        self.slots: list[MoveUp | None] = [None] * SLOTS
        self.table: TableMoves | None = None
        self.since_moves = QElapsedTimer()
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.ask)
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.ask)
        self._choosing.changed.connect(self._on_ticks)
        desk.state_changed.connect(self._on_state)

    @classmethod
    def of(cls, desk: Desk) -> CoverWatch:
        """Return the one watch of a desk."""
        return desk.findChild(cls) or cls(desk)

    def join(self, planner: PlannerFace) -> None:
        """Ask this planner."""
        self._planner = planner
        planner.covered.connect(self._on_covered)
        planner.moved_up.connect(self._on_moved_up)
        planner.unanswered.connect(self._on_unanswered)
        planner.came_up.connect(self._ask_soon)

    @property
    def leaving(self) -> tuple[str, ...]:
        """Name the units that are ticked to go."""
        return tuple(sorted(choice.unit_id for choice in self._choosing.choices()))

    @property
    def is_current(self) -> bool:
        """Tell whether the report is about what is ticked now."""
        return self.report is not None and self._told_of == self.leaving

    def look(self) -> None:
        """Begin to watch: somebody looks."""
        if not self._is_watching:
            self._is_watching = True
            self._again.start()
            self.ask()

    def by_table(self, is_wanted: bool) -> None:
        """Take the move-ups from the compliance tables, or again from what gains most."""
        if is_wanted != self._by_table:
            self._by_table = is_wanted
            self.slots = [None] * SLOTS
            self.moves_changed.emit()
            self.look()
            self.ask()

    @property
    def is_by_table(self) -> bool:
        """Tell whether move-ups come from the compliance tables."""
        return self._by_table

    def ask(self) -> None:
        """Ask anew."""
        self._soon.stop()
        if self._planner is None or not self._is_watching:
            return
        at, self._asked = self._desk.clock(), self.leaving
        self._planner.ask_coverage(COVER, at=at, leaving=self._asked)
        if self._by_table:
            self._planner.ask_move_ups(TABLE, at=at, by_table=True)
        else:
            self._planner.ask_move_ups(MOVES, at=at)

    def _ask_soon(self, after_ms: int = AFTER_ENTRY_MS) -> None:
        if not self._soon.isActive() or self._soon.remainingTime() > after_ms:
            self._soon.start(after_ms)

    def _on_ticks(self) -> None:
        if self.leaving != self._asked:
            self.look()
            self._ask_soon(AFTER_TICK_MS)
            self.changed.emit()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if not self._is_watching:
            if state.open_assignments:
                self.look()
            return
        is_ground = entry is not None and any(
            hasattr(event, word) for event in entry.events for word in ("closure", "closure_id", "weather")
        )
        changes = touched(entry, state)
        if is_ground or changes.everything or changes.units:
            self._drop_done(state)
            self._ask_soon()

    def _drop_done(self, state: State) -> None:
        """Take out the move-ups that are carried out already, or cannot be any more."""
        kept = [move if move is not None and is_open(move, state) else None for move in self.slots]
        if kept != self.slots:
            self.slots = kept
            self.moves_changed.emit()

    def _on_covered(self, question_id: str, report: CoverageReport) -> None:
        if question_id == COVER:
            self.report, self.problem, self._told_of = report, "", self._asked
            self.changed.emit()

    def _on_moved_up(self, question_id: str, found: object) -> None:
        if question_id == TABLE and self._by_table and isinstance(found, TableMoves):
            self.table = found
            self._take_moves(found.moves)
        elif question_id == MOVES and not self._by_table and isinstance(found, tuple):
            self._take_moves(found)

    def _take_moves(self, found: tuple[MoveUp, ...]) -> None:
        found = tuple(move for move in found if is_open(move, self._desk.state))
        order = sorted(found, key=lambda move: (-move.gain, move.unit_id))
        slots: list[MoveUp | None] = [None] * SLOTS
        left = []
        names = [(each.unit_id, each.to_station) if each is not None else None for each in self.slots]
        for move in order[:SLOTS]:
            name = (move.unit_id, move.to_station)
            if name in names:
                slots[names.index(name)] = move
            else:
                left.append(move)
        for move in left:
            slots[slots.index(None)] = move
        if [_named(each) for each in slots] != [_named(each) for each in self.slots]:
            self.since_moves.restart()
        self.slots = slots
        self.moves_changed.emit()

    def _on_unanswered(self, question_id: str, words: str, reason: object) -> None:
        if question_id == COVER:
            self.report, self.problem = None, words or "?"
            self.changed.emit()
        elif question_id in (MOVES, TABLE):
            self.table = None
            self._take_moves(())


def is_open(move: MoveUp, state: State) -> bool:
    """Tell whether a move-up could still be sent."""
    unit = state.units.get(move.unit_id)
    return unit is not None and not unit.assignment_id and not unit.held and unit.station != move.to_station


def _named(move: MoveUp | None) -> tuple[str, str] | None:
    return (move.unit_id, move.to_station) if move is not None else None
