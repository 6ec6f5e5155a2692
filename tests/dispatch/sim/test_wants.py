"""What is asked for later, who is called off, who is off duty: as it was put in, to the second."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.events import AlarmRaised, StatusReported, UnitAssigned
from dispatch.runcard import Need, RunCard, RunCards
from dispatch.sim.draws import Draws
from dispatch.sim.lasting import Drive, Empirical, Fixed, Lastings, Shares, Times, bound, further
from dispatch.sim.packed_log import SimulationLog
from dispatch.sim.policies import ClosestIdle, JointPlan, Sending
from dispatch.sim.posts import Home
from dispatch.sim.run import Run, World
from resources.status import Status
from tests.dispatch.sim.sim_town import START
from tests.dispatch.sim.test_policies import EXACT, at_places, events_of, line

TWO = RunCards((RunCard("call", "Call", "x", 1, "emergency", (Need("a", ("ambulance",), 2),)),))


def played(world: World, times: Times, told: list[tuple[float, str, int]], sending: Sending | None = None) -> Run:
    run = Run(
        world,
        at_places(world, told),
        times,
        sending or ClosestIdle(),
        Home(),
        Draws(1),
        SimulationLog(),
        start_at=START,
    )
    run.finish(14_400.0)
    return run


def seconds(run: Run, name: str) -> list[float]:
    return (run.tally.table("responses")[name] / 1000).tolist()


@pytest.mark.parametrize("sending", [ClosestIdle, JointPlan])
def test_a_further_unit_is_asked_for_as_much_later_as_records_say(sending: type[Sending]) -> None:
    world = replace(line([("A1", 2), ("A2", 9)], priority_of={"call": 1}), cards=TWO)
    later = Lastings(Fixed(0.0), {("call", further("ambulance"), -1): Fixed(300.0)})
    run = played(world, replace(EXACT, later=later), [(100.0, "call", 5)], sending())
    assert seconds(run, "assigned") == [100.0, 400.0] and seconds(run, "slot") == [0.0, 0.001]
    # The first has left long before this one is asked for: the incident waits for it all the same.
    late = Lastings(Fixed(0.0), {("call", further("ambulance"), -1): Fixed(5_000.0)})
    run = played(world, replace(EXACT, later=late), [(100.0, "call", 5)], sending())
    assert seconds(run, "assigned") == [100.0, 5_100.0]
    assert run.tally.table("incidents")["closed"][0] > 5_100_000 and not run.desk.refused


def test_the_first_unit_is_asked_for_at_once_whatever_is_drawn() -> None:
    world = replace(line([("A1", 2), ("A2", 9)], priority_of={"call": 1}), cards=TWO)
    later = Lastings(Fixed(50.0), {("call", further("ambulance"), -1): Fixed(80.0)})
    run = played(world, replace(EXACT, later=later), [(100.0, "call", 5)])
    assert seconds(run, "assigned") == [100.0, 130.0]


def test_the_only_unit_called_off_ends_its_incident_and_never_arrives() -> None:
    world = line([("A1", 2)], priority_of={"call": 1})
    times = replace(EXACT, is_called_off=Shares(1.0), cancelled=Lastings(Fixed(900.0)))
    run = played(world, times, [(100.0, "call", 5)])
    # It would have been there after 210 s: who is called off in the record was never there.
    assert seconds(run, "arrived") == [-0.001] and seconds(run, "ended") == [1_000.0]
    assert run.tally.table("incidents")["closed"][0] == 1_000_000 and not run.desk.state.open_incidents


def test_an_incident_called_off_sends_everybody_back() -> None:
    world = replace(line([("A1", 2), ("A2", 9)], priority_of={"call": 1}), cards=TWO)
    times = replace(EXACT, is_called_off=Shares(1.0), cancelled=Lastings(Fixed(60.0)))
    run = played(world, times, [(100.0, "call", 5)])
    assert seconds(run, "arrived") == [-0.001, -0.001] and seconds(run, "ended") == [160.0, 160.0]
    assert not run.desk.state.open_incidents and not run.desk.refused


def test_who_would_be_the_first_arrives_and_another_is_sent_back_in_its_stead() -> None:
    card = RunCard("call", "Call", "x", 1, "emergency", (Need("e", ("engine",)), Need("a", ("ambulance",))))
    world = line([("A1", 4), ("A2", 9)], priority_of={"call": 1})
    units = (replace(world.roster.units[0], capabilities=("engine",)), world.roster.units[1])
    world = replace(world, cards=RunCards((card,)), roster=replace(world.roster, units=units))
    shares = Shares(0.0, {("call", "engine"): 1.0, ("call", "ambulance"): 0.0})
    times = replace(EXACT, is_cancelled=shares, cancelled=Lastings(Fixed(150.0)))
    run = played(world, times, [(100.0, "call", 5)])
    assert seconds(run, "arrived") == [190.0, -0.001] and seconds(run, "ended")[1] == 250.0
    # One that is not the first is sent back itself, though it could have been there before that.
    times = replace(times, cancelled=Lastings(Fixed(400.0)), travel={"engine": Drive(5.0), "": Drive()})
    run = played(world, times, [(100.0, "call", 5)])
    assert seconds(run, "arrived") == [-0.001, 370.0] and seconds(run, "ended")[0] == 500.0 and not run.desk.refused


@pytest.mark.parametrize("sending", [ClosestIdle, JointPlan])
def test_a_unit_is_sent_in_the_place_of_another_that_never_arrives(sending: type[Sending]) -> None:
    world = replace(line([("A1", 2), ("A2", 9)], priority_of={"call": 1}), cards=TWO)
    times = replace(EXACT, later=Lastings(Fixed(0.0)), is_exchanged=Shares(1.0), exchanged=Lastings(Fixed(400.0)))
    run = played(world, times, [(100.0, "call", 5)], sending())
    # A1 could have been there at 310 s: who is exchanged never was. A2 goes at 500 s, and A1 is free at that moment.
    assert seconds(run, "assigned") == [100.0, 500.0] and seconds(run, "arrived") == [-0.001, 770.0]
    assert seconds(run, "ended")[0] == 500.0 and not run.desk.refused and not run.desk.state.open_incidents


def test_who_should_be_exchanged_goes_on_where_nobody_else_is_free() -> None:
    world = replace(line([("A1", 2)], priority_of={"call": 1}), cards=TWO)
    times = replace(EXACT, later=Lastings(Fixed(0.0)), is_exchanged=Shares(1.0), exchanged=Lastings(Fixed(400.0)))
    run = played(world, times, [(100.0, "call", 5)])
    assert seconds(run, "arrived")[0] == 500.0 and not run.desk.refused


def test_nobody_is_exchanged_where_the_first_was_not_sent_yet() -> None:
    world = replace(line([("A1", 2), ("A2", 9)], priority_of={"call": 1}), cards=TWO)
    world = replace(world, duty={"A1": ((1_000.0, 9_000.0),), "A2": ((1_100.0, 9_000.0),)})
    times = replace(EXACT, later=Lastings(Fixed(0.0)), is_exchanged=Shares(1.0), exchanged=Lastings(Fixed(400.0)))
    run = played(world, times, [(100.0, "call", 5)])
    assert seconds(run, "assigned") == [1_000.0, 1_100.0] and min(seconds(run, "arrived")) > 1_000.0
    assert not run.desk.refused and not run.desk.state.open_incidents


@pytest.mark.parametrize("sending", [ClosestIdle, JointPlan])
def test_an_alarm_is_raised_through_the_desk_and_sends_what_its_card_adds(sending: type[Sending]) -> None:
    needs = (Need("a", ("ambulance",)), Need("b", ("ambulance",), level=2), Need("c", ("ambulance",), level=3))
    card = RunCard("call", "Call", "x", 1, "emergency", needs)
    units = [("A1", 2), ("A2", 9), ("A3", 10)]
    world = replace(line(units, priority_of={"call": 1}), cards=RunCards((card,)))
    times = replace(EXACT, alarm=Lastings(Fixed(300.0)))

    def sent(level: int) -> tuple[list[float], list[tuple[float, int]]]:
        told = replace(at_places(world, [(100.0, "call", 5)]), alarm=np.array([level]))
        run = Run(world, told, times, sending(), Home(), Draws(1), SimulationLog(), start_at=START)
        run.finish(14_400.0)
        assert not run.desk.refused and not run.desk.state.open_incidents
        raised = [
            ((entry.occurred_at - START).total_seconds(), event.alarm_level)
            for entry in run.desk.log.read()
            for event in entry.events
            if isinstance(event, AlarmRaised)
        ]
        return seconds(run, "assigned"), raised

    assert sent(1) == ([100.0], [])
    assert sent(2) == ([100.0, 400.0], [(400.0, 2)])
    assert sent(9) == ([100.0, 400.0, 700.0], [(400.0, 2), (700.0, 3)])  # as far as the card knows levels


def test_the_last_of_several_goes_on() -> None:
    world = replace(line([("A1", 2), ("A2", 9)], priority_of={"call": 1}), cards=TWO)
    times = replace(EXACT, is_cancelled=Shares(1.0), cancelled=Lastings(Fixed(60.0)))
    run = played(world, times, [(100.0, "call", 5)])
    arrived = seconds(run, "arrived")
    assert sum(each >= 0 for each in arrived) == 1
    assert run.tally.table("incidents")["arrived"][0] == max(arrived) * 1000


def test_who_is_off_duty_is_not_sent_and_goes_only_when_free() -> None:
    world = line([("A1", 5), ("A2", 9)], priority_of={"call": 1})
    world = replace(world, duty={"A1": ((1_000.0, 2_000.0),)})
    run = played(world, EXACT, [(100.0, "call", 5), (1_100.0, "call", 5), (1_990.0, "call", 5), (4_000.0, "call", 5)])
    sent = [event.unit_id for event in events_of(run, UnitAssigned)]  # type: ignore[attr-defined]
    assert sent == ["A2", "A1", "A1", "A2"]
    off = [
        (entry.occurred_at - run.clock.start_at).total_seconds()
        for entry in run.desk.log.read()
        for event in entry.events
        if isinstance(event, StatusReported) and event.status is Status.OUT_OF_SERVICE
    ]
    assert off[0] == 0.0 and off[1] > 2_500.0 and len(off) == 2  # it worked until its incident was over
    assert not run.desk.refused


def test_drives_to_one_incident_are_alike_as_much_as_is_said() -> None:
    random = np.random.default_rng(5)
    one, other, common = random.random((3, 4_000))
    assert [bound(0.3, 0.9, 0.0), bound(0.3, 0.9, 1.0)] == [0.3, pytest.approx(0.9)]
    both = [[bound(u, c, 0.4) for u, c in zip(own, common, strict=True)] for own in (one, other)]
    assert np.corrcoef(both)[0, 1] == pytest.approx(0.39, abs=0.05)
    assert np.quantile(both[0], [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.03)
    with pytest.raises(ValueError, match="no share"):
        bound(0.5, 0.5, 1.5)


def test_a_split_kind_has_the_times_of_its_whole_kind_where_it_has_none() -> None:
    table = Lastings(Fixed(1.0), {("fire", "engine", -1): Fixed(2.0), ("fire/2", "engine", -1): Fixed(3.0)})
    assert [table.of(kind, "engine", 5) for kind in ("fire", "fire/2", "fire/3")] == [
        Fixed(2.0),
        Fixed(3.0),
        Fixed(2.0),
    ]
    times = Times(travel={"": Drive(2.0)}, travel_by={("fire", "engine"): Drive(3.0)})
    assert [times.drive("engine", kind).factor for kind in ("fire/9", "flood", "")] == [3.0, 2.0, 2.0]
    assert Shares(0.1, {("fire", "engine"): 0.5}).of("fire/2", "engine") == 0.5


def test_a_drive_scatters_as_records_did() -> None:
    drive = Drive(2.0, 1.0, 0.3, 5.0, (0.5, 1.0, 3.0))
    assert [drive.pick(u, 100.0) for u in (0.0, 0.5, 1.0)] == [100.0, 200.0, 600.0]
    assert drive.pick(0.75, 100.0) == Empirical((0.5, 1.0, 3.0)).pick(0.75) * 200.0
