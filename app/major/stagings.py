"""Staging areas: where units wait to be sent forward, of the roster or from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter

from app.desk import Desk
from app.intake.place_field import PlaceField
from app.major.page import Page, Sheet, fresh_id
from app.parts.allow import allow
from app.parts.forms import plain_label, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import one_line, text
from dispatch.commands import Body
from dispatch.incident import Location
from dispatch.major import Staging
from dispatch.major_commands import CheckIn, CheckOut, EndStaging, SetStaging
from dispatch.major_now import bound_units, open_stagings


class _StagingSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.keep", desk.language))
        self.number, self.staging_id = 0, ""
        self.name = self.line("major.staging_name")
        self.place = PlaceField(desk)
        self.add("major.staging_place", self.place)
        self.manager = self.line("major.staging_manager")
        self.place.chosen.connect(self._on_place)

    def fill(self, number: int, staging: Staging | None) -> None:
        """Begin with a staging area, or with a new one."""
        self.number = number
        self.staging_id = staging.id if staging is not None else fresh_id("staging")
        self.name.setText(staging.name if staging is not None else "")
        self.manager.setText(staging.manager if staging is not None else "")
        at = Location(staging.lon, staging.lat, f"{staging.lat:.5f}, {staging.lon:.5f}") if staging else None
        self.place.set_location(at)

    def leave(self) -> None:
        """Ask the map for no place any more."""
        self.place.map_button.setChecked(False)
        super().leave()

    def body(self) -> Body | None:
        """Return the staging area; None until it has its place."""
        at = self.place.location
        if at is None:
            self.place.setFocus()
            return None
        return SetStaging(
            self.number, self.staging_id, self.name.text().strip(), at.lon, at.lat, self.manager.text().strip()
        )

    def _on_place(self, location: Location) -> None:
        if not self.name.text().strip():
            self.name.setText(one_line(location.text, 80))


class _CheckInSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.check_in", desk.language), has_cancel=False)
        self.number, self.staging_id = 0, ""
        self.unit = self.line("major.check_in_unit", longest=60)
        self.unit.entered.connect(self.ask)

    def take(self, number: int, staging_id: str) -> None:
        """Check in at this staging area; units of the roster are offered as they are typed."""
        self.number, self.staging_id = number, staging_id
        names = sorted(self._desk.state.units)
        if self.unit.completer() is None or self.unit.completer().model().rowCount() != len(names):
            completer = QCompleter(names, self.unit)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self.unit.setCompleter(completer)

    def body(self) -> Body | None:
        """Return that the unit has come."""
        unit = self.unit.text().strip()
        known = {each.casefold(): each for each in self._desk.state.units}
        return CheckIn(self.number, self.staging_id, known.get(unit.casefold(), unit)) if unit else None


class StagingsPage(Page):
    """Staging areas, each over the units that wait there."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.list = RowList(self.words("major.stagings"))
        self.none = plain_label(self.words("major.no_stagings"), role="muted")
        self.out_button = small_button(self.words("major.check_out"), self._check_out)
        self.show_button = small_button(self.words("major.show_on_map"), self._show)
        self.new_button = small_button(self.words("major.new_staging"), lambda: self._open(None))
        self.edit_button = small_button(self.words("major.edit"), self._edit)
        self.end_button = small_button(self.words("major.end_staging"), self._end)
        self.column.addWidget(self.none)
        self.column.addWidget(self.list, 1)
        self.check_in = _CheckInSheet(desk)
        self.keep(self.check_in, CheckIn)
        self.row_of((self.out_button, self.show_button, self.new_button, self.edit_button, self.end_button))
        self.sheet = _StagingSheet(desk)
        self.keep(self.sheet, SetStaging)
        for made, command in (
            (self.out_button, CheckOut),
            (self.new_button, SetStaging),
            (self.edit_button, SetStaging),
            (self.end_button, EndStaging),
        ):
            allow(made, desk, command)
        self.list.pointed.connect(lambda _: self._show_buttons())

    @property
    def staging(self) -> Staging | None:
        """Return the staging area of the row in hand, or that of the unit in it."""
        staging_id = self.list.current_key.split("\t")[0]
        stagings = open_stagings(self.major) if self.major is not None else ()
        return next((each for each in stagings if each.id == staging_id), None)

    @property
    def unit_id(self) -> str:
        """Return the unit of the row in hand, empty where it is a staging area."""
        return self.list.current_key.partition("\t")[2]

    def refresh(self) -> None:
        """Show the staging areas and who waits there."""
        major, state = self.major, self._desk.state
        assert major is not None
        bound = frozenset(bound_units(state, major.incident_id))
        rows: list[Row] = []
        for staging in open_stagings(major):
            rows.append(
                Row(
                    staging.id,
                    one_line(staging.name, 80),
                    right=self.units_words(len(staging.units)),
                    detail=one_line(staging.manager, 100) or self.words("major.no_manager"),
                    tone="accent",
                )
            )
            for each in staging.units:
                known = each.unit_id in state.units
                code = "major.sent" if each.unit_id in bound else "major.waits" if known else "major.from_elsewhere"
                rows.append(
                    Row(
                        f"{staging.id}\t{each.unit_id}",
                        one_line(each.unit_id, 60),
                        right=self.words("major.here_since", when=self.when(each.checked_in_at)),
                        detail=self.words(code),
                        is_quiet=True,
                    )
                )
        self.list.set_rows(rows, take_first=True)
        self.none.setVisible(not rows)
        self._show_buttons()

    def badge(self) -> tuple[str, str]:
        """Return how many units wait."""
        stagings = open_stagings(self.major) if self.major is not None else ()
        return (str(sum(len(each.units) for each in stagings)), "") if stagings else ("", "")

    def sheet_done(self, sheet: Sheet) -> None:
        """Stand ready for the next unit, or put the other sheet away."""
        if sheet is self.check_in:
            self.check_in.unit.clear()
        else:
            super().sheet_done(sheet)

    def _show_buttons(self) -> None:
        staging = self.staging
        self.out_button.setEnabled(bool(self.unit_id))
        for made in (self.show_button, self.edit_button, self.end_button):
            made.setEnabled(staging is not None)
        self.check_in.setVisible(staging is not None and self.sheet.isHidden())
        if staging is not None:
            self.check_in.take(self.number, staging.id)

    def _check_out(self) -> None:
        if self.unit_id:
            self.ask(CheckOut(self.number, self.unit_id))

    def _show(self) -> None:
        if self.staging is not None:
            self._desk.go_to.emit(self.staging.lon, self.staging.lat)

    def _end(self) -> None:
        if self.staging is not None:
            self.ask(EndStaging(self.number, self.staging.id))

    def _edit(self) -> None:
        self._open(self.staging)

    def _open(self, staging: Staging | None) -> None:
        self.sheet.fill(self.number, staging)
        self.check_in.hide()
        self.sheet.open(self.words("major.edit_staging" if staging is not None else "major.staging_title"))
