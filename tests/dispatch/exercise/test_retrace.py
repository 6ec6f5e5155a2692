"""The log of an exercise is gone through once, whatever was written behind its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch.exercise.fleet import Fleet
from dispatch.exercise.retrace import Seen, Stepped, retrace
from tests.dispatch.exercise.played import EXERCISE, play
from tests.dispatch.town_roads import TownRoads


def test_what_is_written_a_year_later_makes_no_steps() -> None:
    run = play()
    run.run_until()
    entries = list(run.log.read())
    late = replace(entries[-1], sequence=len(entries) + 1, recorded_at=entries[-1].recorded_at + timedelta(days=400))
    found = list(retrace(Fleet(EXERCISE, TownRoads()), [*entries, replace(late, events=())]))
    steps = [each for each in found if isinstance(each, Stepped)]
    assert len(steps) == EXERCISE.last_tick + 1
    assert isinstance(found[-1], Seen) and found[-1].entry.sequence == late.sequence
