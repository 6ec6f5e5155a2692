"""What the solver is offered and what its answer changes about a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from app.siting import drafting
from app.siting.drafting import Changes
from app.siting.questions import Sought
from dispatch.demand.areas import Area
from dispatch.siting.plan import Plan, Post
from resources.unit import Station


def stations_as_candidates(
    stations: Iterable[Station], base: Plan, changes: Changes, *, units: int, turnout_s: float
) -> tuple[Post, ...]:
    """Offer stations as posts: those of the department with the units that they would have, others with `units`."""
    # What was closed or joined would come back with all that it had.
    stands = replace(changes, closed=(), joined=())
    own = {post.id: post for post in drafting.plan_with(base, stands, "").posts}
    return tuple(
        own.get(each.id) or Post(each.id, each.name or each.id, each.lon, each.lat, units, turnout_s)
        for each in stations
    )


def changes_for(
    base: Plan, changes: Changes, found: Sought, *, keep: bool, name: Callable[[int, Area | None], str]
) -> Changes:
    """Return what a plan changes once the posts that were found stand in it; `name` words one without a name."""
    if not keep:
        kept = replace(changes, opened=(), joined=())
        changes = drafting.close(base, kept, [post.id for post in base.posts])
        changes = replace(changes, moved=kept.moved, staffed=kept.staffed)
    for post, area in zip(found.posts, found.areas, strict=True):
        again = drafting.reopen(changes, post.id)
        if again is not None:
            changes = again
            continue
        post_id, number = drafting.free_id(base, changes, drafting.NEW)
        words = name(number, area) if post.id.startswith("new_") else post.name
        changes = replace(changes, opened=(*changes.opened, replace(post, id=post_id, name=words)))
    stays = {post.id for post in drafting.plan_with(base, changes, "").posts}
    return replace(
        changes,
        moved=tuple(each for each in changes.moved if each[0] in stays),
        staffed=tuple(each for each in changes.staffed if each[0] in stays),
    )
