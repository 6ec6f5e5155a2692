"""The simulation against queueing theory, through decide and fold: Larson's hypercube, and Erlang's waiting calls.

Bands are four standard errors from batch means of these very runs, and the seeds are fixed: nothing here hangs on
luck. `make bench` runs them longer, with narrower ones.
"""

from __future__ import annotations

from math import factorial, sqrt

import numpy as np
import pytest

from dispatch.runcard import Need, RunCard, RunCards
from dispatch.sim.demand import Stream, streams
from dispatch.sim.draws import Draws
from dispatch.sim.lasting import Drive, Exponential, Fixed, Lastings, Times
from dispatch.sim.packed_log import SimulationLog
from dispatch.sim.policies import ClosestIdle
from dispatch.sim.posts import Home
from dispatch.sim.run import Roads, Run, World
from dispatch.sim.zones import Zones
from resources.unit import Department, Roster, Turnout, Unit
from tests.dispatch.hypercube import Demand
from tests.dispatch.sim.sim_town import START
from tests.dispatch.test_hypercube import LARSON

SERVICE_S = 3600.0
BATCHES = 20
CARDS = RunCards((RunCard("call", "Call", "x", 1, "emergency", (Need("server", ("server",)),)),))
NOTHING = Lastings(Fixed(0.0))
TIMES = Times(
    turnout=NOTHING,
    turnout_mobile=NOTHING,
    acknowledge=NOTHING,
    travel={"": Drive(factor=0.0)},
    home=Drive(factor=0.0),
    scene=Lastings(Exponential(SERVICE_S)),
)


def system(servers: int, demands: tuple[Demand, ...], *, hours: float, seed: int) -> Run:
    """Return a run of servers that demands ask in their order, with service of an hour on average and no driving."""
    units = tuple(Unit(f"U{row}", "d", ("server",), row * 0.1, 60.0) for row in range(servers))
    roster = Roster((Department("d", "D", "other"),), (), units, (Turnout("", 0.0, 0.0, 0.0),))
    count = servers + len(demands)
    seconds = np.ones((count, count), dtype=np.float32)
    for row, demand in enumerate(demands):
        for place, server in enumerate(demand.order):
            seconds[server, servers + row] = 1 + place
    lonlat = np.array([(place * 0.1, 60.0) for place in range(count)])
    zones = Zones(lonlat, {"emergency": seconds, "ordinary": seconds})
    draws = Draws(seed)
    calls = [Stream("call", each.rate, (servers + row) * 0.1, 60.0) for row, each in enumerate(demands)]
    return Run(
        World("Queue", "UTC", roster, CARDS, (Roads(0.0, zones),)),
        streams(calls, draws, horizon_s=hours * SERVICE_S),
        TIMES,
        ClosestIdle(),
        Home(),
        draws,
        SimulationLog(),
        start_at=START,
    )


def in_batches(run: Run, hours: float) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Run in batches; return by batch the share of time each server works, and that all do."""
    work, full = [], []
    for batch in range(BATCHES):
        before = [crew.busy_ms for crew in run.view.crews], list(run.tally.busy_ms)
        run.until((batch + 1) * hours * SERVICE_S / BATCHES)
        now_ms = int((batch + 1) * hours * SERVICE_S / BATCHES * 1000)
        run.tally.busy(0, now_ms)
        span_ms = hours * SERVICE_S / BATCHES * 1000
        work.append([(crew.busy_ms - old) / span_ms for crew, old in zip(run.view.crews, before[0], strict=True)])
        full.append((run.tally.busy_ms[-1] - before[1][-1]) / span_ms)
    return np.array(work), np.array(full)


def test_larsons_three_servers_work_as_published() -> None:
    hours = 1_400.0
    run = system(3, LARSON, hours=hours, seed=11)
    work, full = in_batches(run, hours)
    error = work.std(axis=0, ddof=1) / sqrt(BATCHES)
    assert (error < 0.02).all()  # the test can tell a wrong workload from a right one
    assert (np.abs(work.mean(axis=0) - [0.5574, 0.4734, 0.4693]) < 4 * error).all()
    sure = full.std(ddof=1) / sqrt(BATCHES)
    assert sure < 0.02 and abs(full.mean() - 0.23684) < 4 * sure
    assert work.mean(axis=0)[0] - work.mean(axis=0)[2] > 0.05
    assert not run.desk.refused


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (4, 0.75)])
def test_calls_wait_as_often_and_as_long_as_erlang_says(servers: int, load: float) -> None:
    hours = 700.0 / servers**0.5
    run = system(servers, (Demand(load * servers, tuple(range(servers))),), hours=hours, seed=3)
    run.finish(hours * SERVICE_S)
    columns = run.tally.table("incidents")
    served = columns["assigned"] >= 0
    waited_s = (columns["assigned"] - columns["due"])[served] / 1000.0
    offered = load * servers
    tail = offered**servers / factorial(servers) / (1 - load)
    chance = tail / (sum(offered**k / factorial(k) for k in range(servers)) + tail)
    mean_s = chance * SERVICE_S / (servers * (1 - load))
    for values, expected in (((waited_s > 0).astype(float), chance), (waited_s, mean_s)):
        batches = np.array([batch.mean() for batch in np.array_split(values, BATCHES)])
        error = batches.std(ddof=1) / sqrt(BATCHES)
        assert error < 0.3 * expected
        assert abs(batches.mean() - expected) < 4 * error
