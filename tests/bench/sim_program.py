"""One year of a city simulated in a process of its own: prints seconds, memory and the log's checksum as JSON."""

from __future__ import annotations

import json
import pickle
import resource
import sys
import time
from pathlib import Path

from dispatch.sim.replicate import run_once


def main() -> None:
    """Run the policy named second on what lies in the file named first."""
    ready = pickle.loads(Path(sys.argv[1]).read_bytes())  # this bench wrote it
    plan = ready.study.policy(sys.argv[2])
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, cpu = time.perf_counter(), time.process_time()
    outcome, log, run = run_once(ready, plan, 0)
    print(
        json.dumps(
            {
                "wall_s": time.perf_counter() - wall,
                "cpu_s": time.process_time() - cpu,
                "incidents": len(run.arrivals),
                "responses": len(run.tally.responses["unit"]),
                "entries": log.head,
                "log_mb": log.packed_bytes / 1e6,
                "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "before_mb": before_mb,
                "sha256": outcome.digest,
            }
        )
    )


if __name__ == "__main__":
    main()
