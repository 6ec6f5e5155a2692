"""Duties told by hand: a burst main with the water works and urban management, brought to any state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dispatch import duty_commands as d
from dispatch import message_commands as m
from dispatch.clocks import URGENT, Limit
from dispatch.commands import Body, ReportIncident, Who
from dispatch.duty import Duty, DutyState
from dispatch.message import TO_DEPARTMENT, TO_SEAT, Addressee
from tests.dispatch.case_town import COORDINATOR, OFFICER, WATER_OFFICER, CaseStory
from tests.dispatch.town import START, crossing

HOUR = Limit(URGENT, 1.0)
VALVE = d.DutyDraft("shut the valve", "water", "shut_valve", HOUR)
FENCE = d.DutyDraft("fence the hole", "urban", limit=HOUR, after=(0,))
WATER, URBAN = Addressee(TO_DEPARTMENT, "water"), Addressee(TO_DEPARTMENT, "urban")
SEAT = Addressee(TO_SEAT, "seat-2")
S = DutyState


class DutyStory(CaseStory):
    """A log with one burst main (incident 1) that carries no duty yet."""

    def __init__(self) -> None:
        super().__init__()
        self.do(ReportIncident("burst_water_main", crossing(1, 1)))

    def duty(self, duty_id: int = 1) -> Duty:
        return self.state.duties[duty_id]

    def give(self, *drafts: d.DutyDraft, at: datetime = START, incident_id: int | None = 1) -> None:
        self.do(d.GiveDuties(drafts or (VALVE,), incident_id), who=COORDINATOR, at=at)

    def hand_back_twice(self) -> None:
        """Give a duty that nobody wants: the water works, then urban management."""
        self.give()
        self.do(d.HandBackDuty(1, "not our pipe"), who=WATER_OFFICER)
        self.do(d.ReassignDuty(1, "urban", "their street"), who=COORDINATOR)
        self.do(d.HandBackDuty(1, "not our pipe either"), who=OFFICER)


WAY: dict[DutyState, tuple[tuple[Body, Who], ...]] = {
    S.GIVEN: (),
    S.ACCEPTED: ((d.AcceptDuty(1), WATER_OFFICER),),
    S.WORKING: ((d.AcceptDuty(1), WATER_OFFICER), (d.StartDuty(1), WATER_OFFICER)),
    S.DONE: ((d.AcceptDuty(1), WATER_OFFICER), (d.ReportDutyDone(1), WATER_OFFICER)),
    S.CONFIRMED: (
        (d.AcceptDuty(1), WATER_OFFICER),
        (d.ReportDutyDone(1), WATER_OFFICER),
        (d.ConfirmDuty(1), COORDINATOR),
    ),
    S.HANDED_BACK: ((d.HandBackDuty(1, "not ours"), WATER_OFFICER),),
    S.CANCELLED: ((d.CancelDuty(1, "not needed"), COORDINATOR),),
}


def story_at(state: DutyState) -> DutyStory:
    """Return a log whose duty 1 is in a state; where it waits, it waits for duty 2."""
    story = DutyStory()
    if state is S.WAITING:
        story.give(replace(VALVE, after=(1,)), replace(FENCE, after=()))
        return story
    story.give()
    for body, who in WAY[state]:
        story.do(body, who=who)
    return story


ONE_OF_EACH_DUTY: dict[type, Body] = {
    type(body): body
    for body in (
        d.GiveDuties((VALVE,), 1),
        d.AcceptDuty(1),
        d.StartDuty(1),
        d.ReportDutyDone(1),
        d.HandBackDuty(1, "not ours"),
        d.ConfirmDuty(1),
        d.RejectDuty(1, "still wet"),
        d.ReassignDuty(1, "water", "again"),
        d.RuleDuty(1, "water", "their pipe"),
        d.CancelDuty(1, "not needed"),
        d.LinkDuty(1, ()),
        d.SetDutyDeadline(1, "rain", Limit(URGENT, 3.0)),
        d.NameLead(1, "police", "traffic"),
        m.SendMessage("mind the hole"),
        m.ReceiveMessage(1),
    )
}

# What the rules refuse, each told in `test_decide_duties` or `test_decide_messages`.
DUTY_CODES = {
    "duty_unknown",
    "duty_changed_since",
    "earlier_than_duty",
    "duty_not_there",
    "duty_about_one",
    "duty_case_not_open",
    "duty_elsewhere",
    "duty_cycle",
    "duties_too_many",
    "duties_still_open",
    "deadline_twice",
    "not_own_duty",
    "on_behalf_needed",
    "department_confirms_itself",
    "worker_confirms_itself",
    "duty_ruling_binds",
    "duty_ruling_needed",
    "duty_nothing_to_rule",
    "message_unknown",
    "not_addressed",
    "receipt_on_behalf_needed",
    "addressees_too_many",
    "nobody_addressed",
    "receipt_time_out_of_range",
}
