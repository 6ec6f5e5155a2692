"""The work of the planning page on one city: measures plans, draws isochrones, seeks posts, counts in a perimeter.

Belongs to the thread that made it, as the ground in it does. Knows no window.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from app.beside.child import NoAnswer, Tell
from app.siting.questions import Enclose, Rings, Seek, Setting, Sought, Spot, Taught, Weigh, Weighed
from dispatch.demand.cells import Demand, demand_of, nearest_cells
from dispatch.demand.history import mixed
from dispatch.ground import Ground
from dispatch.incident import Closure
from dispatch.siting.compare import compare
from dispatch.siting.measure import Siting
from dispatch.siting.place import FEWEST, cells_as_candidates, place
from gis.city import City
from gis.isochrones import Isochrone, isochrones
from gis.reach import ReachMap
from gis.within import Within, around, count_within

MOST_KEPT = 4
DRAWN_M = 6.0


class Work:
    """Answer questions about a city's folder; what was opened and measured is kept for the next one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._city: City | None = None
        self._ground: Ground | None = None
        self._demand: Demand | None = None
        self._taught: dict[str, Demand] = {}
        self._sitings: OrderedDict[Setting, Siting] = OrderedDict()
        self._reaches: OrderedDict[tuple[str, frozenset[int]], ReachMap] = OrderedDict()

    def answer(self, question: Any, tell: Tell) -> Any:
        """Answer one question. Raises NoAnswer where a person can act on it; ValueError, LookupError, OSError."""
        match question:
            case Taught():
                self._taught = {question.key: mixed(self._own_demand(tell), question.places)}
                return None
            case Weigh():
                return self._weigh(question, tell)
            case Seek():
                return self._seek(question, tell)
            case Enclose():
                return self._enclose(question, tell)
        raise TypeError(f"{type(question).__name__} is no question")

    @property
    def city(self) -> City:
        """The city, opened when first asked for."""
        if self._city is None:
            self._city = City.open(self.folder)
        return self._city

    def _weigh(self, asked: Weigh, tell: Tell) -> Weighed:
        siting = self._siting(asked.setting, tell)
        tell(0.4, "times")
        before = siting.measure(asked.before)
        tell(0.55, "times")
        after = before if asked.after == asked.before else siting.measure(asked.after)
        off_road = dict.fromkeys(
            post.name
            for plan in (asked.before, asked.after)
            for post in plan.posts
            if post.units and not np.isfinite(siting.times_s([post], plan.closures)).any()
        )
        areas, idle = [], {}
        for share, plan, places in ((0.65, asked.before, asked.from_before), (0.85, asked.after, asked.from_after)):
            tell(share, "reach")
            found, off, none = self._areas(siting, plan.closures, places, asked.limits_s)
            areas.append(found)
            off_road.update(dict.fromkeys(off))
            idle.update(dict.fromkeys(none))
        rings = [tuple(map(_drawn, each)) for each in areas]
        both = compare(before, after)
        return Weighed(
            both, siting.demand, (areas[0], areas[1]), (rings[0], rings[1]), tuple(off_road), tuple(idle)
        )  # fmt: skip

    def _areas(
        self, siting: Siting, closures: Sequence[Closure], places: Sequence[Spot], limits_s: Sequence[float]
    ) -> tuple[tuple[Isochrone, ...], tuple[str, ...], list[str]]:
        """Draw what is reached from any of the places; beside it places off the roads, and closures that close none."""
        from gis.closures import closed_arcs

        network, closed, idle = self.city.roads(), set[int](), []
        for each in closures:
            try:
                arcs = closed_arcs(network, each)
            except ValueError:
                arcs = []
            closed.update(arcs if each.kind != "slow" else ())
            if not arcs:
                idle.append(each.id)
        if not places or not limits_s:
            return (), (), idle
        key = (siting.target.mode, frozenset(closed))
        if key not in self._reaches:
            self._reaches[key] = ReachMap.of_city(self.city, siting.target.mode, closed=closed)
        self._reaches.move_to_end(key)
        while len(self._reaches) > MOST_KEPT:
            self._reaches.popitem(last=False)
        found, off = isochrones(self._reaches[key], places, limits_s)
        return found, off, idle

    def _seek(self, asked: Seek, tell: Tell) -> Sought:
        siting = self._siting(asked.setting, tell)
        candidates = list(asked.candidates)
        if not candidates:
            cells = cells_as_candidates(siting, self.city, turnout_s=asked.turnout_s)
            candidates = [replace(each, units=asked.units) for each in cells]
        held = {post.id for post in asked.plan.posts if post.units} if asked.keep else set()
        held_at = {(post.lon, post.lat) for post in asked.plan.posts if post.id in held}
        free = [post for post in candidates if post.id not in held and (post.lon, post.lat) not in held_at]
        if not free:
            raise NoAnswer("no_candidates")
        if asked.aim != FEWEST and asked.count > len(free):
            raise NoAnswer("too_many", count=asked.count, candidates=len(free))
        tell(0.4, "times")
        posts = [*(asked.plan.posts if asked.keep else ()), *free]
        drive_s = siting.times_s(posts, asked.plan.closures)
        if asked.aim == FEWEST:
            weight, _ = siting.weight_of(asked.plan)
            reach = (drive_s <= siting.limits_s(posts)[:, None]).any(axis=0)
            most = float(weight[reach].sum())
            if most < siting.target.at_least - 1e-12:
                raise NoAnswer("not_enough", share=f"{most:.1%}", wanted=f"{siting.target.at_least:.0%}")
        tell(0.6, "search")
        found = place(
            siting, asked.plan, free, aim=asked.aim, count=asked.count, keep=asked.keep, budget_s=asked.budget_s
        )
        new = [post for post in found.order if post.id not in held]
        cells = nearest_cells(siting.demand, [(post.lon, post.lat) for post in new])
        areas = [None if cell < 0 else siting.demand.areas[siting.demand.area[cell]] for cell in cells.tolist()]
        return Sought(tuple(new), tuple(areas), found.sited.gap if not found.sited.is_proven else 0.0, len(free))

    def _enclose(self, asked: Enclose, tell: Tell) -> Within:
        import shapely

        tell(0.3, "count")
        if asked.radius_m is not None:
            area = around(self.city, *asked.corners[0], asked.radius_m)
        else:
            area = shapely.Polygon(asked.corners)
        return count_within(self.city, area)

    def _siting(self, setting: Setting, tell: Tell) -> Siting:
        if setting not in self._sitings:
            if setting.demand_key and setting.demand_key not in self._taught:
                raise NoAnswer("not_taught")
            demand = self._taught[setting.demand_key] if setting.demand_key else self._own_demand(tell)
            self._sitings[setting] = Siting(
                self._roads(tell), demand, setting.target, busy=setting.busy, usual_units=setting.usual_units,
                calls_a_day=setting.calls_a_day, at=setting.at, time_zone=setting.time_zone,
            )  # fmt: skip
        self._sitings.move_to_end(setting)
        while len(self._sitings) > MOST_KEPT:
            self._sitings.popitem(last=False)
        return self._sitings[setting]

    def _roads(self, tell: Tell) -> Ground:
        if self._ground is None:
            tell(0.05, "open")
            self._ground = Ground.of_city(self.city)
        return self._ground

    def _own_demand(self, tell: Tell) -> Demand:
        if self._demand is None:
            tell(0.2, "demand")
            self._demand = demand_of(self.city)
        return self._demand


def _drawn(area: Isochrone) -> Rings:
    """Return an isochrone's rings without the corners that nobody sees: their grid is far coarser than DRAWN_M."""
    import shapely

    simple = shapely.simplify(area.area, DRAWN_M)
    return tuple(shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(simple)))
