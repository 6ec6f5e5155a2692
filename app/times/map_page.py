"""Incidents with their times as one page for a browser: by how long the first arrival took, each with its intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.times.words import interval_name, key_words, not_live_words
from app.wording import one_line, text
from app.wording.durations import clock_span, day_and_clock
from dispatch.state import State
from dispatch.times.report import TimesReport
from dispatch.times.spans import INTERVALS
from gis.crs import LONLAT, transformer
from maps.mercator import Located
from maps.style import BLUE, GREEN, ORANGE, SKY_BLUE, VERMILLION, Theme
from maps.view import View
from maps.web import Group, Item, Page, Sign, web_page

if TYPE_CHECKING:
    from gis.city import City

SIDE, SCALE = 11, 3.0
WIDTH, HEIGHT = 1280.0, 800.0
MOST = 12_000  # marks: more a browser carries badly; the slowest stay
GREY = "#7c8894"
# Up to how many seconds, in which colour; the last has no end.
CLASSES: dict[str, tuple[tuple[float, str], ...]] = {
    "turnout": ((45, BLUE), (60, SKY_BLUE), (80, GREEN), (120, ORANGE), (np.inf, VERMILLION)),
    "call_processing": ((30, BLUE), (60, SKY_BLUE), (90, GREEN), (120, ORANGE), (np.inf, VERMILLION)),
    "": ((240, BLUE), (360, SKY_BLUE), (480, GREEN), (720, ORANGE), (np.inf, VERMILLION)),
}
LONG = tuple((limit * 10, colour) for limit, colour in CLASSES[""])


@dataclass(frozen=True, slots=True)
class Bare:
    """Be a place without a map: only the CRS that its marks are laid out in."""

    metric_crs: str


def map_page(
    report: TimesReport, state: State, city: City | None, theme: Theme, language: str, *, interval: str = "response"
) -> str:
    """Return the page; on the city's ground where there is one, else on a bare one. Raises ValueError: no places.

    Needs a QGuiApplication. Where there are more than `MOST`, the slowest are shown and the page says how many not.
    """
    numbers, lonlat, seconds = report.places(interval)
    known = np.isfinite(lonlat).all(axis=1)
    numbers, lonlat, seconds = numbers[known], lonlat[known], seconds[known]
    placed = len(numbers)
    if city is not None:
        west, south, east, north = city.bounds
        inside = (lonlat >= (west, south)).all(axis=1) & (lonlat <= (east, north)).all(axis=1)
        numbers, lonlat, seconds = numbers[inside], lonlat[inside], seconds[inside]
    if not len(numbers):
        raise ValueError("no incident of it has a place that could be shown")
    order = np.lexsort((numbers, -np.nan_to_num(seconds, nan=-1.0)))[:MOST]
    left_out = (len(numbers) - len(order), placed - len(numbers))
    groups, legend, signs = _groups(report, state, (numbers[order], lonlat[order], seconds[order]), interval, language)
    head = _head(report, state, len(numbers), left_out, interval, language)
    banner = not_live_words(state, language)
    attribution = one_line(city.attribution, 300) if city is not None else ""
    page = Page(head, attribution, language, banner, groups, legend, signs)
    if city is None:
        located: Located = Bare(_utm(lonlat))
        view = _view(located, lonlat)
        return web_page(located, view, theme, page, paint=lambda part: _bare_ground(part, theme))
    from maps.handout import chosen, named_ground
    from maps.layers import Marks

    layers, _ = chosen(city, Marks(), [])
    view = _view(city, lonlat)
    return web_page(city, view, theme, page, paint=lambda part: named_ground(layers, part, theme))


def _groups(
    report: TimesReport, state: State, rows: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]],
    interval: str, language: str,
) -> tuple[tuple[Group, ...], tuple[tuple[str, str], ...], dict[str, Sign]]:  # fmt: skip
    numbers, lonlat, seconds = rows
    classes = LONG if interval in ("on_scene", "total") else CLASSES.get(interval, CLASSES[""])
    limits = np.array([limit for limit, _ in classes])
    which = np.where(np.isnan(seconds), len(classes), np.searchsorted(limits, np.nan_to_num(seconds), side="left"))
    names = [_class_name(limit, classes, language) for limit, _ in classes] + [text("times.map_blank", language)]
    colours = [colour for _, colour in classes] + [GREY]
    groups, legend, signs = [], [], {}
    # The slowest on top: what is added last covers the rest.
    for place in (len(classes), *range(len(classes))):
        own = np.flatnonzero(which == place)[::-1]
        if not len(own):
            continue
        key = f"times {place}"
        signs[key] = Sign(_sign(colours[place], is_known=place < len(classes)), SCALE)
        legend.append((key, names[place]))
        items = tuple(
            Item((tuple(lonlat[row].tolist()),), _words(report, state, int(numbers[row]), language), key)
            for row in own.tolist()
        )
        groups.append(Group(names[place], items))
    return tuple(groups), tuple(legend), signs


def _words(report: TimesReport, state: State, number: int, language: str) -> tuple[str, ...]:
    incident = state.incidents[number]
    kind = key_words(state, "kind", incident.kind, language)
    units = sorted({state.assignments[each].unit_id for each in state.assignments_of.get(number, ())})
    took = report.seconds_of(number)
    lines = [
        f"{number} {kind}",
        text("times.map_interval", language, interval=interval_name("response", language),
             time=clock_span(took["response"])),
        text("times.map_received", language, at=day_and_clock(report.received_at(number), report.time_zone)),
        incident.location.text,
        *(text("times.map_interval", language, interval=interval_name(each, language), time=clock_span(took[each]))
          for each in INTERVALS if each != "response"),
        ", ".join(units),
    ]  # fmt: skip
    return tuple(said for said in (one_line(line, 200) for line in lines) if said)


def _head(
    report: TimesReport, state: State, count: int, left_out: tuple[int, int], interval: str, language: str
) -> tuple[str, ...]:
    span = report.span_of_days
    first, last = (day_and_clock(each, report.time_zone) for each in span) if span is not None else ("–", "–")
    lines = [
        text("times.map_title", language, city=one_line(state.city, 60)),
        text("times.map_lines", language, interval=interval_name(interval, language), first=first, last=last,
             count=f"{count:,}"),
    ]  # fmt: skip
    for key, number in zip(("times.map_left_out", "times.map_outside"), left_out, strict=True):
        if number:
            lines.append(text(key, language, count=f"{number:,}"))
    return tuple(lines)


def _class_name(limit: float, classes: tuple[tuple[float, str], ...], language: str) -> str:
    if np.isfinite(limit):
        return text("times.map_upto", language, time=clock_span(limit))
    return text("times.map_over", language, time=clock_span(classes[-2][0]))


def _sign(colour: str, *, is_known: bool) -> QImage:
    side = round(SIDE * SCALE)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SCALE, SCALE)
    painter.setPen(QPen(QColor("#ffffff" if is_known else colour), 1.1 if is_known else 1.8))
    painter.setBrush(QColor(colour) if is_known else Qt.BrushStyle.NoBrush)
    middle = QPointF(SIDE / 2, SIDE / 2)
    painter.drawEllipse(middle, SIDE / 2 - 1.2, SIDE / 2 - 1.2)
    painter.end()
    return image


def _view(located: Located, lonlat: NDArray[np.float64]) -> View:
    """Return a view that holds all places; a handful far away does not make a dot of the rest."""
    x, y = transformer(LONLAT, located.metric_crs).transform(lonlat[:, 0], lonlat[:, 1])
    (west, east), (south, north) = (np.percentile(each, (0.2, 99.8)) for each in (x, y))
    scale = max((east - west) / (WIDTH - 80), (north - south) / (HEIGHT - 80), 3.0)
    return View((west + east) / 2, (south + north) / 2, float(scale), WIDTH, HEIGHT)


def _utm(lonlat: NDArray[np.float64]) -> str:
    lon, lat = np.median(lonlat, axis=0).tolist()
    zone = min(max(int((lon + 180) // 6) + 1, 1), 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def _bare_ground(view: View, theme: Theme) -> QImage:
    ratio = view.device_pixel_ratio
    image = QImage(round(view.width * ratio), round(view.height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.ground))
    return image
