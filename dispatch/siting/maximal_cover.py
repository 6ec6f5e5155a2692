"""Where k sites reach most of the demand in time, and how few reach enough of it: MCLP, MEXCLP and LSCP, by HiGHS.

Church and ReVelle (1974) count demand that one site reaches; Daskin (Transportation Science 17, 1983) weighs that its
unit may be busy, so that a second one within reach still adds something; Toregas and others (1971) ask for the fewest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage_maths import greedy_sites, reached, share
from dispatch.siting.sited import BUDGET_S, GAP, Sited, check_count

Reach = NDArray[np.bool_]
Weight = NDArray[np.float64]
_LEAST_GAIN = 1e-6  # of a cell's demand: what a further unit adds beyond that is nobody's difference


def maximal_cover(
    reach: Reach,
    weight: Weight,
    count: int,
    *,
    held: Collection[int] = (),
    busy: float = 0.0,
    most_a_site: int = 1,
    units: Sequence[int] | None = None,
    budget_s: float = BUDGET_S,
) -> Sited:
    """Choose `count` of s sites, those `held` among them, so that they reach most of the demand of k cells.

    reach: bool (s, k), which cells each site reaches in time; weight: float64 (k,). Above `busy` 0 each site has one
    unit, or `units` of them (s,), that are busy with that probability, and a site may be chosen up to `most_a_site`
    times (`held` may name one several times). The value is the demand covered. Raises ValueError for what cannot be
    chosen.
    """
    reach, weight = np.asarray(reach, np.bool_), np.asarray(weight, np.float64)
    _check(reach, weight)
    if not 0 <= busy < 1:
        raise ValueError(f"a unit cannot be busy {busy} of the time")
    if any(not 0 <= site < len(reach) for site in held):
        raise ValueError("a site that is held is not among the candidates")
    stays = np.bincount(np.array(sorted(held), np.int64), minlength=len(reach)).astype(np.float64)
    most = np.maximum(stays, most_a_site)
    if most_a_site == 1:
        check_count(count, held, len(reach))
    if not len(held) <= count <= int(most.sum()):
        raise ValueError(f"{count} at {len(reach)} candidates cannot be chosen while {len(held)} are held")
    crew = np.ones(len(reach), np.int64) if units is None or not busy else np.asarray(units, np.int64)
    if crew.shape != (len(reach),) or (crew < 1).any():
        raise ValueError(f"{len(reach)} sites need a number of units each, one at least")
    # More than the fullest choice has nobody in reach.
    deepest = int(np.sort(np.repeat(crew, most.astype(np.int64)))[::-1][:count].sum()) if busy else count
    cells, table = _gathered(reach, weight)
    gains = _gains(busy, deepest)
    answer = _program(
        np.concatenate([np.zeros(len(reach)), *(-gain * cells for gain in gains)]),
        table,
        len(gains),
        crew=crew,
        low=stays,
        high=most,
        number=(count, count),
        least=None,
        budget_s=budget_s,
    )
    chosen = _chosen(answer, len(reach))
    value = _covered(reach, weight, chosen * crew, busy) if chosen is not None else -1.0
    simple = _greedy(reach, weight, busy, count, stays, most, crew)
    if (worth := _covered(reach, weight, simple * crew, busy)) > value:
        chosen, value = simple, worth
    assert chosen is not None
    bound = float(weight.sum()) if answer.mip_dual_bound is None else -float(answer.mip_dual_bound)
    # What units beyond those that the programme counts could still add.
    left_out = float(weight.sum()) * (busy ** len(gains) - busy**deepest) if busy else 0.0
    bound = max(bound + left_out, value)
    return Sited(
        tuple(np.repeat(np.arange(len(reach)), chosen).tolist()), value, value if bound - value <= 2 * GAP else bound
    )


def fewest_sites(
    reach: Reach, weight: Weight, *, at_least: float = 1.0, held: Collection[int] = (), budget_s: float = BUDGET_S
) -> Sited:
    """Choose the fewest of s sites, those `held` among them, that reach a share `at_least` of the demand.

    The value is their number. Raises ValueError where all of them together do not reach so much.
    """
    reach, weight = np.asarray(reach, np.bool_), np.asarray(weight, np.float64)
    _check(reach, weight)
    whole = float(weight.sum())
    most = reached(reach.sum(axis=0), weight) / whole if whole > 0 else 1.0
    if most < at_least - 1e-12:
        raise ValueError(f"all {len(reach)} candidates together reach {most:.4f} of the demand, not {at_least:g}")
    stays = np.zeros(len(reach))
    stays[sorted(set(held))] = 1
    cells, table = _gathered(reach, weight)
    answer = _program(
        np.concatenate([np.ones(len(reach)), np.zeros(len(cells))]),
        table,
        1,
        crew=np.ones(len(reach), np.int64),
        low=stays,
        high=np.ones(len(reach)),
        number=(0, len(reach)),
        least=(cells, min(at_least * whole, float(cells.sum())) * (1 - 1e-12)),
        budget_s=budget_s,
    )
    chosen = _chosen(answer, len(reach))
    if chosen is None:
        chosen = _until_enough(reach, weight, at_least * whole, stays)
    bound = stays.sum() if answer.mip_dual_bound is None else np.ceil(float(answer.mip_dual_bound) - 1e-6)
    sites = tuple(np.flatnonzero(chosen).tolist())
    return Sited(sites, float(len(sites)), min(float(bound), float(len(sites))))


def _check(reach: Reach, weight: Weight) -> None:
    if reach.ndim != 2 or weight.shape != (reach.shape[1],) or not len(reach):
        raise ValueError(f"a table of shape {reach.shape} does not fit weights of shape {weight.shape}")
    if not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise ValueError("weights must be numbers that are not below zero")


def _gathered(reach: Reach, weight: Weight) -> tuple[Weight, Reach]:
    """Gather cells that the same sites reach; those that none does, or that weigh nothing, are left out."""
    counts = reach.any(axis=0) & (weight > 0)
    if not counts.any():
        return np.zeros(0), np.zeros((len(reach), 0), np.bool_)
    packed = np.packbits(reach[:, counts], axis=0)
    _, first, of = np.unique(packed, axis=1, return_index=True, return_inverse=True)
    return np.bincount(of.ravel(), weight[counts]).astype(np.float64), reach[:, counts][:, first]


def _gains(busy: float, count: int) -> list[float]:
    """List what the first, second … unit within reach adds to a cell."""
    if not busy:
        return [1.0]
    gains = [(1 - busy) * busy**k for k in range(count)]
    return [gain for k, gain in enumerate(gains) if k == 0 or busy**k > _LEAST_GAIN]


def _program(
    cost: Weight, table: Reach, depth: int, *, crew: NDArray[np.int64], low: Weight, high: Weight,
    number: tuple[float, float], least: tuple[Weight, float] | None, budget_s: float,
) -> Any:  # fmt: skip
    """Solve for y (sites, whole) and z (cells, by depth, 0 to 1): the sum over depth of z ≤ the units of y in reach."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack

    sites, cells = table.shape
    within = csr_array((table.T * crew).astype(np.float64))
    parts = [-within, *(eye_array(cells, format="csr") for _ in range(depth))]
    constraints: list[Any] = [
        LinearConstraint(csr_array(np.concatenate([np.ones(sites), np.zeros(depth * cells)])[None, :]), *number)
    ]
    if cells:
        constraints.append(LinearConstraint(hstack(parts, format="csr"), -np.inf, 0.0))
    if least is not None and cells:
        row = np.concatenate([np.zeros(sites), least[0]])
        constraints.append(LinearConstraint(csr_array(row[None, :]), least[1], np.inf))
    return milp(
        cost,
        integrality=np.concatenate([np.ones(sites), np.zeros(depth * cells)]),
        bounds=Bounds(np.concatenate([low, np.zeros(depth * cells)]), np.concatenate([high, np.ones(depth * cells)])),
        constraints=constraints,
        options={"time_limit": budget_s, "mip_rel_gap": GAP / 10},
    )


