"""Run every check, the same ones that CI runs, and say what is run: `python -m tests [pytest arguments]`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("style and mistakes", [str(BIN / "ruff"), "check", "."]),
    ("format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("walls between rooms", [str(BIN / "lint-imports")]),
    ("types", [str(BIN / "mypy")]),
    ("tests", [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal"]),
)


def main() -> int:
    """Run the checks in order, all of them even after a failure; return 1 if any failed."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "default"}
    failed = []
    for name, command in CHECKS:
        arguments = command + (sys.argv[1:] if name == "tests" else [])
        print(f"── {name}: {' '.join(Path(word).name if '/' in word else word for word in arguments)}", flush=True)
        started = time.monotonic()
        if subprocess.run(arguments, cwd=ROOT, env=environment, check=False).returncode != 0:
            failed.append(name)
        print(f"   {time.monotonic() - started:.1f} s", flush=True)
    print("Every check passed." if not failed else f"Failed: {', '.join(failed)}.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
