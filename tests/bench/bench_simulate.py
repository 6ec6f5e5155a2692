"""The simulation: two years of San Francisco side by side, its real week beside the record, and queueing theory.

The years run in two processes at once, as a comparison of two policies does; both have one seed, so that their logs
are compared byte by byte (by SHA-256 of all their bytes) in the same go.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from math import factorial, sqrt
from pathlib import Path
from typing import Any

import numpy as np

from dispatch.redirects import Redirects
from dispatch.sim.against import against_records
from dispatch.sim.build import Ready
from dispatch.sim.held_out import held_out
from dispatch.sim.records import Records
from dispatch.sim.replicate import compare, run_once
from dispatch.sim.study import BUILT_IN
from tests.bench.rows import Row, absent, within
from tests.bench.sf_city import missing, san_francisco, week, year
from tests.dispatch.hypercube import Demand
from tests.dispatch.sim.test_queues import BATCHES, SERVICE_S, in_batches, system
from tests.dispatch.test_hypercube import LARSON

DAYS = float(os.environ.get("OPSROOM_SIMULATED_DAYS") or 365)
LIMIT_RATE, LIMIT_S = 750.0, 240.0
POLICY_DAYS = 14.0
LARSON_HOURS, ERLANG_HOURS = 30_000.0, 8_000.0
CLOSEST = BUILT_IN[0]


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    yield from _theory()
    if missing():
        yield absent("San Francisco simulated", f"{missing()} is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        city, records = san_francisco(Path(folder) / "city")
        yield from _week(city, records)
        yield from _years(Path(folder), city, records)


def _theory() -> Iterator[Row]:
    run = system(3, LARSON, hours=LARSON_HOURS, seed=21)
    work, full = in_batches(run, LARSON_HOURS)
    for name, values, known in (
        *(
            (f"Larson's server {row + 1}, workload", work[:, row], each)
            for row, each in enumerate((0.5574, 0.4734, 0.4693))
        ),
        ("Larson's servers, all busy", full, 0.23684),
    ):
        yield _known(name, values, known)
    for servers, load in ((1, 0.6), (4, 0.75), (20, 0.85)):
        hours = ERLANG_HOURS / servers**0.5
        run = system(servers, (Demand(load * servers, tuple(range(servers))),), hours=hours, seed=23)
        run.finish(hours * SERVICE_S)
        columns = run.tally.table("incidents")
        served = columns["assigned"] >= 0
        waits = ((columns["assigned"] - columns["due"])[served] > 0).astype(float)
        offered = load * servers
        tail = offered**servers / factorial(servers) / (1 - load)
        chance = tail / (sum(offered**k / factorial(k) for k in range(servers)) + tail)
        batches = np.array([batch.mean() for batch in np.array_split(waits, BATCHES)])
        yield _known(f"M/M/{servers} at {load:.0%}, chance to wait", batches, chance)


def _known(name: str, batches: Any, known: float) -> Row:
    """Set a mean with its 95 % interval (batch means) beside what is known; the ratio is their distance in these."""
    half = 2.093 * float(batches.std(ddof=1)) / sqrt(len(batches))  # Student's t, 19 degrees of freedom
    mean = float(batches.mean())
    return Row(name, f"{mean:.4f} ± {half:.4f}", f"exact {known:.5g}", abs(mean - known) / half, "about ≤ 1 (95 %)")


def _week(city: Any, records: Records) -> Iterator[Row]:
    ready = replace(week(city, records), study=replace(week(city, records).study, replications=5))
    against = against_records(ready, compare(ready, [CLOSEST], processes=2).outcomes)
    for name, pair in against.figures.items():
        yield Row(
            f"the real week, {name.replace('_', ' ')}", f"{pair.simulated:.0f} s", f"recorded {pair.recorded:.0f} s",
            pair.simulated / pair.recorded, "1",
        )  # fmt: skip
    yield _error(
        "median to the first unit by station, mean absolute error", against.by_station, against.station_error_s
    )
    yield _error("the same by hour", against.by_hour, against.hour_error_s)
    against, _ = held_out(ready, CLOSEST, 4, processes=2)
    for name, pair in against.figures.items():
        yield Row(
            f"days that were not fitted to, {name.replace('_', ' ')}", f"{pair.simulated:.0f} s",
            f"recorded {pair.recorded:.0f} s", pair.simulated / pair.recorded, "1",
        )  # fmt: skip
    for what, pairs, error_s in (
        ("station", against.by_station, against.station_error_s), ("hour", against.by_hour, against.hour_error_s),
    ):  # fmt: skip
        yield _error(f"days that were not fitted to, error by {what}", pairs, error_s)
        inside = sum(pair.is_within for pair in pairs.values())
        yield Row(
            f"medians by {what} within 95 % of the record", f"{inside}", f"of {len(pairs)}", inside / len(pairs), "0.95"
        )


def _policies(ready: Ready) -> Iterator[Row]:
    """Time every policy on the same two weeks; redirects by rules that this city's two priorities can use."""
    rules = Redirects(min_gain_s=120.0, again_after_min=30.0, almost_there_s=60.0, pairs=frozenset({(3, 2)}))
    ready = replace(ready, study=replace(ready.study, days=POLICY_DAYS, redirects=rules))
    usual_s = math.nan
    for plan in BUILT_IN:
        began = time.process_time()
        outcome = run_once(ready, plan, 0)[0]
        took_s = time.process_time() - began
        usual_s = took_s if plan is CLOSEST else usual_s
        rate = outcome.figures["incidents"] / took_s
        yield Row(
            f"{plan.id}: incidents a second and core", f"{rate:,.0f}", "closest's time", took_s / usual_s, "1 to 2"
        )