def _chosen(answer: Any, sites: int) -> NDArray[np.int64] | None:
    return None if answer.x is None else np.rint(answer.x[:sites]).astype(np.int64)


def _covered(reach: Reach, weight: Weight, chosen: NDArray[np.int64], busy: float) -> float:
    counts = chosen @ reach.astype(np.int64)
    return share(counts, weight, busy) if busy else reached(counts, weight)


def _greedy(
    reach: Reach, weight: Weight, busy: float, count: int, held: Weight, most: Weight, crew: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Choose one after another, each where it adds most: what stands where the solver has no time."""
    chosen = held.astype(np.int64)
    counts = (chosen * crew) @ reach.astype(np.int64)
    own = 1.0 - np.power(busy, crew, dtype=np.float64) if busy else np.ones(len(reach))
    while chosen.sum() < count:
        gain = weight * (np.power(busy, counts, dtype=np.float64) if busy else counts == 0)
        worth = np.where(chosen < most, own * (reach @ gain), -1.0)
        site = int(np.round(worth, 12).argmax())
        chosen[site] += 1
        counts = counts + crew[site] * reach[site]
    return chosen


def _until_enough(reach: Reach, weight: Weight, wanted: float, held: Weight) -> NDArray[np.int64]:
    for count in range(int(held.sum()), len(reach) + 1):
        chosen = _greedy(reach, weight, 0.0, count, held, np.ones(len(reach)), np.ones(len(reach), np.int64))
        if _covered(reach, weight, chosen, 0.0) >= wanted * (1 - 1e-12):
            break
    return chosen


def order_of(reach: Reach, weight: Weight, sites: Sequence[int], *, busy: float = 0.0) -> list[int]:
    """Put chosen sites in the order in which to open them: each next one adds most; ties go to the first."""
    chosen = list(sites)
    if busy:
        return [chosen[each] for each in dict.fromkeys(greedy_sites(reach[chosen], weight, busy, len(chosen)))]
    left, counts, order = list(chosen), np.zeros(reach.shape[1], np.int64), []
    while left:
        site = max(left, key=lambda each: (round(float(weight[reach[each] & (counts == 0)].sum()), 12), -each))
        order.append(site)
        left.remove(site)
        counts = counts + reach[site]
    return order
