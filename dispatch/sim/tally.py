"""What a run came to: every response and incident as columns, and the figures made of them."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.crew import Crew

BLANK = -1
RESPONSE = ("incident", "unit", "slot", "assigned", "left", "arrived", "ended")
INCIDENT = ("kind", "zone", "received", "reported", "due", "assigned", "arrived", "closed")


class Tally:
    """Gather milliseconds since the start, -1 for what has not been, in columns: a year is some 40 MB."""

    def __init__(self, servers: int) -> None:
        self.responses = {name: array("q") for name in RESPONSE}
        self.incidents = {name: array("q") for name in INCIDENT}
        self._servers = servers
        self._busy, self._since_ms = 0, 0
        self.busy_ms = [0] * (servers + 1)
        self.counts_from_ms = 0

    def incident(self, kind: int, zone: int, received_ms: int) -> None:
        """Begin a row for an incident; rows stand in the order of arrivals."""
        row = (kind, zone, received_ms, BLANK, BLANK, BLANK, BLANK, BLANK)
        for column, value in zip(self.incidents.values(), row, strict=True):
            column.append(value)

    def response(self, incident: int, unit: int, slot: int, assigned_ms: int) -> int:
        """Begin a row for a response; return its number."""
        row = (incident, unit, slot, assigned_ms, BLANK, BLANK, BLANK)
        for column, value in zip(self.responses.values(), row, strict=True):
            column.append(value)
        return len(self.responses["unit"]) - 1

    def busy(self, change: int, now_ms: int) -> None:
        """Count that so many units more, or fewer, are bound from now on."""
        since = max(self._since_ms, self.counts_from_ms)
        if now_ms > since:
            self.busy_ms[self._busy] += now_ms - since
        self._since_ms = now_ms
        self._busy += change

    def table(self, name: str) -> dict[str, NDArray[np.int64]]:
        """Return `responses` or `incidents` as columns int64 (n,)."""
        return {key: np.frombuffer(column, dtype=np.int64) for key, column in getattr(self, name).items()}


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Hold incidents that somebody reached: when each was received (seconds after the start) float64 (n,), its zone
    int64 (n,), the seconds to the first unit float64 (n,); and how many nobody reached, by the same instants."""

    received_s: NDArray[np.float64]
    zone: NDArray[np.int64]
    first_s: NDArray[np.float64]
    unreached_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what a run came to.

    `figures` are by name; seconds end in _s, shares are from 0 to 1, NaN where there was nothing to count. `workload`
    is the busy share by call sign, `by_station` and `by_hour` (local) hold n and the median response to the first unit.
    Where records happen again, `reached` stands there, and `responses_s`: by response, when its incident was received
    and the seconds from the call to the unit's arrival.
    """

    policy: str
    replication: int
    figures: Mapping[str, float]
    workload: Mapping[str, float]
    by_station: Mapping[str, tuple[int, float]]
    by_hour: Mapping[int, tuple[int, float]]
    entries: int
    packed_bytes: int
    refusals: int
    digest: str
    reached: Reached | None = None
    responses_s: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None


def figures_of(
    tally: Tally, *, crews: Sequence[Crew], from_ms: int, until_ms: int, targets_s: Sequence[float]
) -> dict[str, float]:
    """Work out the figures of what was received between two moments.

    A response is counted from the call to the unit's arrival; what had not arrived when the run ended is left out and
    counted in `not_reached`. Waiting is from when somebody was to be sent until somebody was.
    """
    responses, incidents = tally.table("responses"), tally.table("incidents")
    counts = (incidents["received"] >= from_ms) & (incidents["received"] < until_ms)
    first = (incidents["arrived"] - incidents["received"])[counts & (incidents["arrived"] >= 0)] / 1000.0
    due = counts & (incidents["due"] >= 0)
    sent = due & (incidents["assigned"] >= 0)
    waited = (incidents["assigned"] - incidents["due"])[sent] / 1000.0
    mine = counts[responses["incident"]]
    there = mine & (responses["arrived"] >= 0)
    received = incidents["received"][responses["incident"]]
    every = (responses["arrived"] - received)[there] / 1000.0
    left = mine & (responses["left"] >= 0)
    turnout = (responses["left"] - responses["assigned"])[left] / 1000.0
    travel = (responses["arrived"] - responses["left"])[there & left] / 1000.0
    found = {
        "incidents": float(counts.sum()),
        "responses": float(mine.sum()),
        "not_reached": float((counts & (incidents["arrived"] < 0)).sum()),
    }
    for name, values in (("first_arrival", first), ("response", every), ("turnout", turnout), ("travel", travel)):
        found[f"{name}_mean_s"] = _or_nan(values, np.mean)
        found[f"{name}_p50_s"] = _or_nan(values, np.median)
        found[f"{name}_p90_s"] = _or_nan(values, lambda some: np.quantile(some, 0.9))
    for target_s in targets_s:
        found[f"first_within_{target_s:g}_s"] = _or_nan(first <= target_s, np.mean)
    found["waited_share"] = _or_nan(waited > 0.0005, np.mean)
    found["waited_mean_s"] = _or_nan(waited, np.mean)
    total = sum(tally.busy_ms)
    found["all_busy_share"] = tally.busy_ms[len(crews)] / total if total else math.nan
    found["busy_mean"] = (
        sum(crew.busy_ms for crew in crews) / (len(crews) * (until_ms - from_ms)) if crews else math.nan
    )
    return found


def reached_of(tally: Tally, *, from_ms: int) -> tuple[Reached, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return what was received from a moment on and reached, by incident and by response."""
    incidents, responses = tally.table("incidents"), tally.table("responses")
    received, counts = incidents["received"] / 1000.0, incidents["received"] >= from_ms
    there = counts & (incidents["arrived"] >= 0)
    first_s = (incidents["arrived"] - incidents["received"])[there] / 1000.0
    reached = Reached(received[there], incidents["zone"][there].copy(), first_s, received[counts & ~there])
    arrived = (responses["arrived"] >= 0) & counts[responses["incident"]]
    of = received[responses["incident"][arrived]]
    return reached, (of, responses["arrived"][arrived] / 1000.0 - of)


def medians_by(group: NDArray[np.int64], values: NDArray[np.float64]) -> dict[int, tuple[int, float]]:
    """Give by group how many values there are and their median."""
    return {
        int(each): (int((mine := group == each).sum()), float(np.median(values[mine]))) for each in np.unique(group)
    }


def _or_nan(values: NDArray[np.generic], measure: object) -> float:
    return float(measure(values)) if len(values) else math.nan  # type: ignore[operator]
