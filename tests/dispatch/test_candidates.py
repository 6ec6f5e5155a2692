"""Who may go at all, from where they count, and how soon they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from immutables import Map

from dispatch.candidates import Candidate, find_candidates, turnout_time_s
from dispatch.commands import AssignUnits, Choice, HoldUnit, LoadRoster, RaiseSignal, ReleaseUnit, ReportStatus
from dispatch.runcard import Need
from dispatch.state import State
from dispatch.travels import Start
from resources.position import Fix
from resources.status import Signal, Status
from resources.unit import Roster, Shift, TaskForce, Turnout, TurnoutHours
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, ROSTER, START, UNITS, at, crossing

PATROL = (Need("patrol", ("patrol",)),)


def reasons(state: State, needs: tuple[Need, ...], fixes: dict[str, Fix] | None = None) -> dict[str, str]:
    found = find_candidates(state, fixes or {}, needs, (), incident_id=None, at=START)
    return {each.unit.unit.id: each.reason.code for each in found.barred}


def fix(
    unit_id: str, age_s: float, *, speed_mps: float | None = 0.0, east: int = 0, heading_deg: float | None = 90.0
) -> Fix:
    place, then = crossing(east, 0), START - timedelta(seconds=age_s)
    return Fix(unit_id, place.lon, place.lat, then, then, speed_mps, 90.0)


def start_of(state: State, report: Fix) -> Start | str:
    found = find_candidates(state, {"P1": report}, PATROL, (), incident_id=None, at=START)
    starts = {each.unit.unit.id: each.start for each in found.candidates}
    return starts.get("P1") or next(each.reason.code for each in found.barred if each.unit.unit.id == "P1")


def test_each_unit_that_may_not_go_has_its_reason() -> None:
    story = Story()
    story.fire("E1")
    story.do(ReportStatus("E2", Status.OUT_OF_SERVICE, reason="flat tyre", until=at(3600)))
    story.do(RaiseSignal("P2", Signal.DISTRESS))
    needs = (Need("engine", ("engine",)), Need("pump", ("pump",), 1, "fire"), Need("patrol", ("patrol",)))
    told = reasons(story.state, needs)
    assert told == {
        "A1": "wrong_capability",
        "A2": "wrong_capability",
        "E1": "busy",
        "E2": "out_of_service",
        "L1": "wrong_capability",
        "P2": "in_distress",
        "T 12": "other_department",
        "W1": "wrong_capability",
        "W2": "other_department",
    }


def test_the_parameters_say_what_a_person_would_ask_next() -> None:
    story = Story()
    story.fire("E1")
    story.do(ReportStatus("E2", Status.OUT_OF_SERVICE, reason="flat tyre", until=at(3600)))
    found = find_candidates(story.state, {}, (Need("engine", ("engine",)),), (), incident_id=None, at=START)
    told = {each.unit.unit.id: dict(each.reason.parameters) for each in found.barred}
    assert told["E1"] == {"incident": 1, "status": "alerted"}
    assert told["E2"] == {"reason": "flat tyre", "until": at(3600).isoformat()}


def test_a_crew_that_is_too_small_for_the_need_or_for_its_own_unit_may_not_go() -> None:
    state = Story().state
    assert reasons(state, (Need("patrol", ("patrol",), min_crew=2),))["P2"] == "crew_too_small"
    short = replace(state.units["P1"], unit=replace(state.units["P1"].unit, crew=1, min_crew=2))
    assert reasons(replace(state, units=state.units.set("P1", short)), PATROL)["P1"] == "crew_too_small"


def test_a_unit_that_left_the_roster_may_not_go() -> None:
    state = Story().state
    gone = replace(state, units=state.units.set("P1", replace(state.units["P1"], on_roster=False)))
    assert reasons(gone, PATROL)["P1"] == "not_on_roster"


def test_without_a_report_a_unit_counts_from_its_station() -> None:
    [p1, _] = find_candidates(Story().state, {}, PATROL, (), incident_id=None, at=START).candidates
    assert (p1.start.lon, p1.start.lat, p1.fix_age_s) == (crossing(1, 1).lon, crossing(1, 1).lat, None)


def test_a_moving_unit_counts_along_its_way_and_a_standing_one_does_not() -> None:
    state = Story().state
    moving = start_of(state, fix("P1", 30, speed_mps=12))
    standing = start_of(state, fix("P1", 30))
    assert isinstance(moving, Start) and isinstance(standing, Start)
    assert (moving.heading_deg, standing.heading_deg) == (90.0, None)
    assert moving.lon == standing.lon == crossing(0, 0).lon


@pytest.mark.parametrize(
    ("report", "counts"),
    [
        (fix("P1", 119, speed_mps=12), True),
        (fix("P1", 121, speed_mps=12), False),
        (fix("P1", 899), True),
        (fix("P1", 901), False),
        (fix("P1", 901, speed_mps=None), False),
    ],
)
def test_a_position_too_old_is_said_and_not_used(report: Fix, counts: bool) -> None:
    assert (start_of(Story().state, report) != "position_too_old") is counts


def test_a_unit_last_seen_at_home_and_free_is_still_there() -> None:
    state = Story().state
    home = Fix("P1", crossing(1, 1).lon, crossing(1, 1).lat, START - timedelta(hours=5), START, 0.0)
    assert isinstance(start_of(state, home), Start)
    assert start_of(state, replace(home, fixed_at=START - timedelta(hours=25))) == "position_too_old"
    roaming = state.units["P1"]
    on_the_road = replace(state, units=state.units.set("P1", replace(roaming, status=Status.AVAILABLE_BY_RADIO)))
    assert start_of(on_the_road, home) == "position_too_old"


ENGINE = (Need("engine", ("engine",)),)


def released(*statuses: Status) -> Story:
    """Send E1 from its station to a fire in the middle of the town, and release it there after these reports."""
    story = Story()
    story.fire("E1", at=START)
    for minute, status in enumerate(statuses, start=1):
        story.do(ReportStatus("E1", status), at=at(60 * minute))
    story.do(ReleaseUnit("E1"), at=at(600))
    return story


def place_of(state: State, seconds: float, *fixes: Fix) -> tuple[float, float] | str:
    known = {fix.unit_id: fix for fix in fixes}
    found = find_candidates(state, known, ENGINE, (), incident_id=None, at=at(seconds))
    starts = {each.unit.unit.id: (each.start.lon, each.start.lat) for each in found.candidates}
    return starts.get("E1") or next(each.reason.code for each in found.barred if each.unit.unit.id == "E1")


def test_a_unit_without_fixes_counts_from_where_it_was_released() -> None:
    scene, home = crossing(1, 1), crossing(0, 0)
    state = released(Status.EN_ROUTE, Status.ON_SCENE).state
    assert place_of(state, 700) == (scene.lon, scene.lat)
    assert place_of(state, 7200) == (scene.lon, scene.lat)
    assert place_of(released(Status.EN_ROUTE).state, 700) == (home.lon, home.lat)  # it never came there


def test_a_unit_that_says_it_is_home_counts_from_home() -> None:
    home = crossing(0, 0)
    story = released(Status.EN_ROUTE, Status.ON_SCENE)
    story.do(ReportStatus("E1", Status.AVAILABLE), at=at(1200))
    assert place_of(story.state, 1300) == (home.lon, home.lat)
    story.do(ReportStatus("E1", Status.AVAILABLE_BY_RADIO), at=at(1400))
    assert place_of(story.state, 1500) == (home.lon, home.lat)


def test_a_fix_from_before_the_scene_gives_way_and_a_later_one_counts() -> None:
    scene, elsewhere = crossing(1, 1), crossing(2, 0)
    state = released(Status.EN_ROUTE, Status.ON_SCENE).state
    before = Fix("E1", elsewhere.lon, elsewhere.lat, at(30), at(30), 15.0)
    assert place_of(state, 700, before) == (scene.lon, scene.lat)
    assert place_of(state, 600 + 901, before) == "position_too_old"
    since = replace(before, fixed_at=at(500), speed_mps=0.0)
    assert place_of(state, 700, since) == (elsewhere.lon, elsewhere.lat)


def test_a_scene_that_is_not_known_any_more_costs_no_answer() -> None:
    home, state = crossing(0, 0), released(Status.EN_ROUTE, Status.ON_SCENE).state
    for part in (replace(state, incidents=Map()), replace(state, assignments=Map())):
        assert place_of(part, 700) == (home.lon, home.lat)


@pytest.mark.parametrize(
    ("status", "hour", "moving", "seconds"),
    [
        (Status.AVAILABLE, 12, False, 80),
        (Status.AVAILABLE, 23, False, 120),
        (Status.AVAILABLE, 5, False, 120),
        (Status.AVAILABLE, 6, False, 80),
        (Status.AVAILABLE, 22, False, 120),
        (Status.AVAILABLE_BY_RADIO, 23, False, 7),
        (Status.AVAILABLE, 23, True, 7),
    ],
)
def test_turnout_depends_on_status_and_hour(status: Status, hour: int, moving: bool, seconds: float) -> None:
    assert turnout_time_s(Turnout("t", 80, 120, 7), status, hour, is_moving=moving) == seconds


def test_a_night_within_one_day_and_no_turnout_row_are_understood() -> None:
    shift = Turnout("t", 80, 120, 7, night_from=1, night_to=5)
    assert [turnout_time_s(shift, Status.AVAILABLE, hour, is_moving=False) for hour in (0, 1, 4, 5)] == [
        80,
        120,
        120,
        80,
    ]
    assert turnout_time_s(None, Status.AVAILABLE, 12, is_moving=False) == 60


def test_night_is_the_citys_own() -> None:
    state = Story().state  # Europe/Helsinki; 20:30 UTC is 22:30 there
    evening = START.replace(hour=20, minute=30)
    [p1, *_] = find_candidates(state, {}, (Need("e", ("engine",)),), (), incident_id=None, at=evening).candidates
    assert p1.turnout_s == 100


def test_a_time_zone_that_nobody_knows_costs_no_answer() -> None:
    state = replace(Story().state, time_zone="Atlantis/Capital")
    [e1, *_] = find_candidates(state, {}, (Need("e", ("engine",)),), (), incident_id=None, at=START).candidates
    assert e1.turnout_s == 80


ENGINE = (Need("engine", ("engine",)),)


def with_units(roster: Roster = ROSTER, **changes: dict[str, object]) -> Story:
    """Tell a story whose units differ from the town's: by call sign, what is different of each."""
    story = Story()
    units = tuple(replace(unit, **changes.get(unit.id, {})) for unit in UNITS)
    story.do(LoadRoster(replace(roster, units=units)), who=ADMINISTRATOR)
    return story


