"""Gathers everything that a report or a map says, from what was counted and found."""

from __future__ import annotations

from app.demand.findings import Findings
from app.demand.told import Content, Facts
from app.paper.origin import Origin
from app.times.words import not_live_words
from app.wording import label, one_line
from app.wording.durations import day_and_clock


def content_of(found: Findings, origin: Origin) -> Content:
    """Gather it."""
    counted = found.counted
    state, language, zone = counted.state, counted.language, counted.rows.time_zone
    facts = Facts(
        language, one_line(origin.city, 60), label("log_kind", state.kind.value, language) if state.kind else "–",
        one_line(origin.log_name, 120), one_line(origin.head, 120), state.sequence,
        day_and_clock(state.at, zone) if state.at is not None else "–", day_and_clock(origin.made_at, zone),
        one_line(origin.made_by, 80), zone, not_live_words(state, language),
    )  # fmt: skip
    return Content(facts, counted.counts, found.places, found.ahead)
