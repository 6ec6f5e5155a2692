"""What the report of a simulation is of, and its figures as words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.wording import label, text
from app.wording.durations import clock_span
from dispatch.sim.against import Against
from dispatch.sim.build import Ready
from dispatch.sim.replicate import Compared, Spread

SHOWN = (
    "first_arrival_mean_s", "first_arrival_p50_s", "first_arrival_p90_s", "response_mean_s", "response_p50_s",
    "response_p90_s", "turnout_p50_s", "travel_p50_s", "waited_share", "waited_mean_s", "busy_mean", "all_busy_share",
    "incidents", "responses", "not_reached",
)  # fmt: skip
TARGET = "first_within_"
_COUNTS = frozenset({"incidents", "responses", "not_reached"})


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """Hold what is reported: cases by id in their order with what they are called, and the record beside the first."""

    ready: Ready
    names: tuple[tuple[str, str], ...]
    compared: Compared
    against: Against | None
    language: str


def shown_figures(figures: Sequence[str]) -> list[str]:
    """Return the figures that are shown of those that there are: how many in time stands behind the first times."""
    return [*SHOWN[:3], *(name for name in figures if name.startswith(TARGET)), *SHOWN[3:]]


def figure_name(name: str, language: str) -> str:
    """Name a figure."""
    if name.startswith(TARGET):
        return text("simulated.target", language, time=clock_span(float(name[len(TARGET) : -2])))
    return label("simulated_figure", name, language)


def value_words(name: str, value: float, *, signed: bool = False) -> str:
    """Word a figure: seconds, a share in percent, or a count."""
    if math.isnan(value):
        return "–"
    sign = "+" if signed else ""
    if name in _COUNTS:
        return f"{value:{sign},.1f}"
    if name.endswith("_s") and not name.startswith(TARGET):
        return f"{value:{sign},.1f} s"
    return f"{value * 100:{sign}.2f} %"


def spread_words(name: str, one: Spread, *, signed: bool = False) -> str:
    """Word a figure with half its interval."""
    if not one.n:
        return "–"
    half = "" if math.isnan(one.half) else f" ± {value_words(name, one.half)}"
    mark = " *" if signed and is_clear(one) else ""
    return f"{value_words(name, one.mean, signed=signed)}{half}{mark}"


def is_clear(one: Spread) -> bool:
    """Tell whether a difference lies clear of zero."""
    return one.n > 1 and not math.isnan(one.half) and abs(one.mean) > one.half