def found(state: State, needs: tuple[Need, ...], at: datetime = START) -> dict[str, Candidate]:
    """Give the candidates by name."""
    field = find_candidates(state, {}, needs, (), incident_id=None, at=at)
    return {each.unit.unit.id: each for each in field.candidates}


def test_every_unit_carries_all_that_is_asked_for() -> None:
    state = with_units(E1={"equipment": ("foam", "cutter")}, E2={"equipment": ("cutter",)}).state
    needs = (Need("engine", ("engine",), equipment=("cutter", "foam")),)
    assert set(found(state, needs)) == {"E1"}
    field = find_candidates(state, {}, needs, (), incident_id=None, at=START)
    [e2] = [each.reason for each in field.barred if each.unit.unit.id == "E2"]
    assert (e2.code, e2.parameters) == ("lacks_equipment", (("lacks", "foam"),))


def test_a_crew_that_is_out_with_one_vehicle_bars_the_other_and_says_which() -> None:
    story = with_units(E1={"cross_staffed": "house"}, L1={"cross_staffed": "house"})
    needs = (*ENGINE, Need("ladder", ("ladder",)))
    assert {each: one.resources for each, one in found(story.state, needs).items()} == {
        "E1": ("E1", "crew:house"),
        "E2": ("E2",),
        "L1": ("L1", "crew:house"),
    }
    number = story.fire()
    story.do(AssignUnits(number, (Choice("E1"),)))
    assert reasons(story.state, needs)["L1"] == "crew_away"
    assert reasons(story.state, needs)["E1"] == "busy"
    story.do(ReleaseUnit("E1"))
    assert set(found(story.state, needs)) == {"E1", "E2", "L1"}


