"""Rules for what a log begins with: its kind, the roster, the run cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.checks import check_place, check_priority
from dispatch.commands import Command, LoadRoster, LoadRunCards, OpenLog
from dispatch.events import Event, LogOpened, RosterLoaded, RunCardsLoaded
from dispatch.refused import Refused
from dispatch.state import State
from resources.shifts import CLOCK
from resources.unit import Roster


def open_log(state: State, command: Command, body: OpenLog) -> tuple[Event, ...]:
    """Open the log, once, for a city whose clock is known. Logs that were opened before this was asked still fold."""
    try:
        ZoneInfo(body.time_zone)
    except (ValueError, OSError, LookupError):
        raise Refused("time_zone_unknown", time_zone=body.time_zone) from None
    return (LogOpened(body.kind, body.city, body.time_zone, body.program),)


def load_roster(state: State, command: Command, body: LoadRoster) -> tuple[Event, ...]:
    """Put a roster into force; units that vanish while bound stay until they are released."""
    roster = body.roster
    if roster == state.roster:
        return ()
    _check_once("departments", (department.id for department in roster.departments))
    _check_once("stations", (station.id for station in roster.stations))
    _check_once("units", (unit.id for unit in roster.units))
    departments = {department.id for department in roster.departments}
    for unit in roster.units:
        if not unit.id.strip():
            raise Refused("roster_wrong", list="units", id=unit.id, field="id")
        if unit.department not in departments:
            raise Refused("roster_wrong", list="units", id=unit.id, field="department")
        check_place(unit.lon, unit.lat)
    _check_together(roster)
    return (RosterLoaded(roster, body.source, body.checksum),)


def _check_together(roster: Roster) -> None:
    """Refuse shifts without times, task forces of units that are not there, and areas that are none."""
    for name in ("shifts", "task_forces", "areas"):
        _check_once(name, (record.id for record in getattr(roster, name)))
    for shift in roster.shifts:
        for field in ("starts", "ends"):
            if CLOCK.fullmatch(getattr(shift, field)) is None:
                raise Refused("roster_wrong", list="shifts", id=shift.id, field=field)
    units = {unit.id for unit in roster.units}
    for force in roster.task_forces:
        if force.id in units:
            raise Refused("named_twice", list="task_forces", id=force.id)
        if len(set(force.units)) < max(2, len(force.units)) or not units.issuperset(force.units):
            raise Refused("roster_wrong", list="task_forces", id=force.id, field="units")
    for area in roster.areas:
        if len(set(area.ring)) < 3:
            raise Refused("roster_wrong", list="areas", id=area.id, field="ring")
        for lon, lat in area.ring:
            check_place(lon, lat)


def load_run_cards(state: State, command: Command, body: LoadRunCards) -> tuple[Event, ...]:
    """Put run cards into force; incidents keep what was decided by the old ones."""
    if body.run_cards == state.run_cards:
        return ()
    _check_once("run_cards", (card.kind for card in body.run_cards.cards))
    for card in body.run_cards.cards:
        check_priority(card.priority)
        _check_once(f"needs of {card.kind}", (need.id for need in card.needs))
    kinds = {card.kind for card in body.run_cards.cards}
    for standard in state.standards.small:  # whoever smells gas must not be told that nobody knows what that is
        if standard.emergency and standard.emergency not in kinds:
            raise Refused("card_in_use", kind=standard.emergency, standard_id=standard.id)
    return (RunCardsLoaded(body.run_cards, body.source, body.checksum),)


def _check_once(what: str, ids: Iterable[str]) -> None:
    for record_id, times in Counter(ids).items():
        if times > 1:
            raise Refused("named_twice", list=what, id=record_id)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    OpenLog: open_log,
    LoadRoster: load_roster,
    LoadRunCards: load_run_cards,
}
