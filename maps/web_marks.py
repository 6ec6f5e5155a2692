"""What happens on the map, turned into the marks, signs and legend of a page to hand out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.crs import LONLAT, transformer
from maps import place_symbols, symbols
from maps.case_symbols import CHECKED, COMPONENT, REPORTED, CaseLook, case_symbol
from maps.incident_symbols import incident_flag, look_of
from maps.layers import Marks
from maps.mercator import Located
from maps.style import Theme, department_colour
from maps.view import Box, View
from maps.web import Group, Item, Sign

SIGN_SCALE = 2.0
MOST_OF_A_KIND = 4_000  # a browser carries no more marks well

# Names a code of a group ("status", "department_kind", "live_layer", ...) in the page's language.
Label = Callable[[str, str], str]


class PageMarks:
    """Collect groups, signs and the legend from marks that lie in a view.

    label names codes; clean makes text from outside plain. Needs a QGuiApplication, and its thread.
    """

    def __init__(self, city: Located, view: View, theme: Theme, *, label: Label, clean: Callable[[str], str]) -> None:
        self._to_lonlat = transformer(city.metric_crs, LONLAT).transform
        self._box = view.grown_box(40)
        self._theme, self._label, self._clean = theme, label, clean
        self.groups: list[Group] = []
        self.signs: dict[str, Sign] = {}
        self.legend: list[tuple[str, str]] = []
        self.left_out = 0

    def add(self, marks: Marks) -> None:
        """Add everything there is of a moment, from the bottom up."""
        self._add("closures", self._closures(marks))
        self._add("routes", self._routes(marks))
        self._add("stations", self._stations(marks))
        self._add("cameras", self._cameras(marks))
        self._add("cases", self._cases(marks))
        self._add("units", self._units(marks))
        self._add("incidents", self._incidents(marks))

    def _add(self, name: str, items: Iterator[Item]) -> None:
        found = list(items)
        self.left_out += max(0, len(found) - MOST_OF_A_KIND)
        if found:
            self.groups.append(Group(self._label("live_layer", name), tuple(found[:MOST_OF_A_KIND])))

    def _closures(self, marks: Marks) -> Iterator[Item]:
        theme = self._theme
        for mark in marks.closures:
            if not _meets(mark.xy, self._box):
                continue
            self._explain(theme.closure, self._label("live_layer", "closures"))
            is_area = mark.geometry_type == "Polygon"
            corners = self._lonlat(mark.xy if len(mark.xy) > 1 else np.repeat(mark.xy, 2, axis=0))
            yield Item(
                corners, self._words(mark.label or self._label("live_layer", "closures")), is_area=is_area,
                colour=theme.closure, width_px=5.0, dashes="8 5",
            )  # fmt: skip

    def _routes(self, marks: Marks) -> Iterator[Item]:
        for mark in marks.routes:
            if _meets(mark.xy, self._box):
                colour = department_colour(self._theme, mark.department_kind)
                dashes = "" if mark.is_sent else "2 7"
                minutes = f"{mark.eta_s / 60:.0f} min" if mark.eta_s is not None else ""
                yield Item(self._lonlat(mark.xy), self._words(mark.label, minutes), colour=colour, dashes=dashes)

    def _stations(self, marks: Marks) -> Iterator[Item]:
        for mark in marks.stations:
            words = self._words(mark.name, self._label("station_kind", mark.department_kind))
            kind = mark.department_kind
            draw = partial(place_symbols.station_symbol, self._theme, kind, SIGN_SCALE)
            name = self._label("station_kind", kind)
            yield from self._sign(mark, f"station {kind}", words, draw, name)

    def _cameras(self, marks: Marks) -> Iterator[Item]:
        for mark in marks.cameras:
            words = self._words(mark.label, self._label("camera_kind", mark.camera_kind))
            yield from self._sign(
                mark, "camera", words, lambda: place_symbols.camera_symbol(self._theme, None, SIGN_SCALE),
                self._label("live_layer", "cameras"),
            )  # fmt: skip

    def _cases(self, marks: Marks) -> Iterator[Item]:
        """Give open cases, the most pressing first: where there are too many they are the ones that stay."""
        west, south, east, north = self._box
        for table in marks.cases:
            x, y = table.xy[:, 0], table.xy[:, 1]
            inside = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))[::-1]
            for code in np.unique(table.look_codes[inside]).tolist():
                self._explain_case(table.looks[code])
            places = self._lonlat(table.xy[inside])
            for index, place in zip(inside.tolist(), places, strict=True):
                look = table.looks[table.look_codes[index]]
                key = f"case {'-'.join(map(str, look))}"
                if key not in self.signs:
                    self.signs[key] = Sign(case_symbol(self._theme, look, SIGN_SCALE), SIGN_SCALE)
                told = self._words(
                    f"{table.ids[index]} {table.names[table.name_codes[index]]}",
                    self._label("case_look", look.phase), *(self._label("case_look", one) for one in _presses(look)),
                )  # fmt: skip
                yield Item((place,), told, key)

    def _explain_case(self, look: CaseLook) -> None:
        """Explain the shape, hollow as where it is not filed, the fill by a phase, and what presses by itself."""
        shown = [] if look.is_danger else [(look.group, CaseLook(look.group, REPORTED))]
        if look.phase != REPORTED and not look.is_danger:
            shown.append((look.phase, CaseLook(COMPONENT, look.phase)))
        shown += [(one, CaseLook(COMPONENT, CHECKED, one == "late", one == "danger")) for one in _presses(look)]
        for code, plain in shown:
            if (key := f"case {code}") not in self.signs:
                self.signs[key] = Sign(case_symbol(self._theme, plain, SIGN_SCALE), SIGN_SCALE)
                self._explain(key, self._label("case_legend", code))

    def _units(self, marks: Marks) -> Iterator[Item]:
        for mark in marks.units:
            department = self._label("department_kind", mark.department_kind)
            words = self._words(mark.call_sign, self._label("status", mark.status), department)
            yield from self._sign(
                mark, f"unit {mark.department_kind} {mark.status}", words,
                lambda mark=mark: symbols.unit_symbol(self._theme, mark.department_kind, mark.status, SIGN_SCALE),
                department,
            )  # fmt: skip

    def _incidents(self, marks: Marks) -> Iterator[Item]:
        for mark in marks.incidents:
            words = self._words(f"{mark.number} {mark.label}", self._label("stage", mark.stage) if mark.stage else "")
            look = look_of(mark)
            yield from self._sign(
                mark, f"incident {mark.number}", words, lambda look=look: incident_flag(self._theme, look, SIGN_SCALE)
            )

    def _sign(
        self, mark: Any, key: str, words: tuple[str, ...], draw: Callable[[], Any], legend: str = ""
    ) -> Iterator[Item]:
        if not self._is_in(mark):
            return
        if key not in self.signs:
            self.signs[key] = Sign(draw(), SIGN_SCALE)
            if legend and not any(text == legend for _, text in self.legend):
                self._explain(key, legend)
        yield Item((self._place(mark.x, mark.y),), words, key)

    def _explain(self, sign: str, words: str) -> None:
        if (sign, words) not in self.legend:
            self.legend.append((sign, words))

    def _is_in(self, mark: Any) -> bool:
        west, south, east, north = self._box
        return bool(west <= mark.x <= east and south <= mark.y <= north)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        lon, lat = self._to_lonlat(x, y)
        return float(lon), float(lat)

    def _lonlat(self, xy: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
        lon, lat = self._to_lonlat(xy[:, 0], xy[:, 1])
        return tuple(zip(lon.tolist(), lat.tolist(), strict=True))

    def _words(self, *parts: str) -> tuple[str, ...]:
        cleaned = (self._clean(part) for part in parts)
        return tuple(part for part in cleaned if part)


def _presses(look: CaseLook) -> tuple[str, ...]:
    return tuple(code for code, holds in (("late", look.is_late), ("danger", look.is_danger)) if holds)


def _meets(xy: NDArray[np.float64], box: Box) -> bool:
    (left, low), (right, high) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
    return bool(left <= box[2] and right >= box[0] and low <= box[3] and high >= box[1])