def test_held_in_reserve_comes_after_what_is_worse() -> None:
    story = Story()
    story.do(HoldUnit("E1", "storm"))
    assert reasons(story.state, ENGINE)["E1"] == "held_in_reserve"
    story.do(ReportStatus("E1", Status.OUT_OF_SERVICE, reason="flat tyre"))
    assert reasons(story.state, ENGINE)["E1"] == "out_of_service"


def test_who_is_off_duty_stays_at_home_but_whoever_is_out_still_goes() -> None:
    shifts = (Shift("day", "07:00", "19:00"), Shift("night", "19:00", "07:00"))
    story = with_units(replace(ROSTER, shifts=shifts), E1={"shift": "day"}, E2={"shift": "night"})
    ten_here, night = START, START.replace(hour=17)  # 10:00 and 19:00 in Helsinki
    assert set(found(story.state, ENGINE, ten_here)) == {"E1"}
    assert set(found(story.state, ENGINE, night)) == {"E2"}
    assert reasons(story.state, ENGINE)["E2"] == "off_shift"
    away = crossing(1, 0)
    seen = Fix("E2", away.lon, away.lat, START, START, 0.0)
    assert "E2" not in reasons(story.state, ENGINE, {"E2": seen})
    story.fire("E2")
    story.do(ReleaseUnit("E2"))
    assert "E2" in found(story.state, ENGINE), "available by radio: it is not at home"


