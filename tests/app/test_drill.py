"""A drill's crews drive what they are, and as the hour and the weather let them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from pytestqt.qtbot import QtBot

from app.drill import Drill
from dispatch.commands import Command
from dispatch.events import LogKind
from dispatch.recommendation import Path
from dispatch.scenario import Happening, Scenario
from dispatch.state import State
from dispatch.travels import Start
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import at, crossing
from tests.dispatch.town_roads import TownRoads

FIRE = crossing(1, 0)
SCENARIO = Scenario("Night", (Happening(0.0, "structure_fire", FIRE.lon, FIRE.lat, "Church Road", sent=True),))


class WatchedRoads(TownRoads):
    """Say which starts ways were asked for, and for which hour and weather."""

    def __init__(self) -> None:
        super().__init__()
        self.driven: list[tuple[Start, tuple[datetime, str, str] | None]] = []

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        self.driven += [(start, self.conditions) for start in starts]
        return super().paths(mode, starts, lon, lat)


def drilled(story: Story) -> tuple[Drill, WatchedRoads, Callable[[], State]]:
    roads = WatchedRoads()

    def state() -> State:
        return replace(story.state, kind=LogKind.DRILL, weather="snow")

    def submit(command: Command) -> None:
        story.do(command.body, who=command.who, at=command.at)

    drill = Drill(SCENARIO, state=state, submit=submit, make_ground=lambda: roads, clock=lambda: at(0))
    return drill, roads, state


def test_crews_drive_in_the_hour_and_weather_of_the_drill(qtbot: QtBot) -> None:
    story = Story()
    units = story.state.units
    engine = units["E1"].unit
    story.state = replace(
        story.state, units=units.set("E1", replace(units["E1"], unit=replace(engine, height_m=3.3, weight_t=16.0)))
    )
    drill, roads, state = drilled(story)
    for second in range(60):
        drill.step(at(second))
    assert story.unit("E1").status is Status.EN_ROUTE
    start, conditions = [(start, when) for start, when in roads.driven if start.unit_id == "E1"][-1]
    assert start.size == (3.3, 0.0, 16.0)
    assert conditions is not None and conditions[1:] == (state().time_zone, "snow")
    assert 0 <= (conditions[0] - story.unit("E1").since).total_seconds() <= 1


def test_only_a_drill_log_is_drilled_in() -> None:
    story = Story()
    with pytest.raises(ValueError, match="drill"):
        Drill(
            SCENARIO,
            state=lambda: replace(story.state, kind=LogKind.LIVE),
            submit=print,
            make_ground=TownRoads,
            clock=lambda: at(0),
        )
