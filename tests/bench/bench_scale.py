"""Scale: inventing cities as whole commands, seconds and peak memory; and large cities for the other benches."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from gis.city import City
from tests.bench.bench_city import command
from tests.bench.rows import Row, absent, within

LARGE = "OPSROOM_BENCH_LARGE"
# features -> junctions of the city that holds them, roads and all
JUNCTIONS = {1_000_000: 80_000, 10_000_000: 500_000}


@lru_cache(maxsize=1)
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="opsroom-scale-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@lru_cache(maxsize=4)
def _generated(junctions: int, features: int) -> tuple[Path, float, float]:
    out = _folder() / f"{features}"
    words = ["--junctions", str(junctions), "--features", str(features), "--out", str(out), "--quiet"]
    took_s, peak_mb = command([sys.executable, "-m", "app", "city", "generate", *words])
    return out, took_s, peak_mb


def scale_city(features: int) -> Path:
    """Answer the folder of an invented city with about so many features, made once a run and gone after it."""
    junctions = JUNCTIONS.get(features) or min(500_000, max(1_000, features // 12))
    return _generated(junctions, features)[0]


def rows() -> Iterator[Row]:
    """Yield the rows: 20,000 junctions, a million features, and with OPSROOM_BENCH_LARGE=1 ten million."""
    asked = [("generate 20,000 junctions", 20_000, 200_000, 8.0, 1_000.0)]
    asked.append(("generate 1M features", JUNCTIONS[1_000_000], 1_000_000, 60.0, 2_000.0))
    if os.environ.get(LARGE):
        asked.append(("generate 500,000 junctions, 10M features", 500_000, 10_000_000, 300.0, 4_000.0))
    for what, junctions, features, limit_s, limit_mb in asked:
        out, took_s, peak_mb = _generated(junctions, features)
        city = City.open(out)
        count = sum(city.layer(name).count for name in city.layer_names())
        yield within(f"{what} ({count:,} drawn)", took_s, limit_s)
        yield within(f"{what}: peak memory", peak_mb, limit_mb, unit="MB")
    if not os.environ.get(LARGE):
        yield absent("generate 500,000 junctions, 10M features", f"set {LARGE}=1: it takes five minutes")
