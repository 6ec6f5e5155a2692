"""Run policies many times over processes, on the same chances, and say how sure one can be of what came out."""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.build import Ready
from dispatch.sim.draws import Draws
from dispatch.sim.packed_log import SimulationLog
from dispatch.sim.run import Run
from dispatch.sim.study import PolicyPlan
from dispatch.sim.tally import Outcome, figures_of, medians_by

SURE = 0.95
STEPS = 200  # so often a run says how far it is
Say = Callable[[float, str], None]


class Cancelled(Exception):
    """Somebody does not want the answer any more."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Say a figure's mean over n replications, and half the width of its 95 % interval (Student's t); NaN for n < 2."""

    mean: float
    half: float
    n: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Hold what all runs came to. `differences` are paired by replication: a policy minus the first one, by figure."""

    outcomes: tuple[Outcome, ...]
    figures: Mapping[str, Mapping[str, Spread]]
    differences: Mapping[str, Mapping[str, Spread]]
    seconds: float
    processes: int
    notes: tuple[str, ...] = field(default=())


def spread_of(values: Sequence[float]) -> Spread:
    """Work out a mean and its interval; values that are NaN are left out."""
    from scipy.stats import t

    known = [each for each in values if not math.isnan(each)]
    if not known:
        return Spread(math.nan, math.nan, 0)
    mean = math.fsum(known) / len(known)
    if len(known) < 2:
        return Spread(mean, math.nan, len(known))
    variance = math.fsum((each - mean) ** 2 for each in known) / (len(known) - 1)
    return Spread(mean, float(t.ppf(0.5 + SURE / 2, len(known) - 1)) * math.sqrt(variance / len(known)), len(known))


def run_once(
    ready: Ready, plan: PolicyPlan, replication: int, *, log: SimulationLog | None = None, say: Say | None = None
) -> tuple[Outcome, SimulationLog, Run]:
    """Run one policy once. The same scenario, policy and replication give the same log, byte by byte."""
    study = ready.study
    draws = Draws(study.seed, replication)
    log = log or SimulationLog(f"{plan.id}-{replication}")
    run = Run(
        ready.world,
        ready.arrivals(draws),
        ready.times,
        ready.sending(plan),
        ready.waiting(plan),
        draws,
        log,
        start_at=ready.start_at,
        warm_up_s=study.warm_up_h * 3600.0,
    )
    horizon_s = study.horizon_s
    if say is not None:
        for step in range(1, STEPS):
            run.until(horizon_s * step / STEPS)
            say(step / STEPS, f"{plan.id}, replication {replication + 1}")
    run.finish(horizon_s)
    return _outcome(ready, plan, replication, run, log), log, run


def _outcome(ready: Ready, plan: PolicyPlan, replication: int, run: Run, log: SimulationLog) -> Outcome:
    from_ms, until_ms = run.tally.counts_from_ms, int(ready.study.horizon_s * 1000)
    incidents = run.tally.table("incidents")
    there = (incidents["arrived"] >= 0) & (incidents["received"] >= from_ms)
    first_s = (incidents["arrived"] - incidents["received"])[there] / 1000.0
    names, station_of = first_due_stations(ready)
    local = local_hours(ready.start_at, ready.world.time_zone, incidents["received"][there] / 1000.0)
    digest = hashlib.sha256()
    for body in log.bodies():
        digest.update(body)
    return Outcome(
        policy=plan.id,
        replication=replication,
        figures=figures_of(
            run.tally, crews=run.view.crews, from_ms=from_ms, until_ms=until_ms, targets_s=ready.study.targets_s
        ),
        workload={crew.id: crew.busy_ms / (until_ms - from_ms) for crew in run.view.crews},
        by_station={
            names[row]: found for row, found in medians_by(station_of[incidents["zone"][there]], first_s).items()
        },
        by_hour=medians_by(local, first_s),
        entries=log.head,
        packed_bytes=log.packed_bytes,
        refusals=run.desk.refused.total(),
        digest=digest.hexdigest(),
    )


def first_due_stations(ready: Ready) -> tuple[list[str], NDArray[np.int64]]:
    """Name the stations by id, and say which is the nearest by road to every zone, int64 (zones,)."""
    zones = ready.world.roads[0].zones
    stations = sorted(ready.world.roster.stations, key=lambda each: each.id)
    if not stations:
        return [""], np.zeros(len(zones), dtype=np.int64)
    at = [zones.near(each.lon, each.lat) for each in stations]
    return [each.id for each in stations], np.asarray(zones.seconds["emergency"][at].argmin(axis=0), dtype=np.int64)


def local_hours(start_at: datetime, time_zone: str, after_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the hours on the wall at seconds after the start, int64 (n,)."""
    zone = ZoneInfo(time_zone)
    stamp = start_at.timestamp()
    return np.array([datetime.fromtimestamp(stamp + each, zone).hour for each in after_s.tolist()], dtype=np.int64)


