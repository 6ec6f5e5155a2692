"""Photographs as evidence: named by their content, held against the place that they are said to show.

A photograph's name is the SHA-256 of its bytes, 64 hexadecimal letters. Entries of the log carry that name alone, in
fields whose own name has `evidence` or `photograph` in it, so that a name in the chain proves the file.

Where personal data may go. Faces, number plates and the EXIF position are personal data. The file with all of it
stays in the store beside the log, which only those who may see the case open. The log, which nobody can erase, gets
the name, the size and `PositionCheck`, never a position. What leaves the building is an export copy without EXIF.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from dispatch.case_events import PhotographErased
from dispatch.codec import decode
from dispatch.exif import Exif
from dispatch.log_interface import StoredRow
from gis.measure import LonLat, distance_m

NEAR_M = 100.0  # a management cell is about 100 m across; telephones are good to 5–20 m
MOST_CLAIMED_ERROR_M = 50.0  # a camera's word for how wrong it may be counts no further

_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PositionCheck:
    """Say how a photograph's position stands to a place: `near`, `far`, or `none` where it has no position.

    It is a hint for whoever checks, not a proof: anybody can write an EXIF position.
    """

    answer: str
    distance_m: int | None = None


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """Describe one kept photograph, fit for the log: `id` is the SHA-256 of its bytes, `taken_at` aware UTC.

    `width_px` and `height_px` are as it is looked at, upright. No position and no name stands here.
    """

    id: str
    media_type: str
    size_bytes: int
    width_px: int
    height_px: int
    taken_at: datetime | None = None
    taken_by: str = ""


def is_evidence_id(text: str) -> bool:
    """Tell whether `text` is a name as photographs have it."""
    return _ID.fullmatch(text) is not None


def position_check(exif: Exif, place: LonLat, *, near_m: float = NEAR_M) -> PositionCheck:
    """Hold the position that a camera wrote against a place (lon, lat in WGS 84).

    The distance is rounded to 10 m, so that an entry with it tells no door. Raises ValueError for a place that is none.
    """
    if not (abs(place[0]) <= 180 and abs(place[1]) <= 90):
        raise ValueError(f"{place} is no place")
    if exif.position is None:
        return PositionCheck("none")
    apart_m = distance_m(exif.position, place)
    allowed_m = near_m + min(exif.position_error_m or 0.0, MOST_CLAIMED_ERROR_M)
    return PositionCheck("near" if apart_m <= allowed_m else "far", math.floor(apart_m / 10 + 0.5) * 10)


def named_evidence(rows: Iterable[StoredRow]) -> dict[str, int]:
    """Return the name of every photograph that a log names, with the first entry that does. Raises CannotDecode."""
    found: dict[str, int] = {}
    for row in rows:
        if b"evidence" not in row.body and b"photograph" not in row.body:  # a field's name stands in the bytes
            continue
        for event in decode(row.body).events:
            for name in _names(msgspec.to_builtins(event), is_evidence=False):
                found.setdefault(name, row.sequence)
    return found


def erased_evidence(rows: Iterable[StoredRow]) -> dict[str, int]:
    """Return the name of every photograph that a log says is erased, with the entry that does. Raises CannotDecode."""
    found: dict[str, int] = {}
    for row in rows:
        if b"PhotographErased" in row.body:
            for event in decode(row.body).events:
                if isinstance(event, PhotographErased):
                    found.setdefault(event.evidence_id, row.sequence)
    return found


def _names(value: object, *, is_evidence: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            known = is_evidence or "evidence" in str(key) or "photograph" in str(key)
            yield from _names(each, is_evidence=known)
            if known and is_evidence_id(str(key)):
                yield str(key)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _names(each, is_evidence=is_evidence)
    elif is_evidence and isinstance(value, str) and is_evidence_id(value):
        yield value
