"""The trainer changes what everybody works in: roads, weather, units that fail."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout

from app.intake.place_field import PlaceField
from app.parts.closure_words import LEAST_PERCENT, MOST_PERCENT
from app.parts.forms import number_field, plain_label, show_words, small_button
from app.trainer.form import Form, Note, NotYet, Wish, minutes_field
from app.trainer.inject_words import inject_words
from app.trainer.picks import UnitPick
from app.trainer.sitting import Sitting
from app.weather import weather_words, weathers_of
from app.wording import label
from app.wording.plain import one_line
from dispatch import injects as i
from dispatch.injects import Ground, Inject

FAILURES = ("breakdown", "puncture", "accident", "equipment", "crew")
CLOSURES = ("closed", "flooded", "slow")
USUAL_MIN, USUAL_RADIUS_M, MOST_RADIUS_M = 30, 60, 5_000
CORNERS = 12
METRES_A_DEGREE = 111_320.0
LonLat = tuple[float, float]


class FailureForm(Form):
    """A unit is out of service."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.unit = UnitPick(sitting)
        self.reason = QComboBox()
        self.reason.setEditable(True)
        self.reason.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.reason.addItems([label("failure", each, sitting.language) for each in FAILURES])
        self.reason.lineEdit().setMaxLength(200)
        self.lasts = minutes_field(sitting.language, USUAL_MIN)
        self.row("trainer.unit", self.unit, self.unit.box)
        self.row("trainer.reason", self.reason)
        self.row("trainer.lasts", self.lasts)
        self.setFocusProxy(self.unit)

    def wish(self) -> Wish:
        """Return the failure of a unit. Raises NotYet."""
        unit_id, why = self.unit.unit_id, one_line(self.reason.currentText(), 200)
        if not unit_id:
            raise NotYet(self.unit.box, self.unit.missing_words)
        if not why:
            raise NotYet(self.reason, self.words("trainer.say_reason"))
        inject = Inject(self.new_id(), i.FAILURE, (), why, unit=unit_id, for_s=60.0 * self.lasts.value())
        return Wish(inject_words(self._sitting, inject), inject)

    def refresh(self) -> None:
        self.unit.refresh()

    def empty(self) -> None:
        self.unit.take("")


