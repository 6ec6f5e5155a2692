"""Where cases gather: hot spots and repeated places; taking one shows it on the map and its cases beside."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.cases.words import class_name, place_words
from app.figures.count import Counted
from app.parts.forms import plain_label
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import one_line, text
from dispatch.figures.places import HotSpot, RepeatedPlace
from dispatch.state import State

MOST = 50


class Places(QWidget):
    """Show two lists. `taken` gives a place's title, what is said of it, its cases, lon and lat."""

    taken = Signal(str, str, object, float, float)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._places: dict[str, tuple[str, str, HotSpot | RepeatedPlace]] = {}
        self.hot = RowList(text("figures_page.hot", language))
        self.repeated = RowList(text("figures_page.repeated", language))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.setSpacing(10)
        for title, note, rows in (
            ("figures_page.hot", "figures_page.hot_note", self.hot),
            ("figures_page.repeated", "figures_page.repeated_note", self.repeated),
        ):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(plain_label(text(title, language), role="title", wraps=False))
            column.addWidget(plain_label(text(note, language), role="muted"))
            column.addWidget(rows, 1)
            row.addLayout(column, 1)
            rows.chosen.connect(self._take)

    def show_counted(self, counted: Counted) -> None:
        """Show the places of what was counted."""
        language, state = self._language, counted.state
        self._places = {}
        lists: list[list[Row]] = [[], []]
        for number, spot in enumerate(counted.hot[:MOST]):
            lists[0].append(self._row(f"hot:{number}", *hot_words(spot, state, language), f"Gi* {spot.z:.1f}", spot))
        for number, place in enumerate(counted.repeated[:MOST]):
            title, detail = repeated_words(place, state, language)
            times = text("figures_page.times", language, count=len(place.case_ids))
            lists[1].append(self._row(f"repeated:{number}", title, detail, times, place))
        key = "figures_page.places_not_own" if counted.asked.share.is_own else "figures.none"
        none = Row("none", text(key, language), is_heading=True)
        for rows, shown in zip(lists, (self.hot, self.repeated), strict=True):
            shown.set_rows(rows or [none])

    def _row(self, key: str, title: str, detail: str, right: str, place: HotSpot | RepeatedPlace) -> Row:
        self._places[key] = title, detail, place
        return Row(key, title, right=right, detail=detail)

    def _take(self, key: str) -> None:
        found = self._places.get(key)
        if found is not None:
            title, detail, place = found
            self.taken.emit(title, detail, place.case_ids, place.lon, place.lat)


def hot_words(spot: HotSpot, state: State, language: str) -> tuple[str, str]:
    """Name a hot spot by the address of one of its cases, and say how much is in it."""
    near = text("figures_page.near", language, place=_address(state, spot.case_ids, spot.lon, spot.lat))
    return near, text("figures_page.hot_row", language, count=len(spot.case_ids), side_m=spot.side_m)


def repeated_words(place: RepeatedPlace, state: State, language: str) -> tuple[str, str]:
    """Name what comes again and again, and where."""
    name = class_name(state, place.standard_id, language) if place.standard_id else ""
    where = _address(state, place.case_ids, place.lon, place.lat)
    if place.component:
        component = text("figures_page.component", language, component=one_line(place.component, 40))
        return (f"{component}: {name}" if name else component), where
    return name, text("figures_page.near", language, place=where)


def _address(state: State, case_ids: tuple[int, ...], lon: float, lat: float) -> str:
    case = state.cases.get(case_ids[0]) if case_ids else None
    return place_words(case.place) if case is not None else f"{lat:.5f}, {lon:.5f}"
