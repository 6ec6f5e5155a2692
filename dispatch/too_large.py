"""Vehicles that are too large for every way to a place: the reason, and how large they are."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.candidates import Candidate
from dispatch.recommendation import Reason

Facts = tuple[tuple[str, float], ...]


def too_large(candidate: Candidate) -> Reason:
    """Say that a unit, or one of a task force, has no way though a smaller vehicle would have one."""
    return Reason("too_large", sizes_of([candidate]))


def sizes_of(candidates: Iterable[Candidate]) -> Facts:
    """Give the height and width in metres and the weight in tonnes where all are of one size; 0 is left out.

    A task force is as large as the largest of its vehicles.
    """
    sizes = {
        tuple(map(max, zip(*(crew.start.size for crew in each.members or (each,)), strict=True))) for each in candidates
    }
    if len(sizes) != 1:
        return ()  # the height of one and the weight of another would be a vehicle that nobody has
    return tuple((name, size) for name, size in zip(("height_m", "width_m", "weight_t"), *sizes, strict=True) if size)
