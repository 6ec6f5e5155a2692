"""What a map of incidents with their times says: words, places and classes, without any drawing.

A window writes it down for the program that draws the page; text stays text all the way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.times.words import interval_name, key_words, not_live_words
from app.wording import one_line, text
from app.wording.durations import clock_span, day_and_clock
from dispatch.state import State
from dispatch.times.report import TimesReport
from dispatch.times.spans import INTERVALS

MOST = 12_000  # marks: more a browser carries badly; the slowest stay
GREY = "#7c8894"
_COLOURS = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00")  # Okabe and Ito, from quick to slow
# Up to how many seconds; the last class has no end.
_LIMITS = {"turnout": (45, 60, 80, 120), "call_processing": (30, 60, 90, 120)}
_USUAL, _LONG = (240, 360, 480, 720), (1200, 2400, 3600, 7200)

Spot = tuple[float, float, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Shade:
    """Hold the incidents of one class: (lon, lat, words); `is_known` is false where the interval is blank."""

    name: str
    colour: str
    is_known: bool
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class MapContent:
    """Hold all that a page says; what is drawn later lies on top."""

    head: tuple[str, ...]
    banner: str
    language: str
    shades: tuple[Shade, ...]

    @property
    def lonlat(self) -> NDArray[np.float64]:
        """Return every place, float64 (n, 2)."""
        return np.array([spot[:2] for shade in self.shades for spot in shade.spots], np.float64).reshape(-1, 2)

    def write(self, file: Path) -> None:
        """Write it down. Raises OSError."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")


def read_content(file: Path) -> MapContent:
    """Read what was written. Raises OSError; ValueError where it is something else."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        shades = tuple(
            Shade(
                str(each["name"]), str(each["colour"]), bool(each["is_known"]),
                tuple((float(lon), float(lat), tuple(map(str, words))) for lon, lat, words in each["spots"]),
            )
            for each in told["shades"]
        )  # fmt: skip
        return MapContent(tuple(map(str, told["head"])), str(told["banner"]), str(told["language"]), shades)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file.name} holds no map") from error


def map_content(
    report: TimesReport, state: State, language: str, *, interval: str = "response",
    bounds: Sequence[float] | None = None,
) -> MapContent:  # fmt: skip
    """Say what the map of a report shows; `bounds` (west, south, east, north) leave out what lies outside.

    Where there are more than `MOST`, the slowest are shown and the page says how many not. Raises ValueError where no
    incident has a place.
    """
    numbers, lonlat, seconds = report.places(interval)
    placed = np.isfinite(lonlat).all(axis=1)
    inside = placed.copy()
    if bounds is not None:
        inside &= (lonlat >= bounds[:2]).all(axis=1) & (lonlat <= bounds[2:]).all(axis=1)
    outside = int(placed.sum() - inside.sum())
    numbers, lonlat, seconds = numbers[inside], lonlat[inside], seconds[inside]
    if not len(numbers):
        raise ValueError("no incident of it has a place that could be shown")
    order = np.lexsort((numbers, -np.nan_to_num(seconds, nan=-1.0)))[:MOST]
    left_out = len(numbers) - len(order)
    head = _head(report, state, len(numbers), (left_out, outside), interval, language)
    rows = numbers[order], lonlat[order], seconds[order]
    return MapContent(head, not_live_words(state, language), language, _shades(report, state, rows, interval, language))


def _shades(
    report: TimesReport, state: State, rows: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]],
    interval: str, language: str,
) -> tuple[Shade, ...]:  # fmt: skip
    numbers, lonlat, seconds = rows
    limits = _LONG if interval in ("on_scene", "total") else _LIMITS.get(interval, _USUAL)
    blank = len(limits) + 1
    which = np.where(np.isnan(seconds), blank, np.searchsorted(limits, np.nan_to_num(seconds), side="left"))
    names = [text("times.map_upto", language, time=clock_span(limit)) for limit in limits]
    names += [text("times.map_over", language, time=clock_span(limits[-1])), text("times.map_blank", language)]
    shades = []
    # The slowest on top: what is added last covers the rest.
    for place in (blank, *range(blank)):
        own = np.flatnonzero(which == place)[::-1].tolist()
        if own:
            spots = tuple((*map(float, lonlat[row]), _words(report, state, int(numbers[row]), language)) for row in own)
            colour = GREY if place == blank else _COLOURS[place]
            shades.append(Shade(names[place], colour, place != blank, spots))
    return tuple(shades)


def _words(report: TimesReport, state: State, number: int, language: str) -> tuple[str, ...]:
    incident = state.incidents[number]
    units = sorted({state.assignments[each].unit_id for each in state.assignments_of.get(number, ())})
    took = report.seconds_of(number)

    def said(interval: str) -> str:
        name = interval_name(interval, language)
        return text("times.map_interval", language, interval=name, time=clock_span(took[interval]))

    lines = (
        f"{number} {key_words(state, 'kind', incident.kind, language)}",
        said("response"),
        text("times.map_received", language, at=day_and_clock(report.received_at(number), report.time_zone)),
        incident.location.text,
        *(said(each) for each in INTERVALS if each != "response"),
        ", ".join(units),
    )
    return tuple(line for line in (one_line(line, 200) for line in lines) if line)


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
