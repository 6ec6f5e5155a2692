"""Any button in any order at a major incident: any role, paper times, old knowledge, and what must hold after each."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from dispatch import commands as c
from dispatch import major_commands as m
from dispatch.commands import Command
from dispatch.incident import Stage
from dispatch.major import CALL_OUT_ANSWERS, OUTCOMES, RINGS, Methane, Plan, Triage
from dispatch.major_now import counts_now, expected, open_sectors, unheard, units_in
from dispatch.state import State
from resources.status import Status
from tests.dispatch.major_story import CARDS
from tests.dispatch.test_machine import AnyButton, minutes, words
from tests.dispatch.town import ADMINISTRATOR, OBSERVER, OPERATOR, OTHER_OPERATOR, START, SUPERVISOR, crew

incident_ids = st.sampled_from([1, 1, 1, 1, 1, 2, 99])
unit_ids = st.sampled_from(["E1", "E1", "A1", "A1", "E2", "P1", "X9"])
names = st.sampled_from(["A", "A", "B", "1", " ", "<b>&"])
people = st.sampled_from([OPERATOR] * 4 + [OTHER_OPERATOR] * 2 + [SUPERVISOR, OBSERVER, crew("E1"), crew("A1")])
numbers = st.sampled_from([0, 0, 1, 3, -1])
kinds = st.sampled_from(["unit", "unit", "sector", "ship"])


class AnyMajorButton(AnyButton):
    """The two seats of `AnyButton`, of whose other buttons those stay that send, free, close and let time pass."""

    report_incident = assign_any = assign_shared_crew = desk_status = paper_status = hold = redirect = None
    move_order = correct_location = change_kind = change_numbers = note = record_call = move_call = None
    raise_signal = acknowledge_signal = road = weather = warning = load_roster = ask_again = None

    def __init__(self) -> None:
        super().__init__()
        self.majors_before = State()

    @initialize()
    def open(self) -> None:
        AnyButton.open(self)
        self.engine.do(Command("opening cards", START, ADMINISTRATOR, m.LoadActionCards(CARDS)))
        for unit_id in ("E1", "A1"):
            there = c.ReportStatus(unit_id, Status.ON_SCENE, source="crew")
            self.engine.do(Command(f"opening {unit_id}", START, OPERATOR, there))
        self.engine.do(Command("opening major", START, OPERATOR, m.DeclareMajorIncident(1)))

    @rule(data=st.data(), who=people, incident=incident_ids, reason=words, every=minutes, declares=st.booleans())
    def declare(self, data, who, incident, reason, every, declares):
        clock = float(every) if every else None
        body = m.DeclareMajorIncident(incident, Methane(reason), reason, clock, clock)
        self.ask(body if declares else m.StandDownMajorIncident(incident, reason), who, data)

    @rule(data=st.data(), who=people, incident=incident_ids, text=words, name=names, unit=unit_ids)
    def say(self, data, who, incident, text, name, unit):
        bodies = (
            m.ReportMethane(incident, Methane(hazards=text)),
            m.RecordObjectives(incident, Plan((text, name), situation=text)),
            m.SetClocks(incident, 5.0, None),
            m.CallElapsedTime(incident),
            m.AssignRole(incident, "medical", text),
            m.TickAction(incident, "medical", data.draw(st.sampled_from(["triage", "count", "x"])), text),
            m.UntickAction(incident, "medical", "triage", text),
            m.AskCallOut(incident, name, text, unit),
            m.AnswerCallOut(incident, name, data.draw(st.sampled_from(CALL_OUT_ANSWERS)), 60.0, text),
        )
        self.ask(data.draw(st.sampled_from(bodies), "said"), who, data, paper=data.draw(st.booleans()))

    @rule(data=st.data(), who=people, incident=incident_ids, name=names, units=st.lists(unit_ids, max_size=3))
    def divide(self, data, who, incident, name, units):
        bodies = (
            m.SetSector(incident, name, name, units[0] if units else ""),
            m.MoveToSector(incident, tuple(units), name),
            m.MoveToSector(incident, tuple(units), name),
            m.MoveToSector(incident, tuple(units), ""),
            m.EndSector(incident, name),
            m.SetStaging(incident, name, name, 25.0, 60.0),
            m.CheckIn(incident, name, units[0] if units else "from afar"),
            m.CheckOut(incident, units[0] if units else "from afar"),
            m.EndStaging(incident, name),
            m.LinkCordon(incident, name, data.draw(st.sampled_from(RINGS))),
            m.UnlinkCordon(incident, name),
        )
        self.ask(data.draw(st.sampled_from(bodies), "divided"), who, data)

    @rule(data=st.data(), who=people, incident=incident_ids, name=names, number=numbers)
    def count(self, data, who, incident, name, number):
        body = m.CountCasualties(incident, name, Triage(immediate=number, missing=1))
        self.ask(body, who, data, paper=data.draw(st.booleans()))

    @rule(data=st.data(), who=people, incident=incident_ids, starts=st.booleans(), reason=words)
    def call_roll(self, data, who, incident, starts, reason):
        self.ask(m.StartRollCall(incident) if starts else m.EndRollCall(incident, reason), who, data)

    @rule(data=st.data(), who=people, incident=incident_ids, kind=kinds, unit=unit_ids, name=names, missing=numbers)
    def answer(self, data, who, incident, kind, unit, name, missing):
        party = unit if kind == "unit" else name
        self.ask(m.AnswerRollCall(incident, party, kind, None, missing), who, data)

    @rule(data=st.data(), who=people, kind=kinds, unit=unit_ids, name=names, text=words)
    def resolve(self, data, who, kind, unit, name, text):
        party = unit if kind == "unit" else name
        outcome = data.draw(st.sampled_from(OUTCOMES))
        self.ask(m.ResolveMissing(1, party, outcome, text, kind), who, data)

    @rule(data=st.data())
    def answer_all(self, data):
        """Let everybody who has not answered say that all is well."""
        major = self.seats[0].state.majors.get(1)
        if major is not None and major.roll_call is not None and major.roll_call.ended_at is None:
            for party in major.roll_call.expected:
                self.ask(m.AnswerRollCall(1, party.id, party.kind), OPERATOR, data)

    @invariant()
    def folds(self) -> None:
        """See every eighth time that one fold equals many steps, and bytes come back."""
        self.steps += 1
        if self.steps % 8 == 0:
            self.folds_whole()

    @invariant()
    def majors_are_whole(self) -> None:
        state = self.engine.state
        for major in state.majors.values():
            in_sectors = [each for sector in open_sectors(major) for each in units_in(state, major, sector)]
            assert len(in_sectors) == len(set(in_sectors)), "a unit is in one sector at a time"
            waiting = [each.unit_id for staging in major.stagings for each in staging.units]
            assert len(waiting) == len(set(waiting)), "and waits in one place"
            assert [call.number for call in major.roll_calls] == list(range(1, len(major.roll_calls) + 1))
            assert all(call.ended_at is not None for call in major.roll_calls[:-1])
            assert all(not unheard(call) or call.end_reason for call in major.roll_calls if call.ended_at)
            places = [(each.place_kind, each.place) for each in counts_now(major)]
            assert len(places) == len(set(places))
            assert all(each.count > 0 for each in major.missing)
            assert len({(each.kind, each.party) for each in major.missing}) == len(major.missing)
            ticks = [(each.card_id, each.line_id) for each in major.ticks]
            assert len(ticks) == len(set(ticks))
            called = [unit for party in expected(state, major) for unit in party.unit_ids or (party.id,)]
            assert len(called) == len(set(called)), "nobody is called twice"

    @invariant()
    def nobody_is_closed_over(self) -> None:
        """See that only whoever is missing nobody is stood down and closed, and that what was said stays said."""
        before, state = self.majors_before, self.engine.state
        for number, was in before.majors.items():
            now = state.majors[number]
            if was.is_declared and not now.is_declared:
                assert not now.missing and (now.roll_call is None or now.roll_call.ended_at is not None)
            closed = state.incidents[number].stage is Stage.CLOSED
            if closed and before.incidents[number].stage is not Stage.CLOSED:
                assert not now.is_declared and not now.missing
            for name in ("said", "plans", "counts", "roles", "elapsed_calls"):
                assert getattr(now, name)[: len(getattr(was, name))] == getattr(was, name), name
            for call, same in zip(was.roll_calls, now.roll_calls, strict=False):
                assert same.answers[: len(call.answers)] == call.answers and same.expected == call.expected
        self.majors_before = state


AnyMajorButton.TestCase.settings = settings(
    max_examples=int(os.environ.get("OPSROOM_MACHINE_EXAMPLES", "20")),
    stateful_step_count=60,
    deadline=None,
    derandomize="OPSROOM_MACHINE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
TestAnyMajorButton = AnyMajorButton.TestCase
