"""The figures of coverage, department by department, and the move-ups that are proposed, each with its key."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.coverage import words
from app.coverage.deeds import Mover
from app.coverage.watch import CoverWatch
from app.desk import Desk
from app.parts import tints
from app.parts.allow import allow
from app.parts.forms import plain_label, show_words, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.parts.tally import is_free
from app.wording import listed, text
from dispatch import commands
from dispatch.coverage_board import counts_for
from dispatch.coverage_report import Cover
from dispatch.move_ups import MoveUp

MOVE_KEYS = ("Ctrl+7", "Ctrl+8", "Ctrl+9")
_TONES = {"alarm": "alarm", "warning": "warn", "notice": "accent", "good": "good"}


class CoveragePanel(QWidget):
    """Show covers and move-ups. `cover_taken` tells whose cover the map is to show (department, target)."""

    cover_taken = Signal(str, str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._watch = CoverWatch.of(desk)
        self.mover = Mover(desk, self._watch)
        self.covers = RowList(text("cover.title", desk.language))
        self.moves = RowList(text("moves.title", desk.language))
        self.small = plain_label(role="muted")
        self.said = plain_label()
        self.by_gain, self.by_table = (self._toggle(code) for code in ("moves.by_gain", "moves.by_table"))
        self.by_gain.setChecked(True)
        self._ways = QButtonGroup(self)
        for made in (self.by_gain, self.by_table):
            self._ways.addButton(made)
        self.send_button = small_button(text("moves.send", desk.language), self._send_current)
        allow(self.send_button, desk, commands.MoveUp)
        head = QHBoxLayout()
        head.addWidget(plain_label(text("moves.title", desk.language), role="title", wraps=False), 1)
        for made in (self.by_gain, self.by_table, self.send_button):
            head.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(5)
        column.addWidget(self.small)
        column.addWidget(self.covers, 3)
        column.addLayout(head)
        column.addWidget(self.moves, 2)
        column.addWidget(self.said)
        self._watch.changed.connect(self.refresh)
        self._watch.moves_changed.connect(self.refresh_moves)
        self.by_table.toggled.connect(self._watch.by_table)
        self.covers.pointed.connect(self._on_cover)
        self.covers.chosen.connect(self._on_cover)
        self.moves.chosen.connect(self._send)
        self.mover.said.connect(lambda level, said: show_words(self.said, said, level))
        desk.ticked.connect(self._on_tick)
        self.refresh()
        self.refresh_moves()

    def refresh(self) -> None:
        """Show the covers anew, the one that is hit worst first."""
        report, language = self._watch.report, self._desk.language
        if report is None:
            words_said = text("cover.unknown" if self._watch.problem else "cover.waiting", language)
            show_words(self.small, words_said)
            self.covers.set_rows([])
            return
        if not report.covers:
            show_words(self.small, text("cover.no_targets", language))
        else:
            self._on_tick(self._desk.clock())
        order = sorted(report.covers, key=lambda each: (not words.loses(each), each.reached_after - each.reached))
        self.covers.set_rows([self._row(each) for each in order])

    def refresh_moves(self) -> None:
        """Show the move-ups anew, and, by table, which stations it holds with so many units free."""
        language = self._desk.language
        rows = [self._move_row(at, move) for at, move in enumerate(self._watch.slots) if move is not None]
        none = Row("none", text("moves.none", language), is_heading=True)
        if self._watch.is_by_table and self._watch.table is not None:
            rows += self._table_rows()
        self.moves.set_rows(rows or [none], take_first=True)
        self.send_button.setEnabled(any(move is not None for move in self._watch.slots))

    def _row(self, cover: Cover) -> Row:
        language = self._desk.language
        level = words.LEVELS.get(cover.reason.code, "")
        tone = _TONES.get(level, "normal")
        return Row(
            "\t".join(words.key_of(cover)),
            words.heading(cover, self._desk),
            right=words.change(cover, language),
            detail=f"{words.floor(cover, language)}\n{words.figures(cover, language)}",
            tone=tone if words.loses(cover) or cover.is_short else "normal",
            mark="●" if cover.is_short else "",
            mark_colour=tints.tone("warn").name(),
        )

    def _move_row(self, slot: int, move: MoveUp) -> Row:
        language, state = self._desk.language, self._desk.state
        department = state.departments.get(move.department)
        to = words.station_name(state, move.to_station)
        return Row(
            f"move:{slot}",
            text("moves.row", language, unit=move.unit_id, station=to),
            right=text("moves.gain", language, percent=f"{100 * move.gain:.1f}") if move.gain else "",
            detail=words.move_detail(move, state, language),
            badge=MOVE_KEYS[slot],
            mark="→",
            mark_colour=tints.department(department.kind if department is not None else ""),
        )

    def _table_rows(self) -> list[Row]:
        """List what the tables hold with the units that are free now, and where nobody waits."""
        state, language = self._desk.state, self._desk.language
        rows: list[Row] = []
        assert self._watch.table is not None
        covers = self._watch.report.covers if self._watch.report is not None else ()
        targets = {words.key_of(cover): cover.target for cover in covers}
        for table in self._watch.table.tables:
            target = targets.get((table.department, table.target))
            free = [
                unit
                for unit in state.units.values()
                if unit.unit.department == table.department
                and unit.on_roster
                and is_free(unit)
                and (target is None or counts_for(unit.unit, target))
            ]
            hold = table.row(len(free))
            if not hold:
                continue
            waiting = [unit.station for unit in free]
            named = []
            for station in hold:
                name = words.station_name(state, station)
                named.append(name if station in waiting else text("moves.open", language, station=name))
                if station in waiting:
                    waiting.remove(station)
            department = state.departments.get(table.department)
            title = text("moves.table_row", language, count=len(free), stations=listed(named, language))
            rows.append(
                Row(
                    f"table:{table.department}:{table.target}",
                    title,
                    mark="▦",
                    mark_colour=tints.department(department.kind if department is not None else ""),
                    is_quiet=True,
                )
            )
        return rows or [Row("none", text("moves.table_none", language), is_heading=True)]

    def _on_cover(self, key: str) -> None:
        department, _, target = key.partition("\t")
        if department and self.covers.hasFocus():
            self.cover_taken.emit(department, target)

    def _send(self, key: str) -> None:
        kind, _, slot = key.partition(":")
        if kind == "move":
            self.mover.send(int(slot))

    def _send_current(self) -> None:
        key = self.moves.current_key
        self._send(key if key.startswith("move:") else "move:0")

    def _on_tick(self, now: datetime) -> None:
        report = self._watch.report
        if report is not None and report.covers:
            show_words(self.small, words.ages(report, self._desk.state, now, self._desk.language))

    def _toggle(self, code: str) -> QToolButton:
        made = small_button(text(code, self._desk.language), lambda: None, role="flat")
        made.setCheckable(True)
        return made
