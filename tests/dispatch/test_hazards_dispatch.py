"""What a dispatch must survive, line by line: hazards 37 to 40, and 10 and 33 where they decide who goes.

Two banks of a river are joined by two bridges; a third bridge leads to an island. Streets are 100 m apart and driven at
10 m a second, so that every time can be told by hand.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from immutables import Map

from dispatch.commands import AssignUnits, Choice, HoldUnit, ReportIncident, ReportStatus
from dispatch.ground import Ground
from dispatch.incident import Closure, Incident, Location, Stage
from dispatch.plan import Plan, order_of, plan
from dispatch.recommend import recommend, recommend_for, why_not
from dispatch.recommendation import Recommendation
from dispatch.redirecting import plan_redirecting
from dispatch.redirects import Redirects
from dispatch.runcard import Need, RunCard
from dispatch.state import State, UnitState
from gis.city import City
from gis.network_build import build_from_osm
from gis.roads import RoadNetwork, RoadsError
from resources.fixes import Fixes, Verdict
from resources.position import Fix
from resources.status import Status
from resources.unit import Turnout, Unit
from tests.dispatch.story import Story
from tests.dispatch.town import OTHER_OPERATOR, START, at, crossing
from tests.dispatch.town_roads import TownRoads
from tests.gis.road_town import CRS, Town, even_profile, lonlat

CARD = RunCard("fire", "Fire", "fire", 1, "emergency", (Need("engine", ("engine",), 2), Need("als", ("als",))))
LAMP = RunCard("lamp", "Street lamp", "power", 4, "emergency", (Need("crew", ("engine", "als")),))
EAST, ISLAND = (800.0, 0.0), (400.0, 1_200.0)  # metres from the corner


def river() -> Town:
    """West bank at 0 to 200 m, east bank at 600 to 800 m, the island far to the north."""
    town = Town()
    for column, x in enumerate((0, 100, 200, 600, 700, 800)):
        for row in range(3):
            town.node(10 * column + row, x, 100 * row)
    for number in range(3):
        town.way(100 + number, [number, 10 + number, 20 + number])
        town.way(110 + number, [30 + number, 40 + number, 50 + number])
    for column in range(6):
        town.way(200 + column, [10 * column + row for row in range(3)])
    town.way(1, [20, 30], bridge="yes", name="South Bridge")
    town.way(2, [22, 32], bridge="yes", name="North Bridge")
    for number, (x, y) in enumerate(((350, 1_200), (450, 1_200), (450, 1_300), (350, 1_300))):
        town.node(90 + number, x, y)
    town.way(300, [90, 91, 92, 93, 90])
    town.way(3, [22, 90], bridge="yes", name="Island Bridge")
    return town


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return river().build(tmp_path_factory.mktemp("river"))


@pytest.fixture
def ground(network: RoadNetwork) -> Ground:
    return Ground(network, {"emergency": even_profile()})


def unit(unit_id: str, word: str, place: tuple[float, float]) -> Unit:
    lon, lat = lonlat(*place)
    return Unit(unit_id, "fire" if word == "engine" else "medical", (word,), lon, lat, crew=4, turnout="one")


WEST = (unit("E1", "engine", (0, 0)), unit("E2", "engine", (100, 200)), unit("A1", "als", (0, 200)))


def state_of(*units: Unit, closures: tuple[Closure, ...] = ()) -> State:
    return State(
        sequence=1,
        cards=Map({card.kind: card for card in (CARD, LAMP)}),
        turnouts=Map({"one": Turnout("one", 60, 60, 0)}),
        units=Map({each.id: UnitState(each, Status.AVAILABLE, START) for each in units}),
        closures=Map({each.id: each for each in closures}),
    )


def with_incidents(state: State, *incidents: tuple[str, tuple[float, float]]) -> State:
    """Put incidents of a kind at places (metres) into a state, one second after another."""
    found = {}
    for number, (kind, place) in enumerate(incidents, start=1):
        at_once, card = START + timedelta(seconds=number), state.cards[kind]
        where = Location(*lonlat(*place))
        found[number] = Incident(number, kind, card.priority, 1, where, Stage.WAITING, at_once, at_once, card.mode)
    return replace(state, incidents=Map(found), open_incidents=Map(dict.fromkeys(found)))


def ask(ground: Ground, state: State, place: tuple[float, float] = EAST, **fixes: Fix) -> Recommendation:
    return recommend_for(state, fixes, ground, kind="fire", location=Location(*lonlat(*place)), at=START)


def etas(answer: Recommendation) -> dict[str, float]:
    return {each.unit_id: each.eta.total_s for each in answer.chosen}


def gaps(answer: Recommendation) -> dict[str, tuple[int, str]]:
    return {each.need_id: (each.missing, each.reason.code) for each in answer.unmet}


def bridge(name: str, x: float, y: float, **changes: object) -> Closure:
    return replace(Closure(name, "Point", (lonlat(x, y),)), **changes)  # type: ignore[arg-type]


SOUTH, NORTH = bridge("south", 400, 0), bridge("north", 400, 200)


class TestRoads:  # 37
    @pytest.mark.parametrize(("part", "value"), [("head", 10**6), ("tail", 10**6), ("edge", 10**6), ("order", 0)])
    def test_numbers_that_point_nowhere_are_refused_before_a_router_trusts_them(
        self, tmp_path: Path, part: str, value: int
    ) -> None:
        roads = tmp_path / "roads"
        build_from_osm(river().write(tmp_path / "town.osm"), roads, metric_crs=CRS)
        numbers = np.load(roads / f"{part}.npy")
        numbers[3] = value
        np.save(roads / f"{part}.npy", numbers)
        (tmp_path / "city.toml").write_text(
            'format = 1\nname = "River"\ntime_zone = "Europe/Helsinki"\n'
            f'metric_crs = "{CRS}"\nbounds = [26.8, 60.1, 27.0, 60.3]\ncenter = [26.9, 60.17]\n',
            "utf-8",
        )
        with pytest.raises(RoadsError, match="build the city again"):
            Ground.of_city(City.open(tmp_path))

    def test_what_was_found_before_a_closure_is_not_found_after_it(self, ground: Ground) -> None:
        """The same question before, during and after, so that all that is kept could be stale."""
        before = ask(ground, state_of(*WEST))
        during = ask(ground, state_of(*WEST, closures=(SOUTH,)))
        assert ask(ground, state_of(*WEST)) == before
        assert etas(during)["E1"] == pytest.approx(etas(before)["E1"] + 40, abs=1)  # round by the other bridge
        [way] = [path for path in during.paths if path.unit_id == "E1"]
        assert "North Bridge" in way.names and "South Bridge" not in way.names

    def test_a_place_asked_about_again_is_put_anew_when_its_own_road_is_closed(self, ground: Ground) -> None:
        middle = (750.0, 0.0)
        before = ask(ground, state_of(*WEST), middle)
        during = ask(ground, state_of(*WEST, closures=(bridge("here", *middle),)), middle)
        assert ask(ground, state_of(*WEST), middle) == before
        walks = [{each.unit_id: each.eta.access_s for each in answer.chosen} for answer in (before, during)]
        assert walks[1] == {each: pytest.approx(access_s + 50, abs=3) for each, access_s in walks[0].items()}

    def test_a_closed_bridge_and_then_the_other_one(self, ground: Ground) -> None:
        one = ask(ground, state_of(*WEST, closures=(SOUTH,)))
        both = ask(ground, state_of(*WEST, closures=(SOUTH, NORTH)))
        assert set(etas(one)) == {"E1", "E2", "A1"} and one.unmet == ()
        assert both.chosen == () and both.paths == ()
        assert gaps(both) == {"engine": (2, "none_within_reach"), "als": (1, "none_within_reach")}
        assert all(why_not(both, each.id).code == "unreachable" for each in WEST)

    def test_slow_bridges_take_their_time(self, ground: Ground) -> None:
        free = ask(ground, state_of(*WEST))
        slow = (replace(SOUTH, kind="slow", speed_factor=0.5), replace(NORTH, kind="slow", speed_factor=0.5))
        assert etas(ask(ground, state_of(*WEST, closures=slow)))["E1"] == pytest.approx(etas(free)["E1"] + 40, abs=1)

    def test_every_road_of_a_flood_closed(self, ground: Ground) -> None:
        (west, south), (east, north) = lonlat(-500, -500), lonlat(2_000, 2_000)
        ring = ((west, south), (east, south), (east, north), (west, north))
        flooded = state_of(*WEST, closures=(Closure("flood", "Polygon", ring, kind="flooded"),))
        answer = ask(ground, flooded)
        assert answer.chosen == () and not answer.is_estimate
        assert {code for _, code in gaps(answer).values()} == {"none_within_reach"}
        found = plan(with_incidents(flooded, ("fire", EAST), ("lamp", (50, 100))), {}, ground, at=START)
        assert found.is_optimal and [each.filled for each in found.served] == [0, 0]
        assert ask(ground, state_of(*WEST)).unmet == ()  # and all is well when the water is gone

    def test_an_island_whose_bridge_is_closed(self, ground: Ground) -> None:
        reached = ask(ground, state_of(*WEST), ISLAND)
        assert reached.unmet == () and not any(each.is_estimate for each in reached.chosen)
        shut = ask(ground, state_of(*WEST, closures=(bridge("island", 275, 700),)), ISLAND)
        assert shut.chosen == () and {code for _, code in gaps(shut).values()} == {"none_within_reach"}
        alone = unit("E9", "engine", (450, 1_250))
        there = ask(ground, state_of(*WEST, alone, closures=(bridge("island", 275, 700),)), ISLAND)
        assert etas(there) == {"E9": pytest.approx(70, abs=1)}

    def test_a_unit_5_km_off_the_roads_is_a_guess_that_says_so(self, ground: Ground) -> None:
        hills = unit("E5", "engine", (-5_000, 0))
        answer = ask(ground, state_of(*WEST[:1], hills), (0, 0))
        [guess] = [each for each in answer.chosen if each.unit_id == "E5"]
        assert guess.is_estimate and guess.reason.code == "estimate_off_road"
        assert dict(guess.reason.parameters)["off_road_m"] == 1_000  # nobody looked farther than that
        assert [path.unit_id for path in answer.paths] == ["E1"]
        [found] = plan(with_incidents(state_of(*WEST[:1], hills), ("fire", (0, 0))), {}, ground, at=START).answers
        assert {each.unit_id: each.is_estimate for each in found.chosen} == {"E1": False, "E5": True}

    def test_a_place_5_km_off_the_roads_is_all_guesses(self, ground: Ground) -> None:
        answer = ask(ground, state_of(*WEST), (-5_000, 0))
        assert answer.is_estimate and answer.paths == () and all(each.is_estimate for each in answer.chosen)

    def test_a_unit_across_the_world_is_unreachable_and_no_crash(self, ground: Ground) -> None:
        away = [
            replace(unit("E6", "engine", (0, 0)), lon=-122.4, lat=37.8),
            replace(unit("E7", "engine", (0, 0)), lat=90),
        ]
        answer = ask(ground, state_of(*WEST, *away))
        assert {"E6", "E7"}.isdisjoint(etas(answer))
        assert why_not(answer, "E6").code == why_not(answer, "E7").code == "unreachable"


class TestUnits:  # 38
    def test_too_few_are_sent_and_the_rest_is_said(self, ground: Ground) -> None:
        answer = ask(ground, state_of(*WEST[1:]))
        assert set(etas(answer)) == {"E2", "A1"} and gaps(answer) == {"engine": (1, "too_few")}

    def test_none_at_all(self, ground: Ground) -> None:
        assert gaps(ask(ground, state_of())) == {"engine": (2, "none_on_duty"), "als": (1, "none_on_duty")}
        found = plan(with_incidents(state_of(), ("fire", EAST), ("lamp", EAST)), {}, ground, at=START)
        assert [len(answer.unmet) for answer in found.answers] == [2, 1] and found.is_optimal

    def test_500_incidents_at_once_are_all_answered(self, ground: Ground) -> None:
        dice = random.Random(1)
        places = [(100.0 * dice.randrange(3), 200.0 * dice.random()) for _ in range(500)]
        state = with_incidents(
            state_of(*WEST), *(("lamp" if n % 5 else "fire", place) for n, place in enumerate(places))
        )
        found = plan(state, {}, ground, at=START)
        assert len(found.answers) == 500 and found.is_optimal
        sent = [each.unit_id for answer in found.answers for each in answer.chosen]
        assert sorted(sent) == ["A1", "E1", "E2"]  # all that there is, to the most urgent
        assert {answer.kind for answer in found.answers if answer.chosen} == {"fire"}
        missing = sum(each.missing for answer in found.answers for each in answer.unmet)
        assert missing == 100 * 3 + 400 - 3

    def test_ties_fall_the_same_way_whatever_the_order_of_rows(self, ground: Ground) -> None:
        twins = [unit(f"E{n}", "engine", (0, 0)) for n in range(1, 8)] + [unit(f"A{n}", "als", (0, 0)) for n in (1, 2)]
        spots = [("fire", (200.0, 0.0)), ("fire", (200.0, 0.0)), ("lamp", (200.0, 0.0))]
        first = with_incidents(state_of(*twins), *spots)
        expected = plan(first, {}, ground, at=START), recommend(first, {}, ground, 1, at=START)
        assert sorted(etas(expected[1])) == ["A1", "E1", "E2"]
        dice = random.Random(2)
        for _ in range(10):
            units, incidents = list(first.units.items()), list(first.incidents.items())
            dice.shuffle(units), dice.shuffle(incidents)
            again = replace(
                first,
                units=Map(units),
                incidents=Map(incidents),
                open_incidents=Map([(number, None) for number, _ in incidents]),
            )
            assert (plan(again, {}, ground, at=START), recommend(again, {}, ground, 1, at=START)) == expected

    def test_what_is_no_number_costs_that_unit_only(self, ground: Ground) -> None:
        lost = Fix("E1", math.nan, math.nan, START, START)
        endless = Fix("E2", math.inf, 60.0, START, START)
        fixes = {"E1": lost, "E2": endless}
        nowhere = replace(unit("E3", "engine", (0, 0)), lon=math.nan)
        state = with_incidents(state_of(*WEST, nowhere, unit("E4", "engine", (0, 0))), ("fire", EAST))
        answer = recommend(state, fixes, ground, 1, at=START)
        assert set(etas(answer)) == {"E4", "A1"} and all(math.isfinite(each) for each in etas(answer).values())
        assert {why_not(answer, each).code for each in ("E1", "E2", "E3")} == {"unreachable"}
        [planned] = plan(state, fixes, ground, at=START).answers
        assert etas(planned) == pytest.approx(etas(answer))

    def test_a_place_that_is_no_number_is_answered_with_nobody(self, ground: Ground) -> None:
        nowhere = Location(math.nan, math.nan)
        answer = recommend_for(state_of(*WEST), {}, ground, kind="fire", location=nowhere, at=START)
        assert answer.chosen == () and len(answer.unmet) == 2

    def test_a_unit_that_changes_between_the_question_and_the_answer_is_checked_again(self) -> None:
        """Each change alone: the order that was shown is refused whole, with who did it, and nothing is sent."""
        changes = {
            "unit_elsewhere": AssignUnits(2, (Choice("E1"),)),
            "unit_out_of_service": ReportStatus("E1", Status.OUT_OF_SERVICE, reason="flat tyre"),
            "held_in_reserve": HoldUnit("E1", "for the stadium"),
        }
        for code, change in changes.items():
            story = Story()
            for _ in range(2):
                story.do(ReportIncident("structure_fire", crossing(1, 1)))
            shown = recommend(story.state, {}, TownRoads(), 1, at=START)
            seen = story.state.sequence
            story.do(change, who=OTHER_OPERATOR, at=at(5))
            refused = story.refuses(order_of(shown), at=at(6), based_on=seen)
            assert (refused.code, refused.parameters["unit_id"]) == (code, "E1")
            assert refused.parameters["actor"] == OTHER_OPERATOR.actor
            assert not story.state.assignments_of.get(1)
            again = recommend(story.state, {}, TownRoads(), 1, at=at(7))
            assert "E1" not in etas(again) and again.hash != shown.hash
            story.do(order_of(again), at=at(8))


class TestPositions:  # 33
    def test_a_jump_is_held_back_and_the_last_place_grows_old(self, ground: Ground) -> None:
        """300 km in a second, straight to where the fire is: the unit is not the nearest for it."""
        (far_lon, far_lat), (lon, lat) = lonlat(-300_000, 0), lonlat(*EAST)
        fixes = Fixes()
        assert fixes.take(Fix("E1", far_lon, far_lat, START, START, 0.0)) is Verdict.TAKEN
        jumped = Fix("E1", lon, lat, START + timedelta(seconds=1), START + timedelta(seconds=1), 0.0)
        assert fixes.take(jumped) is Verdict.JUMP and fixes.doubtful["E1"] == jumped
        answer = ask(ground, state_of(*WEST), **fixes.latest)
        assert "E1" not in etas(answer) and why_not(answer, "E1").code == "unreachable"

    @pytest.mark.parametrize(("speed_mps", "age_s"), [(12.0, 121), (0.0, 901)])
    def test_a_silent_one_is_not_offered_and_the_need_says_why(
        self, ground: Ground, speed_mps: float, age_s: float
    ) -> None:
        """It was seen last beside the fire, driving or standing; that is too long ago to count on."""
        seen_at = START - timedelta(seconds=age_s)
        silent = {each: Fix(each, *lonlat(*EAST), seen_at, seen_at, speed_mps) for each in ("E1", "E2")}
        answer = ask(ground, state_of(*WEST), **silent)
        assert set(etas(answer)) == {"A1"} and gaps(answer) == {"engine": (2, "position_too_old")}
        assert dict(why_not(answer, "E1").parameters)["age_s"] == age_s
        fresher = {each: replace(fix, fixed_at=START - timedelta(seconds=age_s - 2)) for each, fix in silent.items()}
        offered = ask(ground, state_of(*WEST), **fresher)
        assert {each.unit_id: each.fix_age_s for each in offered.chosen} == {
            "E1": age_s - 2,
            "E2": age_s - 2,
            "A1": None,
        }

    def test_the_age_of_a_position_is_told_with_each_unit(self, ground: Ground) -> None:
        seen_at = START - timedelta(seconds=300)
        answer = ask(ground, state_of(*WEST), E1=Fix("E1", *lonlat(0, 100), seen_at, seen_at, 0.0))
        assert {each.unit_id: each.fix_age_s for each in answer.chosen} == {"E1": 300.0, "E2": None, "A1": None}


RULES = Redirects(30.0, 20.0, 0.0, frozenset({(4, 1), (2, 1), (4, 2)}))


def taken(found: Plan) -> dict[str, tuple[int | None, int | None]]:
    return {
        each.unit_id: (each.taken_from, answer.incident_id)
        for answer in found.answers
        for each in answer.chosen
        if each.taken_from is not None
    }


class TestRedirects:  # 39
    def test_a_busy_hour_of_redirects_never_swings_a_unit_back(self) -> None:
        """Whatever is proposed is sent at once, every half minute, while new things are reported round the units."""
        story, dice, moved = Story(), random.Random(0), []
        rules = replace(RULES, again_after_min=15.0)
        for away in ("E1", "E2"):
            story.do(ReportStatus(away, Status.OUT_OF_SERVICE, reason="workshop"))
        for step in range(120):
            now = at(30.0 * step)
            if step % 4 == 0:
                kind = dice.choice(["traffic_collision", "traffic_collision", "cardiac_arrest"])
                story.do(ReportIncident(kind, crossing(dice.randrange(3), dice.randrange(3))), at=now)
            found = plan_redirecting(story.state, {}, TownRoads(), at=now, redirects=rules)
            for answer in found.answers:
                if answer.chosen:
                    story.do(order_of(answer), at=now)
            moved += [(step, unit_id, *pair) for unit_id, pair in taken(found).items()]
            for each in list(story.state.open_assignments):
                sent = story.state.assignments[each]
                for after_s, status in ((180, Status.ON_SCENE), (240, Status.AVAILABLE_BY_RADIO)):
                    if (now - sent.assigned_at).total_seconds() >= after_s and story.unit(
                        sent.unit_id
                    ).status != status:
                        story.do(ReportStatus(sent.unit_id, status, source="crew"), at=now)
        assert len(moved) > 4, "nothing was redirected, so that nothing is shown"
        for place, (step, unit_id, home, number) in enumerate(moved):
            later = [each for each in moved[place + 1 :] if each[1] == unit_id]
            assert all(30 * (each[0] - step) > 15 * 60 for each in later), "redirected again within the pause"
            assert home is not None and number is not None
            assert (story.state.incidents[home].priority, story.state.incidents[number].priority) in rules.pairs

    def test_two_that_want_one_unit_do_not_pull_it_to_and_fro(self) -> None:
        """The unit leaves a collision for an arrest; asked again and again, it stays where it was sent."""
        story = Story()
        story.do(ReportIncident("traffic_collision", crossing(2, 2)))
        story.do(AssignUnits(1, (Choice("P1", "patrol", 400.0),)))
        for away in ("E1", "E2", "P2"):
            story.do(ReportStatus(away, Status.OUT_OF_SERVICE, reason="workshop"))
        story.do(ReportIncident("cardiac_arrest", crossing(0, 0)))
        no_pause = replace(RULES, again_after_min=0.0)
        first = plan_redirecting(story.state, {}, TownRoads(), at=at(10), redirects=no_pause)
        assert taken(first) == {"P1": (1, 2)}
        for answer in first.answers:
            if answer.chosen:
                story.do(order_of(answer), at=at(10))
        for seconds in range(20, 400, 20):
            found = plan_redirecting(story.state, {}, TownRoads(), at=at(seconds), redirects=no_pause)
            assert taken(found) == {} and [each.need_id for each in found.answers[-1].unmet] == ["patrol"]

    @pytest.mark.parametrize("status", [Status.ON_SCENE, Status.TRANSPORTING, Status.AT_DESTINATION])
    def test_the_commit_refuses_what_reached_its_scene_since_it_was_shown(self, status: Status) -> None:
        story = Story()
        story.do(ReportIncident("traffic_collision", crossing(2, 2)))
        story.do(AssignUnits(1, (Choice("P1", "patrol", 400.0),)))
        for away in ("E1", "E2", "P2"):
            story.do(ReportStatus(away, Status.OUT_OF_SERVICE, reason="workshop"))
        story.do(ReportIncident("cardiac_arrest", crossing(0, 0)))
        shown = plan_redirecting(story.state, {}, TownRoads(), at=at(10), redirects=RULES).answers[0]
        assert shown.chosen[-1].taken_from == 1
        steps = [Status.EN_ROUTE, Status.ON_SCENE, Status.TRANSPORTING, Status.AT_DESTINATION]
        for step in steps[: steps.index(status) + 1]:
            story.do(ReportStatus("P1", step, source="crew"), at=at(20))
        assert story.refuses(order_of(shown), at=at(30)).code == "redirect_too_late"
        assert story.assignment("1/1").is_open and not story.state.assignments_of.get(2)


class TestSolver:  # 40
    def test_out_of_time_it_answers_in_turn_marked_and_the_answer_can_be_sent(self, ground: Ground) -> None:
        """The clock jumps by ten seconds with every look at it: no search can begin."""
        ticks = iter(range(0, 10**6, 10))
        units = [unit(f"E{n:03}", "engine", (100.0 * (n % 3), 100.0 * (n // 3 % 3))) for n in range(60)]
        state = with_incidents(state_of(*units, *WEST[2:]), *(("fire", (200.0, 2.0 * n)) for n in range(40)))
        late = plan(state, {}, ground, at=START, clock=lambda: float(next(ticks)))
        assert not late.is_optimal and not any(each.is_optimal for each in late.served)
        sent = [each.unit_id for answer in late.answers for each in answer.chosen]
        assert len(sent) == len(set(sent)) == 61
        best = plan(state, {}, ground, at=START, time_limit_s=60.0)
        assert best.is_optimal and best.served[0].filled == late.served[0].filled
        assert best.served[0].total_s <= late.served[0].total_s <= best.served[0].total_s * (1 + late.gap) + 0.1

    def test_sixty_cards_that_bind_crews_and_officers_are_answered_best_and_nobody_sent_twice(self) -> None:
        from tests.dispatch.town import UNITS

        story = Story()
        card = story.state.cards["structure_fire"]
        needs = tuple(replace(each, officers=1, same_station="one") for each in card.needs)
        crews = {
            f"{each.id}-{n}": UnitState(
                replace(each, id=f"{each.id}-{n}", cross_staffed=f"c{n}", officers=n % 2), Status.AVAILABLE, START
            )
            for each in UNITS
            for n in range(20)
        }
        for n in range(60):
            story.do(ReportIncident("structure_fire", crossing(n % 3, n // 3 % 3)))
        state = replace(
            story.state, cards=story.state.cards.set(card.kind, replace(card, needs=needs)), units=Map(crews)
        )
        found = plan(state, {}, TownRoads(), at=START, clock=lambda: 0.0)  # it is given all the time that it needs
        assert found.is_optimal
        words = [crews[each.unit_id].unit.cross_staffed for answer in found.answers for each in answer.chosen]
        assert len(words) == len(set(words)) > 10


class TestClock:  # 10
    def test_a_clock_that_was_put_back_makes_no_time_negative_or_longer_than_whole(self) -> None:
        """An hour after the alarm the computer's clock says that it is an hour before it."""
        story = Story()
        story.do(ReportIncident("traffic_collision", crossing(2, 2)))
        story.do(AssignUnits(1, (Choice("P1", "patrol", 400.0),)))
        for away in ("E1", "E2", "P2"):
            story.do(ReportStatus(away, Status.OUT_OF_SERVICE, reason="workshop"))
        story.do(ReportIncident("cardiac_arrest", crossing(0, 0)))
        seen = {"P1": Fix("P1", crossing(1, 1).lon, crossing(1, 1).lat, START, START, 0.0)}
        for seconds, turnout_s in ((-3_600, 15.0), (0, 15.0), (10, 5.0), (3_600, 0.0)):
            found = plan_redirecting(story.state, seen, TownRoads(), at=at(seconds), redirects=RULES)
            rows = {each.unit_id: each for each in found.answers[0].chosen}
            assert rows["P1"].eta.turnout_s == turnout_s and rows["P1"].fix_age_s == max(0.0, seconds)
        story.do(
            order_of(plan_redirecting(story.state, {}, TownRoads(), at=at(10), redirects=RULES).answers[0]), at=at(10)
        )
        story.do(ReportIncident("cardiac_arrest", crossing(2, 0)), at=at(20))
        for seconds in (-3_600, 30, 19 * 60):  # the pause after a redirect is no shorter for it
            assert taken(plan_redirecting(story.state, {}, TownRoads(), at=at(seconds), redirects=RULES)) == {}

    def test_a_report_from_the_future_is_not_believed(self) -> None:
        fixes = Fixes()
        ahead = START + timedelta(minutes=10)
        assert fixes.take(Fix("E1", 25.0, 60.0, ahead, START)) is Verdict.FUTURE and fixes.latest == {}

    def test_the_night_on_which_an_hour_comes_twice_is_one_night(self, ground: Ground) -> None:
        """Helsinki, 25 October 2026: three to four o'clock comes twice, and every time is as long as it is."""
        night = state_of(*WEST)
        night = replace(
            night,
            time_zone="Europe/Helsinki",
            turnouts=Map({"one": Turnout("one", 60, 90, 0, night_from=22, night_to=6)}),
        )
        first = START.replace(month=10, day=25, hour=0, minute=30)
        answers = [
            recommend_for(
                night, {}, ground, kind="fire", location=Location(*lonlat(*EAST)), at=first + timedelta(hours=n)
            )
            for n in (0, 1, 2, 4)
        ]
        assert [answer.chosen[0].eta.turnout_s for answer in answers] == [90, 90, 90, 60]
        assert len({answer.chosen[0].eta.travel_s for answer in answers}) == 1
        assert len({answer.hash for answer in answers}) == 4  # the same wall clock twice, yet two questions
