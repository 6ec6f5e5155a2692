"""Figures of response times: frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.times.profiles import TimeTarget
from dispatch.times.spans import Why


@dataclass(frozen=True, slots=True)
class Figure:
    """Say how long an interval took for one key of a group: n of `rows` are known, the others are in `blank` by why.

    Seconds are None where n is 0.
    """

    scope: str
    interval: str
    group: str
    key: str
    rows: int
    n: int
    mean_s: float | None
    p50_s: float | None
    p90_s: float | None
    blank: Mapping[Why, int]


@dataclass(frozen=True, slots=True)
class TargetFigure:
    """Say how a target is met for one key: `within` of n. `asked` counts what it is for, n what is known of that."""

    target: TimeTarget
    group: str
    key: str
    asked: int
    n: int
    within: int
    mean_s: float | None

    @property
    def share(self) -> float | None:
        """Return the share that lies within the limit; None where nothing is known or there is no limit."""
        return self.within / self.n if self.n and self.target.within_s is not None else None

    @property
    def is_met(self) -> bool | None:
        """Tell whether the target is met in all that it asks; None where nothing is known."""
        if not self.n or self.mean_s is None:
            return None
        target = self.target
        share_is_met = target.within_s is None or self.within >= target.at_least * self.n
        return share_is_met and (target.mean_s is None or self.mean_s <= target.mean_s)


@dataclass(frozen=True, slots=True)
class Negative:
    """Name an interval that would be below zero, which is therefore blank. `unit` is empty for an incident's own."""

    scope: str
    interval: str
    incident: int
    unit: str
    seconds: float
