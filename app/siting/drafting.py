"""What is changed about a plan, one thing after another, each of which can be taken back. Knows no window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dispatch.incident import Closure
from dispatch.siting.plan import Growth, Plan, Post, moved

CLOSED, JOINED, MOVED, OPENED, BROKEN, GROWN = "closed", "joined", "moved", "opened", "broken", "grown"
STAFFED = "staffed"
NEW = "new-"  # ids of posts that were opened here
MOST_UNITS = 20  # of a post


@dataclass(frozen=True, slots=True)
class Changes:
    """Hold what differs from how units stand, posts by id.

    `joined` says where a post's units go, `moved` where it stands (lon, lat), `broken` are roads that this plan alone
    has closed, `staffed` how many units a post has.
    """

    closed: tuple[str, ...] = ()
    joined: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, float, float], ...] = ()
    opened: tuple[Post, ...] = ()
    broken: tuple[Closure, ...] = ()
    growth: tuple[Growth, ...] = ()
    staffed: tuple[tuple[str, int], ...] = ()

    @property
    def is_none(self) -> bool:
        """Tell whether nothing is changed."""
        return self == NOTHING


NOTHING = Changes()


def plan_with(base: Plan, changes: Changes, name: str) -> Plan:
    """Return a plan with changes; what they name and it has not is left out."""
    gone = set(changes.closed)
    places = {post_id: (lon, lat) for post_id, lon, lat in changes.moved}
    staffed = dict(changes.staffed)
    posts = []
    for post in (*base.posts, *changes.opened):
        if post.id not in gone:
            lon, lat = places.get(post.id, (post.lon, post.lat))
            posts.append(replace(post, lon=lon, lat=lat, units=staffed.get(post.id, post.units)))
    plan = replace(
        base, name=name, posts=tuple(posts), closures=(*base.closures, *changes.broken), growth=changes.growth
    )
    for post_id, there in changes.joined:
        known = {post.id for post in plan.posts}
        if post_id in known and there in known:
            plan = moved(plan, {post_id: there})
    return plan


def close(base: Plan, changes: Changes, post_ids: Iterable[str]) -> Changes:
    """Close posts; those that were only opened here are taken back."""
    gone = set(post_ids)
    own = {post.id for post in base.posts}
    known = set(changes.closed)
    return replace(
        _without(changes, gone),
        closed=(*changes.closed, *(post.id for post in base.posts if post.id in gone - known and post.id in own)),
    )


def move(changes: Changes, post_id: str, lon: float, lat: float) -> Changes:
    """Let a post stand elsewhere with all its units."""
    if any(post.id == post_id for post in changes.opened):
        opened = tuple(replace(p, lon=lon, lat=lat) if p.id == post_id else p for p in changes.opened)
        return replace(changes, opened=opened)
    kept = tuple(each for each in changes.moved if each[0] != post_id)
    return replace(changes, moved=(*kept, (post_id, lon, lat)))


def join(changes: Changes, post_id: str, there: str) -> Changes:
    """Close a post and let its units stand at another."""
    if post_id == there:
        return changes
    kept = tuple(each for each in changes.joined if each[0] != post_id)
    return replace(changes, joined=(*kept, (post_id, there)))


def staff(base: Plan, changes: Changes, post_id: str, units: int) -> Changes:
    """Let a post have so many units, 1 to MOST_UNITS; as many as it has anyway takes that back."""
    units = max(1, min(units, MOST_UNITS))
    if any(post.id == post_id for post in changes.opened):
        opened = tuple(replace(post, units=units) if post.id == post_id else post for post in changes.opened)
        return replace(changes, opened=opened)
    own = next((post.units for post in base.posts if post.id == post_id), None)
    kept = tuple(each for each in changes.staffed if each[0] != post_id)
    return replace(changes, staffed=kept if own in (None, units) else (*kept, (post_id, units)))


def reopen(changes: Changes, post_id: str) -> Changes | None:
    """Open a post again that was closed or joined another, with all that it had; None where it was neither."""
    for kind in (CLOSED, JOINED):
        if f"{kind}:{post_id}" in keys(changes):
            return take_back(changes, f"{kind}:{post_id}")
    return None


def grow(changes: Changes, factor: float, area: str = "") -> Changes:
    """Let demand be so many times what it is, in an area or in all of them (""); 1 takes that back."""
    kept = tuple(each for each in changes.growth if each.area != area)
    return replace(changes, growth=kept if factor == 1.0 else (*kept, Growth(factor, area)))


def keys(changes: Changes) -> list[str]:
    """Name every change: what it is and of what, as `closed:12`."""
    return [
        *(f"{CLOSED}:{each}" for each in changes.closed),
        *(f"{JOINED}:{each[0]}" for each in changes.joined),
        *(f"{MOVED}:{each[0]}" for each in changes.moved),
        *(f"{STAFFED}:{each[0]}" for each in changes.staffed),
        *(f"{OPENED}:{each.id}" for each in changes.opened),
        *(f"{BROKEN}:{each.id}" for each in changes.broken),
        *(f"{GROWN}:{each.area}" for each in changes.growth),
    ]


def take_back(changes: Changes, key: str) -> Changes:
    """Take one change back by its key."""
    kind, _, name = key.partition(":")
    if kind == OPENED:
        return _without(changes, {name})
    return Changes(
        tuple(each for each in changes.closed if (kind, name) != (CLOSED, each)),
        tuple(each for each in changes.joined if (kind, name) != (JOINED, each[0])),
        tuple(each for each in changes.moved if (kind, name) != (MOVED, each[0])),
        changes.opened,
        tuple(each for each in changes.broken if (kind, name) != (BROKEN, each.id)),
        tuple(each for each in changes.growth if (kind, name) != (GROWN, each.area)),
        tuple(each for each in changes.staffed if (kind, name) != (STAFFED, each[0])),
    )


def free_id(base: Plan, changes: Changes, stem: str) -> tuple[str, int]:
    """Return an id that no post has, and the number in it."""
    known = {post.id for post in (*base.posts, *changes.opened)}
    number = 1
    while f"{stem}{number}" in known:
        number += 1
    return f"{stem}{number}", number


def _without(changes: Changes, gone: set[str]) -> Changes:
    """Forget posts that were opened, and what was done to posts."""
    return replace(
        changes,
        joined=tuple(each for each in changes.joined if not gone & set(each)),
        moved=tuple(each for each in changes.moved if each[0] not in gone),
        opened=tuple(each for each in changes.opened if each.id not in gone),
        staffed=tuple(each for each in changes.staffed if each[0] not in gone),
    )
