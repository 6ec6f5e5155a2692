"""Any button in any order, with cases among the rest: any role, any stage, and what must hold after every step."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from dispatch import case_commands as k
from dispatch import commands as c
from dispatch.access import may
from dispatch.case import LOOP, PLACE_IN_LOOP, Case, CasePlace, CaseStage
from dispatch.case_moves import MOVES, RETURNS, fixers_from
from dispatch.commands import Body, Command
from dispatch.state import State
from tests.dispatch.case_refusals import STARTS
from tests.dispatch.case_town import (
    ACCEPTOR,
    CASE_ROSTER,
    CHECKER,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    LAMP,
    OFFICER,
    PLACE,
    SECOND_SUPERVISOR,
    WATER_OFFICER,
    case_opening,
    photo,
)
from tests.dispatch.test_machine import (
    CREWED,
    SMALLER_ROSTER,
    AnyButton,
    incident_ids,
    kinds,
    minutes,
    places,
)
from tests.dispatch.town import ADMINISTRATOR, OBSERVER, OPERATOR, START, SUPERVISOR

CASE_CREWED = replace(CREWED, departments=CASE_ROSTER.departments)
case_ids = st.sampled_from([1, 1, 1, 1, 2, 2, 3, 99])
classes = st.sampled_from(["rubbish", "rubbish", "lamp_out", "sewer_cover", "gas_smell", "flooding", "dragon"])
stages = st.sampled_from(CaseStage)
mostly_seen = st.sampled_from([None, None, None, None, None, 3])
case_sources = st.sampled_from(["patrol", "patrol", "hotline", "citizen", "incident", "rumour"])
departments = st.sampled_from(["", "", "urban", "water", "police", "parks"])
reasons = st.sampled_from(["seen", "again", "水", "<b>3 < 4</b>", " "])
# Each role in the loop, two people of some; the administrator may take any side, but one a case.
CASE_PEOPLE = (
    *(ACCEPTOR, COLLECTOR, CHECKER, DISPATCHER, COORDINATOR, OFFICER, WATER_OFFICER, SUPERVISOR, SECOND_SUPERVISOR),
    ADMINISTRATOR,
)
case_people = st.sampled_from([*CASE_PEOPLE, OPERATOR, OBSERVER])


def next_due(case: Case, department: str) -> Body:
    steps: dict[CaseStage, Body] = {
        CaseStage.COLLECT: k.AcceptCase(case.id),
        CaseStage.VERIFY: k.ReportVerification(case.id, "found", (photo("before"),)),
        CaseStage.FILE: k.FileCase(case.id),
        CaseStage.DISPATCH: k.DispatchCase(case.id, department),
        CaseStage.HANDLE: k.ReportHandled(case.id, (photo(),)),
        CaseStage.FEED_BACK: k.PassOnFeedback(case.id),
        CaseStage.CHECK: k.ReportCheck(case.id, "passed"),
        CaseStage.CLOSE: k.CloseCase(case.id, case.standard_id),
    }
    return steps[case.stage]


class AnyCaseButton(AnyButton):
    """The two seats of `AnyButton`, at which urban management is done.

    Of the other buttons those stay that touch cases: incidents that open and end, rosters, time.
    """

    assign_any = assign_free = assign_shared_crew = desk_status = crew_status = next_status = paper_status = None
    hold = redirect = release = move_order = correct_location = change_kind = change_numbers = note = None
    move_call = raise_signal = acknowledge_signal = road = weather = perimeter = warning = record_call = None

    def __init__(self) -> None:
        super().__init__()
        self.cases_before = State()
        self.owed_before = State()

    @initialize()
    def open(self) -> None:
        AnyButton.open(self)
        report = Command("opening case", START, ACCEPTOR, k.ReportCase("hotline", "rubbish", PLACE))
        crews = Command("opening case crews", START, ADMINISTRATOR, c.LoadRoster(CASE_CREWED))
        for command in (*case_opening(), crews, report):
            self.engine.do(command)

    @rule(data=st.data(), roster=st.sampled_from([CASE_CREWED, CASE_CREWED, SMALLER_ROSTER]))
    def load_roster(self, data, roster):
        self.ask(c.LoadRoster(roster), ADMINISTRATOR, data)

    def press(self, body: Body, data: st.DataObject, *, paper: bool = False) -> None:
        """Press a button: one of those who may, of the right department, or anybody at all."""
        who = data.draw(case_people, "who")
        if data.draw(st.sampled_from([True, True, True, True, False]), "who may"):
            who = data.draw(st.sampled_from([each for each in CASE_PEOPLE if may(each.role, type(body))]), "of those")
            case = self.seats[0].state.cases.get(getattr(body, "case_id", 0))
            if case is not None and who.role == OFFICER.role:
                who = replace(who, department=case.department)
        self.ask(body, who, data, paper=paper, unseen=mostly_seen)

    @rule(data=st.data(), source=case_sources, standard=classes, lamp=st.booleans(), old=incident_ids)
    def report_case(self, data, source, standard, lamp, old):
        place = replace(PLACE, component=LAMP) if lamp else CasePlace(data.draw(places))
        evidence = (photo("before"),) if data.draw(st.booleans()) else ()
        linked = old if source == "incident" else None
        self.press(k.ReportCase(source, standard, place, evidence=evidence, incident_id=linked), data)

    @rule(data=st.data(), case=case_ids, steps=st.integers(1, 9))
    def go_on(self, data, case, steps):
        """Do what is due with a case, some steps in a row, by somebody who may or by anybody."""
        self.go_on_with(case, steps, data)

    def go_on_with(self, case: int, steps: int, data: st.DataObject) -> None:
        for _ in range(steps):
            known = self.seats[0].state.cases.get(case)
            if known is not None and known.stage in LOOP[:8]:
                self.press(next_due(known, data.draw(departments)), data)

    @rule(data=st.data(), case=case_ids, text=reasons, anywhere=st.sampled_from([False, False, False, True]))
    def move_case(self, data, case, text, anywhere):
        """Press any button of the loop, one that fits where the case is or not."""
        pictures = (photo("before"), photo()) if data.draw(st.sampled_from([True, True, False])) else ()
        fixer = data.draw(st.sampled_from([None, *LOOP[:8]]))
        bodies = {
            k.ReportVerification: lambda: k.ReportVerification(case, "not_found", (), text),
            k.FileCase: lambda: k.FileCase(
                case, data.draw(classes), data.draw(st.sampled_from(["", "urgent", "slow"]))
            ),
            k.DeclineCase: lambda: k.DeclineCase(case, text),
            k.RuleCase: lambda: k.RuleCase(case, data.draw(departments), text),
            k.DisownCase: lambda: k.DisownCase(case, text),
            k.ReportCheck: lambda: k.ReportCheck(case, "failed", pictures, text),
            k.ReturnCase: lambda: k.ReturnCase(case, data.draw(stages), text, fixer),
            k.FixOnTheSpot: lambda: k.FixOnTheSpot(case, pictures, text),
            k.ReopenCase: lambda: k.ReopenCase(case, text),
            k.EscalateCase: lambda: k.EscalateCase(case, text, data.draw(kinds), data.draw(st.sampled_from([None, 1]))),
            k.DeescalateCase: lambda: k.DeescalateCase(case, text),
            k.MergeCase: lambda: k.MergeCase(case, data.draw(case_ids), text),
            k.UnmergeCase: lambda: k.UnmergeCase(case, text),
        }
        known = self.seats[0].state.cases.get(case)
        if known is not None and not anywhere:
            bodies = {kind: make for kind, make in bodies.items() if known.stage in STARTS[kind]}
        kind = data.draw(st.sampled_from(sorted(bodies, key=lambda kind: kind.__name__)))
        self.press(bodies[kind](), data, paper=data.draw(st.sampled_from([False, False, False, True])))

    @rule(data=st.data(), case=case_ids)
    def finish(self, data, case):
        """Take a case as far round as it goes."""
        self.go_on_with(case, 8, data)

    @rule(data=st.data(), case=case_ids, text=reasons)
    def give_back(self, data, case, text):
        """Give a case back from where it is by a way that there is."""
        known = self.seats[0].state.cases.get(case)
        if known is None or known.stage not in RETURNS:
            return
        to = data.draw(st.sampled_from(sorted(RETURNS[known.stage])))
        self.press(k.ReturnCase(case, to, text, data.draw(st.sampled_from(fixers_from(to)))), data)

    @rule(data=st.data(), case=case_ids, text=reasons, until=minutes)
    def stop_or_start_clocks(self, data, case, text, until):
        known = self.seats[0].state.cases.get(case)
        why = data.draw(st.sampled_from(["suspended", "citizen", "tired"]))
        until_at = None if until is None else self.now + timedelta(minutes=until)
        is_paused = known is not None and known.paused
        self.press(k.ResumeCase(case, text) if is_paused else k.PauseCase(case, why, text, until_at), data)

    @rule(data=st.data(), case=case_ids, amount=st.sampled_from([0.25, 0.25, 1.0, 99.0, -1.0]))
    def ask_for_time(self, data, case, amount):
        """Ask for more time, and answer in the same breath."""
        self.press(k.AskExtension(case, amount, "rain"), data)
        answers = st.sampled_from([k.GrantExtension(case), k.GrantExtension(case), k.RefuseExtension(case, "no rain")])
        self.press(data.draw(answers), data)

    @rule(data=st.data(), case=case_ids, text=reasons)
    def appeal(self, data, case, text):
        self.press(k.AppealCase(case, text), data)
        for _ in range(3):
            self.press(k.ReadAppeal(case, data.draw(st.sampled_from(["upheld", "dismissed"])), text), data)

    @rule(data=st.data(), case=case_ids, text=reasons, number=st.integers(0, 5))
    def tend_case(self, data, case, text, number):
        bodies = (
            lambda: k.CorrectCase(case, data.draw(classes), replace(PLACE, location=data.draw(places))),
            lambda: k.ReportMadeSafe(case, (photo("other"),)),
            lambda: k.AddEvidence(case, (photo("other"),)),
            lambda: k.AddCaseNote(case, text),
            lambda: k.TellReporter(case, text),
            lambda: k.RecordAnswer(case, data.draw(st.sampled_from(["fair", "angry"]))),
        )
        self.press(bodies[number](), data)

    @invariant()
    def folds(self) -> None:
        """See every eighth time that one fold equals many steps, and bytes come back."""
        self.steps += 1
        if self.steps % 8 == 0:
            self.folds_whole()

    @invariant()
    def cases_are_whole(self) -> None:
        state = self.engine.state
        assert sorted(state.cases) == list(range(1, state.next_case))
        assert set(state.open_cases) == {case.id for case in state.cases.values() if case.is_open}
        for case in state.cases.values():
            assert case.visit.stage is case.stage and case.visit.left_at is None
            instants = [visit.entered_at for visit in case.visits]
            assert instants == sorted(instants) and instants[0] == case.reported_at
            for before, after in zip(case.visits, case.visits[1:], strict=False):
                move = MOVES[before.move]
                assert before.stage in move.start and after.stage in move.to and before.left_at == after.entered_at
            assert not set(case.handlers) & set(case.judges), "whoever handles does not judge"
            assert sum(each.answer == "granted" for each in case.extensions) <= 2 and case.suspensions <= 1
            assert case.appeal is None or len({each.actor for each in case.appeal.readings}) == len(
                case.appeal.readings
            )
            assert bool(case.paused) == any(pause.until_at is None for pause in case.pauses)
            assert (case.outcome != "") == (case.closed_at is not None) == (case.stage is CaseStage.EVALUATE)
            assert (case.stage is CaseStage.MERGED) == (case.merged_into is not None)
            assert case.stage is not CaseStage.EMERGENCY or case.id in state.cases_of_incident[case.incident_id]
            assert all(state.cases[each].merged_into == case.id for each in case.merged)
            if case.outcome == "handled":
                assert case.department and case.filed_at and any(v.stage is CaseStage.CHECK for v in case.visits)
            if case.place.component:
                assert case.id in state.cases_of_component[case.place.component]

    @invariant()
    def what_is_owed_and_recorded_of_cases_stays(self) -> None:
        """See that evidence and lateness are never taken back."""
        before, state = self.cases_before, self.engine.state
        for case in before.cases.values():
            now = state.cases[case.id]
            assert (
                now.evidence[: len(case.evidence)] == case.evidence and now.returns[: len(case.returns)] == case.returns
            )
            assert now.overdue[: len(case.overdue)] == case.overdue
            for visit, same in zip(case.visits, now.visits, strict=False):
                assert same.entered_at == visit.entered_at and visit.overdue_at in (None, same.overdue_at)
        self.cases_before = state

    @invariant()
    def nothing_passes_whoever_must_put_it_right(self) -> None:
        before, state = self.owed_before, self.engine.state
        for case in before.cases.values():
            now = state.cases[case.id]
            if case.fixer is not None and now.stage in LOOP and case.stage in LOOP and now is not case:
                is_forward = PLACE_IN_LOOP[now.stage] > PLACE_IN_LOOP[case.stage]
                assert not is_forward or PLACE_IN_LOOP[case.stage] <= PLACE_IN_LOOP[case.fixer]
        self.owed_before = state


AnyCaseButton.TestCase.settings = settings(
    max_examples=int(os.environ.get("OPSROOM_MACHINE_EXAMPLES", "40")),
    stateful_step_count=100,
    deadline=None,
    derandomize="OPSROOM_MACHINE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
TestAnyCaseButton = AnyCaseButton.TestCase
