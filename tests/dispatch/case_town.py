"""The town with its urban management: classes, a work calendar, areas, everybody of the loop, and how to walk it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count

from dispatch import case_commands as k
from dispatch.areas import Area, Areas
from dispatch.calendar import Holiday, Hours, WorkCalendar
from dispatch.case import AFTER, BEFORE, Case, CasePlace, CaseStage, Evidence
from dispatch.clocks import URGENT, WORKING, WORKING_DAYS, Limit
from dispatch.commands import Body, Command, LoadRoster, Who
from dispatch.standards import Handling, LargeClass, Standard, Standards
from resources.unit import Department
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, ROSTER, SUPERVISOR, command, crossing
from tests.dispatch.town import START as MONDAY_TEN

ACCEPTOR = Who("fay", "acceptor", "", "seat-6")
COLLECTOR = Who("gus", "collector", "", "field-1")
OTHER_COLLECTOR = Who("hal", "collector", "", "field-2")
CHECKER = Who("ida", "checker", "", "field-3")
DISPATCHER = Who("jon", "dispatcher", "", "seat-7")
COORDINATOR = Who("kim", "coordinator", "", "seat-8")
OFFICER = Who("lea", "department_officer", "urban", "seat-9")
WATER_OFFICER = Who("max", "department_officer", "water", "seat-10")
SECOND_SUPERVISOR = Who("ned", "supervisor", "", "seat-11")

WORKDAY = (Hours(8 * 60, 12 * 60), Hours(14 * 60, 18 * 60))
CALENDAR = WorkCalendar(
    "Europe/Helsinki",
    (*(WORKDAY,) * 5, (), ()),
    (Holiday("Day of rest", MONDAY_TEN.date().replace(day=4), MONDAY_TEN.date().replace(day=4)),),
    (),
    (2026,),
)
CELL, COMMUNITY, LAMP = "110101001001001", "110101001001", "1101010301000007"


def _class(standard_id: str, group: str, code: str, limit: Limit, kind: str, **more: object) -> Standard:
    handling = (Handling("usual", limit), Handling("urgent", Limit(URGENT, 2.0)))
    return Standard(standard_id, group, code, standard_id, "seen", "gone", handling, kind, **more)  # type: ignore[arg-type]


STANDARDS = Standards(
    (LargeClass("component", "03", "Roads"), LargeClass("event", "01", "Environment")),
    (
        _class("rubbish", "event", "0101", Limit(WORKING, 4.0), "urban_management", is_fixed_on_the_spot=True),
        _class("lamp_out", "component", "0301", Limit(WORKING_DAYS, 2.0), "urban_management", layer="lamps"),
        _class("sewer_cover", "component", "0302", Limit(URGENT, 4.0), "water", make_safe=Limit(URGENT, 1.0)),
        _class("gas_smell", "event", "0102", Limit(URGENT, 2.0), "water", emergency="structure_fire"),
        _class("flooding", "event", "0103", Limit(URGENT, 8.0), "water", card="burst_water_main"),
    ),
)
AREAS = Areas((Area("centre", "Centre", (COMMUNITY,), "urban", collectors=("gus", "hal")),))
CASE_ROSTER = replace(
    ROSTER, departments=(*ROSTER.departments, Department("urban", "Urban Management", "urban_management", "城管"))
)
PLACE = CasePlace(crossing(1, 1), CELL, "centre", COMMUNITY)
_numbers = count(1)

WALK = tuple(CaseStage)[:9]


def photo(kind: str = AFTER) -> Evidence:
    """Return evidence that nobody has seen before."""
    return Evidence(f"{next(_numbers):064x}", kind)


def case_opening() -> tuple[Command, ...]:
    """Return the commands that bring urban management to an open log of the town."""
    bodies = (LoadRoster(CASE_ROSTER), k.LoadCalendar(CALENDAR), k.LoadStandards(STANDARDS), k.LoadAreas(AREAS))
    return tuple(command(body, who=ADMINISTRATOR) for body in bodies)


class CaseStory(Story):
    """A log of the town with cases, told by hand; it begins on a Monday at ten in the morning, local time."""

    def __init__(self) -> None:
        super().__init__()
        for opened in case_opening():
            self.do(opened.body, who=opened.who)

    def case(self, case_id: int = 1) -> Case:
        return self.state.cases[case_id]

    def report(
        self,
        standard_id: str = "rubbish",
        source: str = "hotline",
        *,
        at: datetime = MONDAY_TEN,
        who: Who = ACCEPTOR,
        **more: object,
    ) -> int:
        """Report a case; return its number."""
        number = self.state.next_case
        self.do(k.ReportCase(source, standard_id, PLACE, **more), who=who, at=at)  # type: ignore[arg-type]
        return number

    def walk(self, to: CaseStage, case_id: int = 1, *, at: datetime = MONDAY_TEN) -> None:
        """Take a case forward, stage by stage, everybody doing their part."""
        while self.case(case_id).stage is not to:
            body, who = self.next_step(case_id)
            self.do(body, who=who, at=at)

    def next_step(self, case_id: int = 1) -> tuple[Body, Who]:
        """Return what is to be done next with a case, and by whom."""
        case = self.case(case_id)
        officer = replace(OFFICER, department=case.department)
        steps: dict[CaseStage, tuple[Body, Who]] = {
            CaseStage.COLLECT: (k.AcceptCase(case_id), ACCEPTOR),
            CaseStage.VERIFY: (k.ReportVerification(case_id, "found", (photo(BEFORE),)), COLLECTOR),
            CaseStage.FILE: (k.FileCase(case_id), ACCEPTOR),
            CaseStage.DISPATCH: (k.DispatchCase(case_id), DISPATCHER),
            CaseStage.HANDLE: (k.ReportHandled(case_id, (photo(),)), officer),
            CaseStage.FEED_BACK: (k.PassOnFeedback(case_id), DISPATCHER),
            CaseStage.CHECK: (k.ReportCheck(case_id, "passed"), CHECKER),
            CaseStage.CLOSE: (k.CloseCase(case_id, case.standard_id), SUPERVISOR),
        }
        return steps[case.stage]
