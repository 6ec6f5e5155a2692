"""Any button of charges, hand-overs and queues in any order, at many seats, with old knowledge."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dispatch import account_commands as a
from dispatch import commands as c
from dispatch import desk_commands as d
from dispatch.access import may
from dispatch.charge import HANDED_OVER, TAKEN_OVER
from dispatch.charges import is_in_charge, is_there, offered_to
from dispatch.checkpoint import decode_state, encode_state
from dispatch.commands import Body, Command, Who
from dispatch.desk_events import IncidentTaken
from dispatch.engine import Engine
from dispatch.log_memory import MemoryLog
from dispatch.queues import queue_of
from dispatch.refused import Refused
from dispatch.state import State, fold
from tests.dispatch.account_town import CONSOLE, ROOT, SECRET
from tests.dispatch.town import START, crossing, opening

DESK = ("anna", "bela", "cleo")
SEATS = ("seat-1", "seat-2", "seat-3")
people = st.sampled_from([Who(name, role, "", seat) for name, seat in zip(DESK, SEATS, strict=True)
                          for role in ("dispatcher", "supervisor")])  # fmt: skip
odd = st.builds(
    Who, st.sampled_from(DESK), st.sampled_from(["operator", "supervisor", "observer"]), st.just(""),
    st.sampled_from(SEATS),
)  # fmt: skip
incidents = st.sampled_from([1, 1, 1, 2, 2, 3, 99])
seats = st.sampled_from(["", *SEATS, "seat-9"])
actors = st.sampled_from(["", "", *DESK, "nobody"])
reasons = st.sampled_from(["", "", "why not"])
departments = st.lists(st.sampled_from(["fire", "water", "navy"]), max_size=2).map(tuple)


class AnyDeskButton(RuleBasedStateMachine):
    """Two engines on one log; half of the runs know who is who."""

    def __init__(self) -> None:
        super().__init__()
        self.log = MemoryLog()
        self.engines = [Engine(self.log, clock=lambda: START) for _ in range(2)]
        self.asked = 0

    @initialize(knows=st.booleans())
    def open(self, knows: bool) -> None:
        first = self.engines[0]
        for command in opening():
            first.do(command)
        for kind in ("structure_fire", "burst_water_main"):
            first.do(Command(f"report {kind}", START, Who("x"), c.ReportIncident(kind, crossing(1, 1))))
        if knows:
            made = a.AddFirstAdministrator("root", "Root", secret_id=SECRET)
            first.do(Command("first", START, CONSOLE, made))
            first.do(Command("in", START, ROOT, a.SignIn("root", "administrator")))
            for name, seat in zip(DESK, SEATS, strict=True):
                roles = ("dispatcher", "supervisor", "operator", "observer")
                first.do(Command(f"add {name}", START, ROOT, a.AddAccount(name, name, roles, "", SECRET)))
                who = Who(name, "dispatcher", "", seat)
                first.do(Command(f"in {name}", START, who, a.SignIn(name, "dispatcher")))

    def ask(self, body: Body, data: st.DataObject) -> None:
        engine = data.draw(st.sampled_from(self.engines), "engine")
        who = data.draw(st.one_of(people, people, odd), "who")
        seen = max(0, self.log.head - data.draw(st.sampled_from([0, 0, 1, 4]), "unseen"))
        self.asked += 1
        engine.catch_up()
        before = engine.state
        try:
            entry = engine.do(Command(f"command {self.asked}", START, who, body, seen))
        except Refused as refused:
            assert refused.code != "not_allowed" or not may(who.role, type(body))
            assert engine.state.charges == before.charges and engine.state.queues == before.queues
            return
        for event in entry.events if entry is not None else ():
            if isinstance(event, IncidentTaken):
                self.see_taken(event, who, before, engine.state)

    def see_taken(self, event: IncidentTaken, who: Who, before: State, after: State) -> None:
        """Nobody loses an incident while they are there, but by a reason or by their own offer, or an overseer's."""
        was, now = before.charges.get(event.incident_id), after.charges[event.incident_id]
        assert (now.actor, now.seat, now.offer) == (who.actor, who.seat, None)
        if was is None or not was.is_held:
            return
        assert (event.from_actor, event.from_seat) == (was.actor, was.seat)
        if event.way == HANDED_OVER:
            assert was.offer is not None and was.offer.is_for(who)
        elif event.way == TAKEN_OVER:
            assert event.reason.strip()
        else:
            assert is_in_charge(before, was, who) or not is_there(before, was)

    @rule(data=st.data(), incident=incidents, reason=reasons)
    def take(self, data: st.DataObject, incident: int, reason: str) -> None:
        self.ask(d.TakeIncident(incident, reason), data)

    @rule(data=st.data(), seat=seats)
    def take_offered(self, data: st.DataObject, seat: str) -> None:
        self.ask(d.TakeOffered(seat), data)

    @rule(data=st.data(), incident=incidents, seat=seats, actor=actors, note=reasons)
    def offer(self, data: st.DataObject, incident: int, seat: str, actor: str, note: str) -> None:
        before = self.engines[0].state
        self.ask(d.HandOverIncident(incident, seat, actor, note), data)
        self.engines[0].catch_up()
        held = before.charges.get(incident)
        now = self.engines[0].state.charges.get(incident)
        if held is not None and held.is_held:
            assert now is not None and (now.actor, now.seat) == (held.actor, held.seat), "the giver keeps it"

    @rule(data=st.data(), seat=seats, actor=actors, source=seats)
    def offer_all(self, data: st.DataObject, seat: str, actor: str, source: str) -> None:
        self.ask(d.HandOverAll(seat, actor, "", source), data)

    @rule(data=st.data(), incident=incidents, reason=reasons, body=st.sampled_from(
        [d.DeclineHandOver, d.WithdrawHandOver, d.GiveUpIncident]))  # fmt: skip
    def end(self, data: st.DataObject, incident: int, reason: str, body: type) -> None:
        self.ask(body(incident, reason), data)

    @rule(data=st.data(), seat=seats, named=departments)
    def queue(self, data: st.DataObject, seat: str, named: tuple[str, ...]) -> None:
        self.ask(d.SetQueue(seat, named), data)

    @rule(data=st.data(), incident=incidents)
    def close_or_open(self, data: st.DataObject, incident: int) -> None:
        known = self.engines[0].state.incidents.get(incident)
        is_open = incident in self.engines[0].state.open_incidents
        ending = "extinguished" if known is not None and known.kind == "structure_fire" else "repaired"
        self.ask(c.CloseIncident(incident, ending) if is_open else c.ReopenIncident(incident, "smoke"), data)

    @rule(data=st.data(), signs_in=st.booleans())
    def session(self, data: st.DataObject, signs_in: bool) -> None:
        name, seat = data.draw(st.sampled_from(list(zip(DESK, SEATS, strict=True))))
        if not len(self.engines[0].state.accounts):
            return
        who = Who(name, data.draw(st.sampled_from(["dispatcher", "supervisor"])), "", seat)
        self.asked += 1
        try:
            body = a.SignIn(name, who.role) if signs_in else a.SignOut()
            self.engines[0].do(Command(f"session {self.asked}", START, who, body))
        except Refused as refused:
            assert refused.code in ("not_signed_in", "role_not_held")

    @invariant()
    def charges_are_of_what_is_open_and_say_something(self) -> None:
        state = self.engines[0].state
        assert set(state.charges) <= set(state.open_incidents)
        for number, charge in state.charges.items():
            assert charge.incident_id == number and (charge.is_held or charge.offer is not None)
            assert charge.is_held == bool(charge.actor) == (charge.since is not None)
            if charge.offer is not None:
                to = Who(charge.offer.to_actor or "x", "dispatcher", "", charge.offer.to_seat or "x")
                assert charge in offered_to(state, to)
        for seat, queue in state.queues.items():
            assert queue.seat == seat and (queue.departments or queue.areas)
            assert set(queue.departments) <= set(state.departments)

    @invariant()
    def everything_open_is_shown_to_whoever_is_alone(self) -> None:
        state = self.engines[0].state
        for seat in SEATS:
            shown = {each.work.id for each in queue_of(state, seat, is_there=seat.__eq__)}
            assert shown == set(state.open_incidents)

    @invariant()
    def folds(self) -> None:
        for engine in self.engines:
            engine.catch_up()
        state = self.engines[0].state
        assert fold(State(), self.log.read()) == state == self.engines[1].state
        assert decode_state(encode_state(state)) == state


AnyDeskButton.TestCase.settings = settings(
    max_examples=int(os.environ.get("OPSROOM_MACHINE_EXAMPLES", "20")),
    stateful_step_count=40,
    deadline=None,
    derandomize="OPSROOM_MACHINE_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
TestAnyDeskButton = AnyDeskButton.TestCase
