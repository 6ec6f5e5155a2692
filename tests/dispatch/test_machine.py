"""Any button in any order, at two seats, with old knowledge and paper times: what must hold after every step."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dispatch import commands as c
from dispatch.checkpoint import decode_state, encode_state
from dispatch.codec import decode, encode
from dispatch.commands import Body, Command, Who
from dispatch.engine import Engine
from dispatch.events import UnitAssigned, UnitReleased
from dispatch.fold_units import INSTANTS, SENT_LATELY
from dispatch.incident import CallerPosition, Closure, OrderState, Perimeter, PerimeterKind, PremiseWarning, Stage
from dispatch.log_memory import MemoryLog
from dispatch.may_send import REDIRECTABLE
from dispatch.refused import Refused
from dispatch.state import State, apply, fold
from dispatch.surplus import surplus
from dispatch.watched import is_watched
from resources.status import COMMITTED, ORDER_ON_ASSIGNMENT, Signal, Status
from resources.unit import Roster
from tests.dispatch.town import (
    ADMINISTRATOR,
    CLOCK,
    OBSERVER,
    OPERATOR,
    OTHER_OPERATOR,
    ROSTER,
    START,
    UNITS,
    crew,
    crossing,
    opening,
)

# E1 and L1 share one crew.
CREWED = replace(ROSTER, units=tuple(replace(u, cross_staffed="house") if u.id in ("E1", "L1") else u for u in UNITS))
SMALLER_ROSTER = Roster(ROSTER.departments, ROSTER.stations, UNITS[3:], ROSTER.turnouts)

unit_ids = st.sampled_from(["E1", "E1", "E1", "L1", "A1", "A1", "E2", "P1", "T 12", "X9"])
incident_ids = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 99])
kinds = st.sampled_from(["structure_fire", "structure_fire", "burst_water_main", "stray_dog", "no_such_kind"])
places = st.builds(crossing, st.integers(0, 2), st.integers(0, 2))
words = st.sampled_from(["", "seen", "again", "smoke seen", "<b>3 < 4</b>", "水", "line\nbreak", "lone \ud800 \0"])
whos = st.sampled_from([OPERATOR, OTHER_OPERATOR] * 5 + [OBSERVER])
need_ids = st.sampled_from(["", "", "engine", "als", "patrol", "repair"])
statuses = st.sampled_from(Status)
call_ids = st.sampled_from(["call-1", "call-2", "call-3"])
sources = ["desk", "crew", "crew", "paper"]
minutes = st.sampled_from([None, -5, 1, 40])
unseen = st.sampled_from([None, 0, 1, 3, 10])


def looked_up(state: State) -> None:
    """Check what is looked up without going through everything against going through everything."""
    calls, cases, sent = state.calls.items(), state.cases.items(), state.assignments.values()
    assert set(state.loose_calls) == {key for key, call in calls if call.rings or call.incident_id is None}
    assert set(state.watched_cases) == {key for key, case in cases if not case.is_open and is_watched(case)}
    over = {key for key, case in cases if not case.is_open}
    assert over <= set(state.closed_lately) or len(over) > len(state.closed_lately)
    assert len(state.sent_lately) == min(len(sent), SENT_LATELY)


class AnyButton(RuleBasedStateMachine):
    """Two seats with an engine each on one log."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.log = MemoryLog()
        self.seats = [Engine(self.log, clock=lambda: self.now) for _ in range(2)]
        self.engine = self.seats[0]
        self.asked: list[tuple[Command, object]] = []
        self.distress: set[str] = set()
        self.stepped = State()
        self.before = State()
        self.steps = 0

    @initialize()
    def open(self) -> None:
        fire = c.ReportIncident("structure_fire", crossing(0, 1))
        water = c.ReportIncident("burst_water_main", crossing(2, 1))
        sent = c.AssignUnits(1, (c.Choice("E1", "engine"), c.Choice("A1", "als")))
        called = c.RecordCall("call-1", answered_at=START)
        bodies = (fire, water, sent, called)
        crews = Command("opening crews", START, ADMINISTRATOR, c.LoadRoster(CREWED))
        for command in (
            *opening(),
            crews,
            *(Command(f"opening {n}", START, OPERATOR, b) for n, b in enumerate(bodies)),
        ):
            self.engine.do(command)

    def ask(self, body: Body, who: Who, data: st.DataObject, *, paper: bool = False, unseen=unseen) -> None:
        """Give a command at either seat, with any knowledge, and see that a refusal leaves no trace."""
        self.now += timedelta(seconds=data.draw(st.sampled_from([0, 1, 7, 31, 400]), "seconds later"))
        self.engine = data.draw(st.sampled_from(self.seats), "seat")
        seen = data.draw(unseen, "entries unseen")
        at = self.now
        if paper:
            at -= timedelta(seconds=data.draw(st.integers(0, 1500), "earlier by"))
        command = Command(
            f"command {len(self.asked)}", at, who, body, None if seen is None else max(0, self.log.head - seen)
        )
        self.engine.catch_up()
        before, head = self.engine.state, self.log.head
        try:
            entry = self.engine.do(command)
        except Refused as refused:
            assert self.engine.state is before and self.log.head == head
            assert not (isinstance(body, c.RaiseSignal) and body.signal is Signal.DISTRESS), refused
            return
        assert self.log.head == head + (entry is not None)
        assert (self.engine.state is before) == (entry is None)
        assert entry is None or (entry.command_id, entry.occurred_at) == (command.id, at)
        self.asked.append((command, entry))

    @rule(
        data=st.data(), who=whos, kind=kinds, place=places, text=words, call=st.sampled_from(["", "call-1", "call-2"])
    )
    def report_incident(self, data, who, kind, place, text, call):
        self.ask(c.ReportIncident(kind, place, text=text, call_id=call), who, data)

    @rule(data=st.data(), who=whos, incident=incident_ids, ids=st.lists(st.tuples(unit_ids, need_ids), max_size=3))
    def assign_any(self, data, who, incident, ids):
        choices = tuple(c.Choice(unit_id, need_id, 61.5, data.draw(words)) for unit_id, need_id in ids)
        self.ask(c.AssignUnits(incident, choices, "hash"), who, data, paper=data.draw(st.booleans()))

    @rule(data=st.data(), incident=incident_ids, number=st.integers(0, 9), need=need_ids, paper=st.booleans())
    def assign_free(self, data, incident, number, need, paper):
        state = self.seats[0].state
        free = sorted(unit.unit.id for unit in state.units.values() if not unit.assignment_id)
        if free:
            choice = c.Choice(free[number % len(free)], need)
            self.ask(c.AssignUnits(incident, (choice,)), OPERATOR, data, paper=paper)

    @rule(
        data=st.data(),
        unit=st.sampled_from(["E1", "L1"]),
        number=st.integers(0, 5),
        reason=st.sampled_from(["", "", "x"]),
    )
    def assign_shared_crew(self, data, unit, number, reason):
        """Send a vehicle of the shared crew to what is open."""
        still = sorted(self.seats[0].state.open_incidents)
        if still:
            choice = c.Choice(unit, override_reason=reason)
            self.ask(c.AssignUnits(still[number % len(still)], (choice,)), OPERATOR, data)

    @rule(data=st.data(), unit=unit_ids, status=statuses, reason=words, until=minutes)
    def desk_status(self, data, unit, status, reason, until):
        until_at = None if until is None else self.now + timedelta(minutes=until)
        self.ask(c.ReportStatus(unit, status, reason, until_at), data.draw(whos), data)

    @rule(data=st.data(), unit=unit_ids, status=statuses)
    def crew_status(self, data, unit, status):
        body = c.ReportStatus(unit, status, source="crew")
        self.ask(body, crew(unit), data, paper=data.draw(st.sampled_from([False, False, True])))

    @rule(data=st.data(), number=st.integers(0, 5), step=st.integers(1, 3), source=st.sampled_from(sources))
    def next_status(self, data, number, step, source):
        """Let a bound unit go on as crews do."""
        bound = sorted(unit.unit.id for unit in self.seats[0].state.units.values() if unit.assignment_id)
        if bound:
            unit = self.seats[0].state.units[bound[number % len(bound)]]
            place = ORDER_ON_ASSIGNMENT.index(unit.status) + step
            status = ORDER_ON_ASSIGNMENT[place] if place < len(ORDER_ON_ASSIGNMENT) else Status.AVAILABLE
            self.ask(c.ReportStatus(unit.unit.id, status, source=source), OPERATOR, data)

    @rule(data=st.data(), unit=unit_ids, status=statuses)
    def paper_status(self, data, unit, status):
        self.ask(c.ReportStatus(unit, status, source="paper"), OPERATOR, data, paper=True)

    @rule(data=st.data(), who=whos, unit=unit_ids, reason=words, holds=st.booleans())
    def hold(self, data, who, unit, reason, holds):
        self.ask(c.HoldUnit(unit, reason) if holds else c.UnholdUnit(unit), who, data)

    @rule(data=st.data(), who=whos, number=st.integers(0, 5), incident=incident_ids, source=incident_ids)
    def redirect(self, data, who, number, incident, source):
        """Take a unit that is on its way somewhere, or is thought to be, for another incident."""
        state = self.seats[0].state
        bound = sorted(unit.unit.id for unit in state.units.values() if unit.assignment_id)
        if not bound:
            return
        unit_id, head = bound[number % len(bound)], self.log.head
        if data.draw(st.booleans(), "from where it is going"):
            source = state.assignments[state.units[unit_id].assignment_id].incident_id
        self.ask(c.AssignUnits(incident, (c.Choice(unit_id, taken_from=source),)), who, data)
        events = [event for entry in self.log.read() if entry.sequence > head for event in entry.events]
        if events:
            [released] = [event for event in events if isinstance(event, UnitReleased)]
            [assigned] = [event for event in events if isinstance(event, UnitAssigned)]
            left = self.engine.state.assignments[released.assignment_id]
            assert (released.reason, released.unit_id) == ("redirected", assigned.unit_id)
            assert (left.incident_id, left.is_open) == (source, False) and source != assigned.incident_id == incident
            assert state.units[unit_id].status in REDIRECTABLE

    @rule(data=st.data(), who=whos, unit=unit_ids)
    def release(self, data, who, unit):
        self.ask(c.ReleaseUnit(unit, "enough"), who, data)

    @rule(data=st.data(), number=st.integers(0, 5), state=st.sampled_from(OrderState))
    def move_order(self, data, number, state):
        known = sorted(self.seats[0].state.assignments)
        self.ask(c.MoveOrder(known[number % len(known)] if known else "1/1", state), CLOCK, data)

    @rule(data=st.data(), who=whos, incident=incident_ids, place=places)
    def correct_location(self, data, who, incident, place):
        self.ask(c.CorrectLocation(incident, place, "caller was wrong"), who, data)

    @rule(data=st.data(), who=whos, incident=incident_ids, kind=kinds)
    def change_kind(self, data, who, incident, kind):
        self.ask(c.ChangeKind(incident, kind), who, data)

    @rule(data=st.data(), who=whos, incident=incident_ids, level=st.integers(0, 3), raises=st.booleans())
    def change_numbers(self, data, who, incident, level, raises):
        body = c.ChangeAlarmLevel(incident, level) if raises else c.ChangePriority(incident, level)
        self.ask(body, who, data)

    @rule(data=st.data(), who=whos, incident=incident_ids, text=words)
    def note(self, data, who, incident, text):
        self.ask(c.AddNote(incident, text), who, data)

    @rule(data=st.data(), who=whos, incident=incident_ids, release=st.sampled_from([True, True, False]))
    def close(self, data, who, incident, release):
        known = self.seats[0].state.incidents.get(incident)
        card = self.seats[0].state.cards.get(known.kind) if known else None
        disposition = card.dispositions[0] if card and card.dispositions else "gone"
        self.ask(c.CloseIncident(incident, disposition, release_units=release), who, data)

    @rule(data=st.data(), who=whos, incident=incident_ids, reason=words)
    def reopen(self, data, who, incident, reason):
        self.ask(c.ReopenIncident(incident, reason), who, data)

    @rule(data=st.data(), who=whos, call=call_ids, text=words, answered=st.booleans(), located=st.booleans())
    def record_call(self, data, who, call, text, answered, located):
        position = CallerPosition(25.0, 60.0, 300.0, "network") if located else None
        answered_at = self.now if answered else None
        self.ask(c.RecordCall(call, answered_at=answered_at, position=position, text=text), who, data)

    @rule(data=st.data(), who=whos, call=call_ids, incident=incident_ids, attach=st.booleans())
    def move_call(self, data, who, call, incident, attach):
        self.ask(c.AttachCall(call, incident) if attach else c.DetachCall(call, incident), who, data)

    @rule(
        data=st.data(), unit=unit_ids, signal=st.sampled_from(Signal), lon=st.sampled_from([None, 25.0, float("nan")])
    )
    def raise_signal(self, data, unit, signal, lon):
        self.ask(c.RaiseSignal(unit, signal, lon, 60.0), data.draw(st.sampled_from([crew(unit), OBSERVER])), data)
        if signal is Signal.DISTRESS:
            self.distress.add(unit)

    @rule(data=st.data(), unit=unit_ids, signal=st.sampled_from(Signal))
    def acknowledge_signal(self, data, unit, signal):
        self.ask(c.AcknowledgeSignal(unit, signal), OPERATOR, data)
        if signal is Signal.DISTRESS:
            self.distress.discard(unit)

    @rule(data=st.data(), who=whos, number=st.integers(1, 2), until=minutes, closes=st.booleans())
    def road(self, data, who, number, until, closes):
        until_at = None if until is None else self.now + timedelta(minutes=until)
        kind, factor = data.draw(st.sampled_from([("closed", 0.0), ("flooded", 0.0), ("slow", 0.4), ("slow", 2.0)]))
        shape = ((25.0, 60.0), (25.01, 60.0))
        line = Closure(f"road-{number}", "LineString", shape, (17,), until=until_at, kind=kind, speed_factor=factor)
        self.ask(c.CloseRoad(line) if closes else c.OpenRoad(line.id, "clear"), who, data)

    @rule(data=st.data(), who=whos, weather=st.sampled_from(["", "snow", "rain", "snow\n"]), until=minutes)
    def weather(self, data, who, weather, until):
        until_at = None if until is None else self.now + timedelta(minutes=until)
        self.ask(c.ReportWeather(weather, until_at), who, data)

    @rule(data=st.data(), who=whos, incident=incident_ids, kind=st.sampled_from(PerimeterKind), draws=st.booleans())
    def perimeter(self, data, who, incident, kind, draws):
        circle = Perimeter("ring", kind, ((25.0, 60.0),), data.draw(st.sampled_from([60.0, -1.0])), incident)
        self.ask(c.DrawPerimeter(circle) if draws else c.LiftPerimeter("ring", "clear"), who, data)

    @rule(data=st.data(), who=whos, until=minutes, posts=st.booleans())
    def warning(self, data, who, until, posts):
        until_at = None if until is None else self.now + timedelta(minutes=until)
        warning = PremiseWarning("dog", 25.0, 60.0, 50.0, "biting dog", until_at)
        self.ask(c.PostWarning(warning) if posts else c.RemoveWarning("dog"), who, data)

    @rule(data=st.data(), roster=st.sampled_from([CREWED, SMALLER_ROSTER]))
    def load_roster(self, data, roster):
        self.ask(c.LoadRoster(roster), ADMINISTRATOR, data)

    @rule(data=st.data())
    def time_passes(self, data):
        self.ask(c.Tick(), CLOCK, data)
        again = Command(f"again {self.log.head}", self.now, CLOCK, c.Tick())
        assert self.engine.do(again) is None, "what is due is said once"

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def ask_again(self, data):
        command, first = data.draw(st.sampled_from(self.asked[-20:]))
        head = self.log.head
        if first is not None:
            assert self.engine.do(command) == first
            assert self.log.head == head

    @invariant()
    def folds(self) -> None:
        """See that both seats fold a step alike, and every fourth time that one fold equals all the steps."""
        self.steps += 1
        if self.engine is not self.seats[0]:
            self.seats[0].catch_up()
            assert self.seats[0].state == self.engine.state
        if self.steps % 4 == 0:
            self.folds_whole()

    def teardown(self) -> None:
        self.folds_whole()

    def folds_whole(self) -> None:
        """See that one fold equals many steps, and that bytes come back."""
        state, entries = self.engine.state, list(self.log.read())
        if self.engine is not self.seats[0]:
            self.seats[0].catch_up()
            assert self.seats[0].state == state
        assert fold(State(), entries) == state
        assert fold(State(), [decode(encode(entry)) for entry in entries]) == state
        for entry in entries[self.stepped.sequence :]:
            self.stepped = apply(self.stepped, entry)
        assert self.stepped == state
        looked_up(state)
        assert decode_state(encode_state(state)) == state == decode_state(encode_state(state, file_from=1, file_more=1))

    @invariant()
    def recorded_instants_stay(self) -> None:
        """Nothing but a correction by the desk takes an instant back; a call stands since it was first heard."""
        before, state = self.before, self.engine.state
        for assignment in before.assignments.values():
            now = state.assignments[assignment.id]
            for name in ("assigned_at", *INSTANTS.values(), "released_at", "sent_at", "delivered_at"):
                known = getattr(assignment, name)
                assert known is None or getattr(now, name) == known or "corrected" in now.marks
        for unit_id, unit in before.units.items():
            called_at = state.units[unit_id].distress_at if unit_id in state.units else None
            assert None in (unit.distress_at, called_at) or called_at == unit.distress_at
        self.before = state

    @invariant()
    def units_are_bound_once(self) -> None:
        state = self.engine.state
        is_open = {a.id: a for a in state.assignments.values() if a.is_open}
        assert set(state.open_assignments) == set(is_open)
        bound = {unit.assignment_id: unit.unit.id for unit in state.units.values() if unit.assignment_id}
        assert bound == {a.id: a.unit_id for a in is_open.values()}
        for unit in state.units.values():
            assert not unit.assignment_id or unit.status in COMMITTED
            assert unit.on_roster or unit.assignment_id or unit.distress_at or unit.speak_at
            assert unit.on_roster == (unit.unit in state.roster.units)
        assert {unit.id for unit in state.roster.units} <= set(state.units)

    @invariant()
    def a_crew_goes_twice_only_with_a_reason(self) -> None:
        state = self.engine.state
        out = [state.assignments[each] for each in state.open_assignments]
        for one, other in combinations(out, 2):
            crews = {state.units[each.unit_id].unit.cross_staffed for each in (one, other)}
            assert len(crews) > 1 or "" in crews or one.override_reason.strip() or other.override_reason.strip()

    @invariant()
    def who_can_be_let_go_is_bound_there(self) -> None:
        state = self.engine.state
        for number in state.incidents:
            for unit_id in surplus(state, number):
                assert state.assignments[state.units[unit_id].assignment_id].incident_id == number

    @invariant()
    def assignments_are_whole(self) -> None:
        state = self.engine.state
        for assignment in state.assignments.values():
            assert assignment.id in state.assignments_of[assignment.incident_id]
            assert assignment.id in state.assignments_by_unit[assignment.unit_id]
            assert state.tasks[assignment.task_id].incident_id == assignment.incident_id
            names = ("assigned_at", *INSTANTS.values(), "released_at")
            instants = [at for name in names if (at := getattr(assignment, name)) is not None]
            assert instants == sorted(instants) or "time_order" in assignment.marks
        assert sum(map(len, state.assignments_of.values())) == len(state.assignments)
        assert sum(map(len, state.assignments_by_unit.values())) == len(state.assignments)

    @invariant()
    def incidents_are_whole(self) -> None:
        state = self.engine.state
        assert sorted(state.incidents) == list(range(1, state.next_incident))
        assert set(state.open_incidents) == {i.id for i in state.incidents.values() if i.stage is not Stage.CLOSED}
        for incident in state.incidents.values():
            all_of = [state.assignments[a] for a in state.assignments_of.get(incident.id, ())]
            bound = [a for a in all_of if a.is_open]
            assert bool(bound) == (incident.stage in (Stage.ASSIGNED, Stage.WORKING))
            assert (incident.closed_at is not None) == (incident.stage is Stage.CLOSED)
            assert (incident.first_assigned_at is None) == (not all_of)
            tasks = [state.tasks[task] for task in state.tasks_of.get(incident.id, ())]
            assert len({task.department for task in tasks}) == len(tasks)
            assert incident.stage is not Stage.CLOSED or all(task.done_at for task in tasks)
            for assignment in bound:
                told = (assignment.order.kind, assignment.order.lon, assignment.order.lat)
                assert told == (incident.kind, incident.location.lon, incident.location.lat)
            for call_id in incident.call_ids:
                assert state.calls[call_id].incident_id == incident.id
        attached = [call for incident in state.incidents.values() for call in incident.call_ids]
        assert sorted(attached) == sorted(call.id for call in state.calls.values() if call.incident_id is not None)

    @invariant()
    def distress_is_kept(self) -> None:
        state = self.engine.state
        calling = {unit.unit.id for unit in state.units.values() if unit.distress_at} | set(state.strays)
        assert calling == self.distress

    @invariant()
    def what_was_sent_is_in_the_log(self) -> None:
        sent = [event.assignment_id for e in self.log.read() for event in e.events if isinstance(event, UnitAssigned)]
        assert len(sent) == len(set(sent)) == len(self.engine.state.assignments)


AnyButton.TestCase.settings = settings(
    max_examples=int(os.environ.get("OPSROOM_MACHINE_EXAMPLES", "60")),
    stateful_step_count=40,
    deadline=None,
    derandomize="OPSROOM_MACHINE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
TestAnyButton = AnyButton.TestCase
