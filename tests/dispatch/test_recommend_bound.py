"""Who should go where units hang together: as good as trying everything, with a reason for everybody."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map

from dispatch.recommend import recommend_for
from dispatch.recommendation import Recommendation
from dispatch.runcard import Need, RunCard
from dispatch.state import State, UnitState
from dispatch.travels import Start
from resources.status import Status
from resources.unit import Roster, TaskForce, Turnout, Unit
from tests.dispatch.everything import Sent, best_of_all, senders, worth_of
from tests.dispatch.town import START, STEP_LAT, STEP_LON, crossing
from tests.dispatch.town_roads import TownRoads

HERE = crossing(1, 1)
WORDS = ("engine", "ladder", "patrol")


def town(units: list[Unit], needs: tuple[Need, ...], forces: tuple[TaskForce, ...] = ()) -> State:
    """Return a state in which these units are free and a thing of kind `x` needs these needs."""
    card = RunCard("x", "X", "g", 1, "emergency", needs)
    states = {unit.id: UnitState(unit, Status.AVAILABLE, START) for unit in units}
    roster = Roster(units=tuple(units), task_forces=forces)
    return State(cards=Map({"x": card}), units=Map(states), turnouts=Map({"t": Turnout("t", 0, 0)}), roster=roster)


def unit(name: str, able: str, east: int = 0, north: int = 0, **more: object) -> Unit:
    place = {"lon": 25 + east * STEP_LON, "lat": 60 + north * STEP_LAT, "turnout": "t", "crew": 4, "station": ""}
    return Unit(id=name, department="d", capabilities=tuple(able.split()), **{**place, **more})  # type: ignore[arg-type]


def ask(state: State) -> Recommendation:
    return recommend_for(state, {}, TownRoads(), kind="x", location=HERE, at=START)


def sent(answer: Recommendation) -> dict[str, tuple[str, ...]]:
    return {row.unit_id: (row.need_id, *row.also) for row in answer.chosen}


def passed(answer: Recommendation) -> dict[str, str]:
    return {row.unit_id: row.reason.code for row in answer.passed}


def everything(state: State) -> list[Sent]:
    free = {
        name: round((TownRoads().travel_s(Start(name, each.unit.lon, each.unit.lat), HERE.lon, HERE.lat) + 5) * 1000)
        for name, each in state.units.items()
        if each.status is Status.AVAILABLE
    }
    return senders(state, free)


@st.composite
def towns(draw: st.DrawFn) -> State:
    """Draw up to six units at three stations, some of one crew or one force, and a card of up to four places."""
    units = [
        unit(
            f"U{number}",
            " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))),
            draw(st.integers(0, 2)),
            draw(st.integers(0, 1)),
            station=draw(st.sampled_from(("", "s1", "s2"))),
            officers=draw(st.integers(0, 1)),
            cross_staffed=draw(st.sampled_from(("", "", "", "house"))),
            equipment=draw(st.sampled_from(((), ("foam",)))),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    forces = []
    if len(units) > 1 and draw(st.booleans()):
        names = [each.id for each in units]
        members = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3, unique=True))
        forces.append(TaskForce("TF", tuple(members), (draw(st.sampled_from((*WORDS, "strike_team"))),)))
    needs, places = [], 0
    for number in range(draw(st.integers(1, 3))):
        any_of = draw(st.lists(st.sampled_from((*WORDS, "strike_team")), min_size=1, max_size=2, unique=True))
        count = draw(st.integers(1, 2)) if places < 3 else 1
        places += count
        needs.append(
            Need(
                f"n{number}",
                tuple(any_of),
                count,
                optional=draw(st.booleans()),
                equipment=draw(st.sampled_from(((), (), ("foam",)))),
                officers=draw(st.sampled_from((0, 0, 1, 2))),
                shared=draw(st.sampled_from((False, False, True))),
                same_station=draw(st.sampled_from(("", "", "one"))),
            )
        )
    return town(units, tuple(needs), tuple(forces))


@settings(max_examples=120, deadline=None)
@given(towns())
def test_equal_to_trying_everything_where_units_hang_together(state: State) -> None:
    answer, things, needs = ask(state), everything(state), list(state.cards["x"].needs)
    assert answer.is_optimal
    assert worth_of(answer, needs, things) == best_of_all(needs, things)
    missing = sum(gap.missing for gap in answer.unmet)
    going = {row.task_force or row.unit_id: (row.need_id, *row.also) for row in answer.chosen}
    assert missing == sum(need.count for need in needs) - sum(map(len, going.values()))
    assert ask(replace(state, units=Map(dict(sorted(state.units.items(), reverse=True))))) == answer
    named = {row.unit_id for row in answer.passed} | {row.unit_id for row in answer.chosen}
    assert set(state.units) <= named
    assert not {row.unit_id for row in answer.passed} & {row.unit_id for row in answer.chosen}


CONES = Need("cones", ("traffic_cones",), shared=True)


def test_a_shared_need_is_filled_by_a_unit_that_goes_anyway() -> None:
    units = [unit("E1", "engine traffic_cones"), unit("U1", "traffic_cones", 1, 1)]
    answer = ask(town(units, (Need("engine", ("engine",)), CONES)))
    assert sent(answer) == {"E1": ("engine", "cones")}
    assert answer.unmet == ()
    assert passed(answer) == {"U1": "serves_less"}


def test_a_shared_need_gets_a_unit_of_its_own_where_nobody_else_can() -> None:
    units = [unit("E1", "engine"), unit("U1", "traffic_cones", 1, 1)]
    assert sent(ask(town(units, (Need("engine", ("engine",)), CONES)))) == {"E1": ("engine",), "U1": ("cones",)}


def test_an_officer_is_among_those_who_go_or_is_said_to_be_missing() -> None:
    needs = (Need("engine", ("engine",), 2, officers=1),)
    units = [unit("E1", "engine", 1, 1), unit("E2", "engine", 0, 1), unit("E3", "engine", 0, 0, officers=1)]
    answer = ask(town(units, needs))
    assert set(sent(answer)) == {"E1", "E3"}
    assert passed(answer) == {"E2": "lacks_officer"}
    reasons = {row.unit_id: row.reason for row in answer.chosen}
    assert reasons["E3"].code == "officer_needed" and dict(reasons["E3"].parameters)["unit"] == "E2"
    short = ask(town(units[:2], needs))
    assert set(sent(short)) == {"E1", "E2"}
    [gap] = short.unmet
    assert (gap.missing, gap.reason.code, dict(gap.reason.parameters)) == (0, "no_officer", {"wanted": 1, "missing": 1})


def test_all_come_from_one_station_where_the_card_says_so() -> None:
    needs = (Need("engine", ("engine",), same_station="crew"), Need("ladder", ("ladder",), same_station="crew"))
    units = [
        unit("E1", "engine", 1, 1, station="north"),
        unit("E2", "engine", 0, 0, station="south"),
        unit("L2", "ladder", 0, 0, station="south"),
    ]
    answer = ask(town(units, needs))
    assert set(sent(answer)) == {"E2", "L2"}
    assert {row.unit_id: row.reason.code for row in answer.chosen}["E2"] == "one_station"
    [e1] = answer.passed
    assert (e1.reason.code, dict(e1.reason.parameters)) == ("other_station", {"station": "south"})
    apart = ask(town([units[0], replace(units[2], station="west")], needs))
    [gap] = apart.unmet
    assert gap.reason.code == "one_station_cannot"


def test_one_crew_goes_with_one_of_its_vehicles_only() -> None:
    needs = (Need("engine", ("engine",)), Need("ladder", ("ladder",)))
    units = [unit("E1", "engine", 1, 1, cross_staffed="house"), unit("L1", "ladder", 1, 1, cross_staffed="house")]
    answer = ask(town([*units, unit("E2", "engine")], needs))
    assert sent(answer) == {"E2": ("engine",), "L1": ("ladder",)}
    assert passed(answer) == {"E1": "crew_goes_with"}
    assert {row.unit_id: row.reason.code for row in answer.chosen}["E2"] == "crew_goes"
    [gap] = ask(town(units, needs)).unmet
    assert gap.reason.code == "crew_away"


def test_a_task_force_goes_as_one_and_is_there_with_its_slowest() -> None:
    force = TaskForce("TF1", ("E1", "T1"), ("strike_team",))
    units = [unit("E1", "engine", 1, 1), unit("T1", "tanker", 0, 0), unit("L1", "ladder", 0, 1)]
    needs = (Need("team", ("strike_team",)),)
    answer = ask(town(units, needs, (force,)))
    assert [(row.unit_id, row.need_id, row.task_force) for row in answer.chosen] == [
        ("E1", "team", "TF1"),
        ("T1", "team", "TF1"),
    ]
    assert answer.unmet == () and passed(answer) == {"L1": "wrong_capability"}
    assert {path.unit_id for path in answer.paths} == {"E1", "T1"}
    busy = town(units, needs, (force,))
    gone = replace(busy.units["T1"], status=Status.OUT_OF_SERVICE)
    answer = ask(replace(busy, units=busy.units.set("T1", gone)))
    assert answer.chosen == ()
    [gap] = answer.unmet
    assert gap.reason.code == "force_incomplete"
    [row] = [row for row in answer.passed if row.unit_id == "TF1"]
    assert dict(row.reason.parameters) == {"unit": "T1"}


def test_every_unit_of_a_need_carries_what_is_asked_for() -> None:
    units = [unit("E1", "engine", 1, 1), unit("E2", "engine", equipment=("foam", "cutter"))]
    answer = ask(town(units, (Need("foam", ("engine",), equipment=("foam",)),)))
    assert sent(answer) == {"E2": ("foam",)}
    assert passed(answer) == {"E1": "lacks_equipment"}
    [gap] = ask(town(units[:1], (Need("foam", ("engine",), equipment=("foam",)),))).unmet
    assert gap.reason.code == "lacks_equipment"


def test_out_of_time_the_needs_are_served_in_turn_and_that_is_said() -> None:
    from dispatch.candidates import find_candidates
    from dispatch.outcome import choose
    from dispatch.recommendation import Eta

    state = town([unit("E1", "engine traffic_cones"), unit("U1", "traffic_cones")], (Need("e", ("engine",)), CONES))
    needs = state.cards["x"].needs
    field = find_candidates(state, {}, needs, (), incident_id=None, at=START)
    outcome = choose(needs, field, (Eta(0, 60), Eta(0, 30)), limit_s=-1.0)
    assert not outcome.is_optimal
    assert [len(columns) for columns in outcome.fills] == [1, 1]


def test_of_equally_good_answers_for_the_required_needs_the_optional_ones_get_theirs() -> None:
    """E1 and E2 stand side by side; only E1 could be the ladder as well."""
    needs = (Need("engine", ("engine",)), Need("ladder", ("ladder",), optional=True))
    answer = ask(town([unit("E1", "engine ladder"), unit("E2", "engine")], needs))
    assert sent(answer) == {"E2": ("engine",), "E1": ("ladder",)}
