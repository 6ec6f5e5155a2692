"""Sectors with their supervisors and units; units are ticked here or taken in hand on the board, and moved."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from app.desk import Desk
from app.major.page import Page, Sheet, fresh_id
from app.parts import tints
from app.parts.allow import allow
from app.parts.forms import plain_label, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, one_line, short_status, text
from dispatch.commands import Body
from dispatch.major import Sector
from dispatch.major_commands import EndSector, MoveToSector, SetSector
from dispatch.major_now import bound_units, open_sectors, units_in


class _SectorSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.keep", desk.language))
        self.number, self.sector_id = 0, ""
        self.name = self.line("major.sector_name")
        self.supervisor = self.line("major.supervisor")
        self.task = self.line("major.task", longest=1_000)
        self.perimeter = QComboBox()
        self.add("major.drawn_as", self.perimeter)

    def fill(self, number: int, sector: Sector | None) -> None:
        """Begin with a sector, or with a new one."""
        self.number = number
        self.sector_id = sector.id if sector is not None else fresh_id("sector")
        self.name.setText(sector.name if sector is not None else "")
        self.supervisor.setText(sector.supervisor if sector is not None else "")
        self.task.setText(sector.task if sector is not None else "")
        language = self._desk.language
        self.perimeter.clear()
        self.perimeter.addItem(text("major.not_drawn", language), "")
        for _, one in sorted(self._desk.state.perimeters.items()):
            if one.incident_id in (number, None):
                kind = label("perimeter_kind", one.kind, language)
                self.perimeter.addItem(f"{kind} {one_line(one.label, 40)}".strip(), one.id)
        drawn = sector.perimeter_id if sector is not None else ""
        self.perimeter.setCurrentIndex(max(0, self.perimeter.findData(drawn)))

    def body(self) -> Body | None:
        """Return the sector."""
        return SetSector(
            self.number,
            self.sector_id,
            self.name.text().strip(),
            self.supervisor.text().strip(),
            self.task.text().strip(),
            self.perimeter.currentData() or "",
        )


class SectorsPage(Page):
    """Sectors, each over its units, then the units that are in none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._ticked: set[str] = set()
        self._placed: set[str] = set()
        self.list = RowList(self.words("major.sectors"))
        self.none = plain_label(self.words("major.no_sectors"), role="muted")
        self.new_button = small_button(self.words("major.new_sector"), lambda: self._open(None))
        self.edit_button = small_button(self.words("major.edit"), self._edit)
        self.move_button = small_button("", self._move)
        self.out_button = small_button(self.words("major.take_out"), self._take_out)
        self.end_button = small_button(self.words("major.end_sector"), self._end)
        self.column.addWidget(self.none)
        self.column.addWidget(self.list, 1)
        self.row_of((self.move_button, self.out_button, self.new_button, self.edit_button, self.end_button))
        self.sheet = _SectorSheet(desk)
        self.keep(self.sheet, SetSector)
        for made, command in (
            (self.new_button, SetSector),
            (self.edit_button, SetSector),
            (self.move_button, MoveToSector),
            (self.out_button, MoveToSector),
            (self.end_button, EndSector),
        ):
            allow(made, desk, command)
        self.list.ticked.connect(self._on_ticked)
        self.list.pointed.connect(lambda _: self._show_buttons())
        desk.selection_changed.connect(self._on_selection)

    @property
    def sector(self) -> Sector | None:
        """Return the sector of the row in hand."""
        kind, _, name = self.list.current_key.partition(":")
        sectors = open_sectors(self.major) if self.major is not None else ()
        return next((each for each in sectors if kind == "sector" and each.id == name), None)

    @property
    def ticked(self) -> tuple[str, ...]:
        """Return the units that are ticked and bound by the incident."""
        if self.major is None:
            return ()
        return tuple(each for each in bound_units(self._desk.state, self.number) if each in self._ticked)

    def begin(self) -> None:
        """Tick nothing of another incident."""
        super().begin()
        self._ticked.clear()
        self._tick_selection()

    def refresh(self) -> None:
        """Show the sectors and who is where."""
        major, state = self.major, self._desk.state
        assert major is not None
        bound = bound_units(state, major.incident_id)
        self._ticked &= set(bound)
        rows: list[Row] = []
        self._placed = placed = set()
        for sector in open_sectors(major):
            units = units_in(state, major, sector)
            placed.update(units)
            detail = [one_line(part, 200) for part in (sector.supervisor, sector.task) if part]
            drawn = state.perimeters.get(sector.perimeter_id)
            if drawn is not None:
                detail.append(one_line(drawn.label, 40) or label("perimeter_kind", drawn.kind, self._desk.language))
            rows.append(
                Row(
                    f"sector:{sector.id}",
                    one_line(sector.name, 80),
                    right=self.units_words(len(units)),
                    detail=" · ".join(detail) or self.words("major.no_supervisor"),
                    tone="accent",
                )
            )
            rows += [self._unit_row(each) for each in units]
        others = [each for each in bound if each not in placed]
        if others:
            rows.append(Row("others", self.words("major.in_no_sector"), is_heading=True))
            rows += [self._unit_row(each) for each in others]
        self.list.set_rows(rows, take_first=True)
        self.none.setVisible(not open_sectors(major))
        self._show_buttons()

    def badge(self) -> tuple[str, str]:
        """Return how many sectors there are."""
        count = len(open_sectors(self.major)) if self.major is not None else 0
        return (str(count) if count else "", "")

    def _unit_row(self, unit_id: str) -> Row:
        unit = self._desk.state.units.get(unit_id)
        status = unit.status if unit is not None else ""
        return Row(
            f"unit:{unit_id}",
            one_line(unit_id, 40),
            right=label("status", status, self._desk.language) if status else "",
            mark=short_status(status) if status else "",
            mark_colour=tints.status(str(status)),
            check=unit_id in self._ticked,
            is_quiet=True,
        )

    def _on_ticked(self, key: str, on: bool) -> None:
        kind, _, unit_id = key.partition(":")
        if kind == "unit":
            (self._ticked.add if on else self._ticked.discard)(unit_id)
            self.refresh()

    def _on_selection(self) -> None:
        if self.major is not None and self._tick_selection():
            self.refresh()

    def _tick_selection(self) -> bool:
        """Tick the group that was taken in hand on the board or the map; one unit alone is looked at, not moved."""
        group = self._desk.selection.unit_ids
        held = group & frozenset(bound_units(self._desk.state, self.number)) if len(group) > 1 else frozenset()
        fresh = held - self._ticked
        self._ticked |= held
        return bool(fresh)

    def _show_buttons(self) -> None:
        sector, ticked = self.sector, self.ticked
        name = one_line(sector.name, 24) if sector is not None else "…"
        self.move_button.setText(self.words("major.move_here", count=len(ticked), sector=name).replace("&", "&&"))
        self.move_button.setAccessibleName(self.move_button.text())
        self.move_button.setEnabled(sector is not None and bool(ticked))
        self.out_button.setEnabled(any(each in self._placed for each in ticked))
        self.edit_button.setEnabled(sector is not None)
        self.end_button.setEnabled(sector is not None)

    def _move(self) -> None:
        if self.sector is not None and self.ticked:
            units = self.ticked
            self._ticked.clear()
            self.ask(MoveToSector(self.number, units, self.sector.id))

    def _take_out(self) -> None:
        if self.ticked:
            units = self.ticked
            self._ticked.clear()
            self.ask(MoveToSector(self.number, units, ""))

    def _end(self) -> None:
        if self.sector is not None:
            self.ask(EndSector(self.number, self.sector.id))

    def _edit(self) -> None:
        self._open(self.sector)

    def _open(self, sector: Sector | None) -> None:
        self.sheet.fill(self.number, sector)
        self.sheet.open(self.words("major.edit_sector" if sector is not None else "major.sector_title"))
