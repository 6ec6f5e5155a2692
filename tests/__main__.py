"""Run every check, the same ones that CI runs, and say what is run: `python -m tests [pytest arguments]`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
QUICK: tuple[tuple[str, list[str]], ...] = (
    ("style and mistakes", [str(BIN / "ruff"), "check", "."]),
    ("format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("walls between rooms", [str(BIN / "lint-imports")]),
)
TYPES = ("types", [str(BIN / "mypy")])  # half a minute where nothing is cached; tests often wait meanwhile
TESTS = ("tests", [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal"])


def main() -> int:
    """Run all the checks, even after a failure, and tell of them in order; return 1 if any failed."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "default"}
    failed = [name for name, command in QUICK if not _passes(name, command, environment)]
    name, command = TYPES
    with tempfile.TemporaryFile() as said:
        started, ended = time.monotonic(), []
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT) as types:
            watch = threading.Thread(target=lambda: ended.append((types.wait(), time.monotonic())))
            watch.start()
            try:
                if not _passes(TESTS[0], TESTS[1] + sys.argv[1:], environment):
                    failed.append(TESTS[0])
                watch.join()
            except BaseException:
                types.kill()
                raise
        print(f"── {name}, beside the tests: {_words(command)}", flush=True)
        said.seek(0)
        print(said.read().decode("utf-8", "replace"), end="")
        (code, ended_at), *_ = ended
        print(f"   {ended_at - started:.1f} s", flush=True)
        if code != 0:
            failed.append(name)
    print("Every check passed." if not failed else f"Failed: {', '.join(failed)}.", flush=True)
    return 1 if failed else 0


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    print(f"── {name}: {_words(command)}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    print(f"   {time.monotonic() - started:.1f} s", flush=True)
    return code == 0


def _words(command: list[str]) -> str:
    return " ".join(Path(word).name if "/" in word else word for word in command)


if __name__ == "__main__":
    raise SystemExit(main())
