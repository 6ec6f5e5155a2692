"""Where units are: position reports (AVL fixes) with their age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fix:
    """Report where a unit was (WGS 84) at `fixed_at`, and when that was received (aware UTC).

    `speed_mps` and `heading_deg` (clockwise from north) are None where the device does not say.
    """

    unit_id: str
    lon: float
    lat: float
    fixed_at: datetime
    received_at: datetime
    speed_mps: float | None = None
    heading_deg: float | None = None
    source: str = "avl"

    def age_s(self, at: datetime) -> float:
        """Return the seconds since the position was true; never negative."""
        return max(0.0, (at - self.fixed_at).total_seconds())
