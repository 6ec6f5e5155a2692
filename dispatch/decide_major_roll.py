"""Rules for the roll call (PAR) of a major incident, and for those who are missing.

That somebody is missing is a fact like distress: it is taken at any time, roll call or not, also after standing down.
Nobody closes over it; it ends only when it is said what became of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dispatch.case_checks import check_choice
from dispatch.checks import check_text, unit_of
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.major import FOUND, OUTCOMES, PARTY_KINDS, SECTOR, UNIT, MajorIncident, Missing, RollAnswer, RollCall
from dispatch.major_checks import any_major, check_count, major_of
from dispatch.major_commands import AnswerRollCall, EndRollCall, ResolveMissing, StartRollCall
from dispatch.major_events import MissingResolved, PeopleMissing, RollAnswered, RollCallEnded, RollCallStarted
from dispatch.major_now import expected, open_sectors, unheard, units_in
from dispatch.refused import Refused
from dispatch.state import State

CREW = "crew"


def start_roll_call(state: State, command: Command, body: StartRollCall) -> tuple[Event, ...]:
    """Call the roll of everybody at the scene; one at a time."""
    major = major_of(state, body.incident_id)
    running = _running(major)
    if running is not None:
        raise Refused("roll_call_running", incident_id=major.incident_id, number=running.number)
    parties = expected(state, major)
    if not parties:
        raise Refused("nobody_on_scene", incident_id=major.incident_id)
    return (RollCallStarted(major.incident_id, len(major.roll_calls) + 1, parties),)


def answer_roll_call(state: State, command: Command, body: AnswerRollCall) -> tuple[Event, ...]:
    """Keep an answer, tell who is missing or found by it, and end the roll call when it was the last one."""
    major = any_major(state, body.incident_id)
    check_choice("party_kind", body.kind, PARTY_KINDS)
    check_count("missing", body.missing)
    check_count("accounted", body.accounted or 0)
    _check_known(state, major, body)
    running = _running(major)
    before = _missing(major, body.kind, body.party)
    if body.missing == 0:
        _check_own(state, command, major, body)
        if running is None and before is None:
            raise Refused("roll_call_not_running", incident_id=major.incident_id)
    if running is None:
        return _told(major, body, before)
    answer = RollAnswer(body.kind, body.party, body.accounted, body.missing, command.at, command.who.actor, body.text)
    answered = RollAnswered(
        major.incident_id, running.number, body.kind, body.party, body.accounted, body.missing, body.text
    )
    left = unheard(replace(running, answers=(*running.answers, answer)))
    ended = () if left else (RollCallEnded(major.incident_id, running.number),)
    return (answered, *_told(major, body, before), *ended)


def end_roll_call(state: State, command: Command, body: EndRollCall) -> tuple[Event, ...]:
    """End a roll call that some have not answered: the reason says why that is no alarm."""
    major = major_of(state, body.incident_id)
    running = _running(major)
    if running is None:
        raise Refused("roll_call_not_running", incident_id=major.incident_id)
    check_text(body.reason, "reason")
    return (RollCallEnded(major.incident_id, running.number, body.reason, unheard(running)),)


def resolve_missing(state: State, command: Command, body: ResolveMissing) -> tuple[Event, ...]:
    """Say in writing what became of those who are missing from a unit or sector."""
    major = any_major(state, body.incident_id)
    if _missing(major, body.kind, body.party) is None:
        raise Refused("not_missing", incident_id=major.incident_id, party=body.party)
    check_choice("missing_outcome", body.outcome, OUTCOMES)
    check_text(body.text, "text")
    return (MissingResolved(major.incident_id, body.kind, body.party, body.outcome, body.text),)


def _told(major: MajorIncident, body: AnswerRollCall, before: Missing | None) -> tuple[Event, ...]:
    if body.missing == 0:
        return () if before is None else (MissingResolved(major.incident_id, body.kind, body.party, FOUND, body.text),)
    if before is not None and (before.count, before.text) == (body.missing, body.text or before.text):
        return ()
    return (PeopleMissing(major.incident_id, body.kind, body.party, body.missing, body.text),)


def _running(major: MajorIncident) -> RollCall | None:
    call = major.roll_call
    return call if call is not None and call.ended_at is None else None


def _missing(major: MajorIncident, kind: str, party: str) -> Missing | None:
    return next((each for each in major.missing if (each.kind, each.party) == (kind, party)), None)


def _check_known(state: State, major: MajorIncident, body: AnswerRollCall) -> None:
    """Raise Refused where no such unit or sector ever was: the answer would be about nobody."""
    if body.kind == UNIT:
        unit_of(state, body.party)
    elif all(sector.id != body.party for sector in major.sectors):
        raise Refused("sector_unknown", incident_id=major.incident_id, sector=body.party)


def _check_own(state: State, command: Command, major: MajorIncident, body: AnswerRollCall) -> None:
    """Raise Refused `answers_for_itself` where a crew says that all is well with others than its own.

    A crew that leads a sector, or is in it, may say so of the sector; a radio that is no unit speaks for the desk.
    """
    who = command.who
    if who.role != CREW or who.actor not in state.units or (body.kind, body.party) == (UNIT, who.actor):
        return
    own = (
        each
        for each in open_sectors(major)
        if who.actor == each.supervisor or who.actor in units_in(state, major, each)
    )
    if body.kind != SECTOR or all(sector.id != body.party for sector in own):
        raise Refused("answers_for_itself", incident_id=major.incident_id, unit_id=who.actor, party=body.party)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    StartRollCall: start_roll_call,
    AnswerRollCall: answer_roll_call,
    EndRollCall: end_roll_call,
    ResolveMissing: resolve_missing,
}