class WeatherForm(Form):
    """The roads are driven in another weather."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.weather = QComboBox()
        for code in weathers_of(sitting.desk.city):
            self.weather.addItem(weather_words(code, sitting.language), code)
        self.weather.addItem(self.words("trainer.weather_clear"), "")
        self.lasts = minutes_field(sitting.language, 0)
        self.row("trainer.weather", self.weather)
        self.row("trainer.lasts", self.lasts)
        self.setFocusProxy(self.weather)

    def wish(self) -> Wish:
        """Return another weather. Raises NotYet."""
        code = self.weather.currentData()
        if code == self._sitting.state.weather:
            raise NotYet(self.weather, self.words("trainer.same_weather"))
        inject = Inject(self.new_id(), i.WEATHER, (), weather=code, for_s=60.0 * self.lasts.value())
        return Wish(inject_words(self._sitting, inject), inject)


class ClosureForm(Form):
    """A road is closed, flooded or slow: all within some metres of a place, or along what is drawn on the map."""

    draw_wanted = Signal(bool)  # on the map: True for an area, False for a line

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self.drawn: tuple[str, tuple[LonLat, ...]] | None = None
        self.kind = QComboBox()
        for each in CLOSURES:
            self.kind.addItem(label("closure_kind", each, sitting.language), each)
        self.percent = number_field()
        self.percent.setRange(LEAST_PERCENT, MOST_PERCENT)
        self.percent.setValue(50)
        self.percent.setSuffix(" %")
        self.percent.setAccessibleName(self.words("trainer.percent"))
        self.percent.setToolTip(self.words("trainer.percent"))
        self.percent.hide()
        self.place = PlaceField(sitting.desk)
        self.radius = number_field()
        self.radius.setRange(5, MOST_RADIUS_M)
        self.radius.setValue(USUAL_RADIUS_M)
        self.radius.setSuffix(" m")
        self.radius.setSingleStep(10)
        self.radius.setMaximumWidth(120)
        self.line_button = small_button(
            self.words("trainer.draw_line"), lambda: self.draw_wanted.emit(False), tip=self.words("trainer.drawing")
        )
        self.area_button = small_button(
            self.words("trainer.draw_area"), lambda: self.draw_wanted.emit(True), tip=self.words("trainer.drawing")
        )
        self.drawn_words = plain_label(role="muted")
        self.reason = Note(self.words("trainer.closure_hint"), lines=2)
        self.lasts = minutes_field(sitting.language, 0)
        kinds, by_hand = QHBoxLayout(), QHBoxLayout()
        for line in (kinds, by_hand):
            line.setSpacing(6)
        kinds.addWidget(self.kind, 1)
        kinds.addWidget(self.percent)
        by_hand.addWidget(self.line_button)
        by_hand.addWidget(self.area_button)
        by_hand.addStretch(1)
        self.row("trainer.closure", kinds, self.kind)
        self.row("trainer.where", self.place, self.place.entry)
        self.row("trainer.within", self.radius)
        self.row("trainer.or_draw", by_hand, self.line_button)
        self.line(self.drawn_words)
        self.row("trainer.reason", self.reason)
        self.row("trainer.lasts", self.lasts)
        self.kind.currentIndexChanged.connect(lambda _: self.percent.setVisible(self.kind.currentData() == "slow"))
        self.place.chosen.connect(lambda location: self.take_drawing(None))
        self.place.finished.connect(self.radius.setFocus)
        self.setFocusProxy(self.place)

    def take_drawing(self, drawn: tuple[str, Sequence[LonLat]] | None) -> None:
        """Take what was drawn: a GeoJSON geometry type and its lon/lat corners; it stands before a place."""
        if drawn is None:
            self.drawn = None
            show_words(self.drawn_words, "")
            return
        kind, corners = drawn
        self.drawn = (kind, tuple((float(lon), float(lat)) for lon, lat in corners))
        self.place.set_location(None)
        key = "trainer.drawn_line" if kind == "LineString" else "trainer.drawn_area"
        show_words(self.drawn_words, self.words(key, count=len(self.drawn[1])))

    def wish(self) -> Wish:
        """Return the closure of a road. Raises NotYet."""
        location = self.place.location
        if self.drawn is not None:
            shape, corners = self.drawn
        elif location is not None:
            shape, corners = "Polygon", around_of((location.lon, location.lat), float(self.radius.value()))
        elif self.place.entry.text().strip():
            raise NotYet(self.place.entry, self.words("trainer.take_place"))
        else:
            raise NotYet(self.place.entry, self.words("trainer.say_where"))
        kind = self.kind.currentData()
        factor = self.percent.value() / 100 if kind == "slow" else 0.0
        ground = Ground(shape, corners, kind=kind, speed_factor=factor)
        why = self.reason.words or (one_line(location.text, 80) if location is not None else "")
        inject = Inject(self.new_id(), i.CLOSURE, (), why, ground=ground, for_s=60.0 * self.lasts.value())
        return Wish(inject_words(self._sitting, inject), inject)

    def empty(self) -> None:
        self.take_drawing(None)
        self.place.set_location(None)
        self.reason.clear()


def around_of(place: LonLat, radius_m: float) -> tuple[LonLat, ...]:
    """Return the closed ring of lon/lat corners (WGS 84) that stand `radius_m` from a place."""
    lon, lat = place
    east = radius_m / (METRES_A_DEGREE * max(0.01, math.cos(math.radians(lat))))
    north = radius_m / METRES_A_DEGREE
    turns = [2 * math.pi * number / CORNERS for number in range(CORNERS)]
    ring = tuple((lon + east * math.cos(turn), lat + north * math.sin(turn)) for turn in turns)
    return (*ring, ring[0])
