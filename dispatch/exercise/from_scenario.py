"""Make an exercise of a scenario that a trainer wrote."""

from __future__ import annotations

from datetime import datetime

from dispatch.crews import LonLat
from dispatch.exercise.exercise import SCENARIO, Exercise, Incoming
from dispatch.incident import Location
from dispatch.runcard import RunCards
from dispatch.scenario import Scenario
from dispatch.trainee import Trainee
from resources.unit import Roster


def from_scenario(
    scenario: Scenario,
    *,
    roster: Roster,
    run_cards: RunCards,
    start_at: datetime,
    city: str,
    time_zone: str,
    source_name: str = "",
    seed: int | None = None,
    hospitals: tuple[LonLat, ...] = (),
    step_s: float = 1.0,
) -> Exercise:
    """Make an exercise of a scenario; there is no outcome. `seed` None takes the scenario's own.

    Its ordinary day of cases is a drill's and left out: an exercise is about who is sent where.
    """
    return Exercise(
        name=scenario.name,
        source=SCENARIO,
        source_name=source_name or scenario.name,
        city=city,
        time_zone=time_zone,
        start_at=start_at,
        lasts_s=scenario.lasts_s,
        seed=scenario.seed if seed is None else seed,
        roster=roster,
        run_cards=run_cards,
        incoming=tuple(
            Incoming(
                key=each.id or str(number),
                after_s=each.after_s,
                kind=each.kind,
                location=Location(each.lon, each.lat, each.place, crossing=each.crossing),
                text=each.text,
                channel=each.channel,
                sent=each.sent,
            )
            for number, each in enumerate(scenario.happenings, start=1)
        ),
        injects=scenario.injects,
        trainees=scenario.trainees or (Trainee("trainee"),),
        turn_s=scenario.turn_s,
        habits=scenario.habits,
        hospitals=hospitals,
        weather=scenario.weather,
        step_s=step_s,
        name_zh=scenario.name_zh,
        pace=scenario.pace,
    )
