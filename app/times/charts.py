"""Every chart of response times, in the order in which they are shown."""

from __future__ import annotations

from app.times.chart import Behind, Chart, Shown
from app.times.key_charts import HourChart, KeyChart
from app.times.time_charts import BinChart, CurveChart

__all__ = ["KINDS", "Behind", "BinChart", "Chart", "CurveChart", "HourChart", "KeyChart", "Shown", "charts_of"]

KINDS: tuple[type[Chart], ...] = (CurveChart, BinChart, HourChart, KeyChart)


def charts_of(shown: Shown) -> tuple[Chart, ...]:
    """Return every chart of what is shown."""
    return tuple(kind(shown) for kind in KINDS)
