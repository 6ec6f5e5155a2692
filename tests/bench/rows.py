"""The rows that benches yield: one measure beside one peer or one limit, and the ratio of ours to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `ratio` is ours divided by the peer's, None where it could not be measured."""

    work: str
    ours: str
    peer: str
    ratio: float | None
    aim: str = ""


def against(work: str, ours: float, peer: str, theirs: float, *, unit: str = "s", aim: str = "") -> Row:
    """Compare a measure with the same measure of a named peer, taken in the same run."""
    return Row(work, figure(ours, unit), f"{peer} {figure(theirs, unit)}", ours / theirs, aim)


def within(work: str, ours: float, limit: float, *, unit: str = "s") -> Row:
    """Compare a measure with the limit that it should stay under."""
    return Row(work, figure(ours, unit), f"limit {figure(limit, unit)}", ours / limit, "≤ 1")


def absent(work: str, why: str) -> Row:
    """Say that something could not be measured here, and why."""
    return Row(work, "not measured", why, None)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds that `work` took and what it answered."""
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def figure(value: float, unit: str) -> str:
    """Write a number with a fitting unit: seconds as ms or µs where small; rates and counts with commas."""
    if unit == "s":
        if value < 1e-3:
            return f"{value * 1e6:.0f} µs"
        return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.2f} s"
    return f"{value:,.0f} {unit}".rstrip()
