"""Every chart of demand, in the order in which they are shown."""

from __future__ import annotations

from app.demand.bar_charts import AcrossChart, UprightChart
from app.demand.chart import Chart, Of, Taken
from app.demand.told import Counts
from app.demand.week_chart import WeekChart

__all__ = ["KINDS", "WIDE", "Chart", "Of", "Taken", "chart_of", "charts_of"]

KINDS: dict[str, type[Chart]] = {
    "hour": UprightChart, "weekday": UprightChart, "week": WeekChart, "department": AcrossChart,
    "day": UprightChart, "priority": AcrossChart, "kind": AcrossChart, "area": AcrossChart,
}  # fmt: skip
# Those that need the width of two.
WIDE = frozenset({"hour", "week", "day"})


def chart_of(counts: Counts, way: str, language: str) -> Chart:
    """Return the chart of a way."""
    return KINDS[way](Of(counts.way(way), language))


def charts_of(counts: Counts, language: str) -> tuple[Chart, ...]:
    """Return every chart of what was counted."""
    return tuple(chart_of(counts, way, language) for way in KINDS)
