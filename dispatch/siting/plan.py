"""A plan of where units stand, and what could be changed about it: stations closed, moved, opened, roads, demand."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from dispatch.coverage_board import counts_for
from dispatch.coverage_targets import Target
from dispatch.incident import Closure
from dispatch.turnout import turnout_time_s
from resources.status import Status
from resources.unit import Department, Roster, Unit

# Units without a station that stand this near each other, in degrees, are at one post.
SAME_PLACE_DEG = 0.0005


@dataclass(frozen=True, slots=True)
class Post:
    """Name a place (WGS 84) where units stand and leave from after `turnout_s`; one without units is only planned."""

    id: str
    name: str
    lon: float
    lat: float
    units: int = 1
    turnout_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Growth:
    """Let demand be so many times what it is, in one area (its name) or in all ("")."""

    factor: float
    area: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Say where the units of a department that count for a target stand, on which roads, for which demand."""

    name: str
    posts: tuple[Post, ...]
    closures: tuple[Closure, ...] = ()
    growth: tuple[Growth, ...] = ()

    @property
    def units(self) -> int:
        """Return how many units there are."""
        return sum(post.units for post in self.posts)


class BadPlan(ValueError):
    """A plan cannot be measured: `code` says why, with parameters for a sentence of one's own."""

    def __init__(self, code: str, words: str, **parameters: object) -> None:
        super().__init__(words)
        self.code, self.parameters = code, parameters


class NoSuchPost(LookupError):
    """A plan has no post of that id or name; `known` lists those that it has."""

    def __init__(self, word: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no station or post {word!r}")
        self.word, self.known = word, tuple(known)


def plan_of(roster: Roster, department: Department, target: Target, *, hour: int = 12) -> Plan:
    """Lay out how a department's units stand by the roster: at their stations, or where they are where they have none.

    Turnout is the middle one of the units there at an hour of the day. Of several vehicles with one crew one counts.
    """
    stations = {station.id: station for station in roster.stations}
    turnouts = {turnout.id: turnout for turnout in roster.turnouts}
    at: dict[str, list[Unit]] = {}
    places: dict[str, tuple[str, float, float]] = {}
    crews: set[str] = set()
    for unit in sorted(roster.units, key=lambda each: each.id):
        if unit.department != department.id or not counts_for(unit, target) or unit.cross_staffed in crews - {""}:
            continue
        crews.add(unit.cross_staffed)
        station = stations.get(unit.station)
        if station is not None:
            key, place = station.id, (station.name or station.id, station.lon, station.lat)
        else:
            cell = round(unit.lon / SAME_PLACE_DEG), round(unit.lat / SAME_PLACE_DEG)
            key, place = f"at {cell[0]},{cell[1]}", (unit.id, unit.lon, unit.lat)
        places.setdefault(key, place)
        at.setdefault(key, []).append(unit)
    posts = []
    for key, units in at.items():
        times = [turnout_time_s(turnouts.get(each.turnout), Status.AVAILABLE, hour, is_moving=False) for each in units]
        # A post without a station is called by its first unit.
        own = key if key in stations else units[0].id
        posts.append(Post(own, *places[key], units=len(units), turnout_s=float(statistics.median(times))))
    return Plan(department.name or department.id, tuple(sorted(posts, key=lambda post: post.id)))


def closed(plan: Plan, posts: Collection[str]) -> Plan:
    """Close posts (ids or names); their units are gone. Raises NoSuchPost."""
    gone = {_found(plan, word).id for word in posts}
    return replace(plan, posts=tuple(post for post in plan.posts if post.id not in gone))


def moved(plan: Plan, moves: Mapping[str, str]) -> Plan:
    """Close posts and let their units stand at others, by id or name. Raises NoSuchPost."""
    for word, there in moves.items():
        source, goal = _found(plan, word), _found(plan, there)
        if source.id == goal.id:
            continue
        posts = tuple(post for post in plan.posts if post.id != source.id)
        more = replace(goal, units=goal.units + source.units)
        plan = replace(plan, posts=tuple(more if post.id == goal.id else post for post in posts))
    return plan


def opened(plan: Plan, posts: Sequence[Post]) -> Plan:
    """Open posts as well. Raises ValueError for an id that stands already."""
    known = {post.id for post in plan.posts}
    for post in posts:
        if post.id in known:
            raise ValueError(f"there is a post {post.id!r} already")
        known.add(post.id)
    return replace(plan, posts=(*plan.posts, *posts))


def usual_turnout_s(plan: Plan) -> float:
    """Return the turnout of most of a plan's units: what a new post is thought to take."""
    each = [post.turnout_s for post in plan.posts for _ in range(post.units)]
    return float(statistics.median(each)) if each else 0.0


def _found(plan: Plan, word: str) -> Post:
    spoken = word.casefold()
    for post in plan.posts:
        if spoken in (post.id.casefold(), post.name.casefold()):
            return post
    raise NoSuchPost(word, sorted(post.id for post in plan.posts))
