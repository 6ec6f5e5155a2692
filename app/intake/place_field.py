"""A field that takes a place: words searched while typing, coordinates, or a point that somebody clicked on the map."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.place_search import PlaceSearch
from app.parts.row import Row
from app.parts.row_list import RowList
from app.parts.word_entry import WordEntry
from app.wording import label, one_line, text
from app.wording.durations import distance
from dispatch.incident import Location, Precision

_COORDINATES = re.compile(r"^\s*(-?\d{1,3}(?:[.,]\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*$")
_APPROXIMATE = frozenset({"street", "block"})  # a street's name says less than a house or a crossing


class PlaceField(QWidget):
    """Offer places for the words typed and tell the one taken. Enter takes the place in hand and never sends."""

    chosen = Signal(object)  # Location
    cleared = Signal()
    finished = Signal()  # the field has what it needs: the next one may have the focus

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.location: Location | None = None
        self._places: tuple[Any, ...] = ()
        self._ticket = -1
        self._wants_first = False
        self._is_asking = False
        self._point: tuple[float, float] | None = None
        self._point_precision = Precision.VERIFIED
        self._search: PlaceSearch | None = None
        self.fallback_point: Callable[[], tuple[float, float] | None] = lambda: None  # where forced words stand
        self._searched_city: object = None

        self.entry = WordEntry()
        self.entry.setPlaceholderText(self._words("intake.place_hint"))
        self.entry.setAccessibleName(self._words("intake.place"))
        self.entry.setMaxLength(300)
        self.map_button = QToolButton()
        self.map_button.setText(self._words("intake.place_map"))
        self.map_button.setToolTip(self._words("intake.place_map_tip"))
        self.map_button.setAccessibleName(self._words("intake.place_map_tip"))
        self.map_button.setCheckable(True)
        self.results = RowList(self._words("intake.place"), grows=True, most_rows=6)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.hide()
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setProperty("role", "muted")
        self.said.setWordWrap(True)
        self.said.hide()

        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.entry, 1)
        line.addWidget(self.map_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addWidget(self.results)
        layout.addWidget(self.said)
        self.setFocusProxy(self.entry)
        self.entry.takes_tab = lambda: self.results.isVisible() and bool(self.results.current_key)

        self.entry.textEdited.connect(self._on_edited)
        self.entry.moved.connect(self.results.move)
        self.entry.entered.connect(self._on_entered)
        self.results.chosen.connect(self._take)
        self.map_button.toggled.connect(self._on_map_toggled)
        desk.place_clicked.connect(self._on_clicked)
        desk.place_wanted.connect(self._on_place_wanted)

    def warm_up(self) -> None:
        """Get the search ready before the first letter."""
        search = self._searcher()
        if search is not None:
            search.warm_up()

    def set_location(self, location: Location | None) -> None:
        """Show a place that is already known, or nothing, without telling anybody."""
        self.location = location
        self._close_results()
        self.map_button.setChecked(False)
        with QSignalBlocker(self.entry):
            self.entry.setText(one_line(location.text) if location is not None else "")
            self.entry.setCursorPosition(0)

    def take_point(self, lon: float, lat: float, precision: Precision = Precision.VERIFIED, words: str = "") -> None:
        """Take a point at once; the nearest address names it as soon as it is found."""
        self._point, self._point_precision = (lon, lat), precision
        shown = words or self._words("intake.point")
        self._tell(Location(lon, lat, shown, precision=precision))
        search = self._searcher()
        if search is not None:
            self._ticket = search.reverse(lon, lat)

    def _on_edited(self, words: str) -> None:
        self._wants_first = False
        if self.location is not None:
            self.location = None
            self.cleared.emit()
        search = self._searcher()
        if not words.strip():
            self._close_results()
        elif search is not None:
            self._ticket = search.search(words, near=self._near())
        elif (point := coordinates_in(words)) is not None:
            self._show_rows((_Point(*point),))

    def _on_entered(self) -> None:
        if self.location is not None or not self.entry.text().strip():
            self.finished.emit()
        elif self.results.isVisible() and self.results.current_key:
            self._take(self.results.current_key)
        else:
            self._wants_first = True  # the answer is on its way: take it if it is the only one of its name

    def _on_found(self, ticket: int, places: tuple[Any, ...]) -> None:
        if ticket != self._ticket:
            return
        point = coordinates_in(self.entry.text())
        if not places and point is not None:
            places = (_Point(*point),)
        self._show_rows(places)
        if self._wants_first and places and not self._has_namesakes(places):
            self._take("0")  # never what was merely typed: that is a row to choose with open eyes
        self._wants_first = False

    def _on_reversed(self, ticket: int, place: Any) -> None:
        if ticket != self._ticket or self._point is None or place is None:
            return
        near = self._words("intake.near", place=place.label)
        self._tell(Location(*self._point, near, place.municipality, self._point_precision), is_news=True)

    def _on_failed(self, ticket: int, reason: str) -> None:
        if ticket == self._ticket:
            self._say(self._words("intake.place_down", reason=reason))

    def _show_rows(self, places: tuple[Any, ...]) -> None:
        is_unknown = not places
        if is_unknown:
            lon, lat = self.fallback_point() or self._near() or (0.0, 0.0)
            places = (_Typed(lon, lat, one_line(self.entry.text(), 300)),) if (lon, lat) != (0.0, 0.0) else ()
        self._places = places
        rows = [self._row(number, place) for number, place in enumerate(places)]
        self.results.set_rows(rows, take_first=True)
        self.results.setVisible(bool(rows))
        if rows:
            self.results.take_key("0")
        if is_unknown:
            self._say(self._words("intake.place_none"))
        elif self._has_namesakes(places):
            count = sum(1 for place in places if place.label == places[0].label)
            self._say(self._words("intake.place_namesakes", count=count))
        else:
            self._say("")

    def _row(self, number: int, place: Any) -> Row:
        if place.kind == "typed":
            title = self._words("intake.force_words", words=place.label)
            return Row(str(number), title, detail=self._words("intake.force_tip"), tone="warn")
        kind = label("place_kind", place.kind, self._desk.language)
        words = [part for part in (one_line(place.municipality), kind) if part]
        far = distance(place.distance_m) if place.distance_m is not None else ""
        return Row(str(number), one_line(place.label), right=far, detail=" · ".join(words))

    def _take(self, key: str) -> None:
        place = self._places[int(key)]
        self._point = None
        precision = Precision.APPROXIMATE if place.kind in _APPROXIMATE else Precision.VERIFIED
        precision = Precision.FORCED if place.kind == "typed" else precision
        crossing = place.label if place.kind == "crossing" else ""
        self._tell(
            Location(place.lon, place.lat, place.label, place.municipality, precision, crossing, str(place.place_id))
        )
        self.finished.emit()

    def _tell(self, location: Location, *, is_news: bool = False) -> None:
        if location == self.location:
            return
        self.set_location(location)
        if not is_news:
            self._desk.go_to.emit(location.lon, location.lat)
        self.chosen.emit(location)

    def _on_map_toggled(self, is_wanted: bool) -> None:
        self._is_asking = True
        self._desk.place_wanted.emit(is_wanted)
        self._is_asking = False

    def _on_place_wanted(self, is_wanted: bool) -> None:
        if not self._is_asking:  # given up, or the next click is for another field
            with QSignalBlocker(self.map_button):
                self.map_button.setChecked(False)

    def _on_clicked(self, lon: float, lat: float) -> None:
        if self.map_button.isChecked():
            self.map_button.setChecked(False)
            self.take_point(lon, lat)

    def _searcher(self) -> PlaceSearch | None:
        city = self._desk.city
        if city is not self._searched_city:
            self._searched_city = city
            if self._search is not None:
                self._search.deleteLater()
            self._search = PlaceSearch(city.places, self) if city is not None else None
            if self._search is not None:
                self._search.found.connect(self._on_found)
                self._search.reversed_to.connect(self._on_reversed)
                self._search.failed.connect(self._on_failed)
        return self._search

    def _near(self) -> tuple[float, float] | None:
        return self._desk.city.center if self._desk.city is not None else None

    def _has_namesakes(self, places: tuple[Any, ...]) -> bool:
        towns = Counter(place.municipality for place in places if place.label == places[0].label)
        return len(towns) > 1

    def _close_results(self) -> None:
        self._places = ()
        self._ticket = -1
        self.results.set_rows(())
        self.results.hide()
        self._say("")

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


class _Typed:
    """Stand for words that no place is called by: kept as they are, at a point that is only a guess."""

    kind, municipality, distance_m, place_id = "typed", "", None, ""

    def __init__(self, lon: float, lat: float, words: str) -> None:
        self.lon, self.lat, self.label = lon, lat, words


class _Point:
    """Stand for typed coordinates where the city's search is not there."""

    kind, municipality, distance_m, place_id = "coordinates", "", None, ""

    def __init__(self, lon: float, lat: float) -> None:
        self.lon, self.lat, self.label = lon, lat, f"{lat:.5f}, {lon:.5f}"


def coordinates_in(words: str) -> tuple[float, float] | None:
    """Read `60.17, 24.94` (latitude first, as people write it) as (lon, lat); None where it is no such thing."""
    match = _COORDINATES.match(words)
    if match is None:
        return None
    lat, lon = (float(part.replace(",", ".")) for part in match.groups())
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 and ("." in words or "," in words) else None
