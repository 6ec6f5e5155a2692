"""The fold: it cannot refuse, loses nothing, and is the same by any way."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import get_args

import pytest
from immutables import Map

from dispatch import case_events as k
from dispatch import commands as c
from dispatch import desk_events as desk
from dispatch import duty_events as d
from dispatch import events as e
from dispatch import message_events as m
from dispatch.case import CasePlace, CaseStage
from dispatch.clocks import Limit
from dispatch.duty import DutyState
from dispatch.events import SCHEMA_VERSION, Entry, Event
from dispatch.fold import TABLE
from dispatch.incident import Call, CallerPosition, Closure, Order, OrderState, PremiseWarning
from dispatch.message import Addressee
from dispatch.state import Change, State, apply, fold
from resources.status import Signal, Status
from tests.dispatch.story import Story
from tests.dispatch.town import START, at, crossing

ORDER = Order(9, "structure_fire", 1, "", "", 25.0, 60.0)


def entry(*events: Event, sequence: int = 1, seconds: float = 0.0) -> Entry:
    return Entry(sequence, f"c{sequence}", at(seconds), at(seconds), "anna", "operator", "", "seat-1", events)


def test_every_event_is_folded() -> None:
    assert set(get_args(Event)) == set(TABLE)


@pytest.mark.parametrize(
    "event",
    [
        e.CallAttached("c", 9),
        e.CallDetached("c", 9),
        e.CallerLocated("c", CallerPosition(25.0, 60.0, 1.0, "network")),
        e.LocationCorrected(9, crossing(0, 0)),
        e.KindChanged(9, "x", 1, "ordinary", ""),
        e.PriorityChanged(9, 1),
        e.AlarmRaised(9, 2),
        e.NoteAdded(9, "x"),
        e.TaskDone("9/fire"),
        e.OrderChanged("9/1", ORDER),
        e.OrderMoved("9/1", OrderState.SENT),
        e.OrderOverdue("9/1"),
        e.StatusReported("X1", Status.EN_ROUTE, "9/1"),
        e.UnitReleased("9/1", "X1"),
        e.SignalRaised("X1", Signal.REQUEST_TO_SPEAK),
        e.SignalAcknowledged("X1", Signal.DISTRESS),
        e.DeadlinePassed(9),
        e.IncidentClosed(9, "x"),
        e.IncidentReopened(9, "x"),
        e.RoadOpened("x"),
        e.PerimeterLifted("x"),
        e.WarningRemoved("x"),
        k.CaseCorrected(9, "rubbish", "usual", CasePlace(crossing(0, 0))),
        k.CaseMoved(9, "accepted", CaseStage.COLLECT, CaseStage.VERIFY),
        k.CaseMoved(9, "escalated", CaseStage.COLLECT, CaseStage.EMERGENCY, incident_id=9),
        k.CasePaused(9, "suspended", "x"),
        k.CaseResumed(9, START),
        k.ExtensionAsked(9, Limit("working", 1.0), "x"),
        k.ExtensionGranted(9),
        k.ExtensionRefused(9, "x"),
        k.AppealMade(9, "fire", "x"),
        k.AppealRead(9, "upheld", "x"),
        k.MakeSafeOrdered(9, "fire", Limit("urgent", 1.0)),
        k.MadeSafe(9),
        k.MakeSafeOverdue(9, START),
        k.StageOverdue(9, CaseStage.HANDLE, START),
        k.CaseOverdue(9, START),
        k.EvidenceAdded(9, ()),
        k.CaseNoteAdded(9, "x"),
        k.ReporterTold(9, "x"),
        k.ReporterAnswered(9, "fair"),
        d.DutyMoved(9, "accepted", DutyState.ACCEPTED, "fire"),
        d.DutyBegan(9),
        d.DutyLinked(9, (), DutyState.GIVEN),
        d.DutyDeadlineSet(9),
        d.DutyOverdue(9, START),
        d.LeadNamed(9, "fire"),
        m.MessageReceived(9, Addressee("seat", "x")),
        m.ReceiptOverdue(9, ()),
        desk.IncidentTaken(9, "free"),
        desk.IncidentGivenUp(9),
        desk.HandOverOffered(9, "seat-2"),
        desk.HandOverDeclined(9, "busy"),
        desk.HandOverWithdrawn(9),
        desk.QueueSet("seat-1"),
    ],
)
def test_an_event_that_names_nothing_known_changes_nothing(event: Event) -> None:
    before = State()
    after = apply(before, entry(event))
    assert (after.sequence, dict(after.answered)) == (1, {"c1": 1})
    kept = {field.name for field in fields(State)} - {"sequence", "at", "answered", "changed"}
    assert all(getattr(after, name) == getattr(before, name) for name in kept)


def test_an_old_state_is_not_touched_by_what_comes_after() -> None:
    story = Story()
    story.fire("E1")
    before, unit = story.state, story.state.units["E1"]
    story.do(c.ReportStatus("E1", Status.ON_SCENE), at=at(60))
    assert before.units["E1"] is unit and unit.status is Status.ALERTED
    assert story.state.units["E1"].status is Status.ON_SCENE


def test_one_fold_equals_many_steps() -> None:
    entries = [
        entry(e.IncidentReported(1, "fire", 1, 1, crossing(0, 0), "emergency", "", START), sequence=1),
        entry(e.UnitAssigned("1/1", 1, "1/fire", "X1", "", ORDER), sequence=2, seconds=5),
        entry(e.StatusReported("X1", Status.ON_SCENE, "1/1"), sequence=3, seconds=60),
        entry(e.WarningPosted(PremiseWarning("w", 25.0, 60.0, 5.0, "x")), e.CallRecorded(Call("c")), sequence=4),
        entry(e.RoadClosed(Closure("r", "Point", ((25.0, 60.0),))), sequence=5),
    ]
    state = State()
    for one in entries:
        state = apply(state, one)
    assert fold(State(), entries) == state
    assert fold(fold(State(), entries[:2]), entries[2:]) == state
    assert state.sequence == 5 and state.assignments["1/1"].on_scene_at == at(60)
    assert state.next_incident == 2 and state.at == START


def test_who_touched_a_fact_last_is_remembered() -> None:
    story = Story()
    story.fire("E1", at=at(7))
    change = story.state.changed["unit/E1/assignment"]
    assert change == Change(story.state.sequence, "anna", "seat-1", at(7))
    story.do(c.ReleaseUnit("E1"), at=at(9))
    assert story.state.changed["unit/E1/assignment"].at == at(9)
    story.do(c.CloseIncident(1, "false_alarm"))
    assert not [key for key in story.state.changed if key.startswith(("incident/1/loc", "need/1/", "order/1/"))]


def test_a_unit_remembers_its_last_hundred_assignments() -> None:
    sent = [entry(e.UnitAssigned(f"1/{n}", 1, "1/fire", "X1", "", ORDER), sequence=n) for n in range(1, 131)]
    assert fold(State(), sent).assignments_by_unit["X1"] == tuple(f"1/{n}" for n in range(31, 131))


def test_everything_in_the_state_is_immutable() -> None:
    story = Story()
    story.fire("E1")
    for field in fields(State):
        value = getattr(story.state, field.name)
        for item in value.values() if isinstance(value, Map) else (value,):
            frozen = is_dataclass(item) and item.__dataclass_params__.frozen  # type: ignore[attr-defined]
            assert frozen or item is None or isinstance(item, (str, int, tuple, type(START))), field.name
    assert SCHEMA_VERSION >= 1
