"""A seat of the town with a burst main and, where wanted, duties for it at every state."""

from __future__ import annotations

from dataclasses import replace

from dispatch import duty_commands as d
from dispatch.commands import Body, Who
from dispatch.duty import Duty, DutyState
from dispatch.events import Entry
from tests.app.cases.case_seat import CaseSeat
from tests.dispatch import case_town as t
from tests.dispatch.duty_story import FENCE, VALVE, WAY, S
from tests.dispatch.town import crossing


class DutySeat(CaseSeat):
    """Drive a desk with one burst main (incident 1) in hand."""

    def __init__(self, who: Who = t.COORDINATOR) -> None:
        super().__init__(who)
        self.report("burst_water_main", crossing(1, 1))
        self.desk.select(incident_id=1)

    def give(self, *drafts: d.DutyDraft, who: Who = t.COORDINATOR) -> None:
        self.act(d.GiveDuties(drafts or (VALVE,), 1), who)

    def duty(self, duty_id: int = 1) -> Duty:
        return self.state.duties[duty_id]

    def bring(self, state: DutyState) -> None:
        """Bring duty 1 to a state; where it waits, it waits for duty 2."""
        if state is S.WAITING:
            self.give(replace(VALVE, after=(1,)), replace(FENCE, after=()))
            return
        self.give()
        for body, who in WAY[state]:
            self.act(body, who)

    def act(self, body: Body, who: Who) -> Entry | None:
        return self.other(body, who=who)
