"""The units of an exercise: driven by the simulated crews, but for those whose past runs on as it was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.commands import Body, MoveOrder, ReportStatus
from dispatch.crews import Crews, LonLat, Step, is_away
from dispatch.exercise.exercise import Carried, Exercise, call_id_of
from dispatch.exercise.happen import assignment_of
from dispatch.incident import Assignment
from dispatch.pace import ROSTER
from dispatch.paced_roads import paced
from dispatch.recommendation import Path
from dispatch.state import State
from dispatch.travels import Roads, Start
from dispatch.turnout import turnout_time_s
from resources.position import Fix
from resources.status import Status
from resources.unit import Unit

AMBULANCE = "ambulance"


class Fleet:
    """Keep where units are and what they do next; the same states at the same instants give the same again.

    Belongs to the thread that owns `ground`.
    """

    def __init__(self, exercise: Exercise, ground: Roads) -> None:
        self.exercise, self.ground = exercise, ground
        self.fixes: dict[str, Fix] = {
            each.unit_id: Fix(
                each.unit_id, each.lon, each.lat, exercise.start_at, exercise.start_at, 0.0, None, "simulated"
            )
            for each in exercise.places
        }
        self._scenes = {(each.key, each.is_ambulance): each.scene_s for each in exercise.scenes}
        self._key_of = {call_id_of(each.key): each.key for each in exercise.incoming}
        self._state = State()
        self._at = exercise.start_at
        self._bound: tuple[State, set[str]] = self._state, set()
        self._crews = Crews(
            self._drive,
            habits=exercise.habits,
            hospitals=exercise.hospitals,
            seed=exercise.seed,
            scene_time=self._scene_time,
            turnout_time=self._turnout_time,
        )

    def step(self, state: State, at: datetime) -> Step:
        """Move everybody on to an instant; return what the crews report, and where they are."""
        self._state, self._at = state, at
        step = self._crews.step(state, self.fixes, at)
        self.fixes.update((fix.unit_id, fix) for fix in step.fixes)
        if not step.bodies:
            return step
        if self._bound[0] is not state:
            self._bound = state, {name for name, _ in self.bound(state)}
        if told := self._bound[1]:
            return Step(tuple(body for body in step.bodies if not _is_of(body, state, told)), step.fixes)
        return step

    def bound(self, state: State) -> Iterator[tuple[str, Carried]]:
        """Yield the open assignments that go on as they were recorded, with what is known of each."""
        for item in self.exercise.carried:
            if item.told and (name := assignment_of(state, item)):
                yield name, item

    def _drive(self, here: Start, there: LonLat, mode: str) -> Path | None:
        set_roads(self.ground, self._state, self._at)
        [path] = paced(self.ground, self.exercise.pace, self._state).paths(mode, [here], *there)
        return path

    def _turnout_time(self, state: State, assignment: Assignment) -> float | None:
        """Return the turnout of the roster, where the exercise goes by it."""
        if self.exercise.pace.turnouts != ROSTER:
            return None
        unit = state.units[assignment.unit_id]
        status = Status.AVAILABLE_BY_RADIO if is_away(unit, self.fixes) else Status.AVAILABLE
        hour = assignment.assigned_at.astimezone(ZoneInfo(self.exercise.time_zone or "UTC")).hour
        return turnout_time_s(state.turnouts.get(unit.unit.turnout), status, hour, is_moving=False)

    def _scene_time(self, state: State, assignment: Assignment) -> float | None:
        key = key_of(state, assignment.incident_id, self._key_of)
        return self._scenes.get((key, is_ambulance(state.units[assignment.unit_id].unit))) if key else None


def set_roads(ground: Roads, state: State, at: datetime) -> None:
    """Let roads be as a state has them at an instant."""
    ground.set_closures(state.closures.values())
    ground.set_conditions(at=at, time_zone=state.time_zone, weather=state.weather)


def key_of(state: State, incident_id: int, keys: Mapping[str, str]) -> str:
    """Return what an exercise calls an incident, by the calls that belong to it; empty for one of the trainees' own."""
    incident = state.incidents.get(incident_id)
    call_ids = () if incident is None else incident.call_ids
    return next((keys[call_id] for call_id in call_ids if call_id in keys), "")


def is_ambulance(unit: Unit) -> bool:
    """Tell whether a unit takes patients."""
    return any(name.startswith(AMBULANCE) for name in unit.capabilities)


def _is_of(body: Body, state: State, assignments: set[str]) -> bool:
    if isinstance(body, MoveOrder):
        return body.assignment_id in assignments
    return isinstance(body, ReportStatus) and state.units[body.unit_id].assignment_id in assignments
