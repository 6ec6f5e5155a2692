"""Calls put aside before they were sent, kept over a restart. No name and no number of a caller is ever in the file."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.desk import Draft
from dispatch.incident import Location, Precision

logger = logging.getLogger(__name__)
MOST_KEPT = 50


class NotWrittenError(OSError):
    """Say that the file of drafts could not be written; they stay in memory."""


@dataclass
class Drafts:
    """Keep drafts newest first, in a JSON file of mode 0600 where `path` is given."""

    path: Path | None = None

    def __post_init__(self) -> None:
        self.kept: list[Draft] = self._read()

    def keep(self, draft: Draft) -> None:
        """Put a draft aside; raise `NotWrittenError` where the disk refuses (it is kept in memory all the same)."""
        self.kept = [one for one in self.kept if not draft.call_id or one.call_id != draft.call_id]
        self.kept.insert(0, draft)
        del self.kept[MOST_KEPT:]
        self._write()

    def forget(self, call_id: str) -> None:
        """Drop the draft of a call that was sent."""
        left = [one for one in self.kept if one.call_id != call_id]
        if len(left) != len(self.kept):
            self.kept = left
            self._write()

    def _read(self) -> list[Draft]:
        if self.path is None:
            return []
        try:
            rows = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as problem:
            logger.warning("drafts of %s are not read: %s", self.path, problem)
            return []
        drafts = []
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            try:
                drafts.append(_draft_of(row))
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                logger.warning("draft %d of %s is not read: %s", number + 1, self.path, problem)
        return drafts[:MOST_KEPT]

    def _write(self) -> None:
        if self.path is None:
            return
        fresh = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
                json.dump([_row_of(draft) for draft in self.kept], file, ensure_ascii=False, indent=1)
            fresh.replace(self.path)
        except OSError as problem:
            raise NotWrittenError(problem.errno, problem.strerror, str(self.path)) from problem


def _row_of(draft: Draft) -> dict[str, Any]:
    place = draft.location
    return {
        "kind": draft.kind,
        "priority": draft.priority,
        "alarm_level": draft.alarm_level,
        "text": draft.text,
        "call_id": draft.call_id,
        "started_at": draft.started_at.isoformat() if draft.started_at else None,
        "place_reason": draft.place_reason,
        "place": place
        and {
            "lon": place.lon,
            "lat": place.lat,
            "text": place.text,
            "municipality": place.municipality,
            "precision": place.precision.value,
            "crossing": place.crossing,
            "place_id": place.place_id,
        },
    }


def _draft_of(row: Mapping[str, Any]) -> Draft:
    place = row.get("place")
    started = row.get("started_at")
    draft = Draft(
        kind=str(row.get("kind", "")),
        priority=int(row["priority"]) if row.get("priority") is not None else None,
        alarm_level=int(row.get("alarm_level", 1)),
        text=str(row.get("text", "")),
        call_id=str(row.get("call_id", "")),
        started_at=datetime.fromisoformat(started) if started else None,
        place_reason=str(row.get("place_reason", "")),
    )
    if not place:
        return draft
    words = {key: str(place.get(key, "")) for key in ("text", "municipality", "crossing", "place_id")}
    location = Location(
        float(place["lon"]), float(place["lat"]), precision=Precision(place.get("precision", "approximate")), **words
    )
    return replace(draft, location=location)
