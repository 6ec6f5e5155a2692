"""A script of trainees' commands: what they decide and when, so that an exercise plays without a window."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dispatch import commands as c
from dispatch.commands import Body, Choice, Who
from dispatch.exercise.due import incident_of
from dispatch.exercise.exercise import Exercise
from dispatch.exercise.fleet import set_roads
from dispatch.exercise.run import Player
from dispatch.paced_roads import paced
from dispatch.plan import unseen_order_of
from dispatch.recommend import recommend
from dispatch.state import State
from dispatch.travels import Roads
from gis.located_toml import BadFile, Fields, LocatedToml, nearest
from resources.position import Fix
from resources.status import Signal

SEND, RELEASE, ALARM, MOVE_UP, END_MOVE_UP, CLOSE, NOTE, PRIORITY, HOLD, UNHOLD, ANSWER = (
    "send", "release", "alarm", "move_up", "end_move_up", "close", "note", "priority", "hold", "unhold", "answer",
)  # fmt: skip
DEEDS = (SEND, RELEASE, ALARM, MOVE_UP, END_MOVE_UP, CLOSE, NOTE, PRIORITY, HOLD, UNHOLD, ANSWER)
_AT_INCIDENT = frozenset({SEND, ALARM, CLOSE, NOTE, PRIORITY})
_OF_UNIT = frozenset({RELEASE, MOVE_UP, END_MOVE_UP, HOLD, UNHOLD, ANSWER})

__all__ = ["BadFile", "Deed", "read_script", "scripted"]


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a trainee does `after_s` from the beginning.

    | do | what it does | fields |
    | --- | --- | --- |
    | send | send units, for the needs that they fit; none named: those that are recommended | incident, units, reason |
    | release | take units off what they are bound to | units, reason |
    | alarm | set the alarm level | incident, level, reason |
    | move_up | let units wait at another station | units, station |
    | end_move_up | send them home again | units |
    | close | close an incident | incident, text (the disposition) |
    | note | write something down | incident, text |
    | priority | change the priority | incident, level, reason |
    | hold, unhold | keep units in reserve, and give them back | units, reason |
    | answer | take a crew's request to speak | units |

    A unit that is on its way elsewhere is redirected by `send`.
    """

    after_s: float
    do: str
    incident: str = ""
    units: tuple[str, ...] = ()
    level: int = 0
    station: str = ""
    text: str = ""
    reason: str = ""
    trainee: str = ""


def read_script(file: Path, exercise: Exercise) -> tuple[Deed, ...]:
    """Read `[[do]]` tables in the order of their time. Raises BadFile with every problem."""
    toml = LocatedToml.read(file)
    toml.check_keys(("do",))
    keys = {each.key for each in exercise.incoming}
    units = {each.id for each in exercise.roster.units}
    stations = {each.id for each in exercise.roster.stations}
    trainees = {each.id for each in exercise.trainees}
    found = []
    for index, (path, table) in enumerate(toml.tables("do", required=True), start=1):
        item = Fields(toml, path, table, f"[[do]] {index}")
        deed = item.one_of("do", DEEDS, "deed")
        more: dict[str, Any] = {}
        if deed in _AT_INCIDENT:
            more["incident"] = _known(item, "incident", keys)
        if deed in _OF_UNIT or deed == SEND:
            more["units"] = item.texts("units", required=deed != SEND)
            for unit_id in more["units"]:
                if unit_id not in units:
                    item.bad("units", f"there is no unit {unit_id[:60]!r}")
        if deed in (ALARM, PRIORITY):
            more["level"] = item.whole("level", 1, 9)
        if deed == MOVE_UP:
            more["station"] = _known(item, "station", stations)
        if deed in (CLOSE, NOTE):
            more["text"] = item.text("text")
        more["reason"] = item.text("reason", None if deed == HOLD else "")
        more["trainee"] = item.text("trainee", "")
        if more["trainee"] and more["trainee"] not in trainees:
            item.bad("trainee", f"there is no trainee {more['trainee'][:60]!r}")
        found.append(Deed(item.number("after_s", 0, exercise.lasts_s), deed, **more))
        item.done()
    toml.raise_if_bad()
    return tuple(sorted(found, key=lambda each: each.after_s))


