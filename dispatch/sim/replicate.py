"""Run policies many times over processes, on the same chances, and say how sure one can be of what came out."""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.build import Ready
from dispatch.sim.draws import Draws
from dispatch.sim.packed_log import SimulationLog
from dispatch.sim.run import Run
from dispatch.sim.study import PolicyPlan
from dispatch.sim.tally import Outcome, figures_of, medians_by, reached_of
from dispatch.sim.zones import areas_of

SURE = 0.95
STEPS = 200  # so often a run says how far it is
Say = Callable[[float, str], None]


class Cancelled(Exception):
    """Somebody does not want the answer any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Hold one thing to compare: what it is called, the scenario and the policy that are run."""

    id: str
    ready: Ready
    plan: PolicyPlan


@dataclass(frozen=True, slots=True)
class Spread:
    """Say a figure's mean over n replications, and half the width of its 95 % interval (Student's t); NaN for n < 2."""

    mean: float
    half: float
    n: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Hold what all runs came to, by case. `differences` are paired by replication: a case minus the first, by figure.

    Where one scenario is run, the cases are its policies.
    """

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
    reached, responses_s = None, None
    if ready.study.demand.source == "history":
        reached, responses_s = reached_of(run.tally, from_ms=from_ms)
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
        reached=reached,
        responses_s=responses_s,
    )


def first_due_stations(ready: Ready) -> tuple[list[str], NDArray[np.int64]]:
    """Name the stations by id, and say which is the nearest by road to every zone, int64 (zones,)."""
    stations = sorted(ready.world.roster.stations, key=lambda each: each.id)
    names = [each.id for each in stations] or [""]
    return names, areas_of(ready.world.roads[0].zones, [(each.lon, each.lat) for each in stations])


def local_hours(start_at: datetime, time_zone: str, after_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the hours on the wall at seconds after the start, int64 (n,)."""
    zone = ZoneInfo(time_zone)
    stamp = start_at.timestamp()
    return np.array([datetime.fromtimestamp(stamp + each, zone).hour for each in after_s.tolist()], dtype=np.int64)


_given: list[Sequence[Ready]] = []  # what this worker process was given


def _take(ready: Sequence[Ready]) -> None:
    _given.append(ready)


def _work(number: int, plan: PolicyPlan, replication: int) -> Outcome:
    return run_once(_given[-1][number], plan, replication)[0]


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
    cases = [Case(plan.id, ready, plan) for plan in plans]
    return compare_cases(cases, processes=processes, known=known, say=say, is_cancelled=is_cancelled)


def compare_cases(
    cases: Sequence[Case],
    *,
    processes: int = 1,
    known: Sequence[Outcome] = (),
    say: Say | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Compared:
    """Run every case in every replication of the first one's scenario but those that are `known`, on the same chances.

    Raises Cancelled, with every process ended; ValueError where two cases have one name, or seeds differ.
    """
    names = [case.id for case in cases]
    if len(set(names)) < len(names):
        raise ValueError("two cases have one name")
    if len({(case.ready.study.seed, case.ready.study.replications) for case in cases}) > 1:
        raise ValueError("cases that are compared share their seed and their replications")
    started = time.perf_counter()
    done = {(each.policy, each.replication) for each in known}
    every = [(case, replication) for replication in range(cases[0].ready.study.replications) for case in cases]
    jobs = [(case, replication) for case, replication in every if (case.id, replication) not in done]
    tell = say or (lambda share, doing: None)
    if processes <= 1 or len(jobs) <= 1:
        found = [*known, *_one_by_one(jobs, tell, is_cancelled)]
    else:
        found = [*known, *_in_processes(cases, jobs, min(processes, len(jobs)), tell, is_cancelled)]
    found.sort(key=lambda each: (each.replication, names.index(each.policy)))
    return _summed_up(found, names, time.perf_counter() - started, processes)


def _named(outcome: Outcome, case: Case) -> Outcome:
    return outcome if outcome.policy == case.id else replace(outcome, policy=case.id)


def _one_by_one(jobs: Sequence[tuple[Case, int]], tell: Say, is_cancelled: Callable[[], bool]) -> Iterator[Outcome]:
    for number, (case, replication) in enumerate(jobs):

        def said(share: float, doing: str, number: int = number) -> None:
            if is_cancelled():
                raise Cancelled
            tell((number + share) / len(jobs), doing)

        yield _named(run_once(case.ready, case.plan, replication, say=said)[0], case)


def _in_processes(
    cases: Sequence[Case],
    jobs: Sequence[tuple[Case, int]],
    processes: int,
    tell: Say,
    is_cancelled: Callable[[], bool],
) -> list[Outcome]:
    context = multiprocessing.get_context("spawn")
    found: list[Outcome] = []
    every = list({id(case.ready): case.ready for case in cases}.values())
    number_of = {id(ready): number for number, ready in enumerate(every)}
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_take, initargs=(every,))
    try:
        case_of = {
            pool.submit(_work, number_of[id(case.ready)], case.plan, replication): case for case, replication in jobs
        }
        left = set(case_of)
        while left:
            done, left = wait(left, timeout=0.2, return_when=FIRST_COMPLETED)
            if is_cancelled():
                raise Cancelled
            found += [_named(each.result(), case_of[each]) for each in done]
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
