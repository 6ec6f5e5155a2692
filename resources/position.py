"""Where units are: position reports (AVL fixes) with their age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

NO_DEVICE = "record"
"""The source of a place that no device reported: a replay takes it from what the log says."""


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

    @property
    def is_reported(self) -> bool:
        """Tell whether a device said so."""
        return self.source != NO_DEVICE

    def age_s(self, at: datetime) -> float:
        """Return the seconds since the position was true; never negative."""
        return max(0.0, (at - self.fixed_at).total_seconds())
