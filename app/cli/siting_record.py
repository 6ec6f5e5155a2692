"""What a log recorded of a target, beside what a plan comes to by the roads alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.cli.siting_asked import minutes, rounded

if TYPE_CHECKING:
    from dispatch.times.figure import TargetFigure


def record_json(record: TargetFigure | None) -> dict[str, Any] | None:
    """Return how often the target was met: {asked, n, within, share, mean_s}; None where the log tells nothing."""
    if record is None:
        return None
    return {
        "asked": record.asked, "n": record.n, "within": record.within, "share": rounded(record.share),
        "mean_s": rounded(record.mean_s, 1),
    }  # fmt: skip


def record_lines(record: TargetFigure | None) -> list[str]:
    """Say the same in a line, since a plan knows only of roads and of stations whose units are in."""
    if record is None or record.share is None:
        return []
    line = (
        f"in the log the first of them was in time at {record.share:.1%} of {record.n:,} incidents, "
        f"{minutes(record.mean_s)} on average; a plan counts the way by road from its station"
    )
    return [line]
