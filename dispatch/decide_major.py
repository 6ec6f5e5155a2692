"""Rules for major incidents: declared, told by METHANE, planned, timed, stood down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dispatch import fact
from dispatch.checks import check_text, open_incident, who_changed
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.major import LETTERS, Methane
from dispatch.major_checks import (
    check_id,
    check_minutes,
    check_nobody_missing,
    check_room,
    check_unchanged,
    major_of,
)
from dispatch.major_commands import (
    CallElapsedTime,
    DeclareMajorIncident,
    LoadActionCards,
    RecordObjectives,
    ReportMethane,
    SetClocks,
    StandDownMajorIncident,
)
from dispatch.major_events import (
    ActionCardsLoaded,
    ClocksSet,
    ElapsedTimeCalled,
    MajorIncidentDeclared,
    MajorIncidentStoodDown,
    MethaneReported,
    ObjectivesRecorded,
)
from dispatch.major_now import methane_now, plan_now
from dispatch.refused import Refused
from dispatch.state import State


def load_action_cards(state: State, command: Command, body: LoadActionCards) -> tuple[Event, ...]:
    """Put action cards into force; each card, and each line of one, has a name of its own."""
    cards = body.cards.cards
    if body.cards == state.action_cards:
        return ()
    check_room("cards", len(cards))
    names = Counter(card.id for card in cards)
    for card in cards:
        check_id(card.id, "id")
        check_room("lines", len(card.lines))
        lines = Counter(line.id for line in card.lines)
        if names[card.id] > 1 or any(times > 1 for times in lines.values()):
            raise Refused("named_twice", list="action_cards", id=card.id)
        if not (
            card.title.strip() and card.lines and all(line.id.strip() and line.text.strip() for line in card.lines)
        ):
            raise Refused("action_cards_wrong", id=card.id)
    return (ActionCardsLoaded(body.cards, body.source, body.checksum),)


def declare(state: State, command: Command, body: DeclareMajorIncident) -> tuple[Event, ...]:
    """Declare an open incident a major one, with what METHANE says by now. Again needs a reason."""
    incident = open_incident(state, body.incident_id)
    check_minutes("elapsed_min", body.elapsed_min)
    check_minutes("roll_call_min", body.roll_call_min)
    known = state.majors.get(incident.id)
    if known is not None:
        if known.is_declared:
            who = who_changed(state, fact.of_major(incident.id, "stage"))
            raise Refused("major_already_declared", incident_id=incident.id, **who)
        check_text(body.reason, "reason")
    cards = () if known is not None and known.cards else state.action_cards.cards
    declared = MajorIncidentDeclared(incident.id, body.reason, body.elapsed_min, body.roll_call_min, cards)
    said = _tidy(body.methane)
    return (declared,) if said == Methane() else (declared, MethaneReported(incident.id, said))


def stand_down(state: State, command: Command, body: StandDownMajorIncident) -> tuple[Event, ...]:
    """End a major incident, with a reason: nobody is missing, and no roll call is running."""
    major = major_of(state, body.incident_id)
    check_text(body.reason, "reason")
    check_nobody_missing(major)
    if major.roll_call is not None and major.roll_call.ended_at is None:
        raise Refused("roll_call_running", incident_id=major.incident_id, number=major.roll_call.number)
    return (MajorIncidentStoodDown(major.incident_id, body.reason),)


def report_methane(state: State, command: Command, body: ReportMethane) -> tuple[Event, ...]:
    """Keep the letters that say something new."""
    major = major_of(state, body.incident_id)
    now = {letter: said.text for letter, said in methane_now(major).items()}
    said = _tidy(body.methane)
    fresh = {letter: words for letter in LETTERS if (words := getattr(said, letter)) != now.get(letter, "") and words}
    if not fresh:
        if said == Methane():
            raise Refused("text_missing", field="methane")
        return ()
    for letter in fresh:
        check_unchanged(state, command, major.incident_id, f"methane/{letter}")
    return (MethaneReported(major.incident_id, Methane(**fresh)),)


def record_objectives(state: State, command: Command, body: RecordObjectives) -> tuple[Event, ...]:
    """Keep the objectives and what goes with them as the next version."""
    major = major_of(state, body.incident_id)
    plan = body.plan
    plan = replace(
        plan,
        objectives=tuple(words for words in map(str.strip, plan.objectives) if words),
        actions=tuple(words for words in map(str.strip, plan.actions) if words),
    )
    if not plan.objectives:
        raise Refused("text_missing", field="objectives")
    check_room("objectives", len(plan.objectives))
    check_room("actions", len(plan.actions))
    start_at, end_at = plan.period_from_at, plan.period_to_at
    if start_at is not None and end_at is not None and end_at <= start_at:
        raise Refused("until_in_past", until=end_at, at=start_at)
    if major.plans and plan == plan_now(major):
        return ()
    check_unchanged(state, command, major.incident_id, "plan")
    return (ObjectivesRecorded(major.incident_id, plan),)


def set_clocks(state: State, command: Command, body: SetClocks) -> tuple[Event, ...]:
    """Set how often elapsed time and the roll are called."""
    major = major_of(state, body.incident_id)
    check_minutes("elapsed_min", body.elapsed_min)
    check_minutes("roll_call_min", body.roll_call_min)
    if (body.elapsed_min, body.roll_call_min) == (major.elapsed_min, major.roll_call_min):
        return ()
    check_unchanged(state, command, major.incident_id, "clocks")
    return (ClocksSet(major.incident_id, body.elapsed_min, body.roll_call_min),)


def call_elapsed_time(state: State, command: Command, body: CallElapsedTime) -> tuple[Event, ...]:
    """Keep that the scene was told how long it has been since the incident was received."""
    major = major_of(state, body.incident_id)
    elapsed = command.at - state.incidents[major.incident_id].received_at
    return (ElapsedTimeCalled(major.incident_id, max(0.0, elapsed.total_seconds())),)


def _tidy(methane: Methane) -> Methane:
    return Methane(**{letter: getattr(methane, letter).strip() for letter in LETTERS})


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    LoadActionCards: load_action_cards,
    DeclareMajorIncident: declare,
    StandDownMajorIncident: stand_down,
    ReportMethane: report_methane,
    RecordObjectives: record_objectives,
    SetClocks: set_clocks,
    CallElapsedTime: call_elapsed_time,
}
