"""The map over a million features: frames under a moving hand, first picture, memory, edits, search, as it runs.

Everything is measured in a process of its own with real tile workers (`map_program`). With OPSROOM_BENCH_LARGE=1 also
over ten million features.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gis.city import City
from tests.bench.bench_scale import LARGE, scale_city
from tests.bench.rows import Row, absent, timed, within

ROOT = Path(__file__).resolve().parents[2]
MILLION = 1_000_000
CASES = 5_000
FIRST_PICTURES = 5
LATE_S = 1 / 30
TYPED = 40  # words that are typed letter by letter


def rows() -> Iterator[Row]:
    """Yield the rows of a million features and, where asked for, of ten million."""
    city = scale_city(MILLION)
    yield from _first(city, "1M")
    for what, task, units, scale, limits_s in (
        ("5,000 units, ~740 in view", "near", 5_000, 1, (0.003, 0.008)),
        ("5,000 units, all in view", "whole", 5_000, 1, (None, 0.014)),
        ("4K, 5,000 units, ~740 in view", "near", 5_000, 2, (None, 0.016)),
        ("20,000 units, all in view", "whole", 20_000, 1, (None, 0.033)),
    ):
        yield from _frames(city, f"1M features, {what}", task, units, scale, limits_s)
    for task, seen in (("near", "~740 units and as many cases in view"), ("whole", "all in view, cases gathered")):
        limit_s = 0.010 if task == "near" else 0.016
        yield from _frames(
            city, f"1M features, 5,000 units, {CASES:,} cases, {seen}", task, 5_000, 1, (None, limit_s), CASES
        )
    yield from _edits(city)
    yield from _search(city)
    if not os.environ.get(LARGE):
        yield absent("frames over 10M features", f"set {LARGE}=1: it takes ten minutes")
        return
    large = scale_city(10 * MILLION)
    yield from _first(large, "10M")
    yield from _frames(large, "10M features, 5,000 units, ~740 in view", "near", 5_000, 1, (None, 0.033))
    yield from _frames(large, "10M features, 5,000 units, all in view", "whole", 5_000, 1, (None, 0.033))


def program(*words: str, scale: int = 1) -> tuple[dict[str, Any], float]:
    """Run `map_program` with real workers; answers what it printed and the instant at which it was started."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}
    started_at = time.time()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.map_program", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{words} failed: {done.stderr[-1500:]}")
    return json.loads(done.stdout.splitlines()[-1]), started_at


def _first(city: Path, size: str) -> Iterator[Row]:
    runs = [program("first", str(city)) for _ in range(FIRST_PICTURES)]
    pictures = [answer["painted_at"] - started_at for answer, started_at in runs]
    yield within(
        f"{size} features: first picture, median of {len(runs)} process starts", float(np.median(pictures)), 0.6
    )
    complete = [picture + answer["complete_s"] for picture, (answer, _) in zip(pictures, runs, strict=True)]
    yield within(f"{size} features: all tiles and names of the whole city", float(np.median(complete)), 2.0)


def _frames(
    city: Path, what: str, task: str, units: int, scale: int, limits_s: tuple[float | None, float], cases: int = 0
) -> Iterator[Row]:
    answer, _ = program(task, str(city), str(units), str(cases), scale=scale)
    frames, processor, waits = (np.array(answer[key]) for key in ("frames_s", "processor_s", "waits_s"))
    p50, p99 = np.percentile(frames, (50, 99))
    cpu50, cpu99 = np.percentile(processor, (50, 99)) * 1000
    if limits_s[0] is not None:
        yield _noted(within(f"{what}: frame p50 of {len(frames):,}", p50, limits_s[0]), f"processor {cpu50:.1f} ms")
    yield _noted(within(f"{what}: frame p99 of {len(frames):,}", p99, limits_s[1]), f"processor {cpu99:.1f} ms")
    late = int((waits > LATE_S).sum())
    yield _noted(
        within(f"{what}: asked for to seen, p99", float(np.percentile(waits, 99)), LATE_S),
        f"{late} of {len(waits):,} over 33 ms, longest {waits.max() * 1000:.0f}",
    )
    yield within(f"{what}: memory (PSS) of window and workers", answer["all_mb"], 500, unit="MB")


def _noted(row: Row, note: str) -> Row:
    return Row(row.work, row.ours, row.peer, row.ratio, f"{row.aim}; {note}")


def _edits(city: Path) -> Iterator[Row]:
    answer, _ = program("edits", str(city))
    yield within("a closure sent to a desk of 1M features: seen, median", float(np.median(answer["closures_s"])), 0.2)
    yield within("the same, worst", max(answer["closures_s"]), 0.2)
    for what in ("near", "whole"):
        seen = answer[f"restyled_{what}_s"]
        yield within(
            f"a layer of {answer['features']:,} areas restyled, {what}: seen, median", float(np.median(seen)), 0.2
        )
        yield within("the same, worst", max(seen), 0.2)


def _search(folder: Path) -> Iterator[Row]:
    city = City.open(folder)
    places = city.places()
    names = [name for name in city.layer("roads").attribute("name") if name]
    dice = np.random.default_rng(4)
    words = [f"{names[int(index)]} {int(dice.integers(1, 90))}" for index in dice.integers(0, len(names), TYPED)]
    typed = [word[:length] for word in words for length in range(2, len(word) + 1)]
    places.search("warm", limit=10)
    asked = [timed(lambda word=word: places.search(word, limit=10, near=city.center))[0] for word in typed]
    places.close()
    yield within(f"place search as typed, 1M features: median of {len(asked)}", float(np.median(asked)), 0.05)
    yield within("the same, p99", float(np.percentile(asked, 99)), 0.05)
