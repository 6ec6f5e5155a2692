"""Calls put aside before they were sent, kept over a restart. No name and no number of a caller is ever in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.desk import Draft
from app.parts.draft_file import DraftFile
from dispatch.incident import Location, Precision


class Drafts(DraftFile[Draft]):
    """Keep drafts of calls newest first; a draft without a call is never taken for another."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path, key=lambda draft: draft.call_id, row_of=_row_of, draft_of=_draft_of)


def place_row(place: Location | None) -> dict[str, Any] | None:
    """Return a place as it stands in a file of drafts."""
    return place and {
        "lon": place.lon,
        "lat": place.lat,
        "text": place.text,
        "municipality": place.municipality,
        "precision": place.precision.value,
        "crossing": place.crossing,
        "place_id": place.place_id,
    }


def place_of_row(place: Mapping[str, Any] | None) -> Location | None:
    """Return the place of a row. Raises KeyError, TypeError, ValueError, AttributeError where it is none."""
    if not place:
        return None
    words = {key: str(place.get(key, "")) for key in ("text", "municipality", "crossing", "place_id")}
    return Location(
        float(place["lon"]), float(place["lat"]), precision=Precision(place.get("precision", "approximate")), **words
    )


def _row_of(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "priority": draft.priority,
        "alarm_level": draft.alarm_level,
        "text": draft.text,
        "call_id": draft.call_id,
        "started_at": draft.started_at.isoformat() if draft.started_at else None,
        "place_reason": draft.place_reason,
        "place": place_row(draft.location),
    }


def _draft_of(row: Mapping[str, Any]) -> Draft:
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
    return replace(draft, location=place_of_row(row.get("place")))
