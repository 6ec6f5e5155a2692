"""Records are split by priority and by what was sent, and alarms are found in them: what goes in is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from dispatch.redirects import NEVER, Redirects
from dispatch.sim.effects import shrunk
from dispatch.sim.fits import fit_times
from dispatch.sim.kinds import kinds_around, whole_kind
from dispatch.sim.records import Record, Records, Response, records_of_entries
from dispatch.sim.splitting import as_sent, by_priority
from dispatch.sim.telling import alarms_told, redirects_told
from dispatch.sim.waves import alarm_waves
from tests.dispatch.sim.sim_town import PLACES, START, ZONES
from tests.dispatch.sim.test_policies import line
from tests.dispatch.sim.test_wants import TWO

WORLD = replace(line([("A1", 0), ("A2", 5), ("A3", 9), ("A4", 10)], priority_of={"call": 1}), cards=TWO)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def sent(unit_id: str, dispatched: float, **instants: float) -> Response:
    return Response(unit_id, {name: at(each) for name, each in {"dispatched": dispatched, **instants}.items()})


def records(*incidents: Record) -> Records:
    return Records(incidents, WORLD.roster, WORLD.cards, "UTC")


def call(*responses: Response, priority: int = 1, **more: object) -> Record:
    lon, lat = PLACES[4].tolist()
    return Record("call", lon, lat, at(0), at(0), responses, priority, **more)  # type: ignore[arg-type]


def test_a_kind_with_several_priorities_is_one_kind_for_each() -> None:
    found = by_priority(records(call(priority=2), call(priority=3), call(priority=2)))
    assert [each.kind for each in found.incidents] == ["call/priority_2", "call/priority_3", "call/priority_2"]
    assert {card.kind: card.priority for card in found.cards.cards} == {
        "call": 1, "call/priority_2": 2, "call/priority_3": 3,
    }  # fmt: skip
    assert by_priority(records(call(), call())).incidents == (call(), call())
    both = as_sent(by_priority(records(call(sent("A1", 9), priority=2), call(priority=3))))
    assert kinds_around(both.incidents[0].kind) == (
        "call/priority_2/1_ambulance.d", "call/priority_2", "call",
    )  # fmt: skip
    assert whole_kind(both.incidents[0].kind) == "call"


def test_an_alarm_is_where_several_were_sent_together_later() -> None:
    instants = [at(0), at(5), at(200), at(900), at(902), at(903), at(1500), at(1501)]
    assert alarm_waves(instants, 1) == ()
    assert alarm_waves(instants, 2) == (at(900),)
    assert alarm_waves(instants, 3) == (at(900), at(1500))
    assert alarm_waves(instants, 5) == (at(900), at(1500))  # the rest was there from the beginning
    assert alarm_waves([at(0), at(300)], 2) == ()


def test_what_came_with_a_later_alarm_is_asked_for_when_it_is_raised() -> None:
    fire = call(sent("A1", 10), sent("A2", 400), sent("A3", 910), sent("A4", 912), raised_at=(at(910),))
    found = as_sent(records(fire))
    card = next(card for card in found.cards.cards if card.kind == found.incidents[0].kind)
    assert [(need.count, need.level) for need in card.needs] == [(2, 1), (2, 2)]
    assert found.incidents[0].alarm_level == 2 and card.max_level == 2
    times = fit_times(records(fire), ZONES).times
    assert times.alarm.usual.pick(0.5) == 900.0
    assert alarms_told(records(fire, call()))[0].startswith("the alarm was raised at 1 of 2")
    assert alarms_told(records(call())) == ()


def test_the_log_says_itself_when_an_alarm_was_raised() -> None:
    from dispatch.sim.draws import Draws
    from dispatch.sim.lasting import Fixed, Lastings
    from dispatch.sim.packed_log import SimulationLog
    from dispatch.sim.policies import ClosestIdle
    from dispatch.sim.posts import Home
    from dispatch.sim.run import Run
    from tests.dispatch.sim.sim_town import TIMES, WORLD, arrivals

    told = arrivals(3.0)
    told = replace(told, alarm=np.full(len(told), 2))
    times = replace(TIMES, alarm=Lastings(Fixed(333.0)))
    run = Run(WORLD, told, times, ClosestIdle(), Home(), Draws(1), SimulationLog(), start_at=START)
    run.finish(6 * 3600.0)
    found = [each for each in records_of_entries(run.desk.log.read()).incidents if each.raised_at]
    assert {each.kind for each in found} <= {card.kind for card in WORLD.cards.cards if card.max_level > 1}
    assert max((each.raised_at[0] - each.first_sent_at).total_seconds() for each in found if each.first_sent_at) == 333


def test_one_sent_in_the_place_of_another_is_neither_later_nor_cancelled() -> None:
    swap = call(sent("A1", 10, available=400), sent("A2", 405, on_scene=800, available=900))
    both = call(sent("A1", 10, on_scene=99, available=400), sent("A2", 405, on_scene=800, available=900))
    times = fit_times(records(*[swap] * 30, *[both] * 10), ZONES).times
    assert times.is_exchanged.of("call", "ambulance") == 0.75
    assert times.exchanged.usual.pick(0.5) == 395.0
    assert times.is_cancelled.of("call", "ambulance") == 0.0


def test_groups_differ_by_what_chance_does_not_explain() -> None:
    random = np.random.default_rng(4)
    true = {name: random.normal(0.0, 0.3) for name in range(40)}
    groups = {name: random.normal(mean, 1.0, 25).tolist() for name, mean in true.items()}
    found = shrunk(groups)
    raw = {name: float(np.mean(values)) for name, values in groups.items()}

    def wrong(guess: dict[int, float]) -> float:
        return sum((guess[name] - mean) ** 2 for name, mean in true.items())

    assert wrong(found) < 0.8 * wrong(raw) and wrong(found) < 0.7 * wrong(dict.fromkeys(true, 0.0))
    alike = {name: random.normal(0.0, 1.0, 400).tolist() for name in range(8)}
    assert all(abs(each) < 0.06 for each in shrunk(alike).values())
    assert shrunk({"a": [1.0, 2.0]}) == {} and shrunk({}) == {}


def test_rules_that_cannot_apply_are_said() -> None:
    shipped = Redirects(120.0, 30.0, 60.0, frozenset({(2, 1), (3, 1), (4, 1), (4, 2)}))
    assert "priority 2 and 3" in redirects_told(shipped, {2, 3})[0]
    assert "[from] 3 = [2]" in redirects_told(shipped, {2, 3})[0]
    assert redirects_told(shipped, {2, 4}) == ()
    assert "nobody is redirected" in redirects_told(NEVER, {1, 2, 3})[0]
