"""What the folds of major incidents do in the same way: keep a changed one, and who touched which part."""

from __future__ import annotations

from typing import Any

from dispatch import fact
from dispatch.events import Entry
from dispatch.major import MajorIncident
from dispatch.record import replace
from dispatch.work import Work


def put_major(work: Work, entry: Entry, major: MajorIncident, *parts: str, **changes: Any) -> None:
    """Keep a major incident with some fields changed, and remember who touched the parts."""
    work.majors[major.incident_id] = replace(major, **changes)
    for part in parts:
        work.touch(entry, fact.of_major(major.incident_id, part))
