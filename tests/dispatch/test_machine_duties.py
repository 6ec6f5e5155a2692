"""Any button in any order, with duties and messages among the rest: what must hold after every step."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from dispatch import commands as c
from dispatch import duty_commands as d
from dispatch import message_commands as m
from dispatch.access import may
from dispatch.clocks import URGENT, WORKING, Limit
from dispatch.commands import Body, Command
from dispatch.duty import CENTRE, DUTY_MOVES, OVER, DutyState, cycle_of
from dispatch.incident import Stage
from dispatch.message import Addressee
from dispatch.situation import report_situation
from dispatch.situation_log import joint_story
from dispatch.state import State
from tests.dispatch.case_town import (
    CASE_ROSTER,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    OFFICER,
    WATER_OFFICER,
    case_opening,
)
from tests.dispatch.duty_story import FENCE, VALVE
from tests.dispatch.test_machine import CREWED, AnyButton, incident_ids
from tests.dispatch.town import ADMINISTRATOR, CLOCK, OBSERVER, OPERATOR, START, SUPERVISOR

PEOPLE = (COORDINATOR, DISPATCHER, OFFICER, WATER_OFFICER, OPERATOR, SUPERVISOR, ADMINISTRATOR)
DESKS = (COORDINATOR, DISPATCHER, OPERATOR)
duty_ids = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 5, 99])
departments = st.sampled_from(["water", "water", "urban", "urban", "police", "parks"])
reasons = st.sampled_from(["not ours", "水", "<b>3 < 4</b>", " "])
on_behalf = st.sampled_from(["", "by telephone"])
limits = st.sampled_from([None, None, Limit(URGENT, 0.2), Limit(WORKING, 1.0)])
mostly_seen = st.sampled_from([None, None, None, None, None, 3])
addressees = st.sampled_from([Addressee("department", "water"), Addressee("seat", "seat-1"), Addressee("seat", "x")])


class AnyDutyButton(AnyButton):
    """The two seats of `AnyButton`, at which several departments work on incidents that open and end."""

    assign_any = assign_shared_crew = desk_status = crew_status = next_status = paper_status = None
    hold = redirect = release = move_order = correct_location = change_numbers = note = load_roster = None
    move_call = raise_signal = acknowledge_signal = road = weather = warning = record_call = None

    def __init__(self) -> None:
        super().__init__()
        self.duties_before = State()

    @initialize()
    def open(self) -> None:
        AnyButton.open(self)
        crews = c.LoadRoster(replace(CREWED, departments=CASE_ROSTER.departments))
        given = d.GiveDuties((VALVE, FENCE), 2)
        for command in (
            *case_opening(),
            Command("opening duty crews", START, ADMINISTRATOR, crews),
            Command("opening duties", START, COORDINATOR, given),
            Command("opening message", START, COORDINATOR, m.SendMessage("hello", (), 2, needs_receipt=True)),
        ):
            self.engine.do(command)

    def press(self, body: Body, data: st.DataObject) -> None:
        """Press a button: mostly one of those who may, of the department that has the duty, or anybody."""
        who = data.draw(st.sampled_from([*PEOPLE, COLLECTOR, OBSERVER]), "who")
        if data.draw(st.sampled_from([True, True, True, False]), "who may"):
            who = data.draw(st.sampled_from([each for each in PEOPLE if may(each.role, type(body))]), "of those")
            duty = self.seats[0].state.duties.get(getattr(body, "duty_id", 0))
            if duty is not None and who.role == OFFICER.role:
                who = replace(who, department=duty.department)
        self.ask(body, who, data, unseen=mostly_seen)

    @rule(data=st.data(), incident=incident_ids, count=st.integers(1, 3), limit=limits)
    def give(self, data, incident, count, limit):
        drafts = tuple(
            d.DutyDraft(
                f"part {place}",
                data.draw(departments),
                limit=limit,
                depends_on=data.draw(st.sampled_from([(), (), (1,), (2, 1)])),
                after=data.draw(st.sampled_from([(), (0,), (0, 1), (2,)])),
            )
            for place in range(count)
        )
        self.ask(d.GiveDuties(drafts, incident), data.draw(st.sampled_from(DESKS)), data)

    @rule(data=st.data(), duty=duty_ids, reason=on_behalf)
    def go_on(self, data, duty, reason):
        known = self.seats[0].state.duties.get(duty)
        stands = known.state if known is not None else DutyState.GIVEN
        bodies = {
            DutyState.GIVEN: d.AcceptDuty(duty, reason),
            DutyState.ACCEPTED: data.draw(
                st.sampled_from([d.StartDuty(duty, reason), d.ReportDutyDone(duty, "", reason)])
            ),
            DutyState.WORKING: d.ReportDutyDone(duty, "", reason),
            DutyState.DONE: data.draw(st.sampled_from([d.ConfirmDuty(duty), d.RejectDuty(duty, "wet")])),
            DutyState.HANDED_BACK: d.ReassignDuty(duty, data.draw(departments), "theirs"),
        }
        self.press(bodies.get(stands, d.AcceptDuty(duty, reason)), data)

    @rule(
        data=st.data(),
        duty=duty_ids,
        reason=reasons,
        behalf=on_behalf,
        department=departments,
        number=st.integers(0, 9),
    )
    def any_move(self, data, duty, reason, behalf, department, number):
        bodies: tuple[Body, ...] = (
            d.HandBackDuty(duty, reason, behalf),
            d.HandBackDuty(duty, "not ours", "by telephone"),
            d.ReassignDuty(duty, department, reason),
            d.RuleDuty(duty, department, reason),
            d.CancelDuty(duty, reason),
            d.LinkDuty(duty, data.draw(st.sampled_from([(), (1,), (2,), (3, 1), (99,)]))),
            d.SetDutyDeadline(duty, reason, data.draw(limits)),
            d.SetDutyDeadline(duty, reason, None, self.now + timedelta(minutes=data.draw(st.integers(-1, 30)))),
            d.ConfirmDuty(duty),
            d.AcceptDuty(duty, behalf),
        )
        self.press(bodies[number], data)

    @rule(data=st.data(), incident=incident_ids, department=departments, reason=reasons)
    def lead(self, data, incident, department, reason):
        self.press(d.NameLead(incident, department, reason), data)

    @rule(
        data=st.data(), incident=incident_ids, to=addressees, wanted=st.booleans(), within=st.sampled_from([1.0, 0.0])
    )
    def send(self, data, incident, to, wanted, within):
        some = (to,) if data.draw(st.booleans()) else ()
        self.press(m.SendMessage("mind the hole", some, incident, None, wanted, within), data)

    @rule(
        data=st.data(), message=st.sampled_from([1, 1, 2, 3, 9]), to=st.one_of(st.none(), addressees), reason=on_behalf
    )
    def receive(self, data, message, to, reason):
        self.press(m.ReceiveMessage(message, to, reason), data)

    @rule(data=st.data(), incident=incident_ids, cancels=st.booleans())
    def end(self, data, incident, cancels):
        known = self.seats[0].state.incidents.get(incident)
        card = self.seats[0].state.cards.get(known.kind) if known else None
        word = card.dispositions[0] if card and card.dispositions else "gone"
        self.ask(c.CloseIncident(incident, word, "", True, cancels), OPERATOR, data)

    @rule(data=st.data())
    def pass_time(self, data):
        self.ask(c.Tick(), CLOCK, data)

    @invariant()
    def folds(self) -> None:
        """See every eighth time that one fold equals many steps, and bytes come back."""
        self.steps += 1
        if self.steps % 8 == 0:
            self.folds_whole()

    @invariant()
    def duties_are_whole(self) -> None:
        state = self.engine.state
        assert sorted(state.duties) == list(range(1, state.next_duty))
        assert set(state.open_duties) == {duty.id for duty in state.duties.values() if duty.is_open}
        assert not cycle_of({duty.id: duty.depends_on for duty in state.duties.values()})
        for duty in state.duties.values():
            assert (duty.incident_id is None) != (duty.case_id is None)
            if duty.incident_id is not None:
                assert duty.id in state.duties_of_incident[duty.incident_id]
            if duty.case_id is not None:
                assert duty.id in state.duties_of_case[duty.case_id]
            for before in map(state.duties.__getitem__, duty.depends_on):
                assert (before.incident_id, before.case_id) == (duty.incident_id, duty.case_id)
            if duty.state is DutyState.WAITING:
                assert any(state.duties[before].state not in OVER for before in duty.depends_on)
                assert duty.begins_at is None and (duty.limit is None or duty.due_at is None)
            if duty.state in (DutyState.GIVEN, DutyState.ACCEPTED, DutyState.WORKING):
                assert duty.begins_at is not None
            assert (duty.ended_at is not None) == (not duty.is_open)
            assert not duty.ruled or (duty.department == duty.ruled and len(duty.hand_backs) >= 2)
            if duty.state is DutyState.CONFIRMED:
                assert duty.steps[-1].actor not in duty.members, "who worked on it does not confirm it"
            for step in duty.steps:
                move = DUTY_MOVES.get(step.move)
                assert move is None or not move.needs_reason or step.reason.strip()
                assert move is None or move.side != CENTRE or not step.on_behalf
        for incident in state.incidents.values():
            owed = set(state.duties_of_incident.get(incident.id, ())) & set(state.open_duties)
            assert incident.stage is not Stage.CLOSED or not owed
        for case in state.cases.values():
            assert case.is_open or not set(state.duties_of_case.get(case.id, ())) & set(state.open_duties)

    @invariant()
    def what_was_late_stays_late(self) -> None:
        before, state = self.duties_before, self.engine.state
        for duty in before.duties.values():
            now = state.duties[duty.id]
            assert now.overdue[: len(duty.overdue)] == duty.overdue and len(set(now.overdue)) == len(now.overdue)
            assert now.hand_backs[: len(duty.hand_backs)] == duty.hand_backs
            assert now.steps[: len(duty.steps)] == duty.steps
        for message in before.messages.values():
            same = state.messages[message.id]
            assert same.receipts[: len(message.receipts)] == message.receipts
            assert same.overdue[: len(message.overdue)] == message.overdue
        self.duties_before = state

    @invariant()
    def messages_are_whole(self) -> None:
        state = self.engine.state
        assert sorted(state.messages) == list(range(1, state.next_message))
        assert set(state.open_messages) == {each.id for each in state.messages.values() if each.waits_for}
        for message in state.messages.values():
            received = [receipt.addressee for receipt in message.receipts]
            assert (
                message.addressees and len(set(received)) == len(received) and set(received) <= set(message.addressees)
            )

    @invariant()
    def it_can_be_reported_at_any_time(self) -> None:
        state = self.engine.state
        report = report_situation(state, self.now, since_at=START)
        assert report.headline.duties == len(state.open_duties)
        told = sum(len(block.duties) for block in report.incidents) + len(report.case_duties)
        assert told >= report.headline.duties
        for block in report.incidents:
            assert list(joint_story(self.log.read(), state, block.incident_id))


AnyDutyButton.TestCase.settings = settings(
    max_examples=int(os.environ.get("OPSROOM_MACHINE_EXAMPLES", "30")),
    stateful_step_count=60,
    deadline=None,
    derandomize="OPSROOM_MACHINE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
TestAnyDutyButton = AnyDutyButton.TestCase