_given: list[Ready] = []  # what this worker process was given


def _take(ready: Ready) -> None:
    _given.append(ready)


def _work(plan: PolicyPlan, replication: int) -> Outcome:
    return run_once(_given[-1], plan, replication)[0]


def compare(
    ready: Ready,
    plans: Sequence[PolicyPlan],
    *,
    processes: int = 1,
    known: Sequence[Outcome] = (),
    say: Say | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Compared:
    """Run every policy in every replication but those that are `known`. Raises Cancelled, with every process ended."""
    started = time.perf_counter()
    done = {(each.policy, each.replication) for each in known}
    every = [(plan, replication) for replication in range(ready.study.replications) for plan in plans]
    jobs = [(plan, replication) for plan, replication in every if (plan.id, replication) not in done]
    tell = say or (lambda share, doing: None)
    if processes <= 1 or len(jobs) <= 1:
        found = [*known, *_one_by_one(ready, jobs, tell, is_cancelled)]
    else:
        found = [*known, *_in_processes(ready, jobs, min(processes, len(jobs)), tell, is_cancelled)]
    found.sort(key=lambda each: (each.replication, [plan.id for plan in plans].index(each.policy)))
    return _summed_up(found, [plan.id for plan in plans], time.perf_counter() - started, processes)


def _one_by_one(
    ready: Ready, jobs: Sequence[tuple[PolicyPlan, int]], tell: Say, is_cancelled: Callable[[], bool]
) -> Iterator[Outcome]:
    for number, (plan, replication) in enumerate(jobs):

        def said(share: float, doing: str, number: int = number) -> None:
            if is_cancelled():
                raise Cancelled
            tell((number + share) / len(jobs), doing)

        yield run_once(ready, plan, replication, say=said)[0]


def _in_processes(
    ready: Ready, jobs: Sequence[tuple[PolicyPlan, int]], processes: int, tell: Say, is_cancelled: Callable[[], bool]
) -> list[Outcome]:
    context = multiprocessing.get_context("spawn")
    found: list[Outcome] = []
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_take, initargs=(ready,))
    try:
        left = {pool.submit(_work, plan, replication) for plan, replication in jobs}
        while left:
            done, left = wait(left, timeout=0.2, return_when=FIRST_COMPLETED)
            if is_cancelled():
                raise Cancelled
            found += [each.result() for each in done]
            if done:
                tell(len(found) / len(jobs), f"{len(found)} of {len(jobs)} runs")
    except BaseException:
        for process in list((pool._processes or {}).values()):  # a run that nobody waits for is not finished first
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return found


def _summed_up(outcomes: Sequence[Outcome], policies: Sequence[str], seconds: float, processes: int) -> Compared:
    """Put the runs of each policy together, and set each beside the first policy, replication by replication."""
    by_policy: dict[str, dict[int, Mapping[str, float]]] = {name: {} for name in policies}
    for each in outcomes:
        by_policy[each.policy][each.replication] = each.figures
    figures: dict[str, dict[str, Spread]] = {}
    differences: dict[str, dict[str, Spread]] = {}
    first = by_policy[policies[0]]
    for name, runs in by_policy.items():
        keys = list(next(iter(runs.values()), {}))
        figures[name] = {key: spread_of([run[key] for run in runs.values()]) for key in keys}
        if name != policies[0]:
            both = sorted(set(runs) & set(first))
            differences[name] = {key: spread_of([runs[each][key] - first[each][key] for each in both]) for key in keys}
    return Compared(tuple(outcomes), figures, differences, seconds, processes)
