"""How a program of this house is called: with the same Python, from wherever the house stands and the desk works."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


def words_of(module: str, *words: str) -> list[str]:
    """Return the whole command that runs a module; nothing is imported from the folder that one works in."""
    return [sys.executable, "-P", "-m", module, *words]


def environment(**more: str) -> dict[str, str]:
    """Return this program's environment, in which the house is found, and more."""
    paths = [str(HOUSE), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **more}
