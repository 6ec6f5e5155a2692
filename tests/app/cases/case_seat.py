"""A seat of the town with urban management: cases reported and walked through the engine, everybody at other seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dispatch import case_commands as k
from dispatch.case import AFTER, BEFORE, SEEN_BY_SOURCE, Case, CasePlace, CaseStage
from dispatch.commands import Body, Tick, Who
from dispatch.events import Entry
from dispatch.incident import Location
from tests.app.panels.seat import Seat
from tests.dispatch import case_town as t


class CaseSeat(Seat):
    """Drive a desk of somebody of the loop; `other` lets the others do their part."""

    def __init__(self, who: Who = t.DISPATCHER) -> None:
        super().__init__(who=who)
        for each in t.case_opening():
            self.engine.do(each)
        self.now = t.MONDAY_TEN + timedelta(minutes=1)
        self.desk.case_history = self.case_history
        self.desk.state = self.engine.state

    def case_history(self, case_id: int) -> list[Entry]:
        return [
            entry
            for entry in self.entries()
            if any(case_id in (getattr(e, "case_id", 0), getattr(e, "into", 0)) for e in entry.events)
        ]

    def case(self, case_id: int = 1) -> Case:
        return self.state.cases[case_id]

    def report_case(self, standard_id: str = "rubbish", source: str = "patrol", *, place: str = "", **more: Any) -> int:
        """Report a case at the acceptor's seat; return its number."""
        number = self.state.next_case
        where = t.PLACE
        if place:
            where = replace(where, location=Location(25.009, 60.0045, place, "Smalltown"))
        component = more.pop("component", "")
        if component:
            where = CasePlace(where.location, where.cell, where.area, where.community, component)
        if source in SEEN_BY_SOURCE and "evidence" not in more:
            more["evidence"] = (t.photo(BEFORE),)
        self.act(k.ReportCase(source, standard_id, where, **more), t.ACCEPTOR)
        return number

    def act(self, body: Body, who: Who) -> Entry | None:
        """Let somebody else do something now."""
        return self.other(body, who=who)

    def tick(self) -> None:
        """Let the log find out what is overdue, and the desk that time passed."""
        self.other(Tick(), who=Who("clock", "system"))
        self.desk.ticked.emit(self.now)

    def walk(self, case_id: int, to: CaseStage, *, minutes: float = 1) -> None:
        """Take a case forward, everybody doing their part, some minutes at each stage."""
        while self.case(case_id).stage is not to:
            body, who = self.next_step(case_id)
            self.now += timedelta(minutes=minutes)
            self.act(body, who)

    def next_step(self, case_id: int) -> tuple[Body, Who]:
        case = self.case(case_id)
        officer = replace(t.OFFICER, department=case.department)
        steps: dict[CaseStage, tuple[Body, Who]] = {
            CaseStage.COLLECT: (k.AcceptCase(case_id, "gus"), t.ACCEPTOR),
            CaseStage.VERIFY: (k.ReportVerification(case_id, "found", (t.photo(BEFORE),)), t.COLLECTOR),
            CaseStage.FILE: (k.FileCase(case_id), t.ACCEPTOR),
            CaseStage.DISPATCH: (k.DispatchCase(case_id, case.answerable or "urban"), t.DISPATCHER),
            CaseStage.HANDLE: (k.ReportHandled(case_id, (t.photo(AFTER),)), officer),
            CaseStage.FEED_BACK: (k.PassOnFeedback(case_id), t.DISPATCHER),
            CaseStage.CHECK: (k.ReportCheck(case_id, "passed"), t.CHECKER),
            CaseStage.CLOSE: (k.CloseCase(case_id, case.standard_id), t.SUPERVISOR),
        }
        return steps[case.stage]
