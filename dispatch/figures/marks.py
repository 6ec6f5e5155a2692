"""The score sheet: what each department gets for its figures, and the order in which that puts them."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.figures.compute import Figure, Figures
from dispatch.figures.indicators import Mark


@dataclass(frozen=True, slots=True)
class Points:
    """Say how many points a figure is worth of a weight; None where there was nothing to judge."""

    figure: Figure
    weight: float
    points: float | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """Hold the mark (0 to 100) of a key and its place, 1 the best; equal marks share a place.

    What could not be judged weighs nothing; `mark` and `place` are None where nothing could.
    """

    key: str
    mark: float | None
    place: int | None
    parts: tuple[Points, ...]


def rank(figures: Figures, group: str = "department") -> tuple[Ranked, ...]:
    """Rank the keys of a group by the marks of the profile, the best first, unjudged ones last, then by key."""
    marks = [mark for mark in figures.profile.marks if figures.has(mark.indicator, group)]
    sheets = []
    for key in figures.keys(group):
        parts = tuple(_points(figures.of(mark.indicator, group, key), mark) for mark in marks)
        sheets.append((key, _mark(parts), parts))
    sheets.sort(key=lambda sheet: (sheet[1] is None, -(sheet[1] or 0.0), sheet[0]))
    told = [mark for _, mark, _ in sheets if mark is not None]
    return tuple(
        Ranked(key, mark, None if mark is None else told.index(mark) + 1, parts) for key, mark, parts in sheets
    )


def _points(figure: Figure, mark: Mark) -> Points:
    if figure.value is None:
        return Points(figure, mark.weight, None)
    part = (figure.value - mark.zero) / (mark.full - mark.zero)
    return Points(figure, mark.weight, mark.weight * min(1.0, max(0.0, part)))


def _mark(parts: tuple[Points, ...]) -> float | None:
    """Return the mark of 100, to a hundredth, so that places do not hang on the last digit of a sum."""
    told = [part for part in parts if part.points is not None]
    weight = sum(part.weight for part in told)
    if not weight:
        return None
    return round(100.0 * sum(part.points or 0.0 for part in told) / weight, 2)
