"""Where k sites leave the demand the shortest way on average: the p-median problem (Hakimi, 1964).

Three steps, each of which is enough where it closes the gap. Interchange (Teitz and Bart, 1968) finds a good choice;
the Lagrangean bound (Cornuéjols, Fisher and Nemhauser, Management Science 23, 1977) says how good it is, and which
sites can stand in no better one; branching on the sites that are left, with the same bound, proves the best. Where the
relaxation is far from whole (few sites, many cells), that takes a hundredth of what a solver of linear programmes does.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.siting.sited import BUDGET_S, GAP, Sited, check_count

Costs = NDArray[np.float64]
Sites = NDArray[np.int64]
_STEPS = 600  # of the subgradient at first; a branch begins where the one that it came from ended
_BRANCH_STEPS = 60


def p_median(
    cost: Costs, weight: Costs, count: int, *, held: Collection[int] = (), budget_s: float = BUDGET_S
) -> Sited:
    """Choose `count` of s sites so that the weighted cost of k cells, each from its nearest site, is least.

    cost: float64 (s, k), finite, what a cell costs from a site; weight: float64 (k,), not below zero; `held` are sites
    that stay. The value is the sum of weight times cost. Raises ValueError for what cannot be chosen, or is no number.
    """
    cost, weight = np.asarray(cost, np.float64), np.asarray(weight, np.float64)
    if cost.ndim != 2 or weight.shape != (cost.shape[1],):
        raise ValueError(f"costs of shape {cost.shape} do not fit weights of shape {weight.shape}")
    if not (np.isfinite(cost).all() and np.isfinite(weight).all() and (weight >= 0).all()):
        raise ValueError("costs and weights must be numbers, and weights not below zero")
    check_count(count, held, len(cost))
    until = time.monotonic() + budget_s
    counts = np.flatnonzero(weight > 0)
    priced = cost[:, counts] * weight[counts]
    stays = np.array(sorted(set(held)), dtype=np.int64)
    best = _interchanged(priced, _greedy(priced, count, stays), stays, until)
    value = _value(priced, best)
    return _branched(priced, count, stays, best, value, until)


def _sited(chosen: Sites, value: float, bound: float) -> Sited:
    within = value - bound <= GAP * max(abs(value), 1.0)
    return Sited(tuple(sorted(chosen.tolist())), value, value if within else bound)


def _value(priced: Costs, chosen: Sites) -> float:
    return float(priced[chosen].min(axis=0).sum()) if priced.shape[1] else 0.0


def _greedy(priced: Costs, count: int, held: Sites) -> Sites:
    """Take one site after another, each where it saves most; ties go to the first."""
    chosen = held.tolist()
    nearest = priced[held].min(axis=0) if len(held) else np.full(priced.shape[1], np.inf)
    while len(chosen) < count:
        total = np.minimum(priced, nearest).sum(axis=1)
        total[chosen] = np.inf
        site = int(total.argmin())
        chosen.append(site)
        nearest = np.minimum(nearest, priced[site])
    return np.array(chosen, dtype=np.int64)


def _interchanged(priced: Costs, chosen: Sites, held: Sites, until: float) -> Sites:
    """Change one site for another while that helps, the best change first."""
    from scipy.sparse import csr_array

    chosen = chosen.copy()
    may_leave = ~np.isin(chosen, held)
    cells = np.arange(priced.shape[1])
    if len(chosen) == len(priced) or not may_leave.any() or not len(cells):
        return chosen
    while time.monotonic() < until:
        here = priced[chosen]
        order = np.argpartition(here, min(1, len(chosen) - 1), axis=0)
        first, nearest = order[0], here[order[0], cells]
        second = here[order[1], cells] if len(chosen) > 1 else np.full(len(cells), np.inf)
        saved = np.maximum(nearest - priced, 0.0).sum(axis=1)
        # What it costs that the nearest site is gone, where the new one is no nearer: (chosen, sites).
        lost = np.minimum(np.maximum(priced, nearest), second) - nearest
        by_first = csr_array((np.ones(len(cells)), (first, cells)), shape=(len(chosen), len(cells)))
        change = by_first @ lost.T - saved
        change[~may_leave] = np.inf
        change[:, chosen] = np.inf
        leaves, comes = divmod(int(change.argmin()), len(priced))
        if change[leaves, comes] >= -1e-9 * max(float(nearest.sum()), 1.0):
            break
        chosen[leaves] = comes
    return chosen


@dataclass(frozen=True, slots=True, eq=False)
class _Bound:
    """Hold a Lagrangean bound, with prices of the cells (k,), reduced costs (s,), and the sites that give it."""

    bound: float
    prices: Costs
    reduced: Costs
    taken: Sites


@dataclass(frozen=True, slots=True, eq=False)
class _Branch:
    """Hold what a branch has decided: sites that stay, those that may still come, and prices to begin with."""

    held: Sites
    free: Sites
    prices: Costs


def _branched(priced: Costs, count: int, held: Sites, best: Sites, value: float, until: float) -> Sited:
    """Part the choices in two by one site, again and again, the branch with the least bound first."""
    second = min(1, len(priced) - 1)
    prices = np.partition(priced, second, axis=0)[second].copy()
    root = _Branch(held, np.setdiff1d(np.arange(len(priced)), held), prices)
    is_whole = bool((priced == np.rint(priced)).all())  # then so is every value
    number = itertools.count()
    waiting: list[tuple[float, int, _Branch, int]] = [(-math.inf, next(number), root, _STEPS)]
    bound = -math.inf
    while waiting:
        bound = max(bound, waiting[0][0])
        if value - bound <= GAP * max(value, 1.0):
            return _sited(best, value, value)
        if bound > -math.inf and time.monotonic() >= until:
            return _sited(best, value, bound)
        at_least, _, branch, steps = heapq.heappop(waiting)
        best, value, found = _bounded(priced, count, branch, best, value, steps, until)
        if branch is root and value > found.bound:
            tried = _interchanged(priced, found.taken, held, until)
            if (worth := _value(priced, tried)) < value:
                best, value = tried, worth
        low = max(at_least, math.ceil(found.bound - 1e-6) if is_whole else found.bound)
        if value - low <= GAP * max(value, 1.0):
            continue
        branch = _narrowed(branch, found, count, value - low + GAP * value)
        wanted = count - len(branch.held)
        if wanted == 0 or len(branch.free) <= wanted:
            chosen = np.concatenate([branch.held, branch.free[:wanted]])
            if len(chosen) == count and (worth := _value(priced, chosen)) < value:
                best, value = chosen, worth
            continue
        site = branch.free[found.reduced[branch.free].argmin()]
        left = branch.free[branch.free != site]
        for stays in (np.append(branch.held, site), branch.held):
            heapq.heappush(waiting, (low, next(number), _Branch(stays, left, found.prices), _BRANCH_STEPS))
    return _sited(best, value, value)


def _narrowed(branch: _Branch, found: _Bound, count: int, slack: float) -> _Branch:
    """Decide the sites that would cost more than all that may still be saved, if they came or were left out."""
    wanted = count - len(branch.held)
    if not 0 < wanted < len(branch.free):
        return branch
    order = np.sort(found.reduced[branch.free])
    last, first = order[wanted - 1], order[wanted]
    reduced = found.reduced[branch.free]
    must = (reduced <= last) & (first - reduced > slack)
    never = (reduced >= first) & (reduced - last > slack)
    return _Branch(np.concatenate([branch.held, branch.free[must]]), branch.free[~must & ~never], branch.prices)


def _bounded(
    priced: Costs, count: int, branch: _Branch, best: Sites, value: float, steps: int, until: float
) -> tuple[Sites, float, _Bound]:
    """Raise the bound of a branch by subgradient steps, trying what each suggests; return the best choice known."""
    sites = np.concatenate([branch.held, branch.free])
    own, stays = priced[sites], len(branch.held)
    wanted = count - stays
    prices = branch.prices
    found = _Bound(-math.inf, prices, np.zeros(len(priced)), sites)
    scale, stale = (2.0 if steps == _STEPS else 0.5), 0
    for _ in range(steps):
        below = own < prices
        reduced = np.where(below, own - prices, 0.0).sum(axis=1)
        free = reduced[stays:]
        taken = stays + (
            np.argpartition(free, wanted - 1)[:wanted] if 0 < wanted < len(free) else np.arange(len(free))[:wanted]
        )
        rows = np.concatenate([np.arange(stays), taken])
        bound = float(prices.sum() + reduced[rows].sum())
        if bound > found.bound + 1e-9 * max(value, 1.0):
            whole = np.zeros(len(priced))
            whole[sites] = reduced
            found, stale = _Bound(bound, prices, whole, sites[rows]), 0
            tried = sites[rows]
            worth = _value(priced, tried)
            if worth < value:
                best, value = tried, worth
        else:
            stale += 1
            if stale >= 12:
                scale, stale, prices = scale / 2, 0, found.prices
                if scale < 1e-4:
                    break
                continue
        if value - found.bound <= GAP * max(value, 1.0) or (time.monotonic() >= until and math.isfinite(found.bound)):
            break
        slope = 1.0 - below[rows].sum(axis=0)
        length = float(slope @ slope)
        if length == 0:
            break  # every cell has exactly one site: bound and value are one
        prices = prices + scale * max(1.05 * value - bound, 1e-9) / length * slope
    return best, value, found