def scripted(deeds: Sequence[Deed], exercise: Exercise, ground: Roads, *, from_at: datetime | None = None) -> Player:
    """Return who decides by a script; deeds of before `from_at` are taken as done."""
    first = exercise.start_at if from_at is None else from_at
    waiting = [each for each in deeds if exercise.at(each.after_s) >= first]
    by_id = {each.id: each for each in exercise.trainees}

    def player(state: State, fixes: Mapping[str, Fix], at: datetime) -> Sequence[tuple[Who, Body]]:
        asked: list[tuple[Who, Body]] = []
        while waiting and exercise.at(waiting[0].after_s) <= at:
            deed = waiting.pop(0)
            trainee = by_id[deed.trainee] if deed.trainee else exercise.turn_at(at)
            roads = paced(ground, exercise.pace, state)
            asked += [(trainee.who, body) for body in _bodies(deed, state, fixes, roads, at)]
        return asked

    return player


def _bodies(deed: Deed, state: State, fixes: Mapping[str, Fix], ground: Roads, at: datetime) -> list[Body]:
    incident = incident_of(state, deed.incident) if deed.incident else None
    number = incident.id if incident is not None else 0  # one that is not there is refused, as it would be to a person
    match deed.do:
        case "send" if not deed.units:
            if incident is None:
                return [c.AssignUnits(number, ())]
            set_roads(ground, state, at)
            return [unseen_order_of(recommend(state, fixes, ground, number, at=at))]
        case "send":
            return [c.AssignUnits(number, _choices(deed, state, number))]
        case "alarm":
            return [c.ChangeAlarmLevel(number, deed.level, deed.reason)]
        case "priority":
            return [c.ChangePriority(number, deed.level, deed.reason)]
        case "close":
            return [c.CloseIncident(number, deed.text, release_units=True)]
        case "note":
            return [c.AddNote(number, deed.text)]
    return [_of_unit(deed, unit_id) for unit_id in deed.units]


def _of_unit(deed: Deed, unit_id: str) -> Body:
    match deed.do:
        case "release":
            return c.ReleaseUnit(unit_id, deed.reason)
        case "move_up":
            return c.MoveUp(unit_id, deed.station, deed.reason)
        case "end_move_up":
            return c.EndMoveUp(unit_id, deed.reason)
        case "hold":
            return c.HoldUnit(unit_id, deed.reason)
        case "unhold":
            return c.UnholdUnit(unit_id)
    return c.AcknowledgeSignal(unit_id, Signal.REQUEST_TO_SPEAK)


def _choices(deed: Deed, state: State, number: int) -> tuple[Choice, ...]:
    """Give each unit the first need of the card that is open and that it fits; one on its way elsewhere is taken."""
    incident = state.incidents.get(number)
    card = state.cards.get(incident.kind) if incident is not None else None
    needs = list(card.needs_at(incident.alarm_level)) if card is not None and incident is not None else []
    sent = [state.assignments[each] for each in state.assignments_of.get(number, ())]
    left = {need.id: need.count - sum(each.is_open and each.need_id == need.id for each in sent) for need in needs}
    found = []
    for unit_id in deed.units:
        unit = state.units.get(unit_id)
        able: Collection[str] = unit.unit.capabilities if unit is not None else ()
        need_id = next((each.id for each in needs if left[each.id] > 0 and set(each.any_of) & set(able)), "")
        if need_id:
            left[need_id] -= 1
        held = state.assignments.get(unit.assignment_id) if unit is not None and unit.assignment_id else None
        taken_from = held.incident_id if held is not None and held.incident_id != number else None
        found.append(Choice(unit_id, need_id, override_reason=deed.reason, taken_from=taken_from))
    return tuple(found)


def _known(item: Fields, key: str, known: Collection[str]) -> str:
    found = item.text(key)
    if found and found not in known:
        item.bad(key, f"there is no {key} {found[:60]!r}{nearest(found[:60], sorted(known))}")
    return found
