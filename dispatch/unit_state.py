"""A unit as the log knows it, and who touched a fact last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from resources.status import Status
from resources.unit import Unit


@dataclass(frozen=True, slots=True)
class Post:
    """Say at which station (lon/lat, WGS 84) a unit waits instead of its own, and since when it was to go there."""

    station_id: str
    lon: float
    lat: float
    since: datetime


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit as the log knows it: its roster record, status, and the assignment it is bound by (empty: none).

    `held` is why it is held in reserve; empty: it is not. `post` is where it has moved up to; None: nowhere.
    """

    unit: Unit
    status: Status
    since: datetime
    assignment_id: str = ""
    reason: str = ""
    until: datetime | None = None
    destination: str = ""
    distress_at: datetime | None = None
    speak_at: datetime | None = None
    on_roster: bool = True
    changed_sequence: int = 0
    held: str = ""
    post: Post | None = None

    @property
    def home(self) -> tuple[float, float]:
        """Return where it stands when nothing calls it (lon, lat)."""
        return (self.unit.lon, self.unit.lat) if self.post is None else (self.post.lon, self.post.lat)

    @property
    def station(self) -> str:
        """Name the station where it stands when nothing calls it; empty where that is none."""
        return self.unit.station if self.post is None else self.post.station_id


@dataclass(frozen=True, slots=True)
class Change:
    """Say by which entry a fact was last touched, by whom, where and when (aware UTC, when it was so)."""

    sequence: int
    actor: str
    seat: str
    at: datetime