def test_a_start_knows_how_large_its_vehicle_is() -> None:
    story = with_units(E1={"height_m": 3.3, "width_m": 2.5, "weight_t": 15.0})
    starts = {name: each.start.size for name, each in found(story.state, ENGINE).items()}
    assert starts == {"E1": (3.3, 2.5, 15.0), "E2": (0.0, 0.0, 0.0)}


def test_a_task_force_stands_there_with_all_its_units_where_a_need_asks_for_it() -> None:
    force = TaskForce("TF1", ("E2", "L1"), ("strike_team",))
    story = with_units(replace(ROSTER, task_forces=(force,)), E2={"officers": 1}, L1={"equipment": ("ladder",)})
    need = Need("team", ("strike_team",), department="fire", min_crew=6, equipment=("ladder",))
    [whole] = found(story.state, (need,)).values()
    assert [each.unit.unit.id for each in whole.members] == ["E2", "L1"]
    assert (whole.unit.unit.id, whole.unit.unit.crew, whole.unit.unit.officers) == ("TF1", 6, 1)
    assert (whole.resources, whole.start.unit_id) == (("E2", "L1"), "E2")
    assert "TF1" not in found(story.state, ENGINE)
    for wrong, code in (
        (replace(need, min_crew=7), "crew_too_small"),
        (replace(need, department="police"), "other_department"),
    ):
        assert reasons(story.state, (wrong,))["TF1"] == code
    story.do(ReportStatus("L1", Status.OUT_OF_SERVICE, reason="flat tyre"))
    assert reasons(story.state, (need,))["TF1"] == "force_incomplete"


def test_a_task_force_whose_units_share_a_crew_is_never_whole() -> None:
    force = TaskForce("TF1", ("E1", "L1"), ("strike_team",))
    crewed = {"cross_staffed": "house"}
    story = with_units(replace(ROSTER, task_forces=(force,)), E1=crewed, L1=crewed)
    assert reasons(story.state, (Need("team", ("strike_team",)),))["TF1"] == "force_incomplete"


def test_windows_of_hours_go_before_day_and_night_and_what_is_spent_need_not_come_again() -> None:
    times = Turnout("t", 80, 120, 7, hours=(TurnoutHours(7, 9, 95), TurnoutHours(23, 1, 140)))
    told = [turnout_time_s(times, Status.AVAILABLE, hour, is_moving=False) for hour in (6, 7, 8, 9, 22, 23, 0, 1)]
    assert told == [80, 95, 95, 80, 120, 140, 140, 120]
    assert turnout_time_s(times, Status.ACKNOWLEDGED, 12, is_moving=False, spent_s=30.0) == 50
    assert turnout_time_s(times, Status.ALERTED, 8, is_moving=False, spent_s=300.0) == 0
    assert turnout_time_s(times, Status.EN_ROUTE, 12, is_moving=False, spent_s=30.0) == 7