def _error(name: str, pairs: Any, error_s: float) -> Row:
    usual = float(np.median([pair.recorded for pair in pairs.values()])) if pairs else math.nan
    return Row(name, f"{error_s:.0f} s", f"of {usual:.0f} s, {len(pairs)} groups", error_s / usual, "0")


def _years(folder: Path, city: Any, records: Records) -> Iterator[Row]:
    ready = year(city, records, days=DAYS)
    file = folder / "ready.pickle"
    file.write_bytes(pickle.dumps(ready))
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.sim_program", str(file), CLOSEST.id], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    answers = [json.loads(program.communicate()[0]) for program in programs]
    share = 365.0 / DAYS
    first = answers[0]
    work = f"a year, {first['incidents']:,} incidents, {first['responses']:,} responses"
    slowest_s = max(each["wall_s"] for each in answers)
    yield within(f"{work}, two at once", slowest_s * share, LIMIT_S)
    rate = min(each["incidents"] / each["cpu_s"] for each in answers)
    yield Row(
        "incidents a second and core (processor time)",
        f"{rate:,.0f}",
        f"limit {LIMIT_RATE:,.0f}",
        rate / LIMIT_RATE,
        "≥ 1",
    )
    yield Row(
        "entries a second and core", f"{first['entries'] / first['cpu_s']:,.0f}", f"{first['entries']:,} entries", None
    )
    yield Row(
        "memory of a run at its end", f"{first['rss_mb']:.0f} MB", f"before {first['before_mb']:.0f} MB", None,
        f"log {first['log_mb']:.0f} MB",
    )  # fmt: skip
    yield from _policies(ready)
    is_same = answers[0]["sha256"] == answers[1]["sha256"]
    yield Row("one seed, two processes: logs that differ", "0" if is_same else "1", "byte by byte", None, "0")
    other = replace(ready, study=replace(ready.study, seed=2, days=2.0))
    mine = replace(ready, study=replace(ready.study, days=2.0))
    differs = run_once(other, CLOSEST, 0)[0].digest != run_once(mine, CLOSEST, 0)[0].digest
    yield Row("another seed: logs that are the same", "0" if differs else "1", "byte by byte", None, "0")
