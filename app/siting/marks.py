"""What two plans come to as marks to draw, the same in the window, on paper and in a browser. Knows no widgets."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from app.siting.drafting import Changes
from app.siting.questions import Weighed
from app.siting.words import percent
from app.wording import label, listed, one_line, text
from dispatch.siting.compare import MINUTE_S
from dispatch.siting.plan import Plan
from maps.live import xy_of
from maps.live_areas import ReachMark
from maps.live_imagined import ImaginedMark
from maps.live_plans import FATES, PlanCellsMark, PlanPostMark

if TYPE_CHECKING:
    from maps.live import Projected

CHANGE, REACH, DEMAND = "change", "reach", "demand"
SHOWS = (CHANGE, REACH, DEMAND)
_DEMAND_FATES = ("in_time", "late", "never")
_CHANGE_FATES = ("lost", "won", "slower", "quicker", "never")


def cells_mark(weighed: Weighed, shows: str, *, is_after: bool, language: str) -> PlanCellsMark | None:
    """Return the cells of a plan: how each fares in it, or what becomes of it beside the first plan; None for none."""
    found, demand = weighed.comparison, weighed.demand
    measured = found.after if is_after else found.before
    never = ~np.isfinite(measured.nearest_s)
    fate = np.full(len(measured.weight), -1)
    if shows == DEMAND:
        fates, caption = _DEMAND_FATES, text("siting.caption_demand", language, share=percent(measured.reached))
        fate[:] = np.where(measured.counts > 0, 0, np.where(never, 2, 1))
    elif shows == CHANGE and is_after:
        fates = _CHANGE_FATES
        caption = text("siting.caption_change", language, won=percent(found.won), lost=percent(found.lost))
        had, has = found.before.counts > 0, found.after.counts > 0
        slower, quicker = found.change_s >= MINUTE_S, found.change_s <= -MINUTE_S
        for number, which in ((2, slower), (3, quicker), (4, never), (0, had & ~has), (1, has & ~had)):
            fate[which] = number
    else:
        return None
    fate[measured.weight <= 0] = -1
    words = {name: label("siting_fate", name, language) for name in FATES}
    return PlanCellsMark(demand.corner_xy, demand.cell_m, fate, fates, words, caption)


def reach_marks(weighed: Weighed, number: int, place: str, language: str) -> tuple[ReachMark, ...]:
    """Return the bands of what plan A (0) or B (1) reaches, with what they are."""
    areas, rings = weighed.areas[number], weighed.rings[number]
    minutes = listed((f"{each.limit_s / 60:.3g}" for each in areas), language)
    caption = text("siting.caption_reach", language, minutes=minutes, place=place)
    return tuple(
        ReachMark(each.limit_s, drawn, text("siting.minutes", language, count=f"{each.limit_s / 60:.3g}"), caption)
        for each, drawn in zip(areas, rings, strict=True)
        if drawn
    )


def post_marks(
    base: Plan, changes: Changes, plan: Plan, city: Projected, kind: str, *, chosen: Collection[str] = ()
) -> tuple[PlanPostMark, ...]:
    """Return the posts of a plan, those that it closes too. `kind` is the department's."""
    stands = {post.id: post for post in plan.posts}
    was = {post.id: post for post in base.posts}
    moved = {each[0] for each in changes.moved}
    marks = []
    for post in (*base.posts, *changes.opened):
        shown = stands.get(post.id, post)
        x, y = city.to_metric(shown.lon, shown.lat)
        state, old = "stays", (0.0, 0.0)
        if post.id not in stands:
            state = "closed"
        elif post.id not in was:
            state = "new"
        elif post.id in moved:
            state = "moved"
            from_x, from_y = city.to_metric(post.lon, post.lat)
            old = (float(from_x), float(from_y))
        marks.append(
            PlanPostMark(
                post.id, one_line(post.name, 60), kind, float(x), float(y), shown.units, state, post.id in chosen, *old
            )
        )
    return tuple(marks)


def broken_marks(changes: Changes, city: Projected, language: str) -> tuple[ImaginedMark, ...]:
    """Return the roads that a plan closes."""
    word = text("whatif.mark", language)
    return tuple(ImaginedMark(each.id, xy_of(each.coordinates, city), word) for each in changes.broken)
