"""Names the log of a new exercise."""

from __future__ import annotations

import re
from pathlib import Path

from app.bootstrap import default_log
from dispatch.events import LogKind
from gis.city import City

LONGEST = 40


def free_log(city: City, file: str) -> Path:
    """Return a name that no file has, among the logs of a city, after the file that an exercise is made from."""
    stem = re.sub(r"[^\w-]+", "-", Path(file or "exercise").stem).strip("-")[:LONGEST] or "exercise"
    folder = default_log(city, LogKind.EXERCISE).parent
    names = (folder / f"exercise-{stem}{f'-{number}' if number > 1 else ''}.db" for number in range(1, 10_000))
    return next(name for name in names if not name.exists())
