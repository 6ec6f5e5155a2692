"""What is kept between questions changes no answer: after whatever happened, it is as if all were looked at anew."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map

from dispatch import candidates
from dispatch import commands as c
from dispatch.candidates import find_candidates, starts_of
from dispatch.recommend import recommend
from dispatch.recommendation import Reason
from dispatch.refused import Refused
from dispatch.runcard import Need
from dispatch.standing import Standings
from dispatch.state import State
from resources.fixes import Fixes
from resources.position import Fix
from resources.status import Status
from resources.unit import Shift, TaskForce, Turnout
from tests.dispatch import plainly
from tests.dispatch.story import Story
from tests.dispatch.town import START, UNITS, at, crossing
from tests.dispatch.town_roads import TownRoads

NEEDS = (Need("engine", ("engine",), 2), Need("any", ("patrol", "pump", "ambulance_bls", "strike"), 2))
IDS = [unit.id for unit in UNITS]
FORCE = TaskForce("S1", ("E1", "W2"), ("strike",))
SHIFTS = (Shift("day", "07:00", "19:00"), Shift("night", "19:00", "07:00"))


def town() -> State:
    """Return the town with shared crews, two shifts and a strike team."""
    state = Story().state
    for unit_id, changes in {
        "L1": {"cross_staffed": "ladder crew"},
        "E1": {"cross_staffed": "ladder crew", "officers": 1},
        "P1": {"shift": "day"},
        "P2": {"shift": "night"},
    }.items():
        unit = state.units[unit_id]
        state = replace(state, units=state.units.set(unit_id, replace(unit, unit=replace(unit.unit, **changes))))
    return replace(state, roster=replace(state.roster, shifts=SHIFTS, task_forces=(FORCE,)))


units = st.sampled_from(IDS)
happenings = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 30, 119, 121, 600, 901, 12 * 3600, 25 * 3600])),
    st.tuples(st.just("fix"), units, st.integers(0, 2), st.sampled_from([None, 0.0, 9.0]), st.sampled_from([0, 130])),
    st.tuples(st.just("status"), units, st.sampled_from([*Status])),
    st.tuples(st.just("unit"), units, st.sampled_from([{"held": "spare"}, {"held": ""}, {"on_roster": False}])),
    st.tuples(st.just("fire"), units),
    st.tuples(st.just("release"), units),
    st.tuples(st.just("turnouts"), st.integers(10, 99)),
    st.tuples(st.just("fewer"), units),
    st.tuples(st.just("move"), st.integers(0, 2)),
)


class Tale(Story):
    """A town to which things happen, as hypothesis draws them."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.now_s, self.fixes = town(), 0.0, dict[str, Fix]()

    def happen(self, what: str, *told: object) -> None:
        """Let one thing happen; what is forbidden does not."""
        state = self.state
        match what, *told:
            case "wait", seconds:
                self.now_s += float(str(seconds))
            case "fix", unit_id, east, speed, age_s:
                then, place = at(self.now_s - float(str(age_s))), crossing(int(str(east)), 1)
                fix = Fix(str(unit_id), place.lon, place.lat, then, then, speed, 45.0)  # type: ignore[arg-type]
                self.fixes[str(unit_id)] = fix
            case "unit", unit_id, changes:
                if str(unit_id) in state.units:
                    other = replace(state.units[str(unit_id)], **changes)  # type: ignore[arg-type]
                    self.state = replace(state, units=state.units.set(str(unit_id), other))
            case "turnouts", seconds:
                slow = Turnout("fire", float(str(seconds)), float(str(seconds)))
                self.state = replace(state, turnouts=state.turnouts.set("fire", slow))
            case "fewer", unit_id:
                if len(state.units) > 3 and str(unit_id) in state.units:
                    left = {name: unit for name, unit in state.units.items() if name != unit_id}
                    self.state = replace(state, units=Map(left))
            case "move", east if state.open_incidents:
                number = min(state.open_incidents)
                self.attempt(c.CorrectLocation(number, crossing(int(str(east)), 2)))
            case "status", unit_id, Status() as status:
                self.attempt(c.ReportStatus(str(unit_id), status))
            case "fire", unit_id:
                number = state.next_incident
                self.attempt(c.ReportIncident("structure_fire", crossing(1, 1)))
                self.attempt(c.AssignUnits(number, (c.Choice(str(unit_id)),)))
            case "release", unit_id:
                self.attempt(c.ReleaseUnit(str(unit_id)))

    def attempt(self, body: c.Body) -> None:
        """Ask for something that may be refused."""
        with suppress(Refused, KeyError):
            self.do(body, at=at(self.now_s))


@settings(max_examples=120, deadline=None)
@given(story=st.lists(st.lists(happenings, max_size=4), min_size=2, max_size=6), incident=st.booleans())
def test_what_is_kept_is_what_would_be_found_anew(story: list[list[tuple[str, ...]]], incident: bool) -> None:
    tale = Tale()
    for chapter in story:
        for happening in chapter:
            tale.happen(*happening)
        state, fixes, now = tale.state, tale.fixes, at(tale.now_s)
        number = min(state.open_incidents, default=None) if incident else None
        field = find_candidates(state, fixes, NEEDS, (), incident_id=number, at=now)
        free = {each.unit.unit.id: each for each in field.candidates if not each.members}
        barred = {each.unit.unit.id: each.reason for each in field.barred}
        assert [*free] == sorted(free) and {*free} | {*barred} >= {*state.units}
        for name, unit in state.units.items():
            reason, standing = plainly.against(state, unit, number), plainly.stand(state, fixes, unit, now)
            if name in free:
                assert reason is None
                assert (free[name].start, free[name].turnout_s, free[name].fix_age_s) == standing
            elif reason is not None:
                assert barred[name] == reason
            elif barred[name].code in ("position_too_old", "off_shift"):
                assert barred[name] == standing
            else:
                assert barred[name].code in ("wrong_capability", "crew_too_small")
        kept = [recommend(state, fixes, TownRoads(), each, at=now) for each in state.open_incidents]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(candidates, "_STANDINGS", Standings())
            assert kept == [recommend(state, fixes, TownRoads(), each, at=now) for each in state.open_incidents]


