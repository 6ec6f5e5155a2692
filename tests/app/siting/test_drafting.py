"""What is changed about a plan: each change for itself, each taken back, nothing left of what is not there."""

from __future__ import annotations

import pytest

from app.siting import drafting
from app.siting.drafting import NOTHING, Changes, plan_with
from dispatch.incident import Closure
from dispatch.siting.plan import Growth, Plan, Post

BASE = Plan("fire", (Post("a", "Anna", 25.0, 60.0, 2, 80), Post("b", "Bella", 25.1, 60.0, 1, 80)))
NEW = Post("new-1", "New 1", 25.2, 60.1, 1, 80)
ROAD = Closure("road", "Point", ((25.0, 60.0),))


def places(changes: Changes) -> dict[str, tuple[float, float, int]]:
    return {post.id: (post.lon, post.lat, post.units) for post in plan_with(BASE, changes, "b").posts}


def test_nothing_changed_is_how_units_stand() -> None:
    plan = plan_with(BASE, NOTHING, "b")
    assert (plan.posts, plan.name, NOTHING.is_none) == (BASE.posts, "b", True)


def test_every_change_shows_and_is_taken_back_by_its_key() -> None:
    changes = drafting.close(BASE, NOTHING, ["b"])
    assert set(places(changes)) == {"a"}
    changes = drafting.move(changes, "a", 25.05, 60.01)
    assert places(changes)["a"] == (25.05, 60.01, 2)
    changes = Changes(changes.closed, changes.joined, changes.moved, (NEW,), (ROAD,))
    changes = drafting.grow(drafting.grow(changes, 1.3), 0.5, "North")
    changes = drafting.staff(BASE, changes, "a", 5)
    assert places(changes)["a"] == (25.05, 60.01, 5)
    plan = plan_with(BASE, changes, "b")
    assert [post.id for post in plan.posts] == ["a", "new-1"]
    assert plan.closures == (ROAD,) and plan.growth == (Growth(1.3), Growth(0.5, "North"))
    names = drafting.keys(changes)
    assert names == ["closed:b", "moved:a", "staffed:a", "opened:new-1", "broken:road", "grown:", "grown:North"]
    for key in names:
        before = len(drafting.keys(changes))
        changes = drafting.take_back(changes, key)
        assert len(drafting.keys(changes)) == before - 1
    assert changes.is_none


def test_units_go_along_where_a_post_joins_another() -> None:
    changes = drafting.join(NOTHING, "b", "a")
    assert places(changes) == {"a": (25.0, 60.0, 3)}
    assert drafting.join(NOTHING, "a", "a").is_none
    assert set(places(drafting.close(BASE, changes, ["a"]))) == {"b"}, "nobody goes to a post that is closed"


def test_a_post_has_as_many_units_as_are_asked_for() -> None:
    changes = drafting.staff(BASE, Changes(opened=(NEW,)), "new-1", 3)
    assert changes.opened[0].units == 3 and changes.staffed == ()
    changes = drafting.staff(BASE, drafting.staff(BASE, changes, "a", 0), "b", 99)
    assert changes.staffed == (("a", 1), ("b", drafting.MOST_UNITS))
    changes = drafting.staff(BASE, drafting.staff(BASE, changes, "a", 2), "unheard of", 2)
    assert changes.staffed == (("b", drafting.MOST_UNITS),), "as many as it has anyway is no change"
    assert drafting.close(BASE, changes, ["b"]).staffed == ()


def test_a_post_that_was_only_opened_here_is_gone_when_closed() -> None:
    changes = drafting.join(drafting.move(Changes(opened=(NEW,)), "new-1", 25.3, 60.2), "b", "new-1")
    assert places(changes)["new-1"] == (25.3, 60.2, 2)
    changes = drafting.close(BASE, changes, ["new-1", "unheard of"])
    assert changes.is_none and set(places(changes)) == {"a", "b"}


def test_ids_of_new_posts_are_free() -> None:
    assert drafting.free_id(BASE, Changes(opened=(NEW,)), "new-") == ("new-2", 2)
    assert drafting.free_id(BASE, NOTHING, "new-") == ("new-1", 1)


@pytest.mark.parametrize(
    "changes", [Changes(closed=("x",)), Changes(joined=(("x", "y"),)), Changes(moved=(("x", 0, 0),))]
)
def test_what_the_plan_has_not_is_left_out(changes: Changes) -> None:
    assert plan_with(BASE, changes, "b").posts == BASE.posts
