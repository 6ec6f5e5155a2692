"""Words what a file holds that an exercise may be made from."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.exercise_start.span import Span
from app.wording import listed, one_line, text
from app.wording.durations import clock_span
from dispatch.scenario import Scenario

MOST_TRAINEES = 6


def scenario_words(found: Scenario, language: str = "en") -> str:
    """Say how long a scenario is, and how much happens in it to whom."""
    names = [one_line(each.id, 40) for each in found.trainees]
    return text(
        "play.new_holds",
        language,
        span=clock_span(found.lasts_s),
        incidents=len(found.happenings),
        injects=len(found.injects),
        trainees=listed(names[:MOST_TRAINEES], language) if len(names) > 1 else "",
    )


def span_words(found: Span, zone: str, language: str = "en") -> str:
    """Say of which city a log is, and from when to when on the clocks of `zone`."""
    first, last = (f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for at in (found.first_at, found.last_at))
    return text("play.new_span", language, city=one_line(found.city, 60), first=first, last=last)
