"""What the solver is offered and what its answer changes: posts with their units, none of them twice."""

from __future__ import annotations

from app.siting import drafting
from app.siting.drafting import NOTHING, Changes, plan_with
from app.siting.questions import Sought
from app.siting.sought import changes_for, stations_as_candidates
from dispatch.demand.areas import Area
from dispatch.siting.plan import Plan, Post
from resources.unit import Station

BASE = Plan("fire", (Post("a", "Anna", 25.0, 60.0, 3, 80), Post("b", "Bella", 25.1, 60.0, 1, 70)))
STATIONS = tuple(Station(each, each.upper(), "x", 25.0, 60.0) for each in ("a", "b", "c"))


def named(number: int, area: Area | None) -> str:
    return f"New {number}, {area.name if area is not None else '–'}"


def offered(changes: Changes) -> dict[str, int]:
    found = stations_as_candidates(STATIONS, BASE, changes, units=2, turnout_s=60)
    return {post.id: post.units for post in found}


def found(*posts: Post) -> Sought:
    return Sought(posts, tuple(Area("place", "Port") for _ in posts), 0.0, 9)


def test_a_station_is_offered_with_the_units_that_it_has() -> None:
    assert offered(NOTHING) == {"a": 3, "b": 1, "c": 2}
    assert offered(drafting.close(BASE, NOTHING, ["a"]))["a"] == 3
    assert offered(drafting.join(NOTHING, "a", "b")) == {"a": 3, "b": 1, "c": 2}
    assert offered(drafting.staff(BASE, NOTHING, "b", 4))["b"] == 4


def test_a_station_that_is_opened_again_is_itself_with_all_its_units() -> None:
    for changes in (drafting.close(BASE, NOTHING, ["a"]), drafting.join(NOTHING, "a", "b")):
        again = changes_for(BASE, changes, found(Post("a", "Anna", 25.0, 60.0, 3, 80)), keep=True, name=named)
        assert again.is_none and plan_with(BASE, again, "b").posts == BASE.posts


def test_in_the_place_of_the_present_ones_posts_stand_once() -> None:
    changes = drafting.staff(BASE, Changes(opened=(Post("new-1", "Old", 25.2, 60.0),)), "a", 5)
    new = Post("new_4", "25.3, 60.0", 25.3, 60.0, 2, 80)
    made = changes_for(BASE, changes, found(Post("a", "Anna", 25.0, 60.0, 5, 80), new), keep=False, name=named)
    assert [(post.id, post.name, post.units) for post in plan_with(BASE, made, "b").posts] == [
        ("a", "Anna", 5), ("new-1", "New 1, Port", 2),
    ]  # fmt: skip
    assert made.closed == ("b",)


def test_nothing_is_kept_of_a_post_that_is_gone() -> None:
    changes = drafting.staff(BASE, drafting.move(NOTHING, "b", 25.3, 60.1), "b", 6)
    made = changes_for(BASE, changes, found(Post("a", "Anna", 25.0, 60.0, 3, 80)), keep=False, name=named)
    assert drafting.keys(made) == ["closed:b"]
