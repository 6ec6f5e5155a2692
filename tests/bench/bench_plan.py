"""Who should go to 500 incidents with 5,000 units in Vancouver, against serving one incident after another."""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dispatch.ground import Ground
from dispatch.plan import plan
from dispatch.recommendation import Recommendation
from dispatch.state import State
from gis.network_build import build_from_osm
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from tests.bench.rows import Row, absent, against, timed, within
from tests.dispatch.fleet import NOW, crisis
from tests.dispatch.in_turn import in_turn

ROOT = Path(__file__).resolve().parents[2]
EXTRACT = "vancouver/vancouver_canada.osm.pbf"


def rows() -> Iterator[Row]:
    """Yield the time of a plan, and what it fills and takes beside the simple way."""
    extract = Path(os.environ.get("OPSROOM_DATA") or ROOT.parent / "shared" / "data") / EXTRACT
    if not extract.exists():
        yield absent("plan in Vancouver", f"{extract.name} is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        build_from_osm(extract, Path(folder), metric_crs="EPSG:32610")
        ground = Ground(RoadNetwork.open(Path(folder)), default_profiles())
        for units, incidents in ((5000, 500), (1000, 200)):
            yield from _measure(ground, units, incidents)


def _measure(ground: Ground, units: int, incidents: int) -> Iterator[Row]:
    state = crisis(ground.network, units, incidents, seed=1)
    plan(state, {}, ground, at=NOW, incident_ids=[1, 2, 3, 4, 5, 6])  # opens the routers and snaps the fleet
    gc.collect()
    gc.freeze()
    work = f"plan, {incidents} incidents, {units} units"
    runs = [timed(lambda: plan(state, {}, ground, at=NOW, time_limit_s=60)) for _ in range(3)]
    took_s, answer = statistics.median(took for took, _ in runs), runs[0][1]
    alone_s, alone = timed(lambda: in_turn(state, {}, ground, at=NOW))
    yield within(work, took_s, 2.0)
    yield against("the same", took_s, "one after another", alone_s, aim="≤ 1")
    first = answer.served[0]
    ours, theirs = first.places - first.filled, first.places - len(_urgent(state, alone))
    yield against(f"{work}: most urgent, unfilled", ours, "one after another", theirs, unit="places", aim="≤ 1")
    if first.filled and theirs < first.places:
        mean_s, theirs_s = first.total_s / first.filled, statistics.fmean(_urgent(state, alone))
        yield against("mean time to those filled", mean_s, "one after another", theirs_s)


def _urgent(state: State, answers: tuple[Recommendation, ...]) -> list[float]:
    optional = {(card.kind, need.id) for card in state.cards.values() for need in card.needs if need.optional}
    most = min(incident.priority for incident in state.incidents.values())
    return [
        chosen.eta.total_s
        for each in answers
        for chosen in each.chosen
        if state.incidents[each.incident_id or 0].priority == most and (each.kind, chosen.need_id) not in optional
    ]
