"""Scenarios: what a drill lets happen, as records; `scenario_file` reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.case_staff import StaffHabits
from dispatch.commands import Body, RecordCall, ReportIncident
from dispatch.crews import Habits
from dispatch.incident import Location
from dispatch.injects import Inject
from dispatch.pace import FREE, Pace
from dispatch.scenario_cases import CaseHappening
from dispatch.simulate import Arrival
from dispatch.trainee import Trainee


@dataclass(frozen=True, slots=True)
class Happening:
    """One incident of a scenario, `after_s` seconds from its beginning, at a place (WGS 84).

    `sent` means that the scenario's own dispatcher sends what is recommended; otherwise it waits for the operator.
    `id` is how injects of an exercise name it.
    """

    after_s: float
    kind: str
    lon: float
    lat: float
    place: str
    crossing: str = ""
    channel: str = "phone"
    text: str = ""
    sent: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A drill or an exercise: its name, what happens, how long simulated crews take; its ordinary day, its people.

    What follows `staff` is for exercises: injects, who is trained and for how long at a turn (0: until it is passed
    on), the seed, how long it lasts, its weather, and how much longer drives take than on free roads.
    """

    name: str
    happenings: tuple[Happening, ...]
    habits: Habits = field(default_factory=Habits)
    name_zh: str = ""
    cases: tuple[CaseHappening, ...] = ()
    staff: StaffHabits = field(default_factory=StaffHabits)
    injects: tuple[Inject, ...] = ()
    trainees: tuple[Trainee, ...] = ()
    turn_s: float = 0.0
    seed: int = 1
    lasts_s: float = 3600.0
    weather: str = ""
    pace: Pace = FREE

    def arrivals(self, start_at: datetime, *, prefix: str = "drill") -> Sequence[Arrival]:
        """Return what is asked of the engine and when: a call, then its incident, for each happening in turn."""
        arrivals: list[Arrival] = []
        for number, item in enumerate(self.happenings, start=1):
            at = start_at + timedelta(seconds=item.after_s)
            call_id = call_id_of(prefix, number)
            call: Body = RecordCall(call_id, item.channel, ringing_at=at, answered_at=at, text=item.text)
            place = Location(item.lon, item.lat, item.place, crossing=item.crossing)
            report: Body = ReportIncident(item.kind, place, call_id=call_id, text=item.text, received_at=at)
            arrivals += [Arrival(at, call), Arrival(at, report)]
        return arrivals

    def sends(self, call_id: str, *, prefix: str = "drill") -> bool:
        """Tell whether the scenario's own dispatcher answers the incident that came by `call_id`."""
        return any(
            item.sent and call_id == call_id_of(prefix, number) for number, item in enumerate(self.happenings, start=1)
        )


def call_id_of(prefix: str, number: int) -> str:
    """Return the id of the call of the scenario's happening `number` (from 1)."""
    return f"{prefix}-call-{number}"
