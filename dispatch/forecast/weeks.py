"""Counts by hour, laid out by the hours of the week."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.calls import HOURS_A_WEEK

Counts = NDArray[np.float64]
Labels = NDArray[np.int64]


def by_week(counts: Counts, label: Labels) -> Counts:
    """Lay counts out float64 (weeks, 168) by hour of the week, the last row the latest of each; NaN where none is."""
    order = np.argsort(label, kind="stable")
    sorted_label = label[order]
    size = np.bincount(label, minlength=HOURS_A_WEEK)
    ends = np.cumsum(size)
    from_end = ends[sorted_label] - 1 - np.arange(len(order))
    weeks = np.full((int(size.max(initial=0)), HOURS_A_WEEK), np.nan)
    weeks[len(weeks) - 1 - from_end, sorted_label] = counts[order]
    return weeks
