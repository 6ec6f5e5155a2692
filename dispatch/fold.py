"""The fold: what each event makes of the state. It keeps facts, decides nothing and cannot refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import events, fact
from dispatch.account import CONSOLE
from dispatch.account_events import Exported
from dispatch.events import Entry
from dispatch.fold_accounts import TABLE as ACCOUNT_TABLE
from dispatch.fold_case_time import TABLE as CASE_TIME_TABLE
from dispatch.fold_cases import TABLE as CASE_TABLE
from dispatch.fold_desk import TABLE as DESK_TABLE
from dispatch.fold_duties import TABLE as DUTY_TABLE
from dispatch.fold_incidents import TABLE as INCIDENT_TABLE
from dispatch.fold_island import TABLE as ISLAND_TABLE
from dispatch.fold_major import TABLE as MAJOR_TABLE
from dispatch.fold_messages import TABLE as MESSAGE_TABLE
from dispatch.fold_units import TABLE as UNIT_TABLE
from dispatch.fold_units import put
from dispatch.incident import Call
from dispatch.record import replace
from dispatch.unit_state import UnitState
from dispatch.work import Work
from resources.status import Signal, Status


def take(work: Work, entry: Entry) -> None:
    """Fold one entry into `work`."""
    work.sequence = entry.sequence
    if entry.actor != CONSOLE or not all(isinstance(event, Exported) for event in entry.events):
        work.at = entry.recorded_at  # that the console took a file out of a log moves nothing that the log tells
    work.answered[entry.command_id] = entry.sequence
    for event in entry.events:
        TABLE[type(event)](work, event, entry)


def _log_opened(work: Work, event: events.LogOpened, entry: Entry) -> None:
    work.kind, work.city, work.time_zone = event.kind, event.city, event.time_zone


def _roster_loaded(work: Work, event: events.RosterLoaded, entry: Entry) -> None:
    """Units keep their state where the id stays; those that vanish stay while bound or calling."""
    before, roster = work.roster, event.roster
    work.roster = roster
    _refill(work.departments, {department.id: department for department in roster.departments}, before.departments)
    _refill(work.stations, {station.id: station for station in roster.stations}, before.stations)
    _refill(work.turnouts, {turnout.id: turnout for turnout in roster.turnouts}, before.turnouts)
    for unit in roster.units:
        known = work.units.get(unit.id)
        work.units[unit.id] = (
            UnitState(unit, Status.AVAILABLE, entry.occurred_at, changed_sequence=entry.sequence)
            if known is None
            else replace(known, unit=unit, on_roster=True)
        )
    staying = {unit.id for unit in roster.units}
    for unit in before.units:
        if unit.id not in staying and (gone := work.units.get(unit.id)) is not None:
            put(work, replace(gone, on_roster=False), entry)


def _run_cards_loaded(work: Work, event: events.RunCardsLoaded, entry: Entry) -> None:
    for card in work.run_cards.cards:
        work.cards.pop(card.kind, None)
    for card in event.run_cards.cards:
        work.cards[card.kind] = card
    work.run_cards = event.run_cards


def _refill(target: Any, after: dict[str, Any], before: tuple[Any, ...]) -> None:
    for record in before:
        if record.id not in after:
            target.pop(record.id, None)
    for key, record in after.items():
        target[key] = record


def _keep_call(work: Work, call: Call) -> None:
    work.calls[call.id] = call
    if call.rings or call.incident_id is None:
        work.loose_calls[call.id] = None
    else:
        work.loose_calls.pop(call.id, None)


def _call_recorded(work: Work, event: events.CallRecorded, entry: Entry) -> None:
    _keep_call(work, event.call)


def _caller_located(work: Work, event: events.CallerLocated, entry: Entry) -> None:
    if (call := work.calls.get(event.call_id)) is not None:
        work.calls[call.id] = replace(call, position=event.position)


def _call_attached(work: Work, event: events.CallAttached, entry: Entry) -> None:
    call, incident = work.calls.get(event.call_id), work.incidents.get(event.incident_id)
    if call is not None and incident is not None and event.call_id not in incident.call_ids:
        _keep_call(work, replace(call, incident_id=incident.id))
        work.incidents[incident.id] = replace(incident, call_ids=(*incident.call_ids, call.id))


def _call_detached(work: Work, event: events.CallDetached, entry: Entry) -> None:
    call, incident = work.calls.get(event.call_id), work.incidents.get(event.incident_id)
    if call is not None and incident is not None:
        _keep_call(work, replace(call, incident_id=None))
        work.incidents[incident.id] = replace(incident, call_ids=tuple(c for c in incident.call_ids if c != call.id))


def _signal_raised(work: Work, event: events.SignalRaised, entry: Entry) -> None:
    unit = work.units.get(event.unit_id)
    if unit is None:
        if event.signal is Signal.DISTRESS and event.unit_id not in work.strays:
            work.strays[event.unit_id] = entry.occurred_at
    elif event.signal is Signal.DISTRESS:
        put(work, replace(unit, distress_at=unit.distress_at or entry.occurred_at), entry)
    else:
        put(work, replace(unit, speak_at=unit.speak_at or entry.occurred_at), entry)


def _signal_acknowledged(work: Work, event: events.SignalAcknowledged, entry: Entry) -> None:
    unit = work.units.get(event.unit_id)
    if event.signal is Signal.DISTRESS:
        work.strays.pop(event.unit_id, None)
    if unit is not None:
        done = {"distress_at": None} if event.signal is Signal.DISTRESS else {"speak_at": None}
        put(work, replace(unit, **done), entry)


def _road_closed(work: Work, event: events.RoadClosed, entry: Entry) -> None:
    work.closures[event.closure.id] = event.closure
    work.touch(entry, fact.of_closure(event.closure.id))


def _road_opened(work: Work, event: events.RoadOpened, entry: Entry) -> None:
    work.closures.pop(event.closure_id, None)
    work.touch(entry, fact.of_closure(event.closure_id))


def _weather_reported(work: Work, event: events.WeatherReported, entry: Entry) -> None:
    work.weather, work.weather_until = event.weather, event.until
    work.touch(entry, fact.WEATHER)


def _perimeter_drawn(work: Work, event: events.PerimeterDrawn, entry: Entry) -> None:
    work.perimeters[event.perimeter.id] = event.perimeter
    work.touch(entry, fact.of_perimeter(event.perimeter.id))


def _perimeter_lifted(work: Work, event: events.PerimeterLifted, entry: Entry) -> None:
    work.perimeters.pop(event.perimeter_id, None)
    work.touch(entry, fact.of_perimeter(event.perimeter_id))


def _warning_posted(work: Work, event: events.WarningPosted, entry: Entry) -> None:
    work.warnings[event.warning.id] = event.warning


def _warning_removed(work: Work, event: events.WarningRemoved, entry: Entry) -> None:
    work.warnings.pop(event.warning_id, None)


Handler = Callable[[Any, Any, Entry], None]

TABLE: dict[type, Handler] = {
    events.LogOpened: _log_opened,
    events.RosterLoaded: _roster_loaded,
    events.RunCardsLoaded: _run_cards_loaded,
    events.CallRecorded: _call_recorded,
    events.CallerLocated: _caller_located,
    events.CallAttached: _call_attached,
    events.CallDetached: _call_detached,
    events.SignalRaised: _signal_raised,
    events.SignalAcknowledged: _signal_acknowledged,
    events.RoadClosed: _road_closed,
    events.RoadOpened: _road_opened,
    events.WeatherReported: _weather_reported,
    events.PerimeterDrawn: _perimeter_drawn,
    events.PerimeterLifted: _perimeter_lifted,
    events.WarningPosted: _warning_posted,
    events.WarningRemoved: _warning_removed,
    **INCIDENT_TABLE,
    **UNIT_TABLE,
    **CASE_TABLE,
    **CASE_TIME_TABLE,
    **DUTY_TABLE,
    **MESSAGE_TABLE,
    **MAJOR_TABLE,
    **ACCOUNT_TABLE,
    **ISLAND_TABLE,
    **DESK_TABLE,
}
