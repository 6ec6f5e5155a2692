"""Where to put k stations or posts: by the mean way, by what is reached in time, or as few as reach enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.demand.cells import gathered
from dispatch.siting.maximal_cover import fewest_sites, maximal_cover, order_of
from dispatch.siting.measure import Measured, Siting
from dispatch.siting.p_median import p_median
from dispatch.siting.plan import Plan, Post
from dispatch.siting.sited import BUDGET_S, Sited

if TYPE_CHECKING:
    from gis.city import City

MEAN, COVER, FEWEST = "p-median", "cover", "fewest"
AIMS = (MEAN, COVER, FEWEST)
# What a cell costs that no candidate reaches by road: so much that reaching it comes before all else, and is said.
NEVER_S = 7200.0
MOST_CANDIDATES = 400


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """Hold what was chosen: the solver's answer, the plan that comes of it, measured, and its posts in the order in
    which to open them (those that were held first)."""

    aim: str
    sited: Sited
    candidates: tuple[Post, ...]
    measured: Measured
    order: tuple[Post, ...]

    @property
    def plan(self) -> Plan:
        """Return the plan that comes of it."""
        return self.measured.plan


def place(
    siting: Siting,
    plan: Plan,
    candidates: Sequence[Post],
    *,
    aim: str = COVER,
    count: int = 1,
    at_least: float | None = None,
    keep: bool = True,
    budget_s: float = BUDGET_S,
) -> Placing:
    """Choose posts among candidates: with `keep` `count` beside those of a plan, else `count` in their place.

    aim: `p-median`, the least mean time; `cover`, most demand reached in time, weighed by units being busy; `fewest`,
    as few as reach `at_least` of the demand (the target's own share where None; `count` does not matter). A new post
    has the units of its candidate, one at least. Raises ValueError for what cannot be chosen, saying why.
    """
    if aim not in AIMS:
        raise ValueError(f"{aim!r} is none of {', '.join(AIMS)}")
    kept = [post for post in plan.posts if post.units] if keep else []
    new = _unlike(candidates, kept)
    if not new:
        raise ValueError("there is no candidate")
    if aim != FEWEST and not 1 <= count <= len(new):
        raise ValueError(f"{count} posts cannot be chosen among {len(new)} candidates")
    posts = [*kept, *new]
    held = list(range(len(kept)))
    weight, _ = siting.weight_of(plan)
    drive_s = siting.times_s(posts, plan.closures)
    reach = drive_s <= siting.limits_s(posts)[:, None]
    if aim == MEAN:
        cost = np.minimum(siting.answer_s(posts, plan.closures), NEVER_S)
        sited = p_median(cost, weight, len(kept) + count, held=held, budget_s=budget_s)
    elif aim == COVER:
        sited = _covering(siting, plan, posts, reach, weight, count, kept, budget_s)
    else:
        share = siting.target.at_least if at_least is None else at_least
        sited = fewest_sites(reach, weight, at_least=share, held=held, budget_s=budget_s)
    chosen = [site for site in sited.sites if site >= len(kept)]
    open_to = reach & ~(reach[: len(kept)].any(axis=0)) if kept else reach
    order = [posts[site] for site in order_of(open_to, weight, chosen)]
    made = replace(plan, posts=(*kept, *order))
    return Placing(aim, sited, tuple(posts), siting.measure(made), (*kept, *order))


def _covering(
    siting: Siting, plan: Plan, posts: Sequence[Post], reach: NDArray[np.bool_], weight: NDArray[np.float64],
    count: int, kept: Sequence[Post], budget_s: float,
) -> Sited:  # fmt: skip
    """Choose by what busy units cover; a post that is kept counts with all its units."""
    made = replace(plan, posts=(*kept, *(posts[len(kept) :][:count])))
    held = [row for row, post in enumerate(kept) for _ in range(post.units)]
    # A post that is kept is held once for each of its units; a new one comes with all of its own.
    return maximal_cover(
        reach,
        weight,
        len(held) + count,
        held=held,
        busy=siting.busy_of(made),
        units=[1] * len(kept) + [post.units for post in posts[len(kept) :]],
        budget_s=budget_s,
    )


def cells_as_candidates(siting: Siting, city: City, *, turnout_s: float, most: int = MOST_CANDIDATES) -> list[Post]:
    """Take the middles of the demand's cells as candidates, gathered until there are at most so many."""
    demand = siting.demand
    xy = np.column_stack(city.to_metric(demand.lonlat[:, 0], demand.lonlat[:, 1]))
    _, _, middle, _ = gathered(xy, demand.weight, most_cells=most)
    lon, lat = city.to_lonlat(middle[:, 0], middle[:, 1])
    return [
        Post(f"new_{number}", f"{x:.5f}, {y:.5f}", float(x), float(y), 1, turnout_s)
        for number, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True), start=1)
    ]


def _unlike(candidates: Sequence[Post], kept: Sequence[Post]) -> list[Post]:
    """Leave out the candidates that are kept already, and those that stand twice."""
    known = {post.id for post in kept}
    places = {(post.lon, post.lat) for post in kept}
    found = []
    for post in candidates:
        if post.id not in known and (post.lon, post.lat) not in places:
            known.add(post.id)
            places.add((post.lon, post.lat))
            found.append(replace(post, units=max(post.units, 1)))
    return found
