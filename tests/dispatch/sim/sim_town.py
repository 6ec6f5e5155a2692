"""The town of 3 × 3 crossings as a world of the simulation: straight ways between its crossings."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from dispatch.sim.demand import Arrivals, Stream, streams
from dispatch.sim.draws import Draws
from dispatch.sim.lasting import Exponential, Fixed, Lastings, Lognormal, Shares, Times
from dispatch.sim.packed_log import SimulationLog
from dispatch.sim.policies import ClosestIdle, Sending
from dispatch.sim.posts import Home, Waiting
from dispatch.sim.run import Roads, Run, World
from dispatch.sim.zones import straight_zones
from tests.dispatch.town import ROSTER, RUN_CARDS, crossing

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
PLACES = np.array([(crossing(x, y).lon, crossing(x, y).lat) for x in range(3) for y in range(3)])
ZONES = straight_zones(PLACES)
WORLD = World("Smalltown", "Europe/Helsinki", ROSTER, RUN_CARDS, (Roads(0.0, ZONES),), (4,))
TIMES = Times(
    call=Lastings(Lognormal(40.0, 0.5)),
    dispatch=Lastings(Fixed(20.0)),
    acknowledge=Lastings(Lognormal(8.0, 0.8)),
    turnout=Lastings(Lognormal(60.0, 0.3)),
    scene=Lastings(Exponential(1200.0)),
    is_transport=Shares(0.0, {("cardiac_arrest", "ambulance_als"): 0.7}),
    handover=Lastings(Fixed(600.0)),
    is_cancelled=Shares(0.1),
)
STREAMS = (
    Stream("structure_fire", 0.5, *PLACES[4].tolist(), spread_m=400.0),
    Stream("cardiac_arrest", 0.6, *PLACES[0].tolist(), spread_m=400.0),
    Stream("traffic_collision", 0.6, *PLACES[8].tolist(), spread_m=400.0),
    Stream("burst_water_main", 0.1, *PLACES[2].tolist(), spread_m=400.0),
)


def arrivals(hours: float, *, seed: int = 1, factor: float = 1.0) -> Arrivals:
    """Return what happens in the town."""
    return streams(STREAMS, Draws(seed), horizon_s=hours * 3600.0, factor=factor)


def make_run(
    hours: float,
    *,
    seed: int = 1,
    sending: Sending | None = None,
    waiting: Waiting | None = None,
    factor: float = 1.0,
    world: World = WORLD,
    times: Times = TIMES,
) -> Run:
    """Return a run that has not begun."""
    draws = Draws(seed)
    return Run(
        world,
        arrivals(hours, seed=seed, factor=factor),
        times,
        sending or ClosestIdle(),
        waiting or Home(),
        draws,
        SimulationLog(),
        start_at=START,
    )


def finished(hours: float, **how: object) -> Run:
    """Return a run that has come to its end."""
    run = make_run(hours, **how)  # type: ignore[arg-type]
    run.finish(hours * 3600.0)
    return run


def text_of(run: Run) -> bytes:
    """Return the log of a run as it is exported."""
    assert isinstance(run.desk.log, SimulationLog)
    return b"\n".join(run.desk.log.bodies())
