"""Print the table of `make bench`: every `bench_*.py` here gives rows of one measure against one peer."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time

import tests.bench


def main() -> int:
    """Run the benches named on the command line, or all; a bench whose data or peer is absent says so in its row."""
    wanted = sys.argv[1:]
    print(f"{'work':<62} {'opsroom':>14} {'against':>34} {'ratio':>8}  aim")
    for module in sorted(pkgutil.iter_modules(tests.bench.__path__), key=lambda found: found.name):
        name = module.name.removeprefix("bench_")
        if name == module.name or (wanted and name not in wanted):
            continue
        started = time.monotonic()
        for row in importlib.import_module(f"tests.bench.{module.name}").rows():
            ratio = "" if row.ratio is None else f"{row.ratio:.3g}×"
            print(f"{row.work:<62} {row.ours:>14} {row.peer:>34} {ratio:>8}  {row.aim}", flush=True)
        print(f"    ({name}: {time.monotonic() - started:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
