"""A unit that has moved up waits at another station, counts from there, and is freed of it by the next call."""

from __future__ import annotations

from dispatch import commands as c
from dispatch.crews import Crews
from dispatch.events import MoveUpEnded, UnitMovedUp
from dispatch.recommendation import Path
from dispatch.state import Post, fold
from dispatch.travels import Start
from dispatch.whereabouts import start_of
from resources.position import Fix
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import OPERATOR, OTHER_OPERATOR, at, crossing

FAR = crossing(2, 2)


def test_a_unit_counts_from_the_station_where_it_has_moved_up_to() -> None:
    story = Story()
    assert story.do(c.MoveUp("E1", "fire-22", "covers the north"), at=at(5)) == (
        UnitMovedUp("E1", "fire-22", FAR.lon, FAR.lat, "covers the north"),
    )
    assert story.unit("E1").post == Post("fire-22", FAR.lon, FAR.lat, at(5))
    assert story.unit("E1").station == "fire-22"
    start = start_of(story.unit("E1"), None, at(60))
    assert start is not None and (start.lon, start.lat) == (FAR.lon, FAR.lat)
    parked = Fix("E1", FAR.lon, FAR.lat, at(600), at(600), 0.0)
    start = start_of(story.unit("E1"), parked, at(6000))
    assert start is not None and (start.lon, start.lat) == (FAR.lon, FAR.lat)
    at_home = Fix("E1", crossing(0, 0).lon, crossing(0, 0).lat, at(600), at(600), 0.0)
    assert start_of(story.unit("E1"), at_home, at(6000)) is None


def test_a_new_assignment_ends_it() -> None:
    story = Story()
    story.do(c.MoveUp("E1", "fire-22"))
    story.fire("E1")
    assert story.unit("E1").post is None
    assert story.unit("E1").home == (crossing(0, 0).lon, crossing(0, 0).lat)


def test_asking_twice_or_for_home_says_what_is_left_to_do() -> None:
    story = Story()
    assert story.do(c.EndMoveUp("E1")) == ()
    assert story.do(c.MoveUp("E1", "fire-00")) == ()
    story.do(c.MoveUp("E1", "fire-22"))
    assert story.do(c.MoveUp("E1", "fire-22")) == ()
    assert story.do(c.MoveUp("E1", "fire-00")) == (MoveUpEnded("E1"),)
    story.do(c.MoveUp("E1", "fire-22"))
    assert story.do(c.EndMoveUp("E1", "all quiet")) == (MoveUpEnded("E1", "all quiet"),)
    assert story.unit("E1").post is None


def test_who_moved_it_meanwhile_is_said() -> None:
    story = Story()
    seen = story.state.sequence
    story.do(c.MoveUp("E1", "fire-22"), who=OTHER_OPERATOR, at=at(5))
    refused = story.refuses(c.EndMoveUp("E1"), who=OPERATOR, based_on=seen)
    assert (refused.code, refused.parameters["actor"]) == ("moved_up_since", "bela")
    assert story.refuses(c.MoveUp("E1", "water-10"), based_on=seen).code == "moved_up_since"


def test_a_reserve_moves_only_with_a_reason() -> None:
    story = Story()
    story.do(c.HoldUnit("E1", "harbour"))
    assert story.refuses(c.MoveUp("E1", "fire-22")).code == "held_in_reserve"
    assert story.do(c.MoveUp("E1", "fire-22", "the harbour is there"))


def test_a_log_without_posts_still_folds_and_the_roster_keeps_them() -> None:
    story = Story()
    story.do(c.MoveUp("E1", "fire-22"))
    assert fold(story.state, ()).units["E1"].post == story.unit("E1").post
    story.do(
        c.LoadRoster(c.Roster(story.state.roster.departments, (), story.state.roster.units)),
        who=c.Who("x", "administrator"),
    )
    assert story.unit("E1").post is not None


def test_simulated_crews_drive_there_and_back() -> None:
    def drive(here: Start, there: tuple[float, float], mode: str) -> Path:
        return Path("", ((here.lon, here.lat), there), (0.0, 100.0), (), 1000.0)

    story, crews, fixes = Story(), Crews(drive, seed=1), {}

    def step(seconds: float) -> None:
        step = crews.step(story.state, fixes, at(seconds))
        for body in step.bodies:
            story.do(body, at=at(seconds))
        fixes.update({fix.unit_id: fix for fix in step.fixes})

    step(0)
    story.do(c.MoveUp("E1", "fire-22"), at=at(5))
    step(10)
    assert story.unit("E1").status is Status.AVAILABLE_BY_RADIO
    for seconds in (12, 60, 115, 120):
        step(seconds)
    assert story.unit("E1").status is Status.AVAILABLE
    assert (round(fixes["E1"].lon, 6), round(fixes["E1"].lat, 6)) == (round(FAR.lon, 6), round(FAR.lat, 6))
    story.do(c.EndMoveUp("E1"), at=at(130))
    for seconds in (131, 132, 233, 240):
        step(seconds)
    assert story.unit("E1").status is Status.AVAILABLE
    assert round(fixes["E1"].lon, 6) == round(crossing(0, 0).lon, 6)