def test_only_what_changed_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    state, looked = town(), list[str]()
    fixes = {name: Fix(name, 25.0, 60.0, START, START, 0.0) for name in IDS}
    monkeypatch.setattr(candidates, "_STANDINGS", Standings())
    find_candidates(state, fixes, NEEDS, (), incident_id=None, at=START)
    look = candidates._STANDINGS.of.__globals__["_place"]

    def noted(standing: object, told: State, row: int) -> object:
        looked.append(sorted(told.units)[row])
        return look(standing, told, row)

    monkeypatch.setitem(candidates._STANDINGS.of.__globals__, "_place", noted)
    fixes["E2"] = replace(fixes["E2"], lon=25.001, fixed_at=at(1))
    find_candidates(state, fixes, NEEDS, (), incident_id=None, at=at(2))
    assert looked == ["E2"]
    state = replace(state, units=state.units.set("W1", replace(state.units["W1"], held="spare")))
    find_candidates(state, fixes, NEEDS, (), incident_id=None, at=at(3))
    assert looked == ["E2", "W1"]
    find_candidates(state, fixes, NEEDS, (), incident_id=None, at=at(905))
    assert sorted(looked[2:]) == sorted(set(IDS))  # all have stood for a quarter of an hour by then


def test_every_position_that_is_believed_counts_in_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_STANDINGS", Standings())
    known, others, state = Fixes(), Fixes(), town()
    known.take_all(Fix(name, 25.0, 60.0, START, START, 0.0) for name in IDS)
    others.take_all(Fix(name, 24.9, 60.0, START, START, 0.0) for name in IDS)
    seen = []
    for fixes, lon in ((known, 25.0), (known, 25.001), (others, 24.9), (known, 25.0015), (known, 25.0015)):
        fixes.take(Fix("E2", lon, 60.0, at(len(seen)), at(len(seen)), 0.0))
        assert starts_of(state, fixes.latest, ["E2", "W1"], at=at(9))[0].lon == lon
        seen.append(starts_of(state, fixes.latest, ["W1"], at=at(9))[0].lon)
    assert seen == [25.0, 25.0, 24.9, 25.0, 25.0]


def test_shifts_change_while_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_STANDINGS", Standings())
    state, patrol, off = town(), (Need("patrol", ("patrol",)),), []
    for seconds in (0, 12 * 3600, 24 * 3600):
        field = find_candidates(state, {}, patrol, (), incident_id=None, at=at(seconds))
        off.append([each.unit.unit.id for each in field.barred if each.reason.code == "off_shift"])
    assert off == [["P2"], ["P1"], ["P2"]]


def test_a_crew_that_turns_out_leaves_sooner_with_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_STANDINGS", Standings())
    story = Story()
    story.fire("E1")
    left = []
    for seconds in (0, 30, 50):
        field = find_candidates(story.state, {}, NEEDS, (), incident_id=None, at=at(seconds), leaving=("E1",))
        left.append(next(each.turnout_s for each in field.candidates if each.unit.unit.id == "E1"))
    assert left == [80.0, 50.0, 30.0]


def test_a_last_scene_counts_as_soon_as_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_STANDINGS", Standings())
    story = Story()
    story.fire("E1")
    story.do(c.ReportStatus("E1", Status.ON_SCENE), at=at(60))
    story.do(c.ReleaseUnit("E1"), at=at(90))
    starts = []
    for incidents in (Map(), story.state.incidents):
        state = replace(story.state, incidents=incidents)
        field = find_candidates(state, {}, NEEDS, (), incident_id=None, at=at(100))
        starts.append(next((each.start.lon, each.start.lat) for each in field.candidates if each.unit.unit.id == "E1"))
    home, scene = crossing(0, 0), crossing(1, 1)
    assert starts == [(home.lon, home.lat), (scene.lon, scene.lat)]


def test_starts_are_those_of_who_is_known_and_placed() -> None:
    old = Fix("E2", 25.5, 60.5, START - timedelta(days=2), START, 0.0)
    found = starts_of(town(), {"E2": old}, ["W1", "E2", "A1", "nobody"], at=START)
    assert [start.unit_id for start in found] == ["A1", "W1"] == [found[0].unit_id, found[1].unit_id]
    assert [start.unit_id for start in found[1:]] == ["W1"]


def test_reasons_that_nobody_has_any_more_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    state = town()
    monkeypatch.setattr(candidates, "_STANDINGS", Standings())
    for number in range(1500):
        held = replace(state.units["E2"], held=f"for {number}")
        state = replace(state, units=state.units.set("E2", held))
        field = find_candidates(state, {}, NEEDS, (), incident_id=None, at=START)
    [reason] = [each.reason for each in field.barred if each.unit.unit.id == "E2"]
    assert reason == Reason("held_in_reserve", (("reason", "for 1499"),))
    assert len(field.standing.roll.reasons) < 1100
